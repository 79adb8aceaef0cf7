package keeps_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/internal/odd"
	"github.com/ocapn-go/ocapn/golden/internal/transcript"
	"github.com/ocapn-go/ocapn/golden/keeps"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// registry answers with what it is given, and passes on what it has to pass to the next one.
type registry struct {
	got  keeps.Profile
	next keeps.Registry
}

func (r *registry) Put(_ context.Context, p keeps.Profile) (keeps.Profile, error) {
	r.got = p
	return p, nil
}

func (r *registry) Fill(_ context.Context, b keeps.Bag) (keeps.Bag, error)    { return b, nil }
func (r *registry) Found(_ context.Context, t keeps.Team) (keeps.Team, error) { return t, nil }

func (r *registry) Pass(ctx context.Context, p keeps.Profile) (keeps.Profile, error) {
	p.Name += "!"
	return r.next.Put(ctx, p)
}

func remote(t *testing.T) (keeps.Registry, *registry, *captptest.Link) {
	t.Helper()
	l := captptest.NewLink(t)
	s := &registry{}
	c := captptest.Carry(t, l.B, l.A, keeps.NewRegistry(l.B, s))
	l.ClearTranscript()
	return c, s, l
}

func TestOrder(t *testing.T) {
	c, _, l := remote(t)
	tests := []struct {
		name  string
		extra map[string]any
		wire  string
	}{
		{"none", nil, `{"born": 1, "level": 2, "name": "Ada"}`},
		{
			"between, before and after",
			map[string]any{"z": true, "a": int64(3), "middle": "m", "c": nil, "born2": captp.Null{}},
			`{"a": 3, "born": 1, "born2": <null>, "c": <void>, "level": 2, "middle": "m", "name": "Ada", "z": t}`,
		},
		{"beyond ASCII", map[string]any{"é": "e", "": int64(0)}, `{"": 0, "born": 1, "level": 2, "name": "Ada", "é": "e"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l.ClearTranscript()
			p := keeps.Profile{Name: "Ada", Birthday: captp.Some(int64(1)), Level: captp.Some(int64(2)), Extra: test.extra}
			got, err := c.Put(t.Context(), p)
			if diff := cmp.Diff(p, got); err != nil || diff != "" {
				t.Errorf("error %v, result (-want +got):\n%s", err, diff)
			}
			want := []string{"['put " + test.wire + "]", "['fulfill " + test.wire + "]"}
			if diff := cmp.Diff(want, transcript.Bodies(l.Transcript())); diff != "" {
				t.Errorf("messages (-want +got):\n%s", diff)
			}
		})
	}
}

// A program that knows fewer fields changes one of those and passes the others on, references among them.
func TestKeptAcrossVats(t *testing.T) {
	l := captptest.NewLink(t)
	last := &registry{}
	middle := captptest.Carry(t, l.B, l.A, keeps.NewRegistry(l.B, &registry{next: captptest.Carry(t, l.A, l.B, keeps.NewRegistry(l.A, last))}))
	own := captp.NewObject(l.A, captp.HandlerFunc(func(context.Context, []any) (any, error) { return nil, nil }))
	extra := map[string]any{"friend": own, "place": captp.Tagged{Tag: "city", Value: "Paris"}, "list": []any{int64(1)}}
	_, err := captp.Invoke(t.Context(), middle.Ref, captp.Symbol("pass"), map[string]any{
		"name": "Ada", "friend": extra["friend"], "place": extra["place"], "list": extra["list"],
	}).Await(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := keeps.Profile{Name: "Ada!", Level: captp.Some(int64(1)), Extra: extra}
	if diff := cmp.Diff(want, last.got, cmp.Comparer(func(a, b captp.Ref) bool { return a == b })); diff != "" {
		t.Errorf("received (-want +got):\n%s", diff)
	}
}

func TestPlaces(t *testing.T) {
	c, _, _ := remote(t)
	for _, b := range []keeps.Bag{{}, {Extra: map[string]any{"Extra": "x"}}} {
		if got, err := c.Fill(t.Context(), b); err != nil || !cmp.Equal(b, got) {
			t.Errorf("got %v, %v, want %v", got, err, b)
		}
	}
	one := captp.Some(int64(1))
	team := keeps.Team{
		Lead:   keeps.Profile{Name: "a", Level: one, Extra: map[string]any{"x": int64(1)}},
		Others: []keeps.Profile{{Name: "b", Level: one}, {Name: "c", Level: one, Extra: map[string]any{"y": int64(2)}}},
	}
	got, err := c.Found(t.Context(), team)
	if diff := cmp.Diff(team, got); err != nil || diff != "" {
		t.Errorf("error %v, result (-want +got):\n%s", err, diff)
	}
}

func TestCannotBeSent(t *testing.T) {
	c, s, _ := remote(t)
	for name, test := range map[string]struct {
		extra map[string]any
		want  string
	}{
		"a declared field":         {map[string]any{"name": "Eve"}, "[0].name cannot be encoded: the field is declared, and no extra one"},
		"one that is absent":       {map[string]any{"born": 5, "a": 1}, "[0].born cannot be encoded: the field is declared, and no extra one"},
		"no value":                 {map[string]any{"x": map[string]any{"y": struct{}{}}}, "[0].x.y cannot be encoded: a struct {} cannot be sent"},
		"a name that is not UTF-8": {map[string]any{"\xff": 1}, "[0] cannot be encoded: string is not UTF-8"},
	} {
		_, err := c.Put(t.Context(), keeps.Profile{Name: "Ada", Extra: test.extra})
		if encode, ok := errors.AsType[*captp.EncodeError](err); !ok || encode.Error() != "captp: "+test.want {
			t.Errorf("%s: got %v, want %s", name, err, test.want)
		}
	}
	if s.got.Name != "" {
		t.Errorf("%v arrived", s.got)
	}
}

// Fields that are not declared are no reason to refuse a value, whatever they hold.
func TestPassesOver(t *testing.T) {
	c, s, _ := remote(t)
	for _, wire := range []string{`{1"x<3'foo>4"name1"a}`, `{4"name1"a1"x[1+#1+$]}`, `{4"name1"a1"x{1'a1+}}`} {
		m := c.E(t.Context()).Begin("[3'put")
		m.Raw(wire)
		if _, err := captp.CallVoid(m).Await(t.Context()); err != nil {
			t.Errorf("%s: %v", wire, err)
		}
		if s.got.Name != "a" || s.got.Extra != nil {
			t.Errorf("%s: got %v", wire, s.got)
		}
	}
}

func TestRefuses(t *testing.T) {
	c, _, _ := remote(t)
	m := c.E(t.Context()).Begin("[3'put")
	m.Raw(`{1"x1+}`)
	_, err := captp.CallVoid(m).Await(t.Context())
	const want = "captp: broken promise: p.name: want a value, got nothing"
	if got := fmt.Sprint(err); got != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

// Whatever is sent, a handler that is not to blame neither fails nor panics: what peers are told then is "internal error".
func TestOddArguments(t *testing.T) {
	c, _, l := remote(t)
	own := captp.NewObject(l.A, captp.HandlerFunc(func(context.Context, []any) (any, error) { return nil, nil }))
	for args := range odd.Arguments(300, []captp.Ref{c.Ref, own}, "put", "fill", "found") {
		_, err := captp.Invoke(t.Context(), c.Ref, args...).Await(t.Context())
		if err != nil && !strings.Contains(err.Error(), ": want ") {
			t.Errorf("%v: got %v", args, err)
		}
	}
}
