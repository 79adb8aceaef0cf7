package screen

import (
	"iter"
	"unicode"
	"unicode/utf8"
)

// wide are the characters that take two columns: those that Unicode's East Asian Width calls wide or fullwidth, which includes
// what is shown as a picture. Neighbours that are not assigned yet are taken for what surrounds them.
var wide = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x1100, 0x115f, 1},
		{0x231a, 0x231b, 1},
		{0x2329, 0x232a, 1},
		{0x23e9, 0x23ec, 1},
		{0x23f0, 0x23f3, 3},
		{0x25fd, 0x25fe, 1},
		{0x2614, 0x2615, 1},
		{0x2630, 0x2637, 1},
		{0x2648, 0x2653, 1},
		{0x267f, 0x2693, 20},
		{0x26a1, 0x26a1, 1},
		{0x26aa, 0x26ab, 1},
		{0x26bd, 0x26be, 1},
		{0x26c4, 0x26c5, 1},
		{0x26ce, 0x26d4, 6},
		{0x26ea, 0x26ea, 1},
		{0x26f2, 0x26f3, 1},
		{0x26f5, 0x26fa, 5},
		{0x26fd, 0x2705, 8},
		{0x270a, 0x270b, 1},
		{0x2728, 0x2728, 1},
		{0x274c, 0x274e, 2},
		{0x2753, 0x2755, 1},
		{0x2757, 0x2757, 1},
		{0x2795, 0x2797, 1},
		{0x27b0, 0x27bf, 15},
		{0x2b1b, 0x2b1c, 1},
		{0x2b50, 0x2b55, 5},
		{0x2e80, 0x303e, 1},
		{0x3041, 0x3247, 1},
		{0x3250, 0xa4c6, 1},
		{0xa960, 0xa97c, 1},
		{0xac00, 0xd7a3, 1},
		{0xf900, 0xfaff, 1},
		{0xfe10, 0xfe19, 1},
		{0xfe30, 0xfe66, 1},
		{0xfe68, 0xfe6b, 1},
		{0xff01, 0xff60, 1},
		{0xffe0, 0xffe6, 1},
	},
	R32: []unicode.Range32{
		{0x16fe0, 0x18d7f, 1},
		{0x1aff0, 0x1b2ff, 1},
		{0x1f004, 0x1f0cf, 203},
		{0x1f18e, 0x1f18e, 1},
		{0x1f191, 0x1f19a, 1},
		{0x1f200, 0x1f265, 1},
		{0x1f300, 0x1f320, 1},
		{0x1f32d, 0x1f335, 1},
		{0x1f337, 0x1f37c, 1},
		{0x1f37e, 0x1f393, 1},
		{0x1f3a0, 0x1f3ca, 1},
		{0x1f3cf, 0x1f3d3, 1},
		{0x1f3e0, 0x1f3f0, 1},
		{0x1f3f4, 0x1f3f4, 1},
		{0x1f3f8, 0x1f43e, 1},
		{0x1f440, 0x1f440, 1},
		{0x1f442, 0x1f4fc, 1},
		{0x1f4ff, 0x1f53d, 1},
		{0x1f54b, 0x1f54e, 1},
		{0x1f550, 0x1f567, 1},
		{0x1f57a, 0x1f57a, 1},
		{0x1f595, 0x1f596, 1},
		{0x1f5a4, 0x1f5a4, 1},
		{0x1f5fb, 0x1f64f, 1},
		{0x1f680, 0x1f6c5, 1},
		{0x1f6cc, 0x1f6cc, 1},
		{0x1f6d0, 0x1f6d2, 1},
		{0x1f6d5, 0x1f6df, 1},
		{0x1f6eb, 0x1f6ec, 1},
		{0x1f6f4, 0x1f6fc, 1},
		{0x1f7e0, 0x1f7eb, 1},
		{0x1f7f0, 0x1f7f0, 1},
		{0x1f90c, 0x1f93a, 1},
		{0x1f93c, 0x1f945, 1},
		{0x1f947, 0x1f9ff, 1},
		{0x1fa70, 0x1faff, 1},
		{0x20000, 0x3ffff, 1},
	},
}

