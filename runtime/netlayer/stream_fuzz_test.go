package netlayer_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// FuzzReceive checks that what is received does not depend on how the bytes arrive, and that what was received, sent
// again, is received again.
func FuzzReceive(f *testing.F) {
	for _, encode := range encodings {
		f.Add(encode(records(0, 5, 300)), 7)
	}
	for _, seed := range []string{
		"", "0:", "3:<a>0:00:1:t", "18446744073709551621:", "000000000000000000000003:abc", "-1:", "3:<a>,", "<1'a>t", "<1'a[",
		"<1'a99999:", "1000:x", "<>", "<", "!",
	} {
		f.Add([]byte(seed), 1)
	}
	f.Fuzz(func(t *testing.T, data []byte, size int) {
		size = max(1, size&0xff)
		opts := netlayer.StreamOptions{ReadLimit: 500}
		whole, end := receiveAll(netlayer.NewStream(&script{segments: [][]byte{bytes.Clone(data)}}, opts))
		segments := slices.Collect(slices.Chunk(bytes.Clone(data), size))
		pieces, endOfPieces := receiveAll(netlayer.NewStream(&script{segments: segments}, opts))
		if !slices.EqualFunc(whole, pieces, bytes.Equal) {
			t.Errorf("%q at once, %q in pieces of %d", whole, pieces, size)
		}
		if end.Error() != endOfPieces.Error() {
			t.Errorf("end %v at once, %v in pieces of %d", end, endOfPieces, size)
		}
		var malformed *netlayer.FrameError
		var tooLarge *netlayer.MessageTooLargeError
		if end != io.EOF && end != io.ErrUnexpectedEOF && !errors.As(end, &malformed) && !errors.As(end, &tooLarge) {
			t.Errorf("end %v", end)
		}

		for _, framing := range []netlayer.Framing{netlayer.Framed, netlayer.Raw} {
			if framing == netlayer.Raw && !bytes.HasPrefix(data, []byte("<")) {
				continue // frames may hold what is no record
			}
			s := &script{}
			if err := netlayer.NewStream(s, netlayer.StreamOptions{Framing: framing}).Send(whole); err != nil {
				t.Fatal(err)
			}
			again, end := receiveAll(netlayer.NewStream(&script{segments: s.writes}, opts))
			if !slices.EqualFunc(whole, again, bytes.Equal) || end != io.EOF {
				t.Errorf("%q come back as %q, %v", whole, again, end)
			}
		}
	})
}
