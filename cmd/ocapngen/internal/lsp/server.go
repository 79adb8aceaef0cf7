package lsp

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"time"

	"github.com/ocapn-go/ocapn/idl/editor"
)

// maxQueue is how many messages are read ahead of the one that is being handled.
const maxQueue = 256

// errNoShutdown is what [Serve] returns when the client leaves without asking for a shutdown.
var errNoShutdown = errors.New("the client ended without a shutdown request")

// Options are what the command line says.
type Options struct {
	// Search are folders in which imports are looked for when they are not beside the importing file.
	Search []string
	// Rules are the IDs of the rules of package lint whose findings are shown as warnings.
	Rules []string
	// FindPackage returns the folder of a Go package by its import path, as files in the folder dir see it; nil finds none.
	// It may take long, and runs beside the answers to requests.
	FindPackage func(dir, importPath string) (string, error)
	// Version is the version of the tool.
	Version string
}

// Serve speaks the Language Server Protocol with one client until it sends exit or in ends. The error is nil if the client
// asked for a shutdown first.
func Serve(in io.Reader, out io.Writer, options Options) error {
	return newServer(out, options).serve(in)
}

// server is the state of a connection. Everything in it belongs to the goroutine that runs serve.
type server struct {
	out     io.Writer
	options Options
	failed  error // of writing

	initialized, shutdown bool
	client                clientCapabilities
	enc                   encoding
	docs                  *documents
	workspace             *editor.Workspace
	queue                 []incoming

	checks      map[string]editor.Check // of the open files, by path
	stale       map[string]bool         // open files to be checked
	checking    bool
	due         <-chan time.Time // when the next check starts; nil if none is to
	took        time.Duration    // the last check
	checked     chan checkResult
	checkedText map[string]string       // the texts that checks belong to, by path
	published   map[string][]diagnostic // what the client shows, by path

	onIdle func(handled int) // called when there is nothing to do; for tests
}

// incoming is what the reader has read: a message, what was wrong with it, or the end.
type incoming struct {
	message *message
	problem *responseError
	end     error
}

// newServer returns a server that has not been initialized.
func newServer(out io.Writer, options Options) *server {
	s := &server{
		out: out, options: options, enc: utf16,
		docs: &documents{
			open: map[string]document{}, search: options.Search, packages: &packages{find: options.FindPackage},
		},
		checks: map[string]editor.Check{}, stale: map[string]bool{}, checked: make(chan checkResult, 1),
		checkedText: map[string]string{}, published: map[string][]diagnostic{}, onIdle: func(int) {},
	}
	s.workspace = editor.New(s.docs.sources(s.docs.packages.recall))
	return s
}

// serve handles messages in the order in which they come.
func (s *server) serve(in io.Reader) error {
	messages := make(chan incoming, maxQueue)
	done := make(chan struct{})
	defer close(done)
	go readMessages(bufio.NewReader(in), messages, done)
	for handled := 0; ; {
		s.fill(messages)
		if len(s.queue) == 0 {
			s.scheduleCheck()
			if !s.checking && s.due == nil {
				s.onIdle(handled)
			}
			select {
			case <-s.due:
				s.startCheck()
			case m := <-messages:
				s.queue = append(s.queue, m)
			case result := <-s.checked:
				s.finishCheck(result)
			}
			continue
		}
		next := s.queue[0]
		s.queue = s.queue[1:]
		if exit, err := s.step(next); exit {
			return err
		}
		handled++
		if s.failed != nil {
			return s.failed
		}
	}
}

// readMessages reads messages until the input ends. It runs in a goroutine of its own, started by serve; it ends with the
// input, or with the first message after serve has returned.
func readMessages(r *bufio.Reader, to chan<- incoming, done <-chan struct{}) {
	for {
		var next incoming
		body, err := readFrame(r)
		var bad *frameError
		switch {
		case errors.As(err, &bad):
			next.problem = failure(codeInvalidRequest, "%s", bad.reason)
		case err != nil:
			next.end = err
		default:
			next.message, next.problem = parseMessage(body)
		}
		select {
		case to <- next:
		case <-done:
			return
		}
		if next.end != nil {
			return
		}
	}
}

