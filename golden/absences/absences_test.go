package absences_test

import (
	"context"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/absences"
	"github.com/ocapn-go/ocapn/golden/internal/odd"
	"github.com/ocapn-go/ocapn/golden/internal/transcript"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// same returns what it is given.
func same[T any](_ context.Context, v T) (T, error) { return v, nil }

var desk = absences.DeskFuncs{
	StringFunc: same[captp.Opt[string]],
	IntFunc:    same[captp.Opt[int64]],
	DeskFunc:   same[absences.Desk],
	ListFunc:   same[[]int64],
	BytesFunc:  same[[]byte],
	BigFunc:    same[*big.Int],
	EitherFunc: same[captp.Opt[string]],
	SwapFunc:   same[absences.Card],
	OpaqueFunc: same[captp.Ref],
}

func remote(t *testing.T) (absences.Desk, *captptest.Link) {
	t.Helper()
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, absences.NewDesk(l.B, desk))
	l.ClearTranscript()
	return c, l
}

func TestWire(t *testing.T) {
	none := captp.Opt[string]{}
	type desk = absences.Desk
	tests := []struct {
		name string
		call func(ctx context.Context, c desk) (any, error)
		want any
		wire []string
	}{
		{
			"string", func(ctx context.Context, c desk) (any, error) { return c.String(ctx, captp.Some("")) },
			captp.Some(""),
			[]string{`['string ""]`, `['fulfill ""]`},
		},
		{
			"no string", func(ctx context.Context, c desk) (any, error) { return c.String(ctx, none) },
			none,
			[]string{`['string <void>]`, `['fulfill <null>]`},
		},
		{
			"no int", func(ctx context.Context, c desk) (any, error) { return c.Int(ctx, captp.Opt[int64]{}) },
			captp.Opt[int64]{},
			[]string{`['int f]`, `['fulfill f]`},
		},
		{
			"no reference", func(ctx context.Context, c desk) (any, error) { return c.Desk(ctx, desk{}) },
			desk{},
			[]string{`['desk <null>]`, `['fulfill <void>]`},
		},
		{
			"no list", func(ctx context.Context, c desk) (any, error) { return c.List(ctx, nil) },
			[]int64(nil),
			[]string{`['list <null>]`, `['fulfill f]`},
		},
		{
			"empty list", func(ctx context.Context, c desk) (any, error) { return c.List(ctx, []int64{}) },
			[]int64{},
			[]string{`['list []]`, `['fulfill []]`},
		},
		{
			"no bytes", func(ctx context.Context, c desk) (any, error) { return c.Bytes(ctx, nil) },
			[]byte(nil),
			[]string{`['bytes <void>]`, `['fulfill <null>]`},
		},
		{
			"no integer", func(ctx context.Context, c desk) (any, error) { return c.Big(ctx, nil) },
			(*big.Int)(nil),
			[]string{`['big <null>]`, `['fulfill <void>]`},
		},
		{
			"no target", func(ctx context.Context, c desk) (any, error) { return c.Opaque(ctx, captp.Ref{}) },
			captp.Ref{},
			[]string{`['opaque f]`, `['fulfill <null>]`},
		},
		{
			"fields", func(ctx context.Context, c desk) (any, error) { return c.Swap(ctx, absences.Card{}) },
			absences.Card{},
			[]string{
				`['swap {"lines": <void>, "owner": <null>, "title": f}]`, `['fulfill {"lines": <void>, "owner": <null>, "title": f}]`,
			},
		},
	}
	comparer := cmp.Options{
		cmp.Comparer(func(a, b captp.Ref) bool { return a == b }),
		cmp.Comparer(func(a, b desk) bool { return a == b }),
		cmp.Comparer(func(a, b *big.Int) bool { return a == b }),
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, l := remote(t)
			got, err := test.call(t.Context(), c)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got, comparer); diff != "" {
				t.Errorf("result (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.wire, transcript.Bodies(l.Transcript())); diff != "" {
				t.Errorf("messages (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReference(t *testing.T) {
	c, _ := remote(t)
	if got, err := c.Desk(t.Context(), c); got != c || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestReceives(t *testing.T) {
	tests := []struct {
		name   string
		method captp.Symbol
		arg    any
		want   string // of the error; "" for none
	}{
		{"any of several, undefined", "either", nil, ""},
		{"any of several, null", "either", captp.Null{}, ""},
		{"any of several, false", "either", false, ""},
		{"value", "either", "x", ""},
		{"another absence", "string", captp.Null{}, "v: want a string, got a record"},
		{"true", "int", true, "v: want an integer of 64 bits, got a boolean"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, _ := remote(t)
			_, err := captp.Invoke(t.Context(), c.Ref, test.method, test.arg).Await(t.Context())
			switch {
			case test.want == "" && err != nil:
				t.Error(err)
			case test.want != "" && (err == nil || !strings.HasSuffix(err.Error(), test.want)):
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}

// Whatever is sent, a handler that is not to blame neither fails nor panics: what peers are told then is "internal error".
func TestOddArguments(t *testing.T) {
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, absences.NewDesk(l.B, desk))
	own := captp.NewObject(l.A, captp.HandlerFunc(func(context.Context, []any) (any, error) { return nil, nil }))
	for args := range odd.Arguments(200, []captp.Ref{c.Ref, own}, "string", "int", "desk", "list", "bytes", "big", "either", "swap", "opaque") {
		_, err := captp.Invoke(t.Context(), c.Ref, args...).Await(t.Context())
		if err != nil && !strings.Contains(err.Error(), ": want ") {
			t.Errorf("%v: got %v", args, err)
		}
	}
}
