package idl

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
)

// PrintErrors writes errs for people to read: each with its place, the source line, a mark under the part that is
// meant and what may help, then their number. Of more than limit errors only the first limit are shown; a limit of 0
// shows all. The error is that of w.
//
//	chat.ocapn:31:22: unknown type "strng" [UNKNOWN_TYPE]
//	   |
//	31 |   send-message(text: strng) -> ack
//	   |                      ^^^^^  did you mean "string"?
//	   |
//	   = the built-in types are any, bigint, bool, ...
func PrintErrors(w io.Writer, errs []Error, limit int) error {
	var b strings.Builder
	for i, e := range errs {
		if limit > 0 && i == limit {
			fmt.Fprintf(&b, "... and %d more\n\n", len(errs)-limit)
			break
		}
		printError(&b, e)
		b.WriteByte('\n')
	}
	if len(errs) == 1 {
		b.WriteString("1 error\n")
	} else {
		fmt.Fprintf(&b, "%d errors\n", len(errs))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// printError writes one error.
func printError(b *strings.Builder, e Error) {
	fmt.Fprintf(b, "%s [%s]\n", printable(e.Error()), e.ID)
	gutter := "  "
	if e.Line > 0 && e.Excerpt != "" {
		number := strconv.Itoa(e.Line)
		gutter = strings.Repeat(" ", len(number)+1)
		before, marked := cutExcerpt(e)
		fmt.Fprintf(b, "%s|\n%s | %s\n%s| %s%s", gutter, number, printable(e.Excerpt), gutter, before, marked)
		if e.Hint != "" {
			fmt.Fprintf(b, "  %s", printable(e.Hint))
		}
		b.WriteByte('\n')
		if e.Note != "" {
			fmt.Fprintf(b, "%s|\n", gutter)
		}
	} else if e.Hint != "" {
		fmt.Fprintf(b, "%s= %s\n", gutter, printable(e.Hint))
	}
	if e.Note != "" {
		fmt.Fprintf(b, "%s= %s\n", gutter, printable(e.Note))
	}
}

// cutExcerpt returns the white space before the mark under the excerpt, as wide as the text above it, and the mark.
func cutExcerpt(e Error) (before, marked string) {
	start := min(max(e.Col-1, 0), len(e.Excerpt))
	end := min(max(e.EndCol-1, start), len(e.Excerpt))
	blank := func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}
	width := max(len([]rune(e.Excerpt[start:end])), 1)
	return strings.Map(blank, e.Excerpt[:start]), strings.Repeat("^", width)
}

// printable replaces control characters, which a source may contain to play with the terminal, and keeps tabs.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\t' && !unicode.IsPrint(r) {
			return unicode.ReplacementChar
		}
		return r
	}, s)
}
