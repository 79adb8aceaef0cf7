package netlayer_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// script is the transport of a stream: each of its reads returns the next of the segments, and writes are kept.
type script struct {
	segments [][]byte
	end      error // after the segments; io.EOF when nil
	reads    int
	writes   [][]byte
	writeErr error
}

func (s *script) Read(p []byte) (int, error) {
	s.reads++
	for len(s.segments) > 0 && len(s.segments[0]) == 0 {
		s.segments = s.segments[1:]
	}
	if len(s.segments) == 0 {
		if s.end != nil {
			return 0, s.end
		}
		return 0, io.EOF
	}
	n := copy(p, s.segments[0])
	s.segments[0] = s.segments[0][n:]
	return n, nil
}

func (s *script) Write(p []byte) (int, error) {
	s.writes = append(s.writes, bytes.Clone(p))
	return len(p), s.writeErr
}

func (s *script) Close() error { return nil }

// receiving returns a stream that receives the segments.
func receiving(segments ...[]byte) *netlayer.Stream {
	return netlayer.NewStream(&script{segments: segments}, netlayer.StreamOptions{})
}

// receiveAll receives until the end.
func receiveAll(c netlayer.Conn) (msgs [][]byte, end error) {
	for {
		before := len(msgs)
		var err error
		if msgs, err = c.Receive(msgs); err != nil {
			return msgs, err
		}
		if len(msgs) == before {
			return msgs, errors.New("Receive appended nothing, without an error")
		}
	}
}

// records returns messages of the given sizes, each of which is a record.
func records(sizes ...int) [][]byte {
	var msgs [][]byte
	for i, size := range sizes {
		msgs = append(msgs, fmt.Appendf(nil, `<1'm%d+%d:%s[3"é>{}]>`, i, size, strings.Repeat("<", size)))
	}
	return msgs
}

// encodings are the two framings as bytes.
var encodings = map[netlayer.Framing]func(msgs [][]byte) []byte{
	netlayer.Framed: func(msgs [][]byte) []byte {
		var b []byte
		for _, m := range msgs {
			b = append(append(strconv.AppendInt(b, int64(len(m)), 10), ':'), m...)
		}
		return b
	},
	netlayer.Raw: func(msgs [][]byte) []byte { return bytes.Join(msgs, nil) },
}

func TestDetectAnswersInKind(t *testing.T) {
	for framing, encode := range encodings {
		s := &script{segments: [][]byte{encode(records(1))}}
		c := netlayer.NewStream(s, netlayer.StreamOptions{Framing: netlayer.Detect})
		if _, err := c.Receive(nil); err != nil {
			t.Fatal(err)
		}
		if err := c.Send(records(2)); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([][]byte{encode(records(2))}, s.writes); diff != "" {
			t.Errorf("%v: writes (-want +got):\n%s", framing, diff)
		}
	}
}

func TestDetectFallsBackToFramed(t *testing.T) {
	for _, data := range []string{"", "!"} {
		s := &script{segments: [][]byte{[]byte(data)}}
		c := netlayer.NewStream(s, netlayer.StreamOptions{Framing: netlayer.Detect})
		if _, err := c.Receive(nil); err == nil {
			t.Fatal("Receive: no error")
		}
		if err := c.Send([][]byte{[]byte("<t>")}); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff([][]byte{[]byte("3:<t>")}, s.writes); diff != "" {
			t.Errorf("writes (-want +got):\n%s", diff)
		}
	}
}

func TestCloseSendUnsupported(t *testing.T) {
	near, far := net.Pipe()
	defer func() { _ = far.Close() }()
	c := netlayer.NewStream(near, netlayer.StreamOptions{})
	for range 2 {
		if err := c.CloseSend(); !errors.Is(err, errors.ErrUnsupported) {
			t.Errorf("CloseSend: %v, want an error that wraps errors.ErrUnsupported", err)
		}
	}
	if err := c.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
	if _, err := c.Receive(nil); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Receive: %v, want an error that wraps net.ErrClosed", err)
	}
}

func TestProved(t *testing.T) {
	want := locator.PeerID{Transport: "onion", Designator: "abc"}
	if got := netlayer.NewStream(&script{}, netlayer.StreamOptions{Proved: want}).Proved(); got != want {
		t.Errorf("Proved: %v, want %v", got, want)
	}
}

func TestFramingString(t *testing.T) {
	for framing, want := range map[netlayer.Framing]string{
		netlayer.Framed: "framed", netlayer.Raw: "raw", netlayer.Detect: "detect", 9: "framing 9",
	} {
		if got := framing.String(); got != want {
			t.Errorf("%d: %q, want %q", framing, got, want)
		}
	}
}
