package websocket

import (
	"net"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcp"
)

// handshake is a conn that nobody has accepted yet: one that has said nothing, or part of a request, or that has not proved anything,
// or that waits for Accept.
type handshake struct {
	net.Conn
	all   *tcp.Handshakes
	place *tcp.Handshake
	begun time.Time
	leave func() // says that the conn is closed
}

// begin returns a handshake on c, which is closed when it has to go. When it is closed, leave is called.
func begin(all *tcp.Handshakes, c net.Conn, leave func()) *handshake {
	return &handshake{Conn: c, all: all, place: all.Begin(c.RemoteAddr(), func() { abort(c) }), begun: time.Now(), leave: leave}
}

// Close closes the conn, which ends the handshake if it is not over.
func (one *handshake) Close() error {
	one.place.Fail()
	err := one.Conn.Close()
	one.leave()
	return err
}

// NetConn returns the conn below.
func (one *handshake) NetConn() net.Conn { return one.Conn }

// handshakeListener makes a handshake of each conn that it accepts.
type handshakeListener struct {
	net.Listener
	accept func() (c net.Conn, leave func(), err error)
	all    *tcp.Handshakes
}

// Accept returns the next conn, which is a *handshake.
func (l handshakeListener) Accept() (net.Conn, error) {
	c, leave, err := l.accept()
	if err != nil {
		return nil, err
	}
	return begin(l.all, c, leave), nil
}
