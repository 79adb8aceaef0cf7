package taggeds_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/internal/odd"
	"github.com/ocapn-go/ocapn/golden/internal/transcript"
	"github.com/ocapn-go/ocapn/golden/taggeds"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// clock answers with what it is given.
type clock struct{ taggeds.UnimplementedClock }

func (clock) Wait(_ context.Context, howLong int64) (int64, error) { return howLong + 1, nil }

func (clock) Measure(_ context.Context, s taggeds.Span) (taggeds.Span, error) { return s, nil }

func (clock) Maybe(_ context.Context, opts *taggeds.ClockMaybeOpts) (captp.Opt[int64], error) {
	return opts.HowLong, nil
}

func (clock) Pair(ctx context.Context) (int64, taggeds.Clock, error) {
	return 7, taggeds.NewClock(captp.VatOf(ctx), clock{}), nil
}

func (clock) Grant(_ context.Context, who taggeds.Clock) (taggeds.Clock, error) { return who, nil }

func (clock) Nothing(_ context.Context, n any) (any, error) { return n, nil }

func remote(t *testing.T) (taggeds.Clock, *captptest.Link) {
	t.Helper()
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, taggeds.NewClock(l.B, clock{}))
	l.ClearTranscript()
	return c, l
}

func TestTagged(t *testing.T) {
	c, l := remote(t)
	if got, err := c.Wait(t.Context(), 5); err != nil || got != 6 {
		t.Errorf("got %v, %v", got, err)
	}
	want := []string{`['wait <desc:tagged 'seconds 5>]`, `['fulfill <desc:tagged 'seconds 6>]`}
	if diff := cmp.Diff(want, transcript.Bodies(l.Transcript())); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

func TestInStruct(t *testing.T) {
	c, l := remote(t)
	tests := []struct {
		name string
		s    taggeds.Span
		wire string
	}{
		{
			"absent",
			taggeds.Span{Length: 1, Marks: []int64{}},
			`{"label": <void>, "length": <desc:tagged 'seconds 1>, "marks": [], "name": <desc:tagged 'name <null>>, "parts": <null>}`,
		},
		{
			"null behind a tag",
			taggeds.Span{Label: captp.Some(captp.Opt[string]{}), Marks: []int64{2}, Parts: []int64{}},
			`{"label": <desc:tagged 'label <null>>, "length": <desc:tagged 'seconds 0>, ` +
				`"marks": [<desc:tagged 'mark <desc:tagged 'at <desc:tagged 'seconds 2>>>], "name": <desc:tagged 'name <null>>, ` +
				`"parts": <desc:tagged 'parts []>}`,
		},
		{
			"all", taggeds.Span{
				Length: 1, Rest: captp.Some(int64(0)), Name: captp.Some("n"), Label: captp.Some(captp.Some("l")), Owner: c,
				Marks: []int64{}, Parts: []int64{3},
			}, "",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l.ClearTranscript()
			got, err := c.Measure(t.Context(), test.s)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.s, got, cmp.Comparer(func(a, b taggeds.Clock) bool { return a == b })); diff != "" {
				t.Errorf("result (-want +got):\n%s", diff)
			}
			if sent := transcript.Bodies(l.Transcript())[0]; test.wire != "" && sent != "['measure "+test.wire+"]" {
				t.Errorf("sent %s\nwant ['measure %s]", sent, test.wire)
			}
		})
	}
}

func TestPlaces(t *testing.T) {
	c, _ := remote(t)
	ctx := t.Context()
	for _, want := range []captp.Opt[int64]{{}, captp.Some(int64(0))} {
		if got, err := c.Maybe(ctx, &taggeds.ClockMaybeOpts{HowLong: want}); err != nil || got != want {
			t.Errorf("optional: got %v, %v, want %v", got, err, want)
		}
	}
	n, other, err := c.Pair(ctx)
	if err != nil || n != 7 {
		t.Errorf("two: got %v, %v", n, err)
	}
	if got, err := c.Grant(ctx, other); err != nil || got != other {
		t.Errorf("reference: got %v, %v", got, err)
	}
	for _, want := range []any{nil, "x", captp.Tagged{Tag: "n", Value: int64(1)}} {
		if got, err := c.Nothing(ctx, want); err != nil || got != want {
			t.Errorf("anything: got %v, %v, want %v", got, err, want)
		}
	}
	// The reference behind the tag is sent a message before it is here.
	if got, err := c.E(ctx).Grant(other).Wait(1).Await(ctx); err != nil || got != 2 {
		t.Errorf("on the reference behind the tag: got %v, %v", got, err)
	}
}

func TestReceives(t *testing.T) {
	c, _ := remote(t)
	for _, wire := range []string{
		`<11'desc:tagged7"seconds5+>`, `<8'desc:tag7"seconds5+>`, `<11'user-record7'seconds5+>`, `<11'desc:tagged7'seconds5+6+>`,
	} {
		m := c.E(t.Context()).Begin("[4'wait")
		m.Raw(wire)
		got, err := captp.Call(m, (*captp.Decoder).Any).Await(t.Context())
		if diff := cmp.Diff(any(captp.Tagged{Tag: "seconds", Value: int64(6)}), got); err != nil || diff != "" {
			t.Errorf("%s: error %v (-want +got):\n%s", wire, err, diff)
		}
	}
}

func TestRefuses(t *testing.T) {
	tagged := func(tag string, v any) any { return captp.Tagged{Tag: tag, Value: v} }
	tests := []struct {
		name string
		arg  any
		want string
	}{
		{"another tag", tagged("minutes", 1), "how-long: want the tag seconds, got another tag"},
		{"no tag", 5, "how-long: want a tagged value, got an integer"},
		{"another value", tagged("seconds", "5"), "how-long.<seconds>: want an integer of 64 bits, got a string"},
		{"two tags", tagged("seconds", tagged("seconds", 5)), "how-long.<seconds>: want an integer of 64 bits, got a record"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, _ := remote(t)
			_, err := captp.Invoke(t.Context(), c.Ref, captp.Symbol("wait"), test.arg).Await(t.Context())
			if got := fmt.Sprint(err); got != "captp: broken promise: "+test.want {
				t.Errorf("got  %v\nwant %s", got, test.want)
			}
		})
	}
}

// Whatever is sent, a handler that is not to blame neither fails nor panics: what peers are told then is "internal error".
func TestOddArguments(t *testing.T) {
	c, l := remote(t)
	own := captp.NewObject(l.A, captp.HandlerFunc(func(context.Context, []any) (any, error) { return nil, nil }))
	for args := range odd.Arguments(300, []captp.Ref{c.Ref, own}, "wait", "measure", "maybe", "grant", "nothing") {
		_, err := captp.Invoke(t.Context(), c.Ref, args...).Await(t.Context())
		if err != nil && !strings.Contains(err.Error(), ": want ") {
			t.Errorf("%v: got %v", args, err)
		}
	}
}
