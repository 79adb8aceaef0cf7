package syntax

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2/lexer"
)

// definition holds the token rules; the first rule that matches wins. The rules whose names start with Bad accept what
// is not part of the language, so that the whole file is always cut into tokens and every bad one is reported.
var definition = lexer.MustSimple([]lexer.SimpleRule{
	{Name: "Space", Pattern: `[ \t\r\n]+`},
	{Name: "Banner", Pattern: `////[^\r\n]*`}, // a line of slashes is not documentation
	{Name: "Doc", Pattern: `///[^\r\n]*`},
	{Name: "Comment", Pattern: `//[^\r\n]*|/\*[^*]*\*+(?:[^/*][^*]*\*+)*/`},
	{Name: "BadComment", Pattern: `/\*[\s\S]*`},
	{Name: "String", Pattern: `"(?:[^"\\\r\n]|\\[^\r\n])*"`},
	{Name: "BadString", Pattern: `"[^\r\n]*`},
	{Name: "Symbol", Pattern: `'[^\s'"(),:;{}<>|=@\[\]]+`},
	{Name: "Ident", Pattern: `[a-zA-Z][a-zA-Z0-9]*(?:-[a-zA-Z0-9]+)*`},
	{Name: "Float", Pattern: `-?[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?`},
	{Name: "Int", Pattern: `-?[0-9]+`},
	{Name: "Punct", Pattern: `->|\.\.\.|[(){}<>\[\],;:?=|@.]`},
	{Name: "BadCharacter", Pattern: `[\s\S]`},
})

// The types of the tokens that code looks at.
var (
	typeSpace        = definition.Symbols()["Space"]
	typeBanner       = definition.Symbols()["Banner"]
	typeDoc          = definition.Symbols()["Doc"]
	typeComment      = definition.Symbols()["Comment"]
	typeBadComment   = definition.Symbols()["BadComment"]
	typeString       = definition.Symbols()["String"]
	typeBadString    = definition.Symbols()["BadString"]
	typeIdent        = definition.Symbols()["Ident"]
	typeBadCharacter = definition.Symbols()["BadCharacter"]
)

// maxLexErrors bounds what is said about a file that is no source at all.
const maxLexErrors = 100

// elided reports whether the grammar never sees tokens of the type.
func elided(t lexer.TokenType) bool { return t == typeSpace || t == typeBanner || t == typeComment }

// lex cuts src into tokens, the elided ones included, without the end of file. The errors are about bad tokens.
func lex(src string) ([]lexer.Token, []Error) {
	base := 0
	if strings.HasPrefix(src, byteOrderMark) {
		base = len(byteOrderMark)
	}
	l, err := definition.LexString("", src[base:])
	if err != nil {
		return nil, []Error{{ID: "BAD_CHARACTER", Message: err.Error()}}
	}
	tokens, err := lexer.ConsumeAll(l)
	if err != nil {
		return nil, []Error{{ID: "BAD_CHARACTER", Message: err.Error()}}
	}
	tokens = tokens[:len(tokens)-1]
	var errs []Error
	reported := 0 // the end of the last word with a bad character; one error for each word is enough
	for i, t := range tokens {
		t.Pos.Offset += base
		tokens[i] = t
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
