package syntax

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2/lexer"
)

// tokenType returns the type that participle knows tokens of a kind by.
func tokenType(kind TokenKind) lexer.TokenType { return lexer.EOF - lexer.TokenType(kind) }

// The types of the tokens that code looks at.
var (
	typeSpace        = tokenType(SpaceToken)
	typeBanner       = tokenType(BannerToken)
	typeDoc          = tokenType(DocToken)
	typeComment      = tokenType(CommentToken)
	typeBadComment   = tokenType(BadCommentToken)
	typeString       = tokenType(StringToken)
	typeBadString    = tokenType(BadStringToken)
	typeIdent        = tokenType(IdentToken)
	typeBadCharacter = tokenType(BadCharacterToken)
)

// definition gives the tokens of [Scan] to participle.
type definition struct{}

// Symbols returns the types of tokens by the names that the grammar uses.
func (definition) Symbols() map[string]lexer.TokenType {
	out := map[string]lexer.TokenType{"EOF": lexer.EOF}
	for kind, name := range tokenNames() {
		out[name] = tokenType(kind)
	}
	return out
}

// Lex returns the tokens of a text, the elided ones included.
func (definition) Lex(_ string, r io.Reader) (lexer.Lexer, error) {
	src, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	return &replay{tokens: cutTokens(string(src))}, nil
}

// cutTokens returns the tokens of [Scan] in participle's form.
func cutTokens(src string) []lexer.Token {
	tokens := Scan(src)
	out := make([]lexer.Token, len(tokens))
	pos := lexer.Position{Line: 1, Column: 1}
	if len(tokens) > 0 {
		pos.Offset = tokens[0].Start
	}
	for i, t := range tokens {
		text := src[t.Start:t.End]
		out[i] = lexer.Token{Type: tokenType(t.Kind), Value: text, Pos: pos}
		pos.Advance(text)
	}
	return out
}

// maxLexErrors bounds what is said about a file that is no source at all.
const maxLexErrors = 100

// elided reports whether the grammar never sees tokens of the type.
func elided(t lexer.TokenType) bool { return t == typeSpace || t == typeBanner || t == typeComment }

// lex cuts src into tokens, the elided ones included, without the end of file. The errors are about bad tokens.
func lex(src string) ([]lexer.Token, []Error) {
	tokens := cutTokens(src)
	var errs []Error
	reported := 0 // the end of the last word with a bad character; one error for each word is enough
	for _, t := range tokens {
		e, bad := badToken(src, t)
		if !bad || t.Pos.Offset < reported || len(errs) == maxLexErrors {
			continue
		}
		errs = append(errs, e)
		if t.Type == typeBadCharacter {
			reported = wordAround(src, t.Pos.Offset).End
		}
	}
	return tokens, errs
}

// badToken returns the error that a token is.
func badToken(src string, t lexer.Token) (Error, bool) {
	span := tokenSpan(t)
	switch t.Type {
	case typeBadComment:
		span.End = span.Start + 2
		return Error{ID: "BAD_COMMENT", Span: span, Message: "this comment is never closed", Note: "close it with */"}, true
	case typeBadString:
		return Error{ID: "BAD_STRING", Span: span, Message: "this string is not closed on its line"}, true
	case typeString:
		if _, err := Unquote(t.Value); err != nil {
			return Error{
				ID: "BAD_STRING", Span: span, Message: "this string has a bad escape",
				Note: `the escapes are \" \\ \n \r \t and \uXXXX`,
			}, true
		}
	case typeBadCharacter:
		return badCharacter(src, t), true
	}
	return Error{}, false
}

// badCharacter explains a character that starts no token. Its span is that of the character.
func badCharacter(src string, t lexer.Token) Error {
	e := Error{ID: "BAD_CHARACTER", Span: tokenSpan(t), Message: fmt.Sprintf("unexpected character %q", t.Value)}
	word := wordAround(src, t.Pos.Offset)
	switch text := src[word.Start:word.End]; {
	case t.Value == "'":
		e.Note = "symbols are written 'like-this, strings \"like this\""
	case t.Value == "#":
		e.Note = "comments start with //"
	case len(text) > len(t.Value):
		e.Note = fmt.Sprintf("a name has letters, digits and single dashes; members can have any other in quotes: %q", text)
	}
	return e
}

// wordAround returns the bytes up to the nearest space or punctuation on both sides of offset, at most 40 each.
func wordAround(src string, offset int) Span {
	const delimiters = " \t\r\n'\"(),:;{}<>[]|=@?."
	start, end := offset, offset
	for start > 0 && offset-start < 40 && !strings.ContainsRune(delimiters, rune(src[start-1])) {
		start--
	}
	for end < len(src) && end-offset < 40 && !strings.ContainsRune(delimiters, rune(src[end])) {
		end++
	}
	for start < offset && !utf8.RuneStart(src[start]) {
		start++
	}
	for end > offset && end < len(src) && !utf8.RuneStart(src[end]) {
		end--
	}
	return Span{start, end}
}

// tokenSpan returns the bytes of a token.
func tokenSpan(t lexer.Token) Span { return Span{t.Pos.Offset, t.Pos.Offset + len(t.Value)} }
