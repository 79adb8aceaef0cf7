package syntax

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2"
	"github.com/alecthomas/participle/v2/lexer"
)

// parser never gives a token back: with a look-ahead of 0 an error is reported where reading stopped. What needs to look
// further says so with a (?= or (?! group.
var parser = participle.MustBuild[File](participle.Lexer(definition{}), participle.UseLookahead(0))

// Grammar returns the EBNF of the language.
func Grammar() string { return parser.String() + "\n" }

// Parse returns the tree of a source file. With errors the tree holds what could be read; it is never nil.
func Parse(src string) (*File, []Error) {
	if len(src) > MaxSource {
		return &File{}, []Error{{
			ID: "LIMIT", Message: fmt.Sprintf("the file has more than the %d bytes that are read", MaxSource),
		}}
	}
	if at := invalidUTF8(src); at >= 0 {
		return &File{}, []Error{{ID: "BAD_ENCODING", Span: Span{at, at + 1}, Message: "this byte is not UTF-8"}}
	}
	tokens, lexErrs := lex(src)
	tokens = slices.DeleteFunc(tokens, func(t lexer.Token) bool { return elided(t.Type) })
	if e, deep := tooDeep(tokens); deep {
		return &File{}, append(lexErrs, e)
	}
	tokens, docErrs := trailingDocs(tokens)
	lexErrs = append(lexErrs, docErrs...)
	file, err := parseTokens(tokens)
	if err == nil && len(lexErrs) == 0 {
		return file, nil
	}
	return parsePieces(tokens, lexErrs, err)
}

// parsePieces parses the declarations of a broken file one by one. whole is the error of the file in one piece, which
// counts if the pieces have none.
func parsePieces(tokens []lexer.Token, lexErrs []Error, whole error) (*File, []Error) {
	file, errs := &File{}, lexErrs
	pieces := cut(tokens)
	for i, piece := range pieces {
		if slices.ContainsFunc(piece, isBad) { // reported by the lexer
			file.Broken = append(file.Broken, declaredName(piece)...)
			continue
		}
		part, err := parseTokens(piece)
		if err != nil {
			errs = append(errs, explain(piece, i == len(pieces)-1, err))
			file.Broken = append(file.Broken, declaredName(piece)...)
			continue
		}
		file.Decls = append(file.Decls, part.Decls...)
	}
	if len(errs) == 0 && whole != nil {
		errs = append(errs, explain(tokens, true, whole))
	}
	return file, errs
}

// parseTokens parses significant tokens.
func parseTokens(tokens []lexer.Token) (*File, error) {
	peeking, err := lexer.Upgrade(&replay{tokens: tokens})
	if err != nil {
		return nil, err
	}
	file, err := parser.ParseFromLexer(peeking)
	if err != nil {
		return nil, err
	}
	return file, nil
}

// replay is a lexer that yields tokens which have been read before.
type replay struct {
	tokens []lexer.Token
	next   int
}

// Next returns the next token. The end of file is placed after the last token.
func (r *replay) Next() (lexer.Token, error) {
	if r.next == len(r.tokens) {
		return lexer.EOFToken(lexer.Position{Offset: tokensSpan(r.tokens).End}), nil
	}
	r.next++
	return r.tokens[r.next-1], nil
}

// tooDeep returns an error if more than MaxDepth brackets are open at the same time; the parser is recursive.
func tooDeep(tokens []lexer.Token) (Error, bool) {
	depth := 0
	for _, t := range tokens {
		switch t.Value {
		case "<", "[", "{", "(":
			if depth++; depth > MaxDepth {
				return Error{
					ID: "LIMIT", Span: tokenSpan(t),
					Message: fmt.Sprintf("more than %d brackets are open here", MaxDepth),
				}, true
			}
		case ">", "]", "}", ")":
			depth = max(depth-1, 0)
		}
	}
	return Error{}, false
}

// trailingDocs takes out documentation that follows something on its line. It would describe what comes after, while it
// looks like a remark about what stands before.
func trailingDocs(tokens []lexer.Token) (rest []lexer.Token, errs []Error) {
	for i, t := range tokens {
		if t.Type == typeDoc && i > 0 && tokens[i-1].Pos.Line == t.Pos.Line {
			errs = append(errs, Error{
				ID: "DOC_PLACE", Span: tokenSpan(t), Message: "documentation stands on lines of its own, before what it describes",
				Note: "write // for a remark",
			})
			continue
		}
		rest = append(rest, t)
	}
	return rest, errs
}

