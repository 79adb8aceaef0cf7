package noise

import (
	"bytes"
	"errors"
	"io"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/handoff"
)

// FuzzRespond checks that whatever a dialler says who does not follow the handshake, it is refused, and gets one answer at most.
func FuzzRespond(f *testing.F) {
	key := handoff.KeyPairFromSeed([32]byte{1})
	own := key.Public()
	f.Add([]byte{})
	f.Add(bytes.Repeat([]byte{9}, synSize+ackSize))
	f.Add(make([]byte, synSize+ackSize+5))
	f.Fuzz(func(t *testing.T, said []byte) {
		c := &otherSide{Reader: bytes.NewReader(append(own[:], said...))}
		p := party{key, encodings{encodingSyrup}, secrets{}}
		_, err := p.respond(c)
		var failed *HandshakeError
		if !errors.As(err, &failed) {
			t.Fatalf("respond: %v, want a *HandshakeError", err)
		}
		if n := c.heard.Len(); n != 0 && n != synackSize {
			t.Errorf("answered with %d bytes", n)
		}
	})
}

// FuzzRead checks that whatever arrives, what is read is what was sent, or less of it.
func FuzzRead(f *testing.F) {
	dialled, accepted := agree(f)
	want := content(300)
	c := &script{}
	s, err := newStream(c, dialled, 0)
	if err != nil {
		f.Fatal(err)
	}
	for _, size := range []int{100, 200} {
		if _, err := s.Write(want[:size]); err != nil {
			f.Fatal(err)
		}
	}
	if err := s.CloseWrite(); err != nil {
		f.Fatal(err)
	}
	all, want := c.sent.Bytes(), append(bytes.Clone(want[:100]), want[:200]...)
	f.Add(0, 0, []byte{})
	f.Add(3, 4, []byte{1})
	f.Add(0, len(all), []byte{0, 16})
	f.Add(headSize+100+tagSize, headSize+200+tagSize, []byte{})
	f.Fuzz(func(t *testing.T, from, cut int, put []byte) {
		from = max(0, min(from, len(all)))
		to := max(from, min(from+max(0, cut), len(all)))
		changed := bytes.Join([][]byte{all[:from], put, all[to:]}, nil)
		got, err := readScript(t, accepted, changed, 1+len(put), 1+cut&0xff)
		switch {
		case !bytes.HasPrefix(want, got):
			t.Errorf("read %q", got)
		case err != io.EOF && err != io.ErrUnexpectedEOF && err != ErrRecord:
			t.Errorf("read: %v", err)
		case err == io.EOF && len(got) < len(want):
			t.Errorf("the end after %d of %d bytes", len(got), len(want))
		}
	})
}
