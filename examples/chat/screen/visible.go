package screen

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Visible returns text that comes from others as one line that a terminal shows and does not obey, and in which nothing is hidden:
// control characters, what turns the direction of writing, and what takes no place stand there as pictures or by their numbers. The
// ends of lines become arrows.
func Visible(text string) string {
	if isVisible(text) {
		return text
	}
	var b strings.Builder
	var before rune
	for i, r := range text {
		if r != '\n' || before != '\r' { // which are one end of a line together
			b.WriteString(visibleRune(r, text[:i]))
		}
		before = r
	}
	return standing(b.String())
}

// VisibleLines is [Visible] for each line of a text. Empty lines are left out, unless there is nothing else.
func VisibleLines(text string) []string {
	lines := strings.FieldsFunc(text, isLineEnd)
	if len(lines) == 0 {
		return []string{""}
	}
	for i, line := range lines {
		lines[i] = Visible(line)
	}
	return lines
}

// standing returns the text with a circle under each mark that nothing is there for, and that would be put on whatever is shown before.
func standing(text string) string {
	var b strings.Builder
	for c := range clusters(text) {
		if c.columns == 0 || isMark(c.text) {
			b.WriteString("◌")
		}
		b.WriteString(c.text)
	}
	return b.String()
}

// isMark reports whether the first rune of the text changes the one before it.
func isMark(text string) bool {
	r, _ := utf8.DecodeRuneInString(text)
	return unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc)
}

// isVisible reports whether the text can be shown as it is: it is, if it has nothing but ASCII and is no line's end.
func isVisible(text string) bool {
	for _, r := range text {
		if r < ' ' || r >= 0x7f {
			return false
		}
	}
	return true
}

// isLineEnd reports whether a line ends with r.
func isLineEnd(r rune) bool {
	switch r {
	case '\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029':
		return true
	}
	return false
}

// visibleRune returns what stands for r behind the text before, which is r itself for nearly all.
func visibleRune(r rune, before string) string {
	switch {
	case isLineEnd(r):
		return "↵"
	case r == '\t':
		return " "
	case r < ' ':
		return string('␀' + r)
	case r == 0x7f:
		return "␡"
	case isTag(r) && inFlag(before), !isHidden(r):
		return string(r)
	}
	return fmt.Sprintf("<U+%04X>", r)
}

// IsHidden reports whether r is not shown as it is by [Visible], wherever it stands.
func IsHidden(r rune) bool { return isLineEnd(r) || isHidden(r) }

// isHidden reports whether a terminal shows nothing for r, or something of its own. Joiners are shown by what they join.
func isHidden(r rune) bool {
	switch {
	case r == zeroWidthJoiner, r == zeroWidthNonJoiner, unicode.Is(unicode.Prepended_Concatenation_Mark, r):
		return false
	case r == '\u2800': // the pattern of Braille without a dot
		return true
	case r&0xfffe == 0xfffe, r >= 0xfdd0 && r <= 0xfdef: // which are no characters
		return true
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Co, unicode.Other_Default_Ignorable_Code_Point)
}

// inFlag reports whether the text ends with a black flag, and perhaps letters that say whose it is.
func inFlag(text string) bool {
	for range maxRunes {
		r, n := utf8.DecodeLastRuneInString(text)
		if r == blackFlag {
			return true
		}
		if !isTag(r) || r == cancelTag {
			return false
		}
		text = text[:len(text)-n]
	}
	return false
}

// Cut returns the text, or the beginning of it and three dots if it takes more columns than that.
func Cut(text string, columns int) string {
	if Width(text) <= columns {
		return text
	}
	var b strings.Builder
	taken := 0
	for c := range clusters(text) {
		if taken+c.columns > columns-1 {
			break
		}
		b.WriteString(c.text)
		taken += c.columns
	}
	if columns > 0 {
		b.WriteString("…")
	}
	return b.String()
}
