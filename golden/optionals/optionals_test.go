package optionals_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/internal/odd"
	"github.com/ocapn-go/ocapn/golden/internal/transcript"
	"github.com/ocapn-go/ocapn/golden/optionals"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// log answers with its arguments in words.
var log = optionals.LogFuncs{
	HistoryFunc: func(_ context.Context, room string, o *optionals.LogHistoryOpts) (string, error) {
		return fmt.Sprint(room, o.Limit, o.Before, o.Where), nil
	},
	LastFunc: func(_ context.Context, o *optionals.LogLastOpts) (string, error) { return fmt.Sprint(o.N), nil },
	FindFunc: func(_ context.Context, o *optionals.LogFindOpts) (string, error) {
		return fmt.Sprint(o.Word, o.By.IsZero(), o.Tags), nil
	},
	ColorFunc: func(_ context.Context, o *optionals.LogColorOpts) (string, error) {
		return fmt.Sprint(o.Dark, o.Names), nil
	},
	NoteFunc: func(_ context.Context, o *optionals.LogNoteOpts) (string, error) {
		return fmt.Sprint(o.First, o.More), nil
	},
}

func remote(t *testing.T) (optionals.Log, *captptest.Link) {
	t.Helper()
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, optionals.NewLog(l.B, log))
	l.ClearTranscript()
	return c, l
}

func TestWire(t *testing.T) {
	word := captp.Some(optionals.Filter{Word: "x"})
	tests := []struct {
		name string
		call func(ctx context.Context, c optionals.Log) (string, error)
		sent string
		want string
	}{
		{
			"nil", func(ctx context.Context, c optionals.Log) (string, error) { return c.History(ctx, "r", nil) },
			`['history "r"]`, "r{50 true} {0 false} {{} false}",
		},
		{
			"none set",
			func(ctx context.Context, c optionals.Log) (string, error) {
				return c.History(ctx, "r", &optionals.LogHistoryOpts{})
			},
			`['history "r"]`, "r{50 true} {0 false} {{} false}",
		},
		{
			"first",
			func(ctx context.Context, c optionals.Log) (string, error) {
				return c.History(ctx, "r", &optionals.LogHistoryOpts{Limit: captp.Some(int64(1))})
			},
			`['history "r" 1]`, "r{1 true} {0 false} {{} false}",
		},
		{
			"middle",
			func(ctx context.Context, c optionals.Log) (string, error) {
				return c.History(ctx, "r", &optionals.LogHistoryOpts{Before: captp.Some(int64(7))})
			},
			`['history "r" <void> 7]`, "r{50 true} {7 true} {{} false}",
		},
		{
			"last",
			func(ctx context.Context, c optionals.Log) (string, error) {
				return c.History(ctx, "r", &optionals.LogHistoryOpts{Where: word})
			},
			`['history "r" <void> <void> {"word": "x"}]`, "r{50 true} {0 false} {{x} true}",
		},
		{
			"only one", func(ctx context.Context, c optionals.Log) (string, error) {
				return c.Last(ctx, &optionals.LogLastOpts{N: captp.Some(int64(0))})
			},
			`['last 0]`, "{0 true}",
		},
		{
			"absence of its own", func(ctx context.Context, c optionals.Log) (string, error) {
				return c.Find(ctx, &optionals.LogFindOpts{Tags: []string{"t"}})
			},
			`['find <null> <void> ["t"]]`, "{ false} true [t]",
		},
		{
			"default list", func(ctx context.Context, c optionals.Log) (string, error) { return c.Color(ctx, nil) },
			`['color]`, "{true true} [a b]",
		},
		{
			"rest after optional", func(ctx context.Context, c optionals.Log) (string, error) {
				return c.Note(ctx, &optionals.LogNoteOpts{More: []string{"x", "y"}})
			},
			`['note <void> "x" "y"]`, "{ false} [x y]",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, l := remote(t)
			got, err := test.call(t.Context(), c)
			if got != test.want || err != nil {
				t.Errorf("got %q, %v, want %q", got, err, test.want)
			}
			if diff := cmp.Diff(test.sent, transcript.Bodies(l.Transcript())[0]); diff != "" {
				t.Errorf("message (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReceives(t *testing.T) {
	tests := []struct {
		name string
		args []any
		want string
	}{
		{"undefined is not given", []any{captp.Symbol("last"), nil}, "{0 false}"},
		{"null where null is absence", []any{captp.Symbol("find"), captp.Null{}}, "{ false} true []"},
		{"more than declared", []any{captp.Symbol("last"), 1, 2, 3}, "{1 true}"},
		{"undefined before the rest", []any{captp.Symbol("note"), nil, "x"}, "{ false} [x]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, _ := remote(t)
			got, err := captp.Invoke(t.Context(), c.Ref, test.args...).Await(t.Context())
			if got != test.want || err != nil {
				t.Errorf("got %v, %v, want %q", got, err, test.want)
			}
		})
	}
}

func TestRefuses(t *testing.T) {
	c, _ := remote(t)
	_, err := captp.Invoke(t.Context(), c.Ref, captp.Symbol("last"), "five").Await(t.Context())
	if err == nil || !strings.HasSuffix(err.Error(), "n: want an integer of 64 bits, got a string") {
		t.Errorf("got %v", err)
	}
}

// Whatever is sent, a handler that is not to blame neither fails nor panics: what peers are told then is "internal error".
func TestOddArguments(t *testing.T) {
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, optionals.NewLog(l.B, log))
	own := captp.NewObject(l.A, captp.HandlerFunc(func(context.Context, []any) (any, error) { return nil, nil }))
	for args := range odd.Arguments(200, []captp.Ref{c.Ref, own}, "history", "last", "find", "color", "note") {
		_, err := captp.Invoke(t.Context(), c.Ref, args...).Await(t.Context())
		if err != nil && !strings.Contains(err.Error(), ": want ") {
			t.Errorf("%v: got %v", args, err)
		}
	}
}
