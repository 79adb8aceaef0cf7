package texts_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/internal/transcript"
	"github.com/ocapn-go/ocapn/golden/texts"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// notebook answers with its arguments in another type.
var notebook = texts.NotebookFuncs{
	WriteFunc: func(_ context.Context, title string, data []byte) (captp.Symbol, error) {
		return captp.Symbol(title + ":" + string(data)), nil
	},
	ReadFunc: func(_ context.Context, title string) (string, error) { return "<" + title + ">", nil },
	TagFunc:  func(_ context.Context, name captp.Symbol) ([]byte, error) { return []byte(name), nil },
}

func remote(t *testing.T) (texts.Notebook, *captptest.Link) {
	t.Helper()
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, texts.NewNotebook(l.B, notebook))
	l.ClearTranscript()
	return c, l
}

func TestWire(t *testing.T) {
	c, l := remote(t)
	symbol, err := c.Write(t.Context(), "a", []byte{'x', 'y'})
	if err != nil || symbol != "a:xy" {
		t.Errorf("Write: got %q, %v", symbol, err)
	}
	text, err := c.Read(t.Context(), "grün")
	if err != nil || text != "<grün>" {
		t.Errorf("Read: got %q, %v", text, err)
	}
	data, err := c.Tag(t.Context(), "abc")
	if err != nil || string(data) != "abc" {
		t.Errorf("Tag: got %q, %v", data, err)
	}
	want := []string{
		`['write "a" :7879]`, `['fulfill 'a:xy]`,
		`['read "grün"]`, `['fulfill "<grün>"]`,
		`['tag 'abc]`, `['fulfill :616263]`,
	}
	if diff := cmp.Diff(want, transcript.Bodies(l.Transcript())); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

func TestInvalidStringIsNotSent(t *testing.T) {
	c, l := remote(t)
	_, err := c.Read(t.Context(), "\xff")
	var encode *captp.EncodeError
	if !errors.As(err, &encode) {
		t.Errorf("got %v, want *EncodeError", err)
	}
	if got := transcript.Bodies(l.Transcript()); len(got) > 0 {
		t.Errorf("sent %q", got)
	}
}

func TestRefuses(t *testing.T) {
	tests := []struct {
		name string
		args []any
		want string
	}{
		{"symbol for string", []any{captp.Symbol("read"), captp.Symbol("a")}, "title: want a string, got a symbol"},
		{"string for symbol", []any{captp.Symbol("tag"), "a"}, "name: want a symbol, got a string"},
		{"string for bytes", []any{captp.Symbol("write"), "a", "b"}, "data: want a byte array, got a string"},
		{"too many bytes", []any{captp.Symbol("write"), "a", make([]byte, 9)}, "data: want at most 8 bytes, got more"},
		{"too many characters", []any{captp.Symbol("read"), "grüner"}, "title: want at most 5 characters, got more"},
		{"symbol too long", []any{captp.Symbol("tag"), captp.Symbol("abcd")}, "name: want at most 3 characters, got more"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, _ := remote(t)
			_, err := captp.Invoke(t.Context(), c.Ref, test.args...).Await(t.Context())
			if err == nil || !strings.HasSuffix(err.Error(), test.want) {
				t.Errorf("got %v, want %q", err, test.want)
			}
		})
	}
}
