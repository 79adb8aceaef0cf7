package rests_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/internal/odd"
	"github.com/ocapn-go/ocapn/golden/internal/transcript"
	"github.com/ocapn-go/ocapn/golden/rests"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

var printer = rests.PrinterFuncs{
	PrintFunc: func(_ context.Context, lines ...string) (int64, error) { return int64(len(lines)), nil },
	FormatFunc: func(_ context.Context, template string, values ...any) (string, error) {
		return fmt.Sprintf(template, values...), nil
	},
	SumFunc: func(_ context.Context, numbers ...int32) (int64, error) {
		sum := int64(0)
		for _, n := range numbers {
			sum += int64(n)
		}
		return sum, nil
	},
	InviteFunc: func(_ context.Context, who ...rests.Printer) (int64, error) { return int64(len(who)), nil },
}

func TestRest(t *testing.T) {
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, rests.NewPrinter(l.B, printer))
	l.ClearTranscript()
	if n, err := c.Print(t.Context()); n != 0 || err != nil {
		t.Errorf("Print: got %d, %v", n, err)
	}
	if n, err := c.Print(t.Context(), "a", "b"); n != 2 || err != nil {
		t.Errorf("Print: got %d, %v", n, err)
	}
	if s, err := c.Format(t.Context(), "%v-%v", "x", 1); s != "x-1" || err != nil {
		t.Errorf("Format: got %q, %v", s, err)
	}
	if n, err := c.Sum(t.Context(), 1, 2, 3); n != 6 || err != nil {
		t.Errorf("Sum: got %d, %v", n, err)
	}
	want := []string{
		`['print]`, `['fulfill 0]`,
		`['print "a" "b"]`, `['fulfill 2]`,
		`['format "%v-%v" "x" 1]`, `['fulfill "x-1"]`,
		`['sum 1 2 3]`, `['fulfill 6]`,
	}
	if diff := cmp.Diff(want, transcript.Bodies(l.Transcript())); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
	if n, err := c.Invite(t.Context(), c, c, c); n != 3 || err != nil {
		t.Errorf("Invite: got %d, %v", n, err)
	}
}

func TestRefuses(t *testing.T) {
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, rests.NewPrinter(l.B, printer))
	_, err := captp.Invoke(t.Context(), c.Ref, captp.Symbol("sum"), 1, "two").Await(t.Context())
	if err == nil || !strings.Contains(err.Error(), "want an integer of 32 bits, got a string") {
		t.Errorf("got %v", err)
	}
}

// Whatever is sent, a handler that is not to blame neither fails nor panics: what peers are told then is "internal error".
func TestOddArguments(t *testing.T) {
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, rests.NewPrinter(l.B, printer))
	own := captp.NewObject(l.A, captp.HandlerFunc(func(context.Context, []any) (any, error) { return nil, nil }))
	for args := range odd.Arguments(200, []captp.Ref{c.Ref, own}, "print", "sum", "invite") {
		_, err := captp.Invoke(t.Context(), c.Ref, args...).Await(t.Context())
		if err != nil && !strings.Contains(err.Error(), ": want ") {
			t.Errorf("%v: got %v", args, err)
		}
	}
}
