package netlayer_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// pairsWriter is an ImmediateWriter that writes pairs of bytes, as many as there is room for. The first of a pair whose second there is
// no room for is on its way, and counts only with it.
type pairsWriter struct {
	script
	room int // in bytes
	half []byte
	err  error
}

func (w *pairsWriter) WriteNow(p []byte) (n int, err error) {
	if w.err != nil {
		return 0, w.err
	}
	if len(w.half) > 0 && !bytes.HasPrefix(p, w.half) {
		return 0, errors.New("what is on its way is not what comes next")
	}
	n = min(len(p), w.room)
	w.room -= n
	w.half = nil
	if n%2 == 1 && n < len(p) {
		n--
		w.half = bytes.Clone(p[n : n+1])
	}
	w.writes = append(w.writes, bytes.Clone(p[:n]))
	return n, nil
}

func (w *pairsWriter) Write(p []byte) (int, error) {
	if !bytes.HasPrefix(p, w.half) {
		return 0, errors.New("what is on its way is not what comes next")
	}
	w.half = nil
	return w.script.Write(p)
}

// TestTrySendLongContent sends a message with 64 KiB of content and what is around it, which goes out at once and in one write.
func TestTrySendLongContent(t *testing.T) {
	const size = 66 << 10 // the longest that runtime/captp counts on
	for framing := range encodings {
		w := &pairsWriter{room: 1 << 20}
		c := netlayer.NewStream(w, netlayer.StreamOptions{Framing: framing})
		if done, err := c.TrySend(records(size)); !done || err != nil || len(w.writes) != 1 {
			t.Errorf("%v: TrySend of %d bytes: %v, %v, in %d writes", framing, size, done, err, len(w.writes))
		}
	}
}

// TestTrySendOverImmediateWriter sends by what can write without waiting and is no socket.
func TestTrySendOverImmediateWriter(t *testing.T) {
	for framing, encode := range encodings {
		for room := range 60 {
			w := &pairsWriter{room: room}
			c := netlayer.NewStream(w, netlayer.StreamOptions{Framing: framing})
			msgs := records(3, 0, 17, 1)
			want := encode(msgs)
			done, err := c.TrySend(msgs[:2])
			if err != nil {
				t.Fatalf("%v, room for %d: TrySend: %v", framing, room, err)
			}
			if fits := room >= len(encode(msgs[:2])); done != fits {
				t.Errorf("%v, room for %d: TrySend: %v, want %v", framing, room, done, fits)
			}
			w.room += 3
			if _, err := c.TrySend(msgs[2:3]); err != nil {
				t.Errorf("%v, room for %d: second TrySend: %v", framing, room, err)
			}
			if err := c.Send(msgs[3:]); err != nil {
				t.Errorf("%v, room for %d: Send: %v", framing, room, err)
			}
			if diff := cmp.Diff(string(want), string(bytes.Join(w.writes, nil))); diff != "" {
				t.Errorf("%v, room for %d: written (-want +got):\n%s", framing, room, diff)
			}
		}
		broken := errors.New("broken")
		c := netlayer.NewStream(&pairsWriter{err: broken}, netlayer.StreamOptions{Framing: framing})
		if done, err := c.TrySend(records(1)); done || !errors.Is(err, broken) {
			t.Errorf("%v: TrySend: %v, %v, want %v", framing, done, err, broken)
		}
	}
}
