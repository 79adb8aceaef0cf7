package locator

import (
	"strconv"
	"strings"
)

// A uriPart is a part of a URI, percent-encoded as it stands, with the place where it stands.
type uriPart struct {
	name   string // for errors
	at     int    // the place of text in the URI
	text   string
	secret bool // no character of it is shown in errors
}

// cut returns the part of u that is text and begins at the given place of u.
func (u uriPart) cut(at int, text string) uriPart {
	return uriPart{name: u.name, at: u.at + at, text: text, secret: u.secret}
}

// failure returns the error that something else than what stands at place i of the part was expected.
func (u uriPart) failure(i int, want string) *ParseError {
	e := &ParseError{Offset: u.at + i, Part: u.name, Want: want}
	switch {
	case u.secret:
	case i < len(u.text):
		e.Got = strconv.QuoteToASCII(firstCharacter(u.text[i:]))
	default:
		e.Got = "the end of the " + u.name
	}
	return e
}

// firstCharacter returns the first character of a text that has one, or its first byte if that begins none.
func firstCharacter(text string) string {
	for i := range text {
		if i > 0 {
			return text[:i]
		}
	}
	return text
}

// field returns the text without its percent-encoding, checked.
func (u uriPart) field(raw func(byte) bool, plusIsSpace bool, check func([]byte) *FieldError) (string, *ParseError) {
	text, err := u.unescape(raw, plusIsSpace)
	if err != nil {
		return "", err
	}
	if err := check([]byte(text)); err != nil {
		return "", &ParseError{Offset: u.at, Part: err.Field, Want: err.Want}
	}
	return text, nil
}

// unescape returns the text without its percent-encoding. What is not percent-encoded must be allowed to stand raw.
func (u uriPart) unescape(raw func(byte) bool, plusIsSpace bool) (string, *ParseError) {
	var b strings.Builder
	for i := 0; i < len(u.text); i++ {
		switch c := u.text[i]; {
		case c == '%':
			if i+2 >= len(u.text) || !isHex(u.text[i+1]) || !isHex(u.text[i+2]) {
				return "", u.failure(i, "a percent sign with two hexadecimal digits")
			}
			b.WriteByte(fromHex(u.text[i+1])<<4 | fromHex(u.text[i+2]))
			i += 2
		case c == '+' && plusIsSpace:
			b.WriteByte(' ')
		case raw(c):
			b.WriteByte(c)
		default:
			return "", u.failure(i, "a character that may stand here without percent-encoding")
		}
	}
	return b.String(), nil
}

// escape returns the text with every byte percent-encoded that may not stand raw.
func escape(text string, raw func(byte) bool) []byte {
	const digits = "0123456789ABCDEF"
	var escaped []byte
	for _, c := range []byte(text) {
		if raw(c) {
			escaped = append(escaped, c)
		} else {
			escaped = append(escaped, '%', digits[c>>4], digits[c&0xf])
		}
	}
	return escaped
}

// isUnreserved reports whether c means itself everywhere in a URI (RFC 3986, section 2.3).
func isUnreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

// isAuthority reports whether c may stand raw in a registered name (section 3.2.2), which is where designator and
// transport stand. Parsers that leave the name as it is, and some do, then read what was meant.
func isAuthority(c byte) bool { return isUnreserved(c) || strings.IndexByte("!$&'()*+,;=", c) >= 0 }

// isQuery reports whether c may stand raw in a query (section 3.4).
func isQuery(c byte) bool { return isAuthority(c) || strings.IndexByte(":@/?", c) >= 0 }

// isSwiss reports whether c is of the alphabet of base64url, or padding.
func isSwiss(c byte) bool { return c == '=' || isUnreserved(c) && c != '.' && c != '~' }

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// fromHex returns the value of a hexadecimal digit.
func fromHex(c byte) byte {
	switch {
	case c <= '9':
		return c - '0'
	case c <= 'F':
		return c - 'A' + 10
	default:
		return c - 'a' + 10
	}
}
