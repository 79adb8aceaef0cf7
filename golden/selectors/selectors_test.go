package selectors_test

import (
	"context"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/internal/transcript"
	"github.com/ocapn-go/ocapn/golden/selectors"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

func text(s string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { return s, nil }
}

var odd = selectors.OddFuncs{
	ChatSealedPredicateFunc: func(context.Context) (bool, error) { return true, nil },
	AddFunc:                 func(_ context.Context, a, b int64) (int64, error) { return a + b, nil },
	SetNameFunc:             func(context.Context, string) error { return nil },
	TypeFunc:                text("type"),
	ErrorFunc:               text("error"),
	OnewayFunc:              text("oneway"),
	ExactlyFunc:             func(_ context.Context, one int64) (int64, error) { return one, nil },
}

func remote(t *testing.T) (selectors.Odd, *captptest.Link) {
	t.Helper()
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, selectors.NewOdd(l.B, odd))
	l.ClearTranscript()
	return c, l
}

func TestSelectors(t *testing.T) {
	c, l := remote(t)
	ctx := t.Context()
	if got, err := c.ChatSealedPredicate(ctx); !got || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
	if got, err := c.Add(ctx, 1, 2); got != 3 || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
	if err := c.SetName(ctx, "x"); err != nil {
		t.Error(err)
	}
	for _, call := range []func(context.Context) (string, error){c.Type, c.Error, c.Oneway} {
		if _, err := call(ctx); err != nil {
			t.Error(err)
		}
	}
	want := []string{
		"['get-chat-sealed?]", "['fulfill t]", "['+ 1 2]", "['fulfill 3]", `['setName! "x"]`, "['fulfill <void>]",
		"['type]", `['fulfill "type"]`, "['error]", `['fulfill "error"]`, "['oneway]", `['fulfill "oneway"]`,
	}
	if diff := cmp.Diff(want, transcript.Bodies(l.Transcript())); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

func TestStrict(t *testing.T) {
	c, _ := remote(t)
	if got, err := c.Exactly(t.Context(), 1); got != 1 || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
	_, err := captp.Invoke(t.Context(), c.Ref, captp.Symbol("exactly"), 1, 2).Await(t.Context())
	if err == nil || !strings.Contains(err.Error(), "want no further argument") {
		t.Errorf("got %v", err)
	}
}

func TestNilFunction(t *testing.T) {
	c, _ := remote(t)
	_, err := c.AvatarURL(t.Context(), 1)
	if err == nil || !strings.HasSuffix(err.Error(), `no method "avatar-url"`) {
		t.Errorf("got %v", err)
	}
}

func TestNotesInComments(t *testing.T) {
	src, err := os.ReadFile("selectors_ocapn.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"// Deprecated: Goblins answers unspecified.\n", "// Since: 2\n", "// Example: url of a page\n"} {
		if !strings.Contains(string(src), want) {
			t.Errorf("the source does not contain %q", want)
		}
	}
}
