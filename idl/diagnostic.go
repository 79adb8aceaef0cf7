package idl

import (
	"cmp"
	"fmt"
	"slices"
)

// Error is one thing that is wrong with a source file. It is data; [PrintErrors] shows it to people.
type Error struct {
	// ID is the stable upper-case name of the diagnostic, such as UNKNOWN_TYPE; [Explain] has its page.
	ID string `json:"id"`
	// File is the slash path of the source. Line and Col count from 1, Col and EndCol in bytes; EndCol is past the
	// last byte, on the same line. All three are 0 when the error is about the whole file.
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Col    int    `json:"col,omitempty"`
	EndCol int    `json:"endCol,omitempty"`
	// Message says what is wrong, Hint what may be meant, Note what else helps. Hint and Note may be empty.
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	Note    string `json:"note,omitempty"`
	// Excerpt is the source line, without its line ending.
	Excerpt string `json:"excerpt,omitempty"`
}

// Error returns the first line of the diagnostic, in the form that editors read: file:line:col: message.
func (e Error) Error() string {
	if e.Line == 0 {
		return fmt.Sprintf("%s: %s", e.File, e.Message)
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Col, e.Message)
}

// sortErrors puts errs in order of file and place. Errors at one place stay in the order in which they were found.
func sortErrors(errs []Error) {
	slices.SortStableFunc(errs, func(a, b Error) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col))
	})
}
