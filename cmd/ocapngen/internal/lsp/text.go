package lsp

import (
	"sort"
	"unicode/utf8"

	"github.com/ocapn-go/ocapn/idl/editor"
)

// encoding is how the client counts characters in a line.
type encoding string

// The encodings of positions.
const (
	utf16 encoding = "utf-16"
	utf8s encoding = "utf-8"
)

// text is a source text whose places can be given in lines and characters. Lines end with LF, CR LF or CR.
type text struct {
	src    string
	starts []int // offset of the first byte of each line
	enc    encoding
}

// newText indexes src.
func newText(src string, enc encoding) text {
	t := text{src, []int{0}, enc}
	for i := range len(src) {
		if src[i] == '\n' || src[i] == '\r' && (i+1 == len(src) || src[i+1] != '\n') {
			t.starts = append(t.starts, i+1)
		}
	}
	return t
}

// offset returns the byte at a position. A position outside of the text is moved to the end of its line or of the text.
func (t text) offset(p position) int {
	if p.Line < 0 {
		return 0
	}
	if p.Line >= len(t.starts) {
		return len(t.src)
	}
	at, end := t.starts[p.Line], t.lineEnd(p.Line)
	if t.enc == utf8s {
		at = min(at+max(p.Character, 0), end)
		for at > t.starts[p.Line] && at < end && !utf8.RuneStart(t.src[at]) {
			at--
		}
		return at
	}
	for units := 0; at < end; {
		r, n := utf8.DecodeRuneInString(t.src[at:end])
		units += units16(r)
		if units > p.Character {
			break
		}
		at += n
	}
	return at
}

// lineEnd returns the offset at which the text of a line ends.
func (t text) lineEnd(line int) int {
	if line+1 >= len(t.starts) {
		return len(t.src)
	}
	end := t.starts[line+1] - 1
	if end > t.starts[line] && t.src[end] == '\n' && t.src[end-1] == '\r' {
		end--
	}
	return end
}

// position returns the position of a byte.
func (t text) position(offset int) position {
	offset = min(max(offset, 0), len(t.src))
	line := sort.SearchInts(t.starts, offset+1) - 1
	start := t.starts[line]
	offset = min(offset, t.lineEnd(line))
	if t.enc == utf8s {
		return position{line, offset - start}
	}
	units := 0
	for _, r := range t.src[start:offset] {
		units += units16(r)
	}
	return position{line, units}
}

// units16 returns the number of code units of a character in UTF-16.
func units16(r rune) int {
	if r > 0xffff {
		return 2
	}
	return 1
}

// span returns the bytes of a range.
func (t text) span(r textRange) editor.Span {
	start, end := t.offset(r.Start), t.offset(r.End)
	return editor.Span{Start: min(start, end), End: max(start, end)}
}

// rangeOf returns the range of bytes.
func (t text) rangeOf(s editor.Span) textRange {
	return textRange{t.position(s.Start), t.position(s.End)}
}

// apply returns the source with a change made.
func (t text) apply(c contentChange) string {
	if c.Range == nil {
		return c.Text
	}
	s := t.span(*c.Range)
	return t.src[:s.Start] + c.Text + t.src[s.End:]
}
