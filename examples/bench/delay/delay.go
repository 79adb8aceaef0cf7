// Package delay is a stretch of network on loopback: what is sent through it arrives later.
package delay

import (
	"context"
	"net"
	"sync"
	"time"
)

// Line passes bytes on between whoever connects to it and one address, each a while after it came.
type Line struct {
	listener net.Listener
	to       string
	oneWay   time.Duration
	running  sync.WaitGroup
	mu       sync.Mutex
	conns    []net.Conn    // Guarded by mu, as all of these.
	going    chan struct{} // open while the line stands still
	closed   bool
}

// piece is something that is under way.
type piece struct {
	data []byte
	due  time.Time
}

const (
	pieceBytes    = 32 << 10
	piecesAtATime = 1024 // that are under way in one direction of a connection; who sends more waits
)

// Listen starts a line to an address, at a free port of 127.0.0.1. Its goroutines end with Close.
func Listen(to string, oneWay time.Duration) (*Line, error) {
	var config net.ListenConfig
	nl, err := config.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	l := &Line{listener: nl, to: to, oneWay: oneWay}
	l.running.Go(l.accept)
	return l, nil
}

// Address is where to connect.
func (l *Line) Address() string { return l.listener.Addr().String() }

// Close ends all connections, and waits until that is done.
func (l *Line) Close() error {
	err := l.listener.Close()
	l.GoOn()
	l.mu.Lock()
	l.closed = true
	for _, c := range l.conns {
		_ = c.Close()
	}
	l.mu.Unlock()
	l.running.Wait()
	return err
}

// Stop lets the line stand still until GoOn is called: it reads hardly anything of what it is to pass on.
func (l *Line) Stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.closed && l.going == nil {
		l.going = make(chan struct{})
	}
}

// GoOn ends what Stop began.
func (l *Line) GoOn() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.going != nil {
		close(l.going)
		l.going = nil
	}
}

// gate returns a channel that is closed once the line does not stand still.
func (l *Line) gate() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.going == nil {
		return open
	}
	return l.going
}

// open is a gate that is.
var open = func() chan struct{} {
	c := make(chan struct{})
	close(c)
	return c
}()

func (l *Line) accept() {
	for {
		near, err := l.listener.Accept()
		if err != nil {
			return
		}
		var d net.Dialer
		far, err := d.DialContext(context.Background(), "tcp", l.to)
		if err != nil {
			_ = near.Close()
			continue
		}
		if !l.add(near, far) {
			return
		}
		l.pass(near, far)
		l.pass(far, near)
	}
}

// add takes the connections down, to be closed with the line. It reports whether there is still one.
func (l *Line) add(conns ...net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		for _, c := range conns {
			_ = c.Close()
		}
		return false
	}
	l.conns = append(l.conns, conns...)
	return true
}

// pass starts the two goroutines of one direction: one reads and looks at the clock, one waits and writes. They end with the connections.
func (l *Line) pass(from, to net.Conn) {
	pieces := make(chan piece, piecesAtATime)
	l.running.Go(func() {
		defer close(pieces)
		for {
			buf := make([]byte, pieceBytes)
			<-l.gate()
			n, err := from.Read(buf)
			if n > 0 {
				pieces <- piece{buf[:n], time.Now().Add(l.oneWay)}
			}
			if err != nil {
				return
			}
		}
	})
	l.running.Go(func() {
		defer func() { _ = to.Close() }()
		clock := newAlarm()
		defer clock.close()
		for p := range pieces {
			clock.wait(p.due)
			if _, err := to.Write(p.data); err != nil {
				_ = from.Close()
				break
			}
		}
		for range pieces {
			// The reader is not to wait for a writer that is gone.
		}
	})
}
