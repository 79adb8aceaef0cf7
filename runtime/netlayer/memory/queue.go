package memory

import (
	"fmt"
	"io"
	"net"
	"slices"
	"sync"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// queue is one direction of a conn: messages that were sent and not received.
//
// It ends in three ways, each of which can follow the one before: the sender says that no more comes (endSending), or is
// gone altogether (closeSending); the receiver is gone (closeReceiving). What was sent before is received in the first
// two cases.
type queue struct {
	// Each holds a value when the side that may be waiting should look again.
	arrived chan struct{} // for the receiver
	space   chan struct{} // for the sender

	mu             sync.Mutex // never held while anything waits
	msgs           [][]byte   // guarded by mu, like all below
	size           int        // bytes in msgs, with overhead
	limit          int        // of one message, in bytes
	sendingOver    bool
	senderClosed   bool
	receiverClosed bool
	tooLarge       error // what every further receive returns
}

// newQueue returns an empty queue.
func newQueue() *queue {
	return &queue{
		arrived: make(chan struct{}, 1),
		space:   make(chan struct{}, 1),
		limit:   netlayer.DefaultReadLimit,
	}
}

// wake makes the side that waits for the channel look again.
func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// send appends copies of the messages, as the window allows.
func (q *queue) send(msgs [][]byte) error {
	for msgs = copyOf(msgs); ; <-q.space {
		n, err := q.push(msgs)
		if err != nil {
			return err
		}
		if msgs = msgs[n:]; len(msgs) == 0 {
			return nil
		}
	}
}

// push appends messages until the window is full, and returns how many.
func (q *queue) push(msgs [][]byte) (int, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	switch {
	case q.sendingOver:
		return 0, fmt.Errorf("memory: send: %w", net.ErrClosed)
	case q.receiverClosed:
		return 0, fmt.Errorf("memory: send: %w", io.ErrClosedPipe)
	}
	n := 0
	for n < len(msgs) && q.size < window {
		q.size += len(msgs[n]) + overhead
		n++
	}
	q.msgs = append(q.msgs, msgs[:n]...)
	wake(q.arrived)
	return n, nil
}

// receive appends all messages that are there, and waits for the first.
func (q *queue) receive(dst [][]byte) ([][]byte, error) {
	first := len(dst)
	for {
		dst, err := q.take(dst)
		if len(dst) > first || err != nil {
			return dst, err
		}
		<-q.arrived
	}
}

// take appends the messages that are there, up to one that is too large. The error is about what follows when there are
// none.
func (q *queue) take(dst [][]byte) ([][]byte, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.receiverClosed {
		return dst, fmt.Errorf("memory: receive: %w", net.ErrClosed)
	}
	if q.tooLarge != nil {
		return dst, q.tooLarge
	}
	n := 0
	for ; n < len(q.msgs) && len(q.msgs[n]) <= q.limit; n++ {
		q.size -= len(q.msgs[n]) + overhead
	}
	switch {
	case n > 0:
		wake(q.space)
	case len(q.msgs) > 0:
		q.tooLarge = &netlayer.MessageTooLargeError{Limit: q.limit}
		return dst, q.tooLarge
	case q.sendingOver:
		return dst, io.EOF
	}
	dst = append(dst, q.msgs[:n]...)
	q.msgs = slices.Delete(q.msgs, 0, n)
	return dst, nil
}

// setLimit bounds one message.
func (q *queue) setLimit(n int) {
	if n < 1 {
		n = netlayer.DefaultReadLimit
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.limit = n
}

// endSending ends the queue behind what was sent.
func (q *queue) endSending() error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.senderClosed {
		return fmt.Errorf("memory: close send: %w", net.ErrClosed)
	}
	q.sendingOver = true
	wake(q.arrived)
	wake(q.space)
	return nil
}

// closeSending is endSending for good: a send that is under way fails.
func (q *queue) closeSending() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.sendingOver, q.senderClosed = true, true
	wake(q.arrived)
	wake(q.space)
}

// closeReceiving drops what nobody will receive.
func (q *queue) closeReceiving() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.receiverClosed = true
	q.msgs, q.size = nil, 0
	wake(q.arrived)
	wake(q.space)
}

// copyOf returns copies of the messages that are not empty. Short ones share arrays.
func copyOf(msgs [][]byte) [][]byte {
	size := 0
	for _, m := range msgs {
		size += len(m)
	}
	own := make([][]byte, 0, len(msgs))
	var array []byte
	for _, m := range msgs {
		if len(m) == 0 {
			continue
		}
		if len(m) > cap(array)-len(array) {
			array = make([]byte, 0, max(len(m), min(size, maxShared)))
		}
		start := len(array)
		array = append(array, m...)
		own = append(own, array[start:len(array):len(array)])
		size -= len(m)
	}
	return own
}
