package netlayertest

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"slices"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// Flow is one direction of one conn. What is sent on it is messages, the end of sending, and the closing; each is one item
// of it. An item is sent, is under way, and has arrived; a message that has arrived waits until it is received.
type Flow struct {
	// Immutable.
	network  *Network
	link     int
	way      *Way
	from, to string
	reverse  *Flow

	// Each holds a value when the side that may be waiting should look again.
	arrival chan struct{} // for the receiver
	space   chan struct{} // for the sender

	// Guarded by network.mu.
	held       bool
	transit    []item
	timer      *time.Timer // runs while the first item waits for nothing but its time
	arrived    [][]byte
	size       int   // bytes in transit and arrived
	limit      int   // of one message, in bytes
	sendErr    error // what Send returns, once it is not nil
	receiveErr error // what Receive returns after what has arrived, once it is not nil
	gone       bool  // the receiver has closed: nothing is received any more
}

// item is something that was sent.
type item struct {
	kind   itemKind
	data   []byte
	due    time.Time // when it arrives if nothing holds it; zero means at once
	number uint64    // in the order of sending, in the whole network
}

// itemKind is what an item is.
type itemKind uint8

const (
	itemMessage itemKind = iota + 1
	itemEnd              // of sending
	itemClose            // of both directions
)

// newFlow returns an empty direction.
func newFlow(n *Network, link int, w *Way) *Flow {
	f := &Flow{
		network: n,
		link:    link,
		way:     w,
		from:    w.from,
		to:      w.to,
		arrival: make(chan struct{}, 1),
		space:   make(chan struct{}, 1),
		limit:   netlayer.DefaultReadLimit,
	}
	w.flows = append(w.flows, f)
	return f
}

// From returns the name of the peer that sends.
func (f *Flow) From() string { return f.from }

// To returns the name of the peer that receives.
func (f *Flow) To() string { return f.to }

// Hold keeps what is under way from arriving, and all that is sent later, until Release.
func (f *Flow) Hold() {
	f.network.mu.Lock()
	defer f.network.mu.Unlock()
	f.held = true
}

// Release ends Hold; Way.Hold is another matter. What has waited longer than the latency arrives at once.
func (f *Flow) Release() {
	f.network.mu.Lock()
	defer f.network.mu.Unlock()
	f.held = false
	f.advance()
}

// Step makes the oldest item under way arrive at once, whatever holds it, and reports whether there was one.
func (f *Flow) Step() bool {
	f.network.mu.Lock()
	defer f.network.mu.Unlock()
	return f.step()
}

// Held returns how many items are under way.
func (f *Flow) Held() int {
	f.network.mu.Lock()
	defer f.network.mu.Unlock()
	return len(f.transit)
}

// CloseSend ends the direction as if the sender had: see netlayer.Conn.
func (f *Flow) CloseSend() {
	f.network.mu.Lock()
	defer f.network.mu.Unlock()
	f.endSending(itemEnd)
}

// The rest is called with network.mu held, except send and receive.

// send puts copies of the messages on the way, as the window allows.
func (f *Flow) send(msgs [][]byte) error {
	for ; ; <-f.space {
		n, err := f.push(msgs)
		if err != nil {
			return err
		}
		if msgs = msgs[n:]; len(msgs) == 0 {
			return nil
		}
	}
}

// push puts messages on the way until the window is full, and returns how many. It takes mu.
func (f *Flow) push(msgs [][]byte) (int, error) {
	f.network.mu.Lock()
	defer f.network.mu.Unlock()
	for i, m := range msgs {
		switch {
		case f.sendErr != nil:
			return i, f.sendErr
		case f.size >= f.network.opts.Window:
			return i, nil
		case len(m) == 0:
			continue
		}
		f.size += len(m)
		if tap := f.network.opts.Tap; tap != nil {
			tap(Message{Link: f.link, From: f.from, To: f.to, Data: bytes.Clone(m)})
		}
		f.put(item{kind: itemMessage, data: bytes.Clone(m)})
	}
	return len(msgs), f.sendErr
}

// put puts an item on the way.
func (f *Flow) put(it item) {
	f.network.sent++
	it.number = f.network.sent
	if f.way.latency > 0 {
		it.due = time.Now().Add(f.way.latency)
	}
	f.transit = append(f.transit, it)
	f.advance()
}

