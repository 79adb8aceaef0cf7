package screen

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestKeyboard(t *testing.T) {
	text := func(s string) key { return key{keyText, s} }
	paste := func(s string) key { return key{keyPaste, s} }
	tests := []struct {
		name, input string
		want        []key
	}{
		{"text", "abc", []key{text("abc")}},
		{"wide text", "Grüße 你好 👩‍💻", []key{text("Grüße 你好 👩‍💻")}},
		{"line", "hi\r", []key{text("hi"), {kind: keyEnter}}},
		{"line feed", "a\nb", []key{text("a"), {kind: keyNewline}, text("b")}},
		{"alt and enter", "\x1b\r", []key{{kind: keyNewline}}},
		{"arrows", "\x1b[A\x1bOB\x1b[C\x1b[D", []key{{kind: keyUp}, {kind: keyDown}, {kind: keyRight}, {kind: keyLeft}}},
		{"words", "\x1b[1;5D\x1bf\x1b\x7f\x17", []key{{kind: keyWordLeft}, {kind: keyWordRight}, {kind: keyWordBackspace}, {kind: keyWordBackspace}}},
		{"line ends", "\x1b[H\x1b[4~\x01\x05", []key{{kind: keyHome}, {kind: keyEnd}, {kind: keyHome}, {kind: keyEnd}}},
		{"pages", "\x1b[5~\x1b[6~", []key{{kind: keyPageUp}, {kind: keyPageDown}}},
		{"interrupt", "\x03\x04", []key{{kind: keyInterrupt}, {kind: keyEndOfInput}}},
		{"unknown", "a\x1b[24;7~\x1b[?1;2c\x00b", []key{text("ab")}},
		{"function key of the console", "\x1b[[Aa", []key{text("a")}},
		{"sequence cut short", "\x1b[1\rx", []key{{kind: keyEnter}, text("x")}},
		{"endless sequence", "\x1b[" + strings.Repeat("1", 40) + "x", []key{text(strings.Repeat("1", 10) + "x")}},
		{"not UTF-8", "a\xffb", []key{text("ab")}},
		{"paste", "\x1b[200~one\rtwo\x1b[A\x1b[201~x", []key{paste("one\rtwo\x1b[A"), text("x")}},
		{"empty paste", "\x1b[200~\x1b[201~", nil},
		{"escape twice", "\x1b\x1b[A", []key{{kind: keyEscape}, {kind: keyUp}}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var whole keyboard
			if diff := cmp.Diff(test.want, whole.feed([]byte(test.input)), cmp.AllowUnexported(key{})); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			var bytewise keyboard
			var got []key
			for i := range len(test.input) {
				got = append(got, bytewise.feed([]byte{test.input[i]})...)
			}
			if diff := cmp.Diff(test.want, joined(got), cmp.AllowUnexported(key{})); diff != "" {
				t.Errorf("one byte after the other (-want +got):\n%s", diff)
			}
			if whole.isWaiting() || bytewise.isWaiting() {
				t.Error("something is held at the end")
			}
		})
	}
}

// joined puts texts together that follow each other.
func joined(keys []key) []key {
	var all []key
	for _, k := range keys {
		if n := len(all); n > 0 && k.text != "" && all[n-1].kind == k.kind {
			all[n-1].text += k.text
		} else {
			all = append(all, k)
		}
	}
	return all
}

func TestFlush(t *testing.T) {
	tests := []struct {
		name, input string
		want        []key
	}{
		{"nothing", "a", nil},
		{"escape", "\x1b", []key{{kind: keyEscape}}},
		{"alt and bracket", "\x1b[", []key{{kind: keyEscape}}},
		{"half a rune", "\xe4\xbd", nil},
		{"paste without an end", "\x1b[200~abc\x1b", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var k keyboard
			k.feed([]byte(test.input))
			if diff := cmp.Diff(test.want, k.flush(), cmp.AllowUnexported(key{})); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if k.isWaiting() {
				t.Error("something is held afterwards")
			}
		})
	}
}

// FuzzKeyboard checks that it makes no difference how the bytes are cut, and that not more is held than a sequence or the end of a paste.
func FuzzKeyboard(f *testing.F) {
	f.Add([]byte("a\x1b[1;5D\x1b[200~ü\x1b[201~\r"), uint8(3))
	f.Fuzz(func(t *testing.T, input []byte, at uint8) {
		var whole, parts keyboard
		want := joined(whole.feed(input))
		cut := min(int(at), len(input))
		got := joined(append(parts.feed(input[:cut]), parts.feed(input[cut:])...))
		if diff := cmp.Diff(want, got, cmp.AllowUnexported(key{})); diff != "" {
			t.Errorf("cut at %d (-whole +cut):\n%s", cut, diff)
		}
		if n := len(whole.held); n > maxSequence {
			t.Errorf("%d bytes are held", n)
		}
	})
}
