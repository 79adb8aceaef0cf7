package websocket

import (
	"errors"
	"sync"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// inbox is where the goroutine that reads leaves messages for Receive. The reader runs ahead of Receive, so that pings are
// answered, and pongs heard, while the program has better things to do; but not far.
//
// How far the reader may go:
//
//  1. While Receive waits for a message, up to the limit of one message. When that is passed, Receive fails.
//  2. While it does not, up to readAhead, with what is there already. Beyond that the reader waits for Receive to take
//     messages or to wait. So the limit that counts is the one that holds when a message is received.
//  3. Once Receive has failed, no further. Once the inbox is closed, the reader ends.
type inbox struct {
	arrived chan struct{} // of capacity 1: there is something for Receive
	room    chan struct{} // of capacity 1: there is something for the reader

	mu     sync.Mutex
	limit  int      // in bytes, of one message
	msgs   [][]byte // not received
	cost   int      // of msgs, in bytes
	wanted bool     // Receive waits
	end    error    // why nothing comes after msgs
	over   error    // what Receive returns from now on
	closed bool
}

// newInbox returns an empty inbox.
func newInbox() *inbox {
	return &inbox{arrived: make(chan struct{}, 1), room: make(chan struct{}, 1), limit: netlayer.DefaultReadLimit}
}

// signal wakes who waits for the channel.
func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// setLimit bounds the messages that are received from now on.
func (in *inbox) setLimit(n int) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.limit = n
}

// receive appends the messages that are there to dst, and waits for the first, or for the end.
func (in *inbox) receive(dst [][]byte) ([][]byte, error) {
	for {
		got, err := in.take(dst)
		if len(got) > len(dst) || err != nil {
			return got, err
		}
		<-in.arrived
	}
}

// take is receive without waiting.
func (in *inbox) take(dst [][]byte) ([][]byte, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.over != nil {
		return dst, in.over
	}
	n := 0
	for n < len(in.msgs) && len(in.msgs[n]) <= in.limit {
		in.cost -= len(in.msgs[n]) + messageCost
		n++
	}
	switch {
	case n > 0:
		dst = append(dst, in.msgs[:n]...)
		rest := copy(in.msgs, in.msgs[n:])
		clear(in.msgs[rest:])
		in.msgs = in.msgs[:rest]
	case len(in.msgs) > 0:
		in.over = &netlayer.MessageTooLargeError{Limit: in.limit}
	case in.end != nil:
		in.over = in.end
	default:
		in.wanted = true
	}
	signal(in.room)
	return dst, in.over
}

// put adds a message.
func (in *inbox) put(msg []byte) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.msgs = append(in.msgs, msg)
	in.cost += len(msg) + messageCost
	in.wanted = false
	signal(in.arrived)
}

// errInboxClosed says that nobody wants to read any more.
var errInboxClosed = errors.New("closed")

// reserve returns how many more bytes the reader may read of a message of which it has n, and waits while that is none.
func (in *inbox) reserve(n int) (int, error) {
	for {
		room, err := in.roomFor(n)
		if room > 0 || err != nil {
			return room, err
		}
		<-in.room
	}
}

// roomFor is reserve without waiting.
func (in *inbox) roomFor(n int) (int, error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	switch {
	case in.closed:
		return 0, errInboxClosed
	case in.end != nil:
		return 0, nil
	case in.wanted && n > in.limit:
		in.fail(&netlayer.MessageTooLargeError{Limit: in.limit})
		return 0, nil
	case in.wanted:
		return max(1, in.limit-n), nil // one more shows whether that is all
	default:
		return max(0, readAhead-in.cost-n), nil
	}
}

// finish says why nothing more comes. The first reason counts.
func (in *inbox) finish(err error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.fail(err)
}

// fail is finish for who holds mu.
func (in *inbox) fail(err error) {
	if in.end == nil {
		in.end = err
	}
	in.wanted = false
	signal(in.arrived)
}

// close ends the work of reader and receiver. Receive fails with err from now on.
func (in *inbox) close(err error) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.closed, in.msgs = true, nil
	if in.over == nil {
		in.over = err
	}
	signal(in.arrived)
	signal(in.room)
}