// advance makes arrive whatever nothing keeps any longer.
func (f *Flow) advance() {
	for len(f.transit) > 0 && !f.held && !f.way.held {
		if due := f.transit[0].due; !due.IsZero() {
			if wait := time.Until(due); wait > 0 {
				f.await(wait)
				return
			}
		}
		f.step()
	}
}

// await advances again after the time.
func (f *Flow) await(wait time.Duration) {
	if f.timer != nil {
		f.timer.Stop()
	}
	f.timer = time.AfterFunc(wait, func() {
		f.network.mu.Lock()
		defer f.network.mu.Unlock()
		f.advance()
	})
}

// step makes the first item under way arrive.
func (f *Flow) step() bool {
	if len(f.transit) == 0 {
		return false
	}
	it := f.transit[0]
	f.transit[0] = item{}
	f.transit = f.transit[1:]
	switch {
	case it.kind == itemMessage && f.gone:
		f.size -= len(it.data)
		wake(f.space)
	case it.kind == itemMessage:
		f.arrived = append(f.arrived, it.data)
	case it.kind == itemClose:
		f.reverse.lose(fmt.Errorf("netlayertest: closed by %s: %w", f.from, io.ErrClosedPipe))
		f.end(io.EOF)
	default:
		f.end(io.EOF)
	}
	wake(f.arrival)
	return true
}

// end says what Receive returns after what has arrived.
func (f *Flow) end(err error) {
	if f.receiveErr == nil {
		f.receiveErr = err
	}
	wake(f.arrival)
}

// lose ends sending: nobody receives what is sent.
func (f *Flow) lose(err error) {
	if f.sendErr == nil {
		f.sendErr = err
	}
	f.dropTransit()
	wake(f.space)
}

// dropTransit forgets what is under way.
func (f *Flow) dropTransit() {
	for _, it := range f.transit {
		f.size -= len(it.data)
	}
	f.transit = nil
	if f.timer != nil {
		f.timer.Stop()
	}
}

// cut ends the direction at once.
func (f *Flow) cut() {
	f.lose(ErrCut)
	f.end(ErrCut)
}

// endSending ends sending behind what was sent.
func (f *Flow) endSending(kind itemKind) {
	if f.sendErr != nil && kind == itemEnd {
		return
	}
	if f.sendErr == nil || kind == itemClose {
		f.put(item{kind: kind})
	}
	f.sendErr = fmt.Errorf("netlayertest: send: %w", net.ErrClosed)
	wake(f.space)
}

// endReceiving drops what nobody will receive.
func (f *Flow) endReceiving() {
	f.gone = true
	for _, m := range f.arrived {
		f.size -= len(m)
	}
	f.arrived = nil
	wake(f.arrival)
	wake(f.space)
}

// receive appends all messages that have arrived, and waits for the first.
func (f *Flow) receive(dst [][]byte) ([][]byte, error) {
	first := len(dst)
	for {
		dst, err := f.take(dst)
		if len(dst) > first || err != nil {
			return dst, err
		}
		<-f.arrival
	}
}

// take appends the messages that have arrived, up to one that is too large. The error is about what follows when there are
// none. It takes mu.
func (f *Flow) take(dst [][]byte) ([][]byte, error) {
	f.network.mu.Lock()
	defer f.network.mu.Unlock()
	if f.gone {
		return dst, fmt.Errorf("netlayertest: receive: %w", net.ErrClosed)
	}
	n := 0
	for ; n < len(f.arrived) && len(f.arrived[n]) <= f.limit; n++ {
		f.size -= len(f.arrived[n])
	}
	if n == 0 {
		if len(f.arrived) > 0 {
			f.arrived = nil
			f.receiveErr = &netlayer.MessageTooLargeError{Limit: f.limit}
		}
		return dst, f.receiveErr
	}
	dst = append(dst, f.arrived[:n]...)
	f.arrived = slices.Delete(f.arrived, 0, n)
	wake(f.space)
	return dst, nil
}

// setLimit bounds one message. It takes mu.
func (f *Flow) setLimit(n int) {
	if n < 1 {
		n = netlayer.DefaultReadLimit
	}
	f.network.mu.Lock()
	defer f.network.mu.Unlock()
	f.limit = n
}

// wake makes the side that waits for the channel look again.
func wake(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
