package captp

import (
	"sync"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
)

// eventKind says what an event of the loop means. See the constants.
type eventKind uint8

const (
	// eventSend: the program sends what encoder holds to target; result is the answer's promise, or nil.
	eventSend eventKind = iota + 1
	// eventSettle: a resolver settled result.
	eventSettle
	// eventTurnDone: turn ended; result, if not nil, is settled with an outcome.
	eventTurnDone
	// eventReceive: batch came on conn.
	eventReceive

	// The rest are not activity of the vat.

	// eventTick: it is time to look for dropped nodes, and to tell peers.
	eventTick
	// eventCall: call is to be called, on the loop. For all that is rare.
	eventCall
)

// event is something that happened and that the loop has to know.
type event struct {
	kind   eventKind
	broken bool // the outcome is that of a broken promise
	target core.Cap
	result *core.Promise
	// encoder holds the arguments, or the value of the outcome. Its memory is used again afterwards.
	encoder *Encoder
	err     error // of the outcome, which then has no value
	conn    *conn
	turn    *turn
	batch   *batch
	call    func()
}

// outcome returns the outcome that the event is about.
func (e *event) outcome() core.Outcome {
	o := core.Outcome{Broken: e.broken, Err: e.err}
	if e.encoder != nil && e.err == nil {
		o.Value = e.encoder.body()
	}
	return o
}

// kindOfOutcome returns the word for the outcome.
func (e *event) kindOfOutcome() string {
	if e.broken {
		return "broken"
	}
	return "fulfilled"
}

// waiter hears what something is settled to. settled is called on the loop, once, and does not block.
type waiter interface {
	settled(*core.Outcome)
}

// inbox is the queue of events of a loop. It has no bound of its own: what the program posts is the program's, and readers
// stop when what they have posted is over a limit: see share.go.
type inbox struct {
	wake chan struct{} // of capacity 1: the loop sleeps and there is an event

	mu     sync.Mutex
	events []event
	asleep bool
	closed bool
}

// post appends an event and wakes the loop if it sleeps. It reports false if the loop has ended.
func (v *Vat) post(e event) bool {
	in := &v.inbox
	in.mu.Lock()
	if in.closed {
		in.mu.Unlock()
		return false
	}
	in.events = append(in.events, e)
	wake := in.asleep
	in.asleep = false
	in.mu.Unlock()
	if wake {
		select {
		case in.wake <- struct{}{}:
		default: // it is about to wake up already
		}
	}
	return true
}

// do posts a call. It reports false if the loop has ended.
func (v *Vat) do(call func()) bool {
	return v.post(event{kind: eventCall, call: call})
}

// call has f called on the loop, and waits for that. It reports false if the loop has ended. f must not wait for the loop.
func (v *Vat) call(f func()) bool {
	done := make(chan struct{})
	if !v.do(func() { f(); close(done) }) {
		return false
	}
	<-done
	return true
}

// take returns the events that came since the last call; the inbox goes on with the slice given. If there is nothing, and the loop has
// nothing else to do, it counts as asleep from now on.
func (in *inbox) take(events []event, idle bool) []event {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.asleep = idle && len(in.events) == 0
	events, in.events = in.events, events
	return events
}

// length returns how many events there are.
func (in *inbox) length() int {
	in.mu.Lock()
	defer in.mu.Unlock()
	return len(in.events)
}

// close refuses further events and returns those that are left.
func (in *inbox) close() []event {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.closed = true
	return in.events
}
