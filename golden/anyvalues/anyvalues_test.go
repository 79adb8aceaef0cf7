package anyvalues_test

import (
	"context"
	"errors"
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/anyvalues"
	"github.com/ocapn-go/ocapn/golden/internal/transcript"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

var mirror = anyvalues.MirrorFuncs{
	ReflectFunc: func(_ context.Context, v any) (any, error) { return v, nil },
	AllFunc: func(_ context.Context, vs []any, byName map[string]any) ([]any, error) {
		return append(vs, byName), nil
	},
	FailFunc: func(_ context.Context, err *captp.RemoteError) (*captp.RemoteError, error) { return err, nil },
}

func remote(t *testing.T) (anyvalues.Mirror, *captptest.Link) {
	t.Helper()
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, anyvalues.NewMirror(l.B, mirror))
	l.ClearTranscript()
	return c, l
}

func TestReflect(t *testing.T) {
	huge := new(big.Int).Lsh(big.NewInt(1), 64)
	tests := []struct {
		name      string
		sent, got any
		wire      string
	}{
		{"undefined", nil, nil, "['reflect <void>]"},
		{"null", captp.Null{}, captp.Null{}, "['reflect <null>]"},
		{"bool", true, true, "['reflect t]"},
		{"int", 7, int64(7), "['reflect 7]"},
		{"large integer", huge, huge, "['reflect 18446744073709551616]"},
		{"float", 0.5, 0.5, "['reflect 0.5]"},
		{"string", "a", "a", `['reflect "a"]`},
		{"symbol", captp.Symbol("a"), captp.Symbol("a"), "['reflect 'a]"},
		{"bytes", []byte{1}, []byte{1}, "['reflect :01]"},
		{"list", []any{int64(1), "a"}, []any{int64(1), "a"}, `['reflect [1 "a"]]`},
		{"typed list", []string{"a"}, []any{"a"}, `['reflect ["a"]]`},
		{"struct", map[string]any{"b": int64(1), "a": int64(2)}, map[string]any{"b": int64(1), "a": int64(2)}, `['reflect {"a": 2, "b": 1}]`},
		{"tagged", captp.Tagged{Tag: "t", Value: "v"}, captp.Tagged{Tag: "t", Value: "v"}, `['reflect <desc:tagged 't "v">]`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, l := remote(t)
			got, err := c.Reflect(t.Context(), test.sent)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.got, got, cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 })); diff != "" {
				t.Errorf("result (-want +got):\n%s", diff)
			}
			if sent := transcript.Bodies(l.Transcript())[0]; sent != test.wire {
				t.Errorf("sent %s, want %s", sent, test.wire)
			}
		})
	}
}

func TestReferencesInside(t *testing.T) {
	c, l := remote(t)
	own := anyvalues.NewMirror(l.A, mirror)
	got, err := c.Reflect(t.Context(), []any{own, map[string]any{"far": c}})
	if err != nil {
		t.Fatal(err)
	}
	list := got.([]any)
	if list[0] != own.Ref || list[1].(map[string]any)["far"] != c.Ref {
		t.Errorf("got %v", list)
	}
	all, err := c.All(t.Context(), []any{own}, map[string]any{"far": c})
	if err != nil || all[0] != own.Ref || all[1].(map[string]any)["far"] != c.Ref {
		t.Errorf("got %v, %v", all, err)
	}
}

func TestError(t *testing.T) {
	c, l := remote(t)
	got, err := c.Fail(t.Context(), &captp.RemoteError{Message: "too late"})
	if err != nil || got.Message != "too late" {
		t.Errorf("got %v, %v", got, err)
	}
	if sent := transcript.Bodies(l.Transcript())[0]; sent != `['fail <desc:error "too late">]` {
		t.Errorf("sent %s", sent)
	}
	var encode *captp.EncodeError
	if _, err := c.Fail(t.Context(), nil); !errors.As(err, &encode) {
		t.Errorf("got %v, want *EncodeError", err)
	}
}

func TestWhatCannotBeSent(t *testing.T) {
	c, l := remote(t)
	var encode *captp.EncodeError
	_, err := c.Reflect(t.Context(), []any{1, map[string]any{"f": func() {}}})
	if !errors.As(err, &encode) || encode.Path != "[0][1].f" {
		t.Errorf("got %v, want *EncodeError at [0][1].f", err)
	}
	if got := transcript.Bodies(l.Transcript()); len(got) > 0 {
		t.Errorf("sent %q", got)
	}
}
