package optionalfields_test

import (
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/internal/odd"
	"github.com/ocapn-go/ocapn/golden/internal/transcript"
	"github.com/ocapn-go/ocapn/golden/optionalfields"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// board answers with the note as it was read, and keeps it.
type board struct{ got optionalfields.Note }

func (b *board) Put(_ context.Context, n optionalfields.Note) (optionalfields.Note, error) {
	b.got = n
	return n, nil
}

// defaults is a note with nothing but its text, as it is received.
var defaults = optionalfields.Note{
	Text: "a", Priority: captp.Some(int64(3)), Mood: captp.Some(optionalfields.MoodFine), Words: []string{"a", "b"},
}

func TestFields(t *testing.T) {
	tests := []struct {
		name       string
		note, want optionalfields.Note
		wire       string
	}{
		{
			"none",
			optionalfields.Note{Text: "a"},
			defaults,
			`['put {"born": <null>, "text": "a"}]`,
		},
		{
			"all",
			optionalfields.Note{
				Text: "a", Author: captp.Some(""), Priority: captp.Some(int64(0)), Mood: captp.Some(optionalfields.MoodTired), Tags: []string{}, Words: []string{},
				Data: []byte{1}, Pinned: captp.Some(false), Seen: captp.Some(int64(0)), Born: captp.Some(int64(1)), Extra: false,
			},
			optionalfields.Note{
				Text: "a", Author: captp.Some(""), Priority: captp.Some(int64(0)), Mood: captp.Some(optionalfields.MoodTired), Tags: []string{}, Words: []string{},
				Data: []byte{1}, Pinned: captp.Some(false), Seen: captp.Some(int64(0)), Born: captp.Some(int64(1)), Extra: false,
			},
			`['put {"author": "", "born": 1, "data": :01, "extra": f, "mood": 'tired, "pinned": f, "priority": 0, "seen": 0, ` +
				`"tags": [], "text": "a", "words": []}]`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := captptest.NewLink(t)
			s := &board{}
			c := captptest.Carry(t, l.B, l.A, optionalfields.NewBoard(l.B, s))
			l.ClearTranscript()
			if _, err := c.Put(t.Context(), test.note); err != nil {
				t.Fatal(err)
			}
			opts := cmp.Comparer(func(a, b optionalfields.Board) bool { return a == b })
			if diff := cmp.Diff(test.want, s.got, opts); diff != "" {
				t.Errorf("received (-want +got):\n%s", diff)
			}
			if got := transcript.Bodies(l.Transcript())[0]; got != test.wire {
				t.Errorf("sent %s\nwant %s", got, test.wire)
			}
		})
	}
}

func TestReferenceField(t *testing.T) {
	l := captptest.NewLink(t)
	s := &board{}
	own := optionalfields.NewBoard(l.B, s)
	c := captptest.Carry(t, l.B, l.A, own)
	got, err := c.Put(t.Context(), optionalfields.Note{Parent: c})
	if err != nil || got.Parent != c {
		t.Errorf("got %v, %v", got.Parent, err)
	}
	if s.got.Parent != own {
		t.Error("the object did not come home as itself")
	}
}

func TestMaxOfField(t *testing.T) {
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, optionalfields.NewBoard(l.B, &board{}))
	_, err := c.Put(t.Context(), optionalfields.Note{Data: make([]byte, 5)})
	if err == nil || !strings.HasSuffix(err.Error(), "n.data: want at most 4 bytes, got more") {
		t.Errorf("got %v", err)
	}
}

func TestAcceptsUndefinedForOptional(t *testing.T) {
	l := captptest.NewLink(t)
	s := &board{}
	c := captptest.Carry(t, l.B, l.A, optionalfields.NewBoard(l.B, s))
	arg := map[string]any{
		"text": "a", "born": captp.Null{}, "author": nil, "priority": nil, "mood": nil, "tags": nil, "words": nil, "data": nil, "parent": nil,
		"pinned": nil, "seen": nil, "extra": nil,
	}
	if _, err := captp.Invoke(t.Context(), c.Ref, captp.Symbol("put"), arg).Await(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(defaults, s.got, cmp.Comparer(func(a, b optionalfields.Board) bool { return a == b })); diff != "" {
		t.Errorf("received (-want +got):\n%s", diff)
	}
}

func TestAcceptsNullForOptionalNull(t *testing.T) {
	l := captptest.NewLink(t)
	s := &board{}
	c := captptest.Carry(t, l.B, l.A, optionalfields.NewBoard(l.B, s))
	arg := map[string]any{"text": "a", "born": 5, "seen": captp.Null{}, "mood": "tired"}
	if _, err := captp.Invoke(t.Context(), c.Ref, captp.Symbol("put"), arg).Await(t.Context()); err != nil {
		t.Fatal(err)
	}
	if s.got.Seen.Set || s.got.Born != captp.Some(int64(5)) || s.got.Mood != captp.Some(optionalfields.MoodTired) {
		t.Errorf("got %+v", s.got)
	}
}

// Whatever is sent, a handler that is not to blame neither fails nor panics: what peers are told then is "internal error".
func TestOddArguments(t *testing.T) {
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, optionalfields.NewBoard(l.B, &board{}))
	own := captp.NewObject(l.A, captp.HandlerFunc(func(context.Context, []any) (any, error) { return nil, nil }))
	for args := range odd.Arguments(200, []captp.Ref{c.Ref, own}, "put") {
		_, err := captp.Invoke(t.Context(), c.Ref, args...).Await(t.Context())
		if err != nil && !strings.Contains(err.Error(), ": want ") {
			t.Errorf("%v: got %v", args, err)
		}
	}
}
