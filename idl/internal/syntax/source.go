package syntax

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// Limits on a source file.
const (
	MaxSource = 1 << 20 // bytes of one file
	MaxDepth  = 32      // brackets that may be open at the same time
)

// Span is a range of bytes of a source file, End past the last one.
type Span struct{ Start, End int }

// Lines finds the line and column of a byte. Its zero value is an empty source.
type Lines struct {
	src    string
	starts []int // offset of the first byte of each line
}

// NewLines indexes src. A byte order mark belongs to no line.
func NewLines(src string) Lines {
	starts := []int{0}
	if strings.HasPrefix(src, byteOrderMark) {
		starts[0] = len(byteOrderMark)
	}
	for i := range len(src) {
		if src[i] == '\n' {
			starts = append(starts, i+1)
		}
	}
	return Lines{src, starts}
}

// Source returns the whole text.
func (l Lines) Source() string { return l.src }

// Pos returns the line and the column of the byte at offset, both from 1. An offset outside of the source is moved to
// the nearest end.
func (l Lines) Pos(offset int) (line, col int) {
	offset = min(max(offset, 0), len(l.src))
	n := sort.SearchInts(l.starts, offset+1)
	if n == 0 { // the zero Lines, or in the byte order mark
		return 1, 1
	}
	return n, offset - l.starts[n-1] + 1
}

// Start returns the offset of the first byte of a line, from 1. ok is false if there is no such line.
func (l Lines) Start(line int) (offset int, ok bool) {
	if line < 1 || line > len(l.starts) {
		return 0, false
	}
	return l.starts[line-1], true
}

// Text returns the text of a line, from 1, without its line ending.
func (l Lines) Text(line int) string {
	start, ok := l.Start(line)
	if !ok {
		return ""
	}
	text := l.src[start:]
	if end := strings.IndexByte(text, '\n'); end >= 0 {
		text = text[:end]
	}
	return strings.TrimSuffix(text, "\r")
}

// Clip returns the span cut to its first line, at least one byte wide where the line has one, as (line, col, endCol).
func (l Lines) Clip(s Span) (line, col, endCol int) {
	line, col = l.Pos(s.Start)
	width := max(s.End-s.Start, 1)
	end := min(col+width, len(l.Text(line))+1)
	if end <= col {
		end = col + 1
	}
	return line, col, end
}

// byteOrderMark may open a file written on Windows; it is not part of the text.
const byteOrderMark = "\ufeff"

// invalidUTF8 returns the offset of the first byte that is not UTF-8, or -1.
func invalidUTF8(src string) int {
	for i := 0; i < len(src); {
		r, n := utf8.DecodeRuneInString(src[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return -1
}
