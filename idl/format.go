package idl

import "github.com/ocapn-go/ocapn/idl/internal/syntax"

// Format returns the text of a .ocapn file in the standard layout, with LF line endings. It changes white space and
// optional separators only: comments and documentation stay where they are, and formatting twice is formatting once.
// A file that does not parse is not formatted; the errors say where, with name as the file. Nothing is resolved, so a
// file with unknown types is formatted too.
func Format(name string, src []byte) ([]byte, []Error) {
	out, errs := syntax.Format(string(src))
	if len(errs) == 0 {
		return []byte(out), nil
	}
	c := newChecker(nil, source{name: name, text: src})
	for _, e := range errs {
		reported := c.report(e.Span, e.ID, "%s", e.Message)
		reported.Hint, reported.Note = e.Hint, e.Note
	}
	result := make([]Error, len(c.errs))
	for i, e := range c.errs {
		result[i] = *e
	}
	sortErrors(result)
	return nil, result
}