// keywords start declarations.
var keywords = []string{
	"callable", "closed", "const", "enum", "error", "import", "interface", "package", "struct", "type", "union",
}

// cut splits tokens before each declaration that starts in the first column, with its documentation and annotations.
func cut(tokens []lexer.Token) [][]lexer.Token {
	var pieces [][]lexer.Token
	words := preambleEnds(tokens)
	start := 0
	for i := 0; i < len(tokens); i++ {
		word := words[i]
		if tokens[i].Pos.Column != 1 || !startsDecl(tokens[word:]) {
			continue
		}
		if i > start {
			pieces = append(pieces, tokens[start:i])
		}
		start, i = i, word
	}
	if start < len(tokens) {
		pieces = append(pieces, tokens[start:])
	}
	return pieces
}

// preambleEnds returns for each token, and for the end, the index of the first token from there on that belongs neither to
// documentation nor to an annotation. It goes from the end to the start, so that a text of nothing but these takes no longer than
// another.
func preambleEnds(tokens []lexer.Token) []int {
	out := make([]int, len(tokens)+1)
	out[len(tokens)] = len(tokens)
	closing := len(tokens) // the next closing parenthesis
	for i := len(tokens) - 1; i >= 0; i-- {
		next := i // what follows the documentation or the annotation at i
		switch {
		case tokens[i].Value == ")":
			closing = i
		case tokens[i].Type == typeDoc:
			next = i + 1
		case tokens[i].Value == "@" && i+1 < len(tokens) && tokens[i+1].Type == typeIdent:
			next = i + 2
			if next < len(tokens) && tokens[next].Value == "(" {
				next = min(closing+1, len(tokens))
			}
		}
		if out[i] = i; next > i {
			out[i] = out[next]
		}
	}
	return out
}

// startsDecl reports whether tokens look like the start of a declaration, if only one with a misspelled keyword, and not
// like a member that has the name of a keyword.
func startsDecl(tokens []lexer.Token) bool {
	if len(tokens) == 0 || tokens[0].Type != typeIdent {
		return false
	}
	if slices.Contains(keywords, tokens[0].Value) {
		return len(tokens) == 1 || !slices.Contains([]string{"(", ":", "?", ",", ";", "}"}, tokens[1].Value)
	}
	if len(tokens) < 3 || tokens[1].Type != typeIdent || tokens[0].Value == "oneway" || tokens[0].Value == "stream" {
		return false
	}
	return slices.Contains([]string{"{", "(", ":", "=", "extends"}, tokens[2].Value)
}

// declaredName returns the name that a broken declaration would have declared, if it can be told.
func declaredName(tokens []lexer.Token) []string {
	tokens = tokens[preambleEnds(tokens)[0]:]
	if len(tokens) > 0 && tokens[0].Value == "closed" {
		tokens = tokens[1:]
	}
	if len(tokens) == 0 {
		return nil
	}
	if tokens[0].Value == "import" {
		return importAlias(tokens)
	}
	if len(tokens) > 1 && tokens[1].Type == typeIdent {
		return []string{tokens[1].Value}
	}
	return nil
}

// importAlias returns the alias that a broken import would have declared.
func importAlias(tokens []lexer.Token) []string {
	for i, t := range tokens {
		if t.Value == "as" && i+1 < len(tokens) {
			return []string{tokens[i+1].Value}
		}
	}
	if len(tokens) < 2 {
		return nil
	}
	base := strings.Trim(tokens[1].Value, `"`)
	base = base[strings.LastIndexByte(base, '/')+1:]
	return []string{strings.TrimSuffix(base, ".ocapn")}
}

// isBad reports whether the lexer has complained about the token.
func isBad(t lexer.Token) bool {
	if t.Type == typeString {
		_, err := Unquote(t.Value)
		return err != nil
	}
	return t.Type == typeBadCharacter || t.Type == typeBadString || t.Type == typeBadComment
}

// unexpected returns the token at which parsing stopped and what the grammar wanted there, in its own notation.
func unexpected(err error) (token lexer.Token, wanted string) {
	var u *participle.UnexpectedTokenError
	if !errors.As(err, &u) {
		return lexer.Token{}, ""
	}
	message := u.Message()
	if _, after, ok := strings.Cut(message, "(expected "); ok {
		wanted = strings.TrimSuffix(after, ")")
	}
	return u.Unexpected, wanted
}
