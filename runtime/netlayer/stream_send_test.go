package netlayer_test

import (
	"bytes"
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

func TestSendFramedWritesOnce(t *testing.T) {
	msgs := append(records(0, 5, 10_000, 1), nil)
	s := &script{}
	c := netlayer.NewStream(s, netlayer.StreamOptions{})
	for range 3 {
		if err := c.Send(msgs); err != nil {
			t.Fatal(err)
		}
	}
	want := encodings[netlayer.Framed](msgs[:4])
	if diff := cmp.Diff([][]byte{want, want, want}, s.writes); diff != "" {
		t.Errorf("writes (-want +got):\n%s", diff)
	}
	if allocs := testing.AllocsPerRun(100, func() { s.writes = s.writes[:0]; _ = c.Send(msgs) }); allocs > 1 {
		t.Errorf("%v allocations, want only the copy of the test", allocs)
	}
}

func TestSendFramedLong(t *testing.T) {
	for _, msgs := range [][][]byte{
		records(100_000), records(1, 70_000, 2, 3), records(1, 2, 100_000), records(100_000, 100_000),
		records(slices.Repeat([]int{3000}, 100)...), records(0, 5000, 5000, 3, 3, 60_000, 1),
	} {
		s := &script{}
		c := netlayer.NewStream(s, netlayer.StreamOptions{})
		for range 2 {
			s.writes = nil
			if err := c.Send(msgs); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(bytes.Join(s.writes, nil), encodings[netlayer.Framed](msgs)) {
				t.Errorf("%d messages arrive changed", len(msgs))
			}
		}
	}
}

func TestSendRawWritesEach(t *testing.T) {
	msgs := records(0, 5, 100_000, 1)
	s := &script{}
	c := netlayer.NewStream(s, netlayer.StreamOptions{Framing: netlayer.Raw})
	if err := c.Send(slices.Insert(slices.Clone(msgs), 1, nil)); err != nil {
		t.Fatal(err)
	}
	if !slices.EqualFunc(msgs, s.writes, bytes.Equal) {
		t.Errorf("%d writes, want one of each of %d messages", len(s.writes), len(msgs))
	}
}

func TestSendRawTogether(t *testing.T) {
	for _, test := range []struct {
		name string
		msgs [][]byte
		one  bool // write
	}{
		{"short", append(records(0, 5, 10_000, 1), nil), true},
		{"nothing", [][]byte{nil, {}}, true},
		{"long", records(1, 70_000, 2, 5000, 5000, 60_000, 3), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &script{}
			c := netlayer.NewStream(s, netlayer.StreamOptions{Framing: netlayer.Raw, Together: true})
			if err := c.Send(test.msgs); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(bytes.Join(s.writes, nil), encodings[netlayer.Raw](test.msgs)) {
				t.Errorf("%d messages arrive changed", len(test.msgs))
			}
			if test.one && len(s.writes) > 1 {
				t.Errorf("%d writes, want one", len(s.writes))
			}
		})
	}
}

func TestSendErrorStays(t *testing.T) {
	broken := errors.New("broken")
	for _, framing := range []netlayer.Framing{netlayer.Framed, netlayer.Raw} {
		s := &script{writeErr: broken}
		c := netlayer.NewStream(s, netlayer.StreamOptions{Framing: framing})
		if err := c.Send(records(1)); !errors.Is(err, broken) {
			t.Errorf("%v: Send: %v, want %v", framing, err, broken)
		}
		s.writeErr = nil
		if err := c.Send(records(1)); !errors.Is(err, broken) {
			t.Errorf("%v: second Send: %v, want %v", framing, err, broken)
		}
	}
}

// TestSendChunks checks that what cannot be written in pieces goes out in few writes, without a buffer for each.
func TestSendChunks(t *testing.T) {
	msgs := records(1, 70_000, 2, 5000, 5000, 200_000, 3)
	s := &script{}
	c := netlayer.NewStream(s, netlayer.StreamOptions{})
	if err := c.Send(msgs); err != nil {
		t.Fatal(err)
	}
	if want := len(bytes.Join(msgs, nil))/(68<<10) + 1; len(s.writes) != want {
		t.Errorf("%d writes, want %d of 68 KiB", len(s.writes), want)
	}
	for i, w := range s.writes {
		if len(w) > 68<<10 || len(w) < 68<<10 && i < len(s.writes)-1 {
			t.Errorf("write %d of %d has %d bytes", i, len(s.writes), len(w))
		}
	}
	c = netlayer.NewStream(&sink{}, netlayer.StreamOptions{})
	if allocs := testing.AllocsPerRun(100, func() { _ = c.Send(msgs) }); allocs > 0 {
		t.Errorf("%v allocations, want none", allocs)
	}
}

// sink is a stream whose bytes nobody looks at.
type sink struct{ script }

func (*sink) Write(p []byte) (int, error) { return len(p), nil }
