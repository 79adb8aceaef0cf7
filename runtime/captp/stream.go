package captp

import (
	"context"
	"fmt"
	"sync"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
)

// The window of a stream if [StreamWindow] says nothing else.
const (
	DefaultStreamMessages = 64
	DefaultStreamBytes    = 1 << 20
)

// StreamOption is an option of [NewStream].
type StreamOption func(*window)

// StreamWindow bounds what a stream has under way: messages without an answer, and the bytes of their arguments as they are sent.
// Numbers below one mean [DefaultStreamMessages] and [DefaultStreamBytes]. A message that is longer than the window has room for is sent
// when it is the only one.
func StreamWindow(messages, bytes int) StreamOption {
	return func(w *window) {
		if messages > 0 {
			w.maxMessages = messages
		}
		if bytes > 0 {
			w.maxBytes = bytes
		}
	}
}

// Stream sends messages to one reference as fast as they are answered: those without an answer are bounded by its window.
// Generated code embeds it in a type for each stream method, whose Send takes the arguments.
//
// Messages arrive in the order in which Send let them pass. All methods may be called by any goroutine; of Sends that wait at the
// same time, any may pass first. A Stream is a small value to be copied; copies are the same stream. It needs no closing, and has no
// goroutine.
//
// Spec: CapTP#opdeliver.
type Stream[C Capability] struct {
	pipe   Pipe[C]
	window *window
}

// NewStream returns a stream of messages to a reference.
func NewStream[C Capability](to Pipe[C], opts ...StreamOption) Stream[C] {
	w := &window{vat: Ref{to.node}.vat(), maxMessages: DefaultStreamMessages, maxBytes: DefaultStreamBytes}
	for _, opt := range opts {
		opt(w)
	}
	return Stream[C]{to, w}
}

// StreamError says which message of a stream failed first. It unwraps to why.
type StreamError struct {
	// Message is the number of the message in its stream, counted from one.
	Message int64
	// Err is what waiting for the answer would have returned: see [Promise.Await].
	Err error
}

func (e *StreamError) Error() string {
	return fmt.Sprintf("captp: message %d of the stream: %v", e.Message, e.Err)
}

// Unwrap returns why the message failed.
func (e *StreamError) Unwrap() error { return e.Err }

// Begin starts a message, as [Pipe.Begin] does. The encoder is used up by [Stream.Send].
func (s Stream[C]) Begin(head string) *Encoder { return s.pipe.Begin(head) }

// Send closes the list of arguments, waits until the window has room for the message, and sends it. The answer is not waited
// for.
//
// An error means that this message was not sent. It is the *[StreamError] of an earlier message that failed, which every later
// Send returns too; messages that were under way then have been sent and may have been handled. Or it is one that arose here
// and leaves the stream as it was: *[EncodeError], [ErrClosed], or ctx.Err() when ctx ends first. While Send waits in a turn, the
// state of its object may change: see [Promise.Await].
func (s Stream[C]) Send(ctx context.Context, m *Encoder) error {
	v := m.vat
	if v == nil {
		return m.err
	}
	m.seal()
	if m.err != nil {
		return m.err
	}
	call := &streamCall{window: s.window, size: len(m.buf) + referenceFrame*len(m.slots), raises: m.raises}
	return s.window.send(ctx, call, event{
		kind: eventSend, target: m.target, result: v.core.NewPromise(call, false), encoder: m,
	})
}

// Flush waits until every message has its answer, and returns the *[StreamError] of the one that failed first, nil if none
// did. Its other errors are [ErrClosed] and ctx.Err(); then answers may still come. State may change meanwhile, as in
// [Stream.Send].
func (s Stream[C]) Flush(ctx context.Context) error {
	if s.window == nil {
		return nil
	}
	for {
		changed, failure := s.window.flushed()
		switch {
		case failure != nil:
			return failure()
		case changed == nil:
			return nil
		}
		if err := s.window.await(ctx, changed); err != nil {
			return err
		}
	}
}

// window is what a stream has under way.
type window struct {
	vat                   *Vat // nil if the stream leads nowhere
	maxMessages, maxBytes int

	mu              sync.Mutex
	messages, bytes int           // without an answer. Guarded by mu.
	sent            int64         // Guarded by mu.
	failure         func() error  // returns the *StreamError of the first that failed; nil if none did. Guarded by mu.
	changed         chan struct{} // closed, and nil again, when an answer came. Guarded by mu.
}

// streamCall is a message without an answer.
type streamCall struct {
	window *window
	number int64
	size   int // bytes
	raises func(*BrokenError) error
}

// settled runs on the loop.
func (c *streamCall) settled(o *core.Outcome) { c.window.leave(c, o) }

// send waits until the window has room for a message, and posts it.
func (w *window) send(ctx context.Context, c *streamCall, ev event) error {
	for {
		changed, failure := w.trySend(c, ev, ctx.Err())
		switch {
		case failure != nil:
			return failure()
		case changed == nil:
			return nil
		}
		if err := w.await(ctx, changed); err != nil {
			return err
		}
	}
}

// trySend is send without the waiting: if there is no room, it returns what to wait for, and if the message cannot be sent, what
// returns the error; over is that of the context. Messages are numbered and posted under mu, so that their order is that of their
// numbers.
func (w *window) trySend(c *streamCall, ev event, over error) (changed <-chan struct{}, failure func() error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.failure != nil {
		return nil, w.failure
	}
	if over != nil {
		return nil, func() error { return over }
	}
	if w.messages > 0 && (w.messages >= w.maxMessages || w.bytes+c.size > w.maxBytes) {
		return w.change(), nil
	}
	c.number = w.sent + 1
	if !w.vat.post(ev) {
		return nil, func() error { return ErrClosed }
	}
	w.messages++
	w.bytes += c.size
	w.sent++
	return nil, nil
}

// leave takes a message out that was answered. It runs on the loop, so what the answer says is read by those who ask.
func (w *window) leave(c *streamCall, o *core.Outcome) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.messages--
	w.bytes -= c.size
	if o.Broken && w.failure == nil {
		w.failure = sync.OnceValue(func() error {
			return &StreamError{Message: c.number, Err: raised(outcomeError(o), w.vat, c.raises)}
		})
	}
	if w.changed != nil {
		close(w.changed)
		w.changed = nil
	}
}

// flushed returns what returns the first failure, nil if there was none, or, if there are messages without an answer, what to wait for.
func (w *window) flushed() (changed <-chan struct{}, failure func() error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.messages > 0 {
		return w.change(), nil
	}
	return nil, w.failure
}

// change returns what is closed at the next answer. mu is held.
func (w *window) change() <-chan struct{} {
	if w.changed == nil {
		w.changed = make(chan struct{})
	}
	return w.changed
}

// await waits for an answer.
func (w *window) await(ctx context.Context, changed <-chan struct{}) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if t := turnOf(ctx); t != nil && t.pause() {
		defer t.resume()
	}
	select {
	case <-changed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-w.vat.over:
		select {
		case <-changed:
			return nil
		default:
			return ErrClosed
		}
	}
}
