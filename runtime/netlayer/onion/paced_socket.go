package onion

import (
	"net"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// pacedSocket is a socket to tor with pauses in what is written. It is a netlayer.ImmediateWriter. All of it is owned by the sending
// goroutine, except for the socket.
type pacedSocket struct {
	net.Conn
	now     netlayer.ImmediateWriter // to the socket
	written int                      // since the last pause
	last    time.Time                // that something was written
}

// newPacedSocket returns a socket that is written to like this.
func newPacedSocket(c net.Conn) *pacedSocket {
	if s, ok := c.(interface{ SetWriteBuffer(bytes int) error }); ok {
		_ = s.SetWriteBuffer(sendBuffer) // a socket that refuses works as well
	}
	return &pacedSocket{Conn: c, now: netlayer.NewImmediateWriter(c)}
}

// room returns how many bytes may be written now.
func (p *pacedSocket) room() int {
	if time.Since(p.last) >= paceTime {
		p.written = 0
	}
	return paceBytes - p.written
}

// note counts what was written.
func (p *pacedSocket) note(n int) {
	p.written += n
	p.last = time.Now()
}

// Write implements net.Conn.
func (p *pacedSocket) Write(b []byte) (total int, err error) {
	for err == nil && total < len(b) {
		room := p.room()
		if room == 0 {
			<-time.After(paceTime)
			continue
		}
		var n int
		n, err = p.Conn.Write(b[total:min(len(b), total+room)])
		p.note(n)
		total += n
	}
	return total, err
}

// WriteNow implements netlayer.ImmediateWriter. In a pause, it writes nothing.
func (p *pacedSocket) WriteNow(b []byte) (int, error) {
	room := p.room()
	if room == 0 {
		return 0, nil
	}
	n, err := p.now.WriteNow(b[:min(len(b), room)])
	if n > 0 {
		p.note(n)
	}
	return n, err
}
