package tcp_test

import (
	"errors"
	"io"
	"net"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcp"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
)

// errWord is what a handshake says that does not like the word of the dialler.
var errWord = errors.New("a word that is not liked")

// shake is a handshake: the dialler says y or n.
func shake(c net.Conn) (*netlayer.Stream, error) {
	var word [1]byte
	if _, err := io.ReadFull(c, word[:]); err != nil {
		return nil, err
	}
	if word[0] != 'y' {
		return nil, errWord
	}
	return netlayer.NewStream(c, netlayer.StreamOptions{}), nil
}

// scene is an acceptor, and what it has refused.
type scene struct {
	*tcp.Acceptor
	address string
	refused chan error
}

// newScene returns an acceptor that is closed with the test.
func newScene(t *testing.T, opts tcp.AcceptorOptions) scene {
	t.Helper()
	tcptest.ExpectNoLeaks(t)
	l, err := tcp.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := scene{address: l.Addr().String(), refused: make(chan error, 100)}
	opts.Handshake, opts.Refused = shake, func(_ net.Addr, err error) { s.refused <- err }
	if opts.Listener == nil {
		opts.Listener = l
	} else {
		opts.Listener.(*flaky).Listener = l
	}
	s.Acceptor = tcp.NewAcceptor(opts)
	t.Cleanup(func() {
		for range 2 {
			if err := s.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
		}
	})
	return s
}

// dial connects, and says a word.
func (s scene) dial(t *testing.T, word string) net.Conn {
	t.Helper()
	var dialer net.Dialer
	c, err := dialer.DialContext(t.Context(), "tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	if _, err := c.Write([]byte(word)); err != nil {
		t.Fatal(err)
	}
	return c
}

// expectRefused waits until the acceptor refuses for the reason.
func (s scene) expectRefused(t *testing.T, want error) {
	t.Helper()
	select {
	case err := <-s.refused:
		if !errors.Is(err, want) {
			t.Errorf("refused: %v, want %v", err, want)
		}
	case <-time.After(tcptest.Patience):
		t.Fatalf("nothing refused, want %v", want)
	}
}

// expectAccepted accepts a conn, which is to say what the dialler has said behind its word.
func (s scene) expectAccepted(t *testing.T, want string) {
	t.Helper()
	c, err := s.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	msgs, err := c.Receive(nil)
	if diff := cmp.Diff([][]byte{[]byte(want)}, msgs); diff != "" || err != nil {
		t.Errorf("%v, received (-want +got):\n%s", err, diff)
	}
}

// expectClosed checks that the other side has closed the connection.
func expectClosed(t *testing.T, c net.Conn) {
	t.Helper()
	_ = c.SetReadDeadline(time.Now().Add(tcptest.Patience))
	var timeout net.Error
	if _, err := c.Read(make([]byte, 1)); err == nil || errors.As(err, &timeout) && timeout.Timeout() {
		t.Errorf("read: %v, want the end", err)
	}
}

func TestAcceptsBesideSilence(t *testing.T) {
	s := newScene(t, tcp.AcceptorOptions{})
	for range 10 {
		s.dial(t, "")
	}
	s.dial(t, "y1:a")
	s.expectAccepted(t, "a")
	expectClosed(t, s.dial(t, "n"))
	s.expectRefused(t, errWord)
}

func TestHandshakeTime(t *testing.T) {
	s := newScene(t, tcp.AcceptorOptions{HandshakeTime: 30 * time.Millisecond})
	expectClosed(t, s.dial(t, ""))
	s.expectRefused(t, os.ErrDeadlineExceeded)
	c := s.dial(t, "y")
	<-time.After(60 * time.Millisecond) // a conn has no deadline while it waits to be accepted, nor afterwards
	if _, err := c.Write([]byte("1:a")); err != nil {
		t.Fatal(err)
	}
	s.expectAccepted(t, "a")
}

// TestHandshakes has one more handshake than there may be, and one more conn that nobody accepts.
func TestHandshakes(t *testing.T) {
	s := newScene(t, tcp.AcceptorOptions{Handshakes: 3})
	oldest := s.dial(t, "")
	for range 2 {
		s.dial(t, "")
	}
	<-time.After(20 * time.Millisecond) // the kernel queues connections; the oldest is to be there first
	s.dial(t, "y1:a")
	expectClosed(t, oldest)
	s.expectRefused(t, tcp.ErrTooMany)
	if got := s.Refused(); got != (netlayer.Refusals{Crowded: 1}) {
		t.Errorf("refused: %+v", got)
	}
	s.expectAccepted(t, "a")

	waiting := s.dial(t, "y")
	<-time.After(20 * time.Millisecond)
	for range 3 {
		s.dial(t, "")
	}
	expectClosed(t, waiting)
}

// TestCloseEndsHandshakes closes while there are handshakes of each sort.
func TestCloseEndsHandshakes(t *testing.T) {
	s := newScene(t, tcp.AcceptorOptions{})
	silent, waiting := s.dial(t, ""), s.dial(t, "y")
	<-time.After(20 * time.Millisecond)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	expectClosed(t, silent)
	expectClosed(t, waiting)
	if _, err := s.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept after Close: %v", err)
	}
	if len(s.refused) > 0 {
		t.Errorf("refused: %v", <-s.refused)
	}
}

// flaky is a listener that cannot accept for a while.
type flaky struct {
	net.Listener
	failures int
}

func (l *flaky) Accept() (net.Conn, error) {
	if l.failures > 0 {
		l.failures--
		return nil, errors.New("too many open files")
	}
	return l.Listener.Accept()
}

func TestAcceptErrorsPass(t *testing.T) {
	s := newScene(t, tcp.AcceptorOptions{Listener: &flaky{failures: 4}})
	s.dial(t, "y1:a")
	s.expectAccepted(t, "a")
}

func TestDialOnly(t *testing.T) {
	a := tcp.NewAcceptor(tcp.AcceptorOptions{})
	end := make(chan error, 1)
	go func() {
		_, err := a.Accept()
		end <- err
	}()
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-end; !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept: %v", err)
	}
}
