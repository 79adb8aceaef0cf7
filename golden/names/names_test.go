package names_test

import (
	"context"
	"fmt"
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/internal/transcript"
	"github.com/ocapn-go/ocapn/golden/names"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// taker answers with its arguments in words.
type taker struct{}

func (taker) Keywords(_ context.Context, a string, b int64, c bool) (string, error) {
	return fmt.Sprint(a, b, c), nil
}

func (taker) Predeclared(_ context.Context, a string, b int64, c bool, err *captp.RemoteError) (string, error) {
	return fmt.Sprint(a, b, c, err), nil
}

func (taker) Imports(_ context.Context, a string, b int64, c *big.Int) (string, error) {
	return fmt.Sprint(a, b, c), nil
}

func (taker) Locals(_ context.Context, c, e, m, r, h, ctx, err, args, result int64) (int64, string, error) {
	return c + result, fmt.Sprint(c, e, m, r, h, ctx, err, args, result), nil
}

func (taker) More(_ context.Context, opts string, more *names.TakerMoreOpts) (names.TypeOf, error) {
	return names.TypeOf{Type: opts, Func: more.V.Or(-1), E: len(more.O) > 0}, nil
}

func (taker) ID(_ context.Context, userID int64, avatarURL string) (string, error) {
	return fmt.Sprint(userID, avatarURL), nil
}

// No argument gets into the place of another one, whatever it is called.
func TestArgumentsKeepTheirPlaces(t *testing.T) {
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, names.NewTaker(l.B, taker{}))
	l.ClearTranscript()
	ctx := t.Context()
	if got, err := c.Keywords(ctx, "a", 1, true); got != "a1 true" || err != nil {
		t.Errorf("Keywords: got %q, %v", got, err)
	}
	if got, err := c.Predeclared(ctx, "a", 1, true, &captp.RemoteError{Message: "x"}); got != "a1 true x" || err != nil {
		t.Errorf("Predeclared: got %q, %v", got, err)
	}
	if got, err := c.Imports(ctx, "a", 1, big.NewInt(2)); got != "a1 2" || err != nil {
		t.Errorf("Imports: got %q, %v", got, err)
	}
	if n, got, err := c.Locals(ctx, 1, 2, 3, 4, 5, 6, 7, 8, 9); n != 10 || got != "1 2 3 4 5 6 7 8 9" || err != nil {
		t.Errorf("Locals: got %d, %q, %v", n, got, err)
	}
	if got, err := c.More(ctx, "a", &names.TakerMoreOpts{O: []int64{1}}); got != (names.TypeOf{Type: "a", Func: -1, E: true}) || err != nil {
		t.Errorf("More: got %v, %v", got, err)
	}
	if got, err := c.ID(ctx, 1, "a"); got != "1a" || err != nil {
		t.Errorf("ID: got %q, %v", got, err)
	}
	want := []string{
		`['keywords "a" 1 t]`, `['predeclared "a" 1 t <desc:error "x">]`, `['imports "a" 1 2]`, `['locals 1 2 3 4 5 6 7 8 9]`,
		`['more "a" <void> 1]`, `['id 1 "a"]`,
	}
	var sent []string
	for i, body := range transcript.Bodies(l.Transcript()) {
		if i%2 == 0 {
			sent = append(sent, body)
		}
	}
	if diff := cmp.Diff(want, sent); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

func TestCallable(t *testing.T) {
	l := captptest.NewLink(t)
	run := names.NewRun(l.B, func(_ context.Context, f string, s []int8, v ...string) (string, error) {
		return fmt.Sprint(f, s, v), nil
	})
	c := captptest.Carry(t, l.B, l.A, run)
	if got, err := c.Call(t.Context(), "a", []int8{-1}, "x", "y"); got != "a[-1] [x y]" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestMethodNamedAfterAnother(t *testing.T) {
	l := captptest.NewLink(t)
	answer := func(s string) func(context.Context) (string, error) {
		return func(context.Context) (string, error) { return s, nil }
	}
	maker := names.NewMaker(l.B, names.MakerFuncs{NewFunction: answer("new"), NewFuncFunction: answer("new-func")})
	c := captptest.Carry(t, l.B, l.A, maker)
	if got, err := c.New(t.Context()); got != "new" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
	if got, err := c.NewFunc(t.Context()); got != "new-func" || err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}
