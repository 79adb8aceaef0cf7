package lsp

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

func TestReadFrame(t *testing.T) {
	for _, test := range []struct {
		name, in string
		want     []string // bodies, "!reason" for a frame that cannot be read, at last the end
	}{
		{"two messages", "Content-Length: 2\r\n\r\n{}Content-Length: 3\r\n\r\n[1]", []string{"{}", "[1]", "EOF"}},
		{"more fields", "content-type: x; charset=utf-8\r\nCONTENT-LENGTH:1\r\n\r\n7", []string{"7", "EOF"}},
		{"line feeds alone", "Content-Length: 1\n\n7", []string{"7", "EOF"}},
		{"empty body", "Content-Length: 0\r\n\r\n", []string{"", "EOF"}},
		{"nothing", "", []string{"EOF"}},
		{"no length", "X: y\r\n\r\nContent-Length: 1\r\n\r\n7", []string{"!the header has no Content-Length", "7", "EOF"}},
		{"empty header", "\r\nContent-Length: 1\r\n\r\n7", []string{"!the header has no Content-Length", "7", "EOF"}},
		{"no colon", "hello\r\n\r\nContent-Length: 1\r\n\r\n7", []string{"!a line of the header has no colon", "7", "EOF"}},
		{"bad length", "Content-Length: x\r\n\r\n", []string{"!the Content-Length is not a number", "EOF"}},
		{"negative length", "Content-Length: -1\r\n\r\n", []string{"!the Content-Length is not a number", "EOF"}},
		{"huge number", "Content-Length: 99999999999999999999\r\n\r\n", []string{"!the Content-Length is not a number", "EOF"}},
		{"cut in the header", "Content-Len", []string{"a header: unexpected EOF"}},
		{"cut behind a field", "Content-Length: 1\r\n", []string{"a header: unexpected EOF"}},
		{"cut in the body", "Content-Length: 5\r\n\r\n{}", []string{"a message: unexpected EOF"}},
		{"long line", "A: " + strings.Repeat("x", maxHeader), []string{"a header: a line of the header is too long"}},
		{"many lines", strings.Repeat("A: b\r\n", 50), []string{"a header has too many lines"}},
		{
			"body over the limit", fmt.Sprintf("Content-Length: %d\r\n\r\n%sContent-Length: 1\r\n\r\n7", maxBody+1, strings.Repeat(" ", maxBody+1)),
			[]string{fmt.Sprintf("!the message has %d bytes, more than the %d that are read", maxBody+1, maxBody), "7", "EOF"},
		},
		{"body far over the limit", fmt.Sprintf("Content-Length: %d\r\n\r\n", maxSkip+1), []string{fmt.Sprintf("a message of %d bytes", maxSkip+1)}},
		{"body over the limit that ends", fmt.Sprintf("Content-Length: %d\r\n\r\n7", maxSkip), []string{fmt.Sprintf("a message of %d bytes: unexpected EOF", maxSkip)}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := frames(strings.NewReader(test.in))
			if fmt.Sprintf("%q", got) != fmt.Sprintf("%q", test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// frames reads everything.
func frames(in io.Reader) []string {
	var out []string
	for r := bufio.NewReader(in); ; {
		body, err := readFrame(r)
		var bad *frameError
		switch {
		case errors.As(err, &bad):
			out = append(out, "!"+bad.reason)
		case err != nil:
			return append(out, err.Error())
		default:
			out = append(out, string(body))
		}
	}
}

// FuzzServe sends anything to a server. It must go on until the input ends, answer with frames only, and not fail inside.
func FuzzServe(f *testing.F) {
	frame := func(bodies ...string) []byte {
		var out bytes.Buffer
		for _, b := range bodies {
			fmt.Fprintf(&out, "Content-Length: %d\r\n\r\n%s", len(b), b)
		}
		return out.Bytes()
	}
	start := `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}`
	open := `{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"x:a","version":1,"text":"interface i { m(x: i) }"}}}`
	f.Add([]byte("Content-Length: 2\r\n\r\n{}"))
	f.Add(frame(start, `{"jsonrpc":"2.0","id":2,"method":"shutdown"}`, `{"jsonrpc":"2.0","method":"exit"}`))
	f.Add(frame(start, open, `{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"x:a","version":2},`+
		`"contentChanges":[{"range":{"start":{"line":0,"character":5},"end":{"line":0,"character":2}},"text":"é"}]}}`))
	for method := range requests {
		f.Add(frame(start, open, fmt.Sprintf(`{"jsonrpc":"2.0","id":2,"method":%q,"params":{"textDocument":{"uri":"x:a"},`+
			`"position":{"line":0,"character":18},"newName":"b","query":"i","range":{"start":{"line":0,"character":0},"end":{"line":0,"character":1}}}}`, method)))
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		var out bytes.Buffer
		// Whether the server ends in order depends on the input.
		_ = Serve(bytes.NewReader(in), &out, Options{})
		if bytes.Contains(out.Bytes(), []byte("which is a mistake in ocapngen")) {
			t.Errorf("a request failed inside: %s", out.Bytes())
		}
		got := frames(&out)
		if last := got[len(got)-1]; last != "EOF" {
			t.Errorf("the output ends with %q", last)
		}
	})
}
