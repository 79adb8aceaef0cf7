package peer

import (
	"context"
	"net"
	"sync"
)

// listener accepts TCP connections and has each one served by a goroutine, for peers that leave that to the program.
type listener struct {
	net.Listener

	serve   func(net.Conn)
	serving sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]bool // Guarded by mu; nil once the listener is closed.
}

// listen starts a listener on a free port of 127.0.0.1. Its goroutines end with Close.
func listen(serve func(net.Conn)) (*listener, error) {
	var config net.ListenConfig
	nl, err := config.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	l := &listener{Listener: nl, serve: serve, conns: map[net.Conn]bool{}}
	l.serving.Go(l.accept)
	return l, nil
}

func (l *listener) accept() {
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		if !l.add(c) {
			_ = c.Close()
			return
		}
		l.serving.Go(func() {
			l.serve(c)
			l.remove(c)
		})
	}
}

func (l *listener) add(c net.Conn) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.conns == nil {
		return false
	}
	l.conns[c] = true
	return true
}

func (l *listener) remove(c net.Conn) {
	_ = c.Close()
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.conns, c)
}

// Address returns the host and port.
func (l *listener) Address() string { return l.Addr().String() }

// Close ends everything, and waits for it.
func (l *listener) Close() error {
	err := l.Listener.Close()
	l.mu.Lock()
	for c := range l.conns {
		_ = c.Close()
	}
	l.conns = nil
	l.mu.Unlock()
	l.serving.Wait()
	return err
}

// dial connects to an address.
func dial(ctx context.Context, address string) (net.Conn, error) {
	var d net.Dialer
	return d.DialContext(ctx, "tcp", address)
}
