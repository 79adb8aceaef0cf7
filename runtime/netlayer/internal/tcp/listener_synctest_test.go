package tcp_test

import (
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcp"
)

// broken is a listener that cannot accept for some time, and then has one connection.
type broken struct {
	until    time.Time
	attempts atomic.Int64
	conn     net.Conn
	closed   chan struct{}
	once     sync.Once
}

func (l *broken) Accept() (net.Conn, error) {
	l.attempts.Add(1)
	if time.Now().Before(l.until) {
		return nil, errors.New("too many open files")
	}
	if c := l.conn; c != nil {
		l.conn = nil
		return c, nil
	}
	<-l.closed
	return nil, net.ErrClosed
}

func (l *broken) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

func (l *broken) Addr() net.Addr { return &net.TCPAddr{} }

// TestAcceptDoesNotSpin cannot accept for an hour. It tries about once a second, and accepts when that works again.
func TestAcceptDoesNotSpin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		l := &broken{until: time.Now().Add(time.Hour), conn: near, closed: make(chan struct{})}
		a := tcp.NewAcceptor(tcp.AcceptorOptions{Listener: l, Handshake: shake, Refused: func(net.Addr, error) {}})
		defer a.Close()
		go func() { _, _ = far.Write([]byte("y")) }()
		c, err := a.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		if n := l.attempts.Load(); n < 3000 || n > 4000 {
			t.Errorf("%d attempts in an hour", n)
		}
	})
}

// TestCloseWhileNothingCanBeAccepted ends the pause.
func TestCloseWhileNothingCanBeAccepted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := &broken{until: time.Now().Add(time.Hour), closed: make(chan struct{})}
		a := tcp.NewAcceptor(tcp.AcceptorOptions{Listener: l, Handshake: shake})
		time.Sleep(time.Minute)
		start := time.Now()
		if err := a.Close(); err != nil || time.Since(start) > 0 {
			t.Errorf("Close: %v after %v", err, time.Since(start))
		}
	})
}

// TestDrip has a dialler say one byte of a long word every second.
func TestDrip(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		l := &broken{conn: near, closed: make(chan struct{})}
		refused := make(chan error, 1)
		a := tcp.NewAcceptor(tcp.AcceptorOptions{
			Listener: l,
			Handshake: func(c net.Conn) (*netlayer.Stream, error) {
				for range 1000 {
					if _, err := c.Read(make([]byte, 1)); err != nil {
						return nil, err
					}
				}
				return netlayer.NewStream(c, netlayer.StreamOptions{}), nil
			},
			Refused: func(_ net.Addr, err error) { refused <- err },
		})
		defer a.Close()
		start := time.Now()
		for {
			if _, err := far.Write([]byte("x")); err != nil {
				break
			}
			time.Sleep(time.Second)
		}
		if took := time.Since(start); took < tcp.DefaultHandshakeTime || took > tcp.DefaultHandshakeTime+time.Second {
			t.Errorf("the handshake went on for %v", took)
		}
		<-refused
		if got := a.Refused(); got != (netlayer.Refusals{Failed: 1}) {
			t.Errorf("refused: %+v", got)
		}
	})
}
