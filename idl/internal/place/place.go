// Package place makes diagnostics that point into the text of a source file.
package place

import (
	"github.com/ocapn-go/ocapn/idl"
	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

// Text is the text of a source file. The zero Text has no lines.
type Text struct {
	file  string
	lines syntax.Lines
}

// NewText returns the text src of the file with the slash path file.
func NewText(file, src string) Text { return Text{file, syntax.NewLines(src)} }

// Source returns the whole text.
func (t Text) Source() string { return t.lines.Source() }

// AtSpan returns a diagnostic about the bytes of span.
func (t Text) AtSpan(span syntax.Span, id, message string) idl.Error {
	line, col, endCol := t.lines.Clip(span)
	return idl.Error{ID: id, File: t.file, Line: line, Col: col, EndCol: endCol, Message: message, Excerpt: t.lines.Text(line)}
}

// AtName returns a diagnostic about the name that starts at pos. The zero pos is the whole file.
func (t Text) AtName(pos idl.Pos, id, message string) idl.Error {
	e := idl.Error{ID: id, File: t.file, Message: message}
	if pos != (idl.Pos{}) {
		e.Line, e.Col, e.Excerpt = pos.Line, pos.Col, t.lines.Text(pos.Line)
		e.EndCol = e.Col + nameWidth(e.Excerpt[min(pos.Col-1, len(e.Excerpt)):])
	}
	return e
}

// nameWidth returns the length of the name at the start of a line's rest, at least 1: of an identifier, or of anything in
// quotes.
func nameWidth(rest string) int {
	n := 0
	if len(rest) > 0 && rest[0] == '"' {
		for n = 1; n < len(rest) && rest[n] != '"'; n++ {
			if rest[n] == '\\' {
				n++
			}
		}
		return min(n+1, len(rest))
	}
	for n < len(rest) && isNameByte(rest[n]) {
		n++
	}
	return max(n, 1)
}

// isNameByte reports whether an identifier may contain b.
func isNameByte(b byte) bool {
	return b == '-' || b >= '0' && b <= '9' || b >= 'A' && b <= 'Z' || b >= 'a' && b <= 'z'
}

// Texts are the texts of the files that a loader has read, by path.
type Texts map[string]Text

// Record returns a loader that works like l and puts the text of what it reads into texts.
func Record(l *idl.Loader) (recording *idl.Loader, texts Texts) {
	texts, out := Texts{}, *l
	out.OnRead = func(name string, src []byte, err error) {
		if err == nil {
			texts[name] = NewText(name, string(src))
		}
		if l.OnRead != nil {
			l.OnRead(name, src, err)
		}
	}
	return &out, texts
}