const (
	zeroWidthJoiner    = '\u200d'
	zeroWidthNonJoiner = '\u200c'
	pictureSelector    = '\ufe0f' // asks for the character before it as a picture
	blackFlag          = '\U0001f3f4'
	cancelTag          = '\U000e007f'
	firstMark          = '\u0300' // what comes before is one column, and nothing of it changes anything

	// maxRunes is how many runes are put on top of each other. Whoever writes more wants to cover what stands above.
	maxRunes = 12
)

// Width returns how many columns the text takes. Its characters must be visible, see [Visible].
func Width(text string) int {
	columns := 0
	for c := range clusters(text) {
		columns += c.columns
	}
	return columns
}

// Characters returns what a person takes for the characters of the text, and how many columns each of them takes.
func Characters(text string) iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		for c := range clusters(text) {
			if !yield(c.text, c.columns) {
				return
			}
		}
	}
}

// cluster is what a person takes for one character: a rune and those that change it, or are joined to it.
type cluster struct {
	text    string
	columns int
	odd     bool // terminals do not agree about its columns
}

// clusters returns the characters of the text, in order. Together they are the text.
func clusters(text string) iter.Seq[cluster] {
	return func(yield func(cluster) bool) {
		for text != "" {
			c := first(text)
			if !yield(c) {
				return
			}
			text = text[len(c.text):]
		}
	}
}

// first returns the first character of a text that is not empty. What makes up a character is Unicode's extended grapheme cluster
// (UAX #29), but for scripts in which letters without a joiner flow into one.
func first(text string) cluster {
	if text[0] < utf8.RuneSelf && (len(text) == 1 || text[1] < utf8.RuneSelf) {
		return cluster{text: text[:1], columns: 1}
	}
	var c cluster
	var base, last rune
	runes := 0
	for i, r := range text {
		switch {
		case runes == 0:
			base, c.columns = r, runeColumns(r)
		case runes == maxRunes || !continues(base, last, r, runes):
			c.text = text[:i]
			return c
		case r == pictureSelector || last == zeroWidthJoiner || isFlagLetter(r):
			c.columns, c.odd = 2, true
		case unicode.Is(unicode.Mc, r):
			c.columns++
			c.odd = true
		default:
			c.odd = true
		}
		last = r
		runes++
	}
	c.text = text
	return c
}

// continues reports whether r belongs to the character that begins with base and has come to last, of so many runes.
func continues(base, last, r rune, runes int) bool {
	switch {
	case r < firstMark:
		return false
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Mc), r == zeroWidthJoiner, r == zeroWidthNonJoiner:
		return true
	case last == zeroWidthJoiner:
		return isPicture(base) && isPicture(r)
	case isSkin(r):
		return isPicture(last)
	case isFlagLetter(r):
		return runes == 1 && isFlagLetter(base)
	case isTag(r):
		return base == blackFlag && last != cancelTag
	case isJamo(r):
		return r >= 0x1160 && (isJamo(last) || last >= 0xac00 && last <= 0xd7a3)
	}
	return false
}

// runeColumns returns the columns of a rune that stands on its own.
func runeColumns(r rune) int {
	switch {
	case r < firstMark:
		return 1
	case unicode.Is(wide, r):
		return 2
	case unicode.In(r, unicode.Mn, unicode.Me), r == zeroWidthJoiner, r == zeroWidthNonJoiner:
		return 0
	}
	return 1
}

func isPicture(r rune) bool {
	return r >= 0x1f000 && unicode.Is(wide, r) || r >= 0x1f000 && unicode.Is(unicode.So, r) ||
		r >= 0x2190 && r < 0x2c00 || r == pictureSelector || isSkin(r)
}

func isSkin(r rune) bool       { return r >= 0x1f3fb && r <= 0x1f3ff }
func isFlagLetter(r rune) bool { return r >= 0x1f1e6 && r <= 0x1f1ff }
func isTag(r rune) bool        { return r >= 0xe0020 && r <= cancelTag }
func isJamo(r rune) bool       { return r >= 0x1100 && r <= 0x11ff }
