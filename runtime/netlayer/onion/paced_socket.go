package onion

import (
	"net"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

const (
	// paceBytes is how much is written to tor at a stretch, and paceTime how long nothing is written then. Tor reads for as long as there
	// is something to read, and does not look meanwhile at whether the other side takes more: without pauses it has taken 960 MB within
	// six seconds, and sent 20; for a peer that did not read, from 70 to 330 MB. After a pause it has read everything, looks, and stops
	// reading. With these numbers it has been at most 40 MB ahead of a peer that reads, and has taken from 4 to 11 MB for one that does
	// not. They still let 13 MB a second through, which is more than Tor does.
	paceBytes = 64 << 10
	paceTime  = 5 * time.Millisecond

	// sendBuffer is how many bytes of output the system keeps between the program and tor, or twice as many: what tor finds there when it
	// begins to read again. Systems keep megabytes by default. With less than 64 KiB, what is longer waits for timers of TCP.
	sendBuffer = 128 << 10
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
