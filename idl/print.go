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

// PrintError writes one error as [PrintErrors] does, for those who count in other words. The error is that of w.
func PrintError(w io.Writer, e Error) error {
	var b strings.Builder
	printError(&b, e)
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
		text, mark := excerpt(e)
		fmt.Fprintf(b, "%s|\n%s | %s\n%s| %s", gutter, number, text, gutter, mark)
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

// Characters of a long line that are shown before the mark and in all.
const (
	excerptBefore = 60
	excerptWidth  = 120
)

// excerpt returns the source line of an error, or the part of a long one around the mark, and the line with the mark
// under it: white space as wide as the text above, then carets.
func excerpt(e Error) (text, mark string) {
	start := min(max(e.Col-1, 0), len(e.Excerpt))
	end := min(max(e.EndCol-1, start), len(e.Excerpt))
	before, marked, after := []rune(e.Excerpt[:start]), []rune(e.Excerpt[start:end]), []rune(e.Excerpt[end:])
	if len(before)+len(marked)+len(after) > excerptWidth {
		if len(before) > excerptBefore {
			before = append([]rune("..."), before[len(before)-excerptBefore:]...)
		}
		marked = marked[:min(len(marked), excerptWidth-len(before))]
		if room := max(excerptWidth-len(before)-len(marked), 0); len(after) > room {
			after = append(after[:room:room], []rune("...")...)
		}
	}
	text = printable(string(before) + string(marked) + string(after))
	return text, blank(before) + strings.Repeat("^", max(columns(marked), 1))
}

// blank returns white space that is as wide as text.
func blank(text []rune) string {
	var b strings.Builder
	for _, r := range text {
		if r == '\t' {
			b.WriteByte('\t')
		} else {
			b.WriteString(strings.Repeat(" ", columns([]rune{r})))
		}
	}
	return b.String()
}

// wide are the blocks of characters that take two columns of a terminal: those of East Asian writing, and pictures.
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{Lo: 0x1100, Hi: 0x115F, Stride: 1}, // Hangul Jamo
		{Lo: 0x2E80, Hi: 0x303E, Stride: 1}, // radicals and punctuation of CJK
		{Lo: 0x3041, Hi: 0x4DBF, Stride: 1}, // kana, and the first extension of CJK
		{Lo: 0x4E00, Hi: 0xA4CF, Stride: 1}, // CJK and Yi
		{Lo: 0xAC00, Hi: 0xD7A3, Stride: 1}, // Hangul
		{Lo: 0xF900, Hi: 0xFAFF, Stride: 1}, // compatibility ideographs
		{Lo: 0xFE30, Hi: 0xFE6F, Stride: 1}, // compatibility forms
		{Lo: 0xFF00, Hi: 0xFF60, Stride: 1}, // full-width forms
		{Lo: 0xFFE0, Hi: 0xFFE6, Stride: 1},
	},
	R32: []unicode.Range32{
		{Lo: 0x1F300, Hi: 0x1F64F, Stride: 1}, // pictures
		{Lo: 0x1F900, Hi: 0x1F9FF, Stride: 1},
		{Lo: 0x20000, Hi: 0x3FFFD, Stride: 1}, // further extensions of CJK
	},
}

// columns returns how many columns of a terminal the characters of text take.
func columns(text []rune) int {
	n := 0
	for _, r := range text {
		switch {
		case unicode.In(r, unicode.Mn, unicode.Me): // drawn over the character before
		case unicode.Is(wide, r):
			n += 2
		default:
			n++
		}
	}
	return n
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
