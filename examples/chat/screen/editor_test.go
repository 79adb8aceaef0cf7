package screen

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// typed returns an editor with the text, whose cursor is where the text has a |.
func typed(text string) *editor {
	before, after, _ := strings.Cut(text, "|")
	return &editor{before: characters(before), after: characters(after)}
}

// show returns the text with a | where the cursor is.
func (e *editor) show() string { return strings.Join(e.before, "") + "|" + strings.Join(e.after, "") }

func TestEditor(t *testing.T) {
	tests := []struct {
		name, text, keys, want string
	}{
		{"typing", "ab|cd", "xy", "abxy|cd"},
		{"wide", "|", "你好\x1b[D吗", "你吗|好"},
		{"mark joins the letter", "u|x", "\u0308", "u\u0308|x"},
		{"joined picture is one", "👩‍💻|", "\x7f", "|"},
		{"left at the start", "|ab", "\x1b[D\x02", "|ab"},
		{"right", "|ab", "\x1b[C\x06\x06", "ab|"},
		{"home and end", "a b|c", "\x01x\x05y", "xa bcy|"},
		{"words left", "one, two-three|", "\x1b[1;5D\x1bb", "one, |two-three"},
		{"words right", "|one, two", "\x1bf\x1bf", "one, two|"},
		{"backspace", "ab|c", "\x7f\x08\x7f", "|c"},
		{"delete", "a|bc", "\x1b[3~\x1b[3~\x1b[3~", "a|"},
		{"word backwards", "one two |x", "\x17", "one |x"},
		{"word forwards", "one| two three", "\x1bd", "one| three"},
		{"kill and yank", "one two|three", "\x15\x05 \x19", "three one two|"},
		{"kill to the end", "one|two", "\x0b\x01\x19", "two|one"},
		{"nothing to kill keeps what was killed", "ab|", "\x15\x15\x0b\x19", "ab|"},
		{"lines", "one|", "\x1b\rtwo\x01x\x1b[A", "o|ne\nxtwo"},
		{"kill within the line", "one\ntwo|\nthree", "\x15\x0b", "one\n|\nthree"},
		{"paste", "a|z", "\x1b[200~b\tc\r\nd\x1b[31m\x1b[201~", "ab c\nd[31m|z"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var board keyboard
			e := typed(test.text)
			for _, k := range board.feed([]byte(test.keys)) {
				if k.kind == keyUp {
					e.line(false)
				} else if known, _ := e.press(k); !known {
					t.Errorf("key %v is not for editing", k)
				}
			}
			if diff := cmp.Diff(test.want, e.show()); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestEditorLines(t *testing.T) {
	tests := []struct {
		text string
		down bool
		want string
		ok   bool
	}{
		{"one|", false, "one|", false},
		{"one|", true, "one|", false},
		{"one\ntwo|", false, "one|\ntwo", true},
		{"o\ntwo|", false, "o|\ntwo", true},
		{"one\nt|wo", false, "o|ne\ntwo", true},
		{"on|e\ntwo", true, "one\ntw|o", true},
		{"one|\nt", true, "one\nt|", true},
		{"one|\n\nthree", true, "one\n|\nthree", true},
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("%q down %t", test.text, test.down), func(t *testing.T) {
			e := typed(test.text)
			if ok := e.line(test.down); ok != test.ok || e.show() != test.want {
				t.Errorf("%t, %q; want %t, %q", ok, e.show(), test.ok, test.want)
			}
		})
	}
}

// TestEditorIsBounded checks that no more goes in than a message may have, and that what is cut is not cut inside of a rune.
func TestEditorIsBounded(t *testing.T) {
	var e editor
	if !e.insert(strings.Repeat("x", MaxInput-2)) {
		t.Error("no room for all but two bytes")
	}
	if e.insert("你好") || e.insert("é!") {
		t.Error("room for more than there is")
	}
	if got := e.text(); len(got) != MaxInput || !strings.HasSuffix(got, "xé") {
		t.Errorf("%d bytes, ending with %q", len(got), got[len(got)-4:])
	}
}

func TestHistory(t *testing.T) {
	var h history
	if _, ok := h.older("draft"); ok {
		t.Error("something is older than nothing")
	}
	for _, line := range []string{"one", "two", "two", "three"} {
		h.add(line)
	}
	var got []string
	step := func(line string, ok bool) {
		if !ok {
			line = "-"
		}
		got = append(got, line)
	}
	step(h.newer())
	step(h.older("draft"))
	step(h.older("three"))
	step(h.older("two"))
	step(h.older("one"))
	step(h.newer())
	step(h.newer())
	step(h.newer())
	step(h.newer())
	if diff := cmp.Diff([]string{"-", "three", "two", "one", "-", "two", "three", "draft", "-"}, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	for i := range 2 * maxHistory {
		h.add(fmt.Sprint(i))
	}
	if len(h.lines) != maxHistory {
		t.Errorf("%d lines are remembered, want %d", len(h.lines), maxHistory)
	}
}
