package captp_test

import (
	"context"
	"errors"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp"
)

// journal takes down every call of a test, what came of it, and how often it was handled.
type journal struct {
	last atomic.Int64 // id that was given out

	mu      sync.Mutex
	handled map[int64]int // by id. Guarded by mu.
	order   []int64       // ids, as they were handled. Guarded by mu.
	calls   []*entry      // guarded by mu
	ended   []error       // why sessions ended. Guarded by mu.
}

// entry is one call.
type entry struct {
	id   int64
	text string
	want any // what it answers if nothing goes wrong; an error stands for the failure of the method
	wait func() (any, error)

	done chan struct{} // closed when it has an outcome
	got  any           // valid once done
	err  error         // valid once done
}

func newJournal() *journal { return &journal{handled: make(map[int64]int)} }

// errFails is what a call wants whose method fails.
var errFails = captp.Public(errors.New("the method fails"))

// next returns the id of another message.
func (j *journal) next() int64 { return j.last.Add(1) }

// handle takes down that a message is handled.
func (j *journal) handle(id int64) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.handled[id]++
	j.order = append(j.order, id)
}

// Trace takes down why sessions end. It implements [captp.Tracer].
func (j *journal) Trace(e captp.TraceEvent) {
	if e.Kind == captp.TraceOver {
		j.mu.Lock()
		defer j.mu.Unlock()
		j.ended = append(j.ended, e.Err)
	}
}

// await takes a call down, and waits for its outcome beside the caller.
func (j *journal) await(id int64, text string, want any, wait func() (any, error)) *entry {
	e := &entry{id: id, text: text, want: want, wait: wait, done: make(chan struct{})}
	j.mu.Lock()
	j.calls = append(j.calls, e)
	j.mu.Unlock()
	go func() {
		defer close(e.done)
		e.got, e.err = wait()
	}()
	return e
}

// ask sends a message that takes its id first, and takes down what comes of it.
func (j *journal) ask(ctx context.Context, r captp.Ref, selector string, want any, args ...any) *entry {
	id := j.next()
	p := captp.Invoke(ctx, r, append([]any{captp.Symbol(selector), id}, args...)...)
	return j.await(id, selector, want, func() (any, error) { return p.Await(ctx) })
}

// entries returns what was taken down so far.
func (j *journal) entries() []*entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.calls)
}

// isOutcomeOfAFault reports whether an error is one that a call may have when a connection or a vat ends.
func isOutcomeOfAFault(err error) bool {
	return errors.Is(err, net.ErrClosed) || errors.As(err, new(*captp.DialError)) || errors.As(err, new(*captp.BrokenError)) ||
		errors.As(err, new(*captp.ThirdPartyError))
}

// verify checks that each call has exactly one outcome, which stays what it is, that none was handled twice, that what was
// answered was handled, and that no vat complains of another one. All calls are done.
func (j *journal) verify(t *testing.T) (answered int) {
	t.Helper()
	for _, e := range j.entries() {
		got, err := e.wait()
		if diff := cmp.Diff(e.got, got, sameRef); diff != "" || (err == nil) != (e.err == nil) {
			t.Errorf("call %d (%s) has two outcomes: %v, error %v; then %v, error %v", e.id, e.text, e.got, e.err, got, err)
		}
		j.mu.Lock()
		n := j.handled[e.id]
		j.mu.Unlock()
		failed := e.want == errFails && e.err != nil && e.err.Error() == "captp: broken promise: the method fails"
		switch {
		case failed, e.err == nil && cmp.Equal(e.want, e.got):
			answered++
			if n != 1 {
				t.Errorf("call %d (%s) was answered, and handled %d times", e.id, e.text, n)
			}
		case e.err == nil:
			t.Errorf("call %d (%s): got the answer %v, want %v", e.id, e.text, e.got, e.want)
		case n > 1:
			t.Errorf("call %d (%s) was handled %d times", e.id, e.text, n)
		case !isOutcomeOfAFault(e.err):
			t.Errorf("call %d (%s): got error %v", e.id, e.text, e.err)
		}
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	for id, n := range j.handled {
		if n > 1 {
			t.Errorf("message %d was handled %d times", id, n)
		}
	}
	for _, err := range j.ended {
		protocol, ok := errors.AsType[*captp.ProtocolError](err)
		switch {
		case ok && protocol.Reason == "there is a session with this peer already": // of which the other side knows that it is over
		case ok && protocol.Reason == "the session was not set up in time": // as nothing arrived
		case ok && protocol.Reason == "crossed hellos": // of two that begin at once, one stays
		case ok, errors.As(err, new(*captp.LimitError)):
			t.Errorf("a session ended because of %v", err)
		}
	}
	return answered
}

// verifyOrder checks that messages to one reference, with ids that ascend, were handled in the order in which they were sent.
func (j *journal) verifyOrder(t *testing.T, sent []int64) {
	t.Helper()
	j.mu.Lock()
	defer j.mu.Unlock()
	var handled []int64
	for _, id := range j.order {
		if slices.Contains(sent, id) {
			handled = append(handled, id)
		}
	}
	if !slices.IsSorted(handled) {
		t.Errorf("messages to one reference were handled in the order %d", handled)
	}
}
