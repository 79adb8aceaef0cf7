package closedunions_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/closedunions"
	"github.com/ocapn-go/ocapn/golden/internal/odd"
	"github.com/ocapn-go/ocapn/golden/internal/transcript"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// value returns what an expression comes to.
func value(e closedunions.Expr) float64 {
	switch e := e.(type) {
	case closedunions.ExprNum:
		return float64(e)
	case closedunions.ExprNegative:
		return -value(e.Value)
	case closedunions.ExprSum:
		return value(e.Left) + value(e.Right)
	case closedunions.ExprEach:
		sum := 0.0
		for _, each := range e {
			sum += value(each)
		}
		return sum
	default: // there is no other variant
		return math.NaN()
	}
}

var calculator = closedunions.CalculatorFuncs{
	SimplifyFunc: func(_ context.Context, e closedunions.Expr) (closedunions.Expr, error) {
		return closedunions.ExprNum(value(e)), nil
	},
	EvaluateFunc: func(_ context.Context, e closedunions.Expr) (closedunions.Answer, error) {
		return closedunions.Answer{Value: value(e)}, nil
	},
}

func remote(t *testing.T, opts ...captp.Option) (closedunions.Calculator, *captptest.Link) {
	t.Helper()
	l := captptest.NewLink(t, opts...)
	c := captptest.Carry(t, l.B, l.A, closedunions.NewCalculator(l.B, calculator))
	l.ClearTranscript()
	return c, l
}

func TestRecursion(t *testing.T) {
	c, l := remote(t)
	two := closedunions.ExprNum(2)
	e := closedunions.ExprSum{
		Left: closedunions.ExprNegative{Value: two}, Right: closedunions.ExprEach{two, two, closedunions.ExprEach{}},
	}
	got, err := c.Simplify(t.Context(), e)
	if err != nil || got != closedunions.Expr(two) {
		t.Errorf("got %v, %v", got, err)
	}
	const sent = `['simplify <desc:tagged 'sum {"left": <desc:tagged 'neg <desc:tagged 'num 2.0>>, ` +
		`"right": <desc:tagged 'many [<desc:tagged 'num 2.0> <desc:tagged 'num 2.0> <desc:tagged 'many []>]>}>]`
	if diff := cmp.Diff([]string{sent, `['fulfill <desc:tagged 'num 2.0>]`}, transcript.Bodies(l.Transcript())); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

func TestRefuses(t *testing.T) {
	tagged := func(tag string, v any) any { return captp.Tagged{Tag: tag, Value: v} }
	tests := []struct {
		name string
		arg  any
		want string
	}{
		{"another tag", tagged("product", 1.0), "e: want a variant of expr, got another tag"},
		{"another tag further in", tagged("neg", tagged("root", 1.0)), "e.<neg>: want a variant of expr, got another tag"},
		{"no tag", 1.0, "e: want a tagged value, got a float"},
		{"one side", tagged("sum", map[string]any{"left": tagged("num", 1.0)}), "e.<sum>.right: want a value, got nothing"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, _ := remote(t)
			_, err := captp.Invoke(t.Context(), c.Ref, captp.Symbol("evaluate"), test.arg).Await(t.Context())
			if got := fmt.Sprint(err); got != "captp: broken promise: "+test.want {
				t.Errorf("got  %v\nwant %s", got, test.want)
			}
		})
	}
}

// A result that is none of the variants is refused here, not passed to the program.
func TestResultOfAnotherVariant(t *testing.T) {
	l := captptest.NewLink(t)
	other := captp.NewObject(l.B, captp.HandlerFunc(func(context.Context, []any) (any, error) {
		return captp.Tagged{Tag: "product", Value: 1.0}, nil
	}))
	c := captptest.Carry(t, l.B, l.A, captp.As[closedunions.Calculator](other))
	got, err := c.Simplify(t.Context(), closedunions.ExprNum(1))
	if arg, ok := errors.AsType[*captp.ArgError](err); !ok || got != nil || arg.Want != "a variant of expr" {
		t.Errorf("got %v, %v", got, err)
	}
}

// nested returns a number behind n minus signs.
func nested(n int) closedunions.Expr {
	e := closedunions.Expr(closedunions.ExprNum(1))
	for range n {
		e = closedunions.ExprNegative{Value: e}
	}
	return e
}

func TestDepth(t *testing.T) {
	c, _ := remote(t)
	if got, err := c.Evaluate(t.Context(), nested(200)); err != nil || got.Value != 1 {
		t.Errorf("200 levels: got %v, %v", got, err)
	}
	for _, n := range []int{260, 100_000} {
		_, err := c.Evaluate(t.Context(), nested(n))
		if _, ok := errors.AsType[*captp.EncodeError](err); !ok {
			t.Errorf("%d levels: got %v, want *EncodeError", n, err)
		}
	}
}

// Whatever is sent, a handler that is not to blame neither fails nor panics: what peers are told then is "internal error".
func TestOddArguments(t *testing.T) {
	c, l := remote(t)
	own := captp.NewObject(l.A, captp.HandlerFunc(func(context.Context, []any) (any, error) { return nil, nil }))
	for args := range odd.Arguments(1000, []captp.Ref{c.Ref, own}, "simplify", "evaluate") {
		_, err := captp.Invoke(t.Context(), c.Ref, args...).Await(t.Context())
		if err != nil && !strings.Contains(err.Error(), ": want ") {
			t.Errorf("%v: got %v", args, err)
		}
	}
}
