package tuples_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/internal/transcript"
	"github.com/ocapn-go/ocapn/golden/tuples"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

type channel struct {
	tuples.UnimplementedChannel

	vat   *captp.Vat
	ended bool
}

func (c *channel) Subscribe(context.Context, string) (tuples.Ack, tuples.Unsubscribe, error) {
	end := func(context.Context) error {
		c.ended = true
		return nil
	}
	return tuples.AckOK, tuples.NewUnsubscribe(c.vat, end), nil
}

func (*channel) Bounds(context.Context) (int64, int64, error) { return -1, 1, nil }

func (*channel) One(context.Context) (string, error) { return "one", nil }

func (*channel) Swap(_ context.Context, pair struct {
	String string
	Int    int64
},
) (int64, string, error) {
	return pair.Int, pair.String, nil
}

func (*channel) Maybe(_ context.Context, ask bool) (captp.Opt[struct {
	String string
	Int    int64
}], error,
) {
	if !ask {
		return captp.Opt[pair]{}, nil
	}
	return captp.Some(pair{"a", 1}), nil
}

// pair is a tuple that is no result.
type pair = struct {
	String string
	Int    int64
}

func TestTuples(t *testing.T) {
	l := captptest.NewLink(t)
	server := &channel{vat: l.B}
	c := captptest.Carry(t, l.B, l.A, tuples.NewChannel(l.B, server))
	l.ClearTranscript()

	low, high, err := c.Bounds(t.Context())
	if low != -1 || high != 1 || err != nil {
		t.Errorf("Bounds: got %d, %d, %v", low, high, err)
	}
	one, err := c.One(t.Context())
	if one != "one" || err != nil {
		t.Errorf("One: got %q, %v", one, err)
	}
	n, s, err := c.Swap(t.Context(), pair{"a", 1})
	if n != 1 || s != "a" || err != nil {
		t.Errorf("Swap: got %d, %q, %v", n, s, err)
	}
	some, err := c.Maybe(t.Context(), true)
	if some != captp.Some(pair{"a", 1}) || err != nil {
		t.Errorf("Maybe(true): got %v, %v", some, err)
	}
	none, err := c.Maybe(t.Context(), false)
	if none.Set || err != nil {
		t.Errorf("Maybe(false): got %v, %v", none, err)
	}
	want := []string{
		`['bounds]`, `['fulfill [-1 1]]`,
		`['one]`, `['fulfill ["one"]]`,
		`['swap ["a" 1]]`, `['fulfill [1 "a"]]`,
		`['maybe t]`, `['fulfill ["a" 1]]`,
		`['maybe f]`, `['fulfill <void>]`,
	}
	if diff := cmp.Diff(want, transcript.Bodies(l.Transcript())); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

func TestTupleWithReference(t *testing.T) {
	l := captptest.NewLink(t)
	server := &channel{vat: l.B}
	c := captptest.Carry(t, l.B, l.A, tuples.NewChannel(l.B, server))
	ack, end, err := c.Subscribe(t.Context(), "ada")
	if ack != tuples.AckOK || err != nil {
		t.Fatalf("got %q, %v", ack, err)
	}
	if err := end.Call(t.Context()); err != nil || !server.ended {
		t.Errorf("got %v, ended: %v", err, server.ended)
	}
	r, err := c.E(t.Context()).Subscribe("ada").Await(t.Context())
	if r.Ack != tuples.AckOK || r.Unsubscribe.IsZero() || err != nil {
		t.Errorf("got %v, %v", r, err)
	}
}

func TestCallableTuple(t *testing.T) {
	l := captptest.NewLink(t)
	divide := tuples.NewDivide(l.B, func(_ context.Context, a, b int64) (int64, int64, error) {
		if b == 0 {
			return 0, 0, captp.Public(errors.New("division by zero"))
		}
		return a / b, a % b, nil
	})
	c := captptest.Carry(t, l.B, l.A, divide)
	quotient, rest, err := c.Call(t.Context(), 7, 2)
	if quotient != 3 || rest != 1 || err != nil {
		t.Errorf("got %d, %d, %v", quotient, rest, err)
	}
	_, _, err = c.Call(t.Context(), 7, 0)
	if err == nil || !strings.HasSuffix(err.Error(), "division by zero") {
		t.Errorf("got %v", err)
	}
}

func TestLengthOfTuple(t *testing.T) {
	tests := []struct {
		name   string
		answer []any
		ok     bool
	}{
		{"exact", []any{1, 2}, true},
		{"longer", []any{1, 2, "more"}, true},
		{"shorter", []any{1}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := captptest.NewLink(t)
			o := captp.NewObject(l.B, captp.HandlerFunc(func(context.Context, []any) (any, error) { return test.answer, nil }))
			c := captptest.Carry(t, l.B, l.A, captp.As[tuples.Channel](o))
			if _, _, err := c.Bounds(t.Context()); (err == nil) != test.ok {
				t.Errorf("got %v", err)
			}
		})
	}
}