// fill takes what has been read into the queue. Requests that the client has given up are answered at once.
func (s *server) fill(messages <-chan incoming) {
	for {
		select {
		case m := <-messages:
			s.queue = append(s.queue, m)
			if m.message != nil && m.message.Method != nil && *m.message.Method == "$/cancelRequest" {
				s.cancel(m.message)
			}
		default:
			return
		}
	}
}

// cancel answers a request in the queue with an error, and takes it out.
func (s *server) cancel(m *message) {
	params, err := decode[cancelParams](m.Params)
	if err != nil || len(params.ID) == 0 {
		return
	}
	for i, waiting := range s.queue {
		if waiting.message != nil && waiting.message.Method != nil && string(waiting.message.ID) == string(params.ID) {
			s.queue = slices.Delete(s.queue, i, i+1)
			s.respond(params.ID, nil, failure(codeCancelled, "the request was cancelled"))
			return
		}
	}
}

// step handles one message. exit is true when it is the last one, with what serve returns.
func (s *server) step(m incoming) (exit bool, err error) {
	switch {
	case m.end != nil && s.shutdown:
		return true, nil
	case errors.Is(m.end, io.EOF):
		return true, errNoShutdown
	case m.end != nil:
		return true, m.end
	case m.problem != nil:
		s.respond(json.RawMessage("null"), nil, m.problem)
	case m.message.Method == nil: // the answer to a request of ours, which no one waits for
	case *m.message.Method == "exit":
		if !s.shutdown {
			return true, errNoShutdown
		}
		return true, nil
	case len(m.message.ID) == 0:
		s.notified(*m.message.Method, m.message.Params)
	default:
		result, err := s.request(*m.message.Method, m.message.Params)
		s.respond(m.message.ID, result, err)
	}
	return false, nil
}

// request answers a request.
func (s *server) request(method string, params json.RawMessage) (result any, err error) {
	defer func() {
		if bug := recover(); bug != nil {
			err = failure(codeInternal, "%s failed, which is a mistake in ocapngen: %v\n%s", method, bug, debug.Stack())
		}
	}()
	switch {
	case s.shutdown:
		return nil, failure(codeInvalidRequest, "the server is shutting down")
	case method == "initialize" && s.initialized:
		return nil, failure(codeInvalidRequest, "the server has been initialized already")
	case method == "initialize":
		return s.initialize(params)
	case !s.initialized:
		return nil, failure(codeNotInitialized, "the server has not been initialized")
	}
	handler, ok := requests[method]
	if !ok {
		return nil, failure(codeNoMethod, "there is no method %q", method)
	}
	return handler(s, params)
}

// notified takes a notification in. What is wrong with one cannot be answered.
func (s *server) notified(method string, params json.RawMessage) {
	if handler, ok := notifications[method]; ok && s.initialized && !s.shutdown {
		handler(s, params)
	}
}

// respond sends the answer to a request.
func (s *server) respond(id json.RawMessage, result any, err error) {
	r := response{Version: "2.0", ID: id, Result: result}
	switch {
	case err != nil && !errors.As(err, &r.Error):
		r.Result, r.Error = nil, failure(codeRequestFailed, "%v", err)
	case err != nil:
		r.Result = nil
	case result == nil:
		r.Result = json.RawMessage("null")
	}
	s.send(r)
}

// notify sends a notification.
func (s *server) notify(method string, params any) {
	s.send(call{Version: "2.0", Method: method, Params: params})
}

// send writes a message. After the first failure nothing more is written.
func (s *server) send(value any) {
	if s.failed != nil {
		return
	}
	body, err := marshal(value)
	if err == nil {
		err = writeFrame(s.out, body)
	}
	if err != nil {
		s.failed = fmt.Errorf("writing to the client: %w", err)
	}
}
