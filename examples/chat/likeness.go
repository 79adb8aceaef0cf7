package main

import (
	"strings"
	"unicode"

	"github.com/ocapn-go/ocapn/examples/chat/screen"
)

// likeness returns what two names have in common that a person can take for each other on the narrowest column of names: letters without
// their case, without spaces, and Latin ones for those of Cyrillic and Greek that have their shape. There are more letters that look
// alike in Unicode than are known here.
func likeness(name string) string {
	return strings.Map(latin, screen.Cut(name, screen.MaxName))
}

// latin returns the letter that r can be taken for, or -1 if nothing of it is seen.
func latin(r rune) rune {
	switch {
	case unicode.In(r, unicode.Join_Control, unicode.Variation_Selector), unicode.IsSpace(r):
		return -1
	case r >= '！' && r <= '～': // ASCII for columns of Chinese
		r -= '！' - '!'
	}
	if like, ok := lookalikes[r]; ok {
		return like
	}
	r = unicode.ToLower(r)
	if like, ok := lookalikes[r]; ok {
		return like
	}
	return r
}

// lookalikes are letters and digits that look like lower-case letters of the Latin alphabet, or like their upper case.
var lookalikes = map[rune]rune{
	'I': 'l', '1': 'l', '|': 'l', '0': 'o', 'ı': 'i',
	'а': 'a', 'в': 'b', 'с': 'c', 'ԁ': 'd', 'е': 'e', 'һ': 'h', 'н': 'h', 'і': 'i', 'ј': 'j', 'к': 'k', 'м': 'm', 'о': 'o', 'р': 'p',
	'ԛ': 'q', 'ѕ': 's', 'т': 't', 'ѵ': 'v', 'ԝ': 'w', 'х': 'x', 'у': 'y', 'ӏ': 'l', 'І': 'l', 'Ӏ': 'l',
	'α': 'a', 'β': 'b', 'ε': 'e', 'η': 'h', 'ι': 'i', 'κ': 'k', 'μ': 'm', 'ν': 'v', 'ο': 'o', 'ρ': 'p', 'τ': 't', 'υ': 'y', 'χ': 'x',
	'ζ': 'z', 'Ν': 'n', 'Ι': 'l',
}
