package syntax

import (
	"strings"
	"unicode/utf8"
)

// TokenKind says what a [Token] is.
type TokenKind int

// The kinds of tokens. What is bad is no part of the language: the whole file is always cut into tokens, so that every bad
// one is reported.
const (
	SpaceToken      TokenKind = iota + 1
	BannerToken               // a line of slashes, which is not documentation
	DocToken                  // from /// to the end of the line
	CommentToken              // from // to the end of the line, or from /* to */
	BadCommentToken           // one that is not closed: all that is left
	StringToken               // its escapes may still be bad
	BadStringToken            // one that is not closed on its line
	SymbolToken
	IdentToken
	FloatToken
	IntToken
	PunctToken
	BadCharacterToken
)

// tokenNames returns the names of the kinds in the grammar.
func tokenNames() map[TokenKind]string {
	return map[TokenKind]string{
		SpaceToken: "Space", BannerToken: "Banner", DocToken: "Doc", CommentToken: "Comment", BadCommentToken: "BadComment",
		StringToken: "String", BadStringToken: "BadString", SymbolToken: "Symbol", IdentToken: "Ident", FloatToken: "Float",
		IntToken: "Int", PunctToken: "Punct", BadCharacterToken: "BadCharacter",
	}
}

// Token is a piece of a source file, white space and comments included.
type Token struct {
	Kind TokenKind
	Span
}

// Scan cuts src into tokens that follow each other without gaps, after a byte order mark. It accepts every text.
func Scan(src string) []Token {
	tokens := make([]Token, 0, len(src)/3)
	at := 0
	if strings.HasPrefix(src, byteOrderMark) {
		at = len(byteOrderMark)
	}
	for at < len(src) {
		kind, n := scanToken(src[at:])
		tokens = append(tokens, Token{kind, Span{at, at + n}})
		at += n
	}
	return tokens
}

// scanToken returns the kind and the length of the token at the start of s, which is not empty.
func scanToken(s string) (TokenKind, int) {
	switch c := s[0]; {
	case isSpace(c):
		n := 1
		for n < len(s) && isSpace(s[n]) {
			n++
		}
		return SpaceToken, n
	case c == '/':
		return scanComment(s)
	case c == '"':
		return scanString(s)
	case c == '\'':
		if n := symbolLength(s[1:]); n > 0 {
			return SymbolToken, 1 + n
		}
	case isLetter(c):
		return IdentToken, identLength(s)
	case isDigit(c), c == '-' && len(s) > 1 && isDigit(s[1]):
		return scanNumber(s)
	case strings.HasPrefix(s, "->"):
		return PunctToken, 2
	case strings.HasPrefix(s, "..."):
		return PunctToken, 3
	case strings.IndexByte("(){}<>[],;:?=|@.", c) >= 0:
		return PunctToken, 1
	}
	_, n := utf8.DecodeRuneInString(s)
	return BadCharacterToken, n
}

// scanComment returns the token that starts with a slash.
func scanComment(s string) (TokenKind, int) {
	switch {
	case strings.HasPrefix(s, "////"):
		return BannerToken, lineLength(s)
	case strings.HasPrefix(s, "///"):
		return DocToken, lineLength(s)
	case strings.HasPrefix(s, "//"):
		return CommentToken, lineLength(s)
	case strings.HasPrefix(s, "/*"):
		if end := strings.Index(s[2:], "*/"); end >= 0 {
			return CommentToken, 2 + end + 2
		}
		return BadCommentToken, len(s)
	default:
		return BadCharacterToken, 1
	}
}

// lineLength returns the length of the line at the start of s, without its end.
func lineLength(s string) int {
	if end := strings.IndexAny(s, "\r\n"); end >= 0 {
		return end
	}
	return len(s)
}

// scanString returns the token that starts with a double quote. One that is not closed goes to the end of its line.
func scanString(s string) (TokenKind, int) {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return StringToken, i + 1
		case '\\':
			i++
			if i < len(s) && (s[i] == '\r' || s[i] == '\n') {
				return BadStringToken, i
			}
		case '\r', '\n':
			return BadStringToken, i
		}
	}
	return BadStringToken, len(s)
}

// symbolLength returns the length of the symbol at the start of s.
func symbolLength(s string) int {
	if end := strings.IndexAny(s, " \t\n\f\r'\"(),:;{}<>|=@[]"); end >= 0 {
		return end
	}
	return len(s)
}

// identLength returns the length of the identifier at the start of s. A dash belongs to it if a letter or a digit follows.
func identLength(s string) int {
	n := 1
	for n < len(s) {
		switch {
		case isLetter(s[n]), isDigit(s[n]):
			n++
		case s[n] == '-' && n+1 < len(s) && (isLetter(s[n+1]) || isDigit(s[n+1])):
			n += 2
		default:
			return n
		}
	}
	return n
}

// scanNumber returns the token that starts with a digit, or with a minus sign and a digit.
func scanNumber(s string) (TokenKind, int) {
	digits := func(n int) int {
		for n < len(s) && isDigit(s[n]) {
			n++
		}
		return n
	}
	n := digits(1)
	if n+1 >= len(s) || s[n] != '.' || !isDigit(s[n+1]) {
		return IntToken, n
	}
	n = digits(n + 1)
	if n >= len(s) || s[n] != 'e' && s[n] != 'E' {
		return FloatToken, n
	}
	exponent := n + 1
	if exponent < len(s) && (s[exponent] == '+' || s[exponent] == '-') {
		exponent++
	}
	if end := digits(exponent); end > exponent {
		return FloatToken, end
	}
	return FloatToken, n
}

func isSpace(c byte) bool  { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }
func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }
func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
