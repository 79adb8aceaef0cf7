package tcptest

import (
	"errors"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// Stalls checks what becomes of messages that do not go on arriving: of each, the first so many bytes come, as they are on the wire, and
// nothing after them. The function returns netlayers of one transport whose messages may take so long; nothing else may end their conns.
// Conns with others go on meanwhile.
func Stalls(t *testing.T, newPair func(t *testing.T, messageTime time.Duration) Pair, sizes ...int) {
	t.Helper()
	const messageTime = 100 * time.Millisecond
	p := newPair(t, messageTime)
	honest, other := connectBy(t, p, p[1].Location())
	go echo(other)
	var all sync.WaitGroup
	ended := make([]error, len(sizes))
	for i, size := range sizes {
		s := &staller{spent: make(chan struct{})}
		dialled, accepted := connectBy(t, p, NewRelay(t, p[1].Location(), s.change).Location())
		all.Go(func() { _, ended[i] = accepted.Receive(nil) })
		s.allow(size)
		go func() { _ = dialled.Send(records(1, 1<<20)) }()
		s.await(t)
	}
	over := make(chan struct{})
	go func() {
		all.Wait()
		close(over)
	}()
	deadline := time.After(Patience)
	for calls := 0; ; calls++ {
		if err := honest.Send(records(1, 100)); err != nil {
			t.Fatalf("Send beside: %v", err)
		}
		if _, err := honest.Receive(nil); err != nil {
			t.Fatalf("Receive beside: %v", err)
		}
		select {
		case <-over:
		case <-deadline:
			t.Fatalf("half a message is still waited for after %v", Patience)
		case <-time.After(time.Millisecond):
			continue
		}
		break
	}
	for i, err := range ended {
		if !errors.Is(err, netlayer.ErrStalled) || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("after %d bytes of a message, Receive: %v, want an error that wraps ErrStalled", sizes[i], err)
		}
	}
}

// connectBy returns both ends of a conn to the location, on which one message has been sent.
func connectBy(t testing.TB, p Pair, at locator.Peer) (dialled, accepted netlayer.Conn) {
	t.Helper()
	var err error
	if dialled, err = p[0].Dial(t.Context(), at); err != nil {
		t.Fatal(err)
	}
	if accepted, err = p[1].Accept(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = dialled.Close(), accepted.Close() })
	if err := dialled.Send(records(1, 10)); err != nil {
		t.Fatal(err)
	}
	if _, err := accepted.Receive(nil); err != nil {
		t.Fatal(err)
	}
	return dialled, accepted
}

// staller is a Changer for one connection that lets so many bytes more go up, once it was told how many, and drops all others.
type staller struct {
	spent chan struct{} // closed when nothing is left

	mu   sync.Mutex
	set  bool
	left int
}

// allow lets so many bytes more go up.
func (s *staller) allow(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.set, s.left = true, n
}

// await waits until they have.
func (s *staller) await(t testing.TB) {
	t.Helper()
	select {
	case <-s.spent:
	case <-time.After(Patience):
		t.Fatal("nothing is sent")
	}
}

func (s *staller) change(up bool, _ int, data []byte) ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !up || !s.set {
		return data, nil
	}
	if len(data) < s.left {
		s.left -= len(data)
		return data, nil
	}
	data = data[:s.left]
	if s.left > 0 {
		s.left = 0
		close(s.spent)
	}
	return data, nil
}
