package markdown

import (
	"strconv"
	"strings"
	"unicode"
)

// slugs makes the anchors of headings as GitHub does, in the order of the page.
type slugs map[string]bool

// slug returns the anchor of the next heading, whose text is given without marks.
func (s slugs) slug(text string) string {
	base := strings.Map(func(r rune) rune {
		switch {
		case r == ' ' || r == '-':
			return '-'
		case r == '_' || unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r):
			return unicode.ToLower(r)
		default:
			return -1
		}
	}, text)
	out := base
	for n := 1; s[out]; n++ {
		out = base + "-" + strconv.Itoa(n)
	}
	s[out] = true
	return out
}
