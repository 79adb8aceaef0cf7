package onion

import (
	"bytes"
	"crypto/ed25519"
	"io"
	"net"
	"strings"
	"testing"
	"time"
)

// said is a conn on which everything was said already. Nobody hears what is written.
type said struct {
	net.Conn
	io.Reader
}

func (s said) Read(p []byte) (int, error)       { return s.Reader.Read(p) }
func (said) Write(p []byte) (int, error)        { return len(p), nil }
func (said) SetWriteDeadline(_ time.Time) error { return nil }

// FuzzSOCKS checks that a stream is there when the port says so, and only then, and that nothing of what comes behind is read.
func FuzzSOCKS(f *testing.F) {
	for _, reply := range []string{
		"", "\x05", "\x05\x00", "\x05\xff", "\x04\x00\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00", "\x05\x00\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00<1'a>",
		"\x05\x00\x05\x00\x00\x04" + strings.Repeat("\x00", 18), "\x05\x00\x05\x00\x00\x03\x03abc\x00\x00x", "\x05\x00\x05\x00\x00\x03\x00\x00\x00",
		"\x05\x00\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00", "\x05\x00\x05\xf0\x00\x01\x00\x00\x00\x00\x00\x00", "\x05\xff\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00",
		"\x05\x00\x05\x00\x00\x02\x00\x00", "\x05\x00\x05\x00\x00\x03\xff",
	} {
		f.Add([]byte(reply))
	}
	f.Fuzz(func(t *testing.T, reply []byte) {
		r := bytes.NewReader(reply)
		err := request(said{Reader: r}, "x.onion")
		length := socksLength(reply)
		if (err == nil) != (length >= 0) {
			t.Fatalf("error %v; the reply has %d bytes", err, length)
		}
		if read := len(reply) - r.Len(); err == nil && read != length || read > 2+4+1+255+2 {
			t.Errorf("%d bytes are read, of a reply of %d", read, length)
		}
	})
}

// socksLength returns how many bytes a port says that has made a stream, of what begins with them, and -1 if it has not.
func socksLength(said []byte) int {
	const before = 6 // bytes, up to the address
	if len(said) <= before || !bytes.HasPrefix(said, []byte{5, 0, 5, 0}) {
		return -1
	}
	lengths := map[byte]int{1: 4, 3: 1 + int(said[before]), 4: 16}
	length, ok := lengths[said[before-1]]
	if length += before + 2; !ok || length > len(said) {
		return -1
	}
	return length
}

// FuzzControlPort lets anything be who listens at the control port. Whatever it says, it is not taken for what it does not say.
func FuzzControlPort(f *testing.F) {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	own := Designator(key.Public().(ed25519.PublicKey))
	for step, replies := range []string{
		"250-PROTOCOLINFO 1\r\n250-AUTH METHODS=NULL\r\n250-VERSION Tor=\"0.4.9.11\"\r\n250 OK\r\n250 OK\r\n",
		"250-status/bootstrap-phase=NOTICE BOOTSTRAP PROGRESS=14 TAG=x SUMMARY=\"Hand \\\"shaking\"\r\n250 OK\r\n" +
			"650 STATUS_CLIENT WARN BOOTSTRAP PROGRESS=50 SUMMARY=x WARNING=\"no\"\r\n650 STATUS_CLIENT NOTICE BOOTSTRAP PROGRESS=100\r\n",
		"650 STATUS_CLIENT x\r\n250-net/listeners/socks=\"127.0.0.1:9050\" \"unix:/a b\"\r\n250 OK\r\n",
		"250-ServiceID=" + own + "\r\n250 OK\r\n",
		"650 HS_DESC UPLOADED other x\r\n650 HS_DESC UPLOADED " + own + " UNKNOWN\r\n",
	} {
		for _, replies := range []string{
			replies, "250-AUTH METHODS=SAFECOOKIE COOKIEFILE=\"/dev/zero\"\r\n250 OK\r\n", "250-status/bootstrap-phase=NOTICE BOOTSTRAP PROGRESS=-1\r\n250 OK\r\n",
			"250-ServiceID=other\r\n250 OK\r\n", "650 HS_DESC UPLOADED other x\r\n", "250+x\r\n.\r\n250 OK\r\n", "515 no\r\n", "250 \r\n", "650\r\n",
		} {
			f.Add(byte(step), []byte(replies))
		}
	}
	f.Fuzz(func(t *testing.T, step byte, replies []byte) {
		r := bytes.NewReader(replies)
		p := newControlPort(said{Reader: r})
		var err error
		switch step % 5 {
		case 0:
			if err = p.authenticate(""); err == nil && bytes.Count(replies, []byte("25")) < 2 {
				t.Error("what ways there are, or that this is one, was not said")
			}
		case 1:
			last := 0
			progress := newReporter(func(p Progress) {
				if last = p.Percent; last < 0 || last > 100 {
					t.Errorf("%d%%", last)
				}
			})
			err = p.bootstrapped(progress)
			if progress.stop(); err == nil && last != 100 {
				t.Errorf("connected at %d%%", last)
			}
		case 2:
			_, err = p.socks()
		case 3:
			if err = p.serve(key, "127.0.0.1:1"); err == nil && !bytes.Contains(replies, []byte(own)) {
				t.Error("another onion service is served")
			}
		case 4:
			if err = p.published(own); err == nil && !bytes.Contains(replies, []byte(own)) {
				t.Error("another onion service is published")
			}
		}
		if isLost(err) && r.Len() > 0 {
			t.Errorf("the end, %v, with %d bytes left", err, r.Len())
		}
	})
}
