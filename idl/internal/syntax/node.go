package syntax

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2/lexer"
)

// Span returns the bytes of the node.
func (n Node) Span() Span { return tokensSpan(n.Tokens) }

// tokensSpan returns the bytes from the first token to the last.
func tokensSpan(tokens []lexer.Token) Span {
	if len(tokens) == 0 {
		return Span{}
	}
	return Span{tokens[0].Pos.Offset, tokenSpan(tokens[len(tokens)-1]).End}
}

// Span returns the bytes of the name.
func (d *Dotted) Span() Span { return tokensSpan(d.Parts) }

// Names returns the parts of the name without the dots, at least one.
func (d *Dotted) Names() []lexer.Token { return everyOther(d.Parts, 0) }

// String returns the name as it is written, without white space.
func (d *Dotted) String() string {
	var b strings.Builder
	for _, p := range d.Parts {
		b.WriteString(p.Value)
	}
	return b.String()
}

// Alternatives returns the names after the bars.
func (t *Type) Alternatives() []lexer.Token { return everyOther(t.Absent, 1) }

// everyOther returns the tokens at first, first+2 and so on.
func everyOther(tokens []lexer.Token, first int) []lexer.Token {
	var out []lexer.Token
	for i := first; i < len(tokens); i += 2 {
		out = append(out, tokens[i])
	}
	return out
}

// Text returns the name without quotes.
func (n *Name) Text() string {
	if n.Quoted != nil {
		text, _ := Unquote(n.Quoted.Value) // the lexer has seen that it can be read
		return text
	}
	return n.Ident.Value
}

// HasBody reports whether the variant has braces, perhaps with nothing between them.
func (v *Variant) HasBody() bool {
	return slices.ContainsFunc(v.Tokens, func(t lexer.Token) bool { return t.Value == "{" })
}

// Span returns the bytes of the name, quotes included.
func (n *Name) Span() Span {
	if n.Quoted != nil {
		return tokenSpan(*n.Quoted)
	}
	return tokenSpan(*n.Ident)
}

// TokenSpan returns the bytes of a token of the tree.
func TokenSpan(t lexer.Token) Span { return tokenSpan(t) }

// escapes are the characters that may follow a backslash in a string.
const escapes = `"\nrtu`

// Unquote returns the text of a string token. The error says only that there is one. Of the escapes of Go, the language has some.
func Unquote(token string) (string, error) {
	for i := 0; i < len(token); i++ {
		if token[i] != '\\' {
			continue
		}
		if i++; i == len(token) || strings.IndexByte(escapes, token[i]) < 0 {
			return "", fmt.Errorf("string %s: %w", token, strconv.ErrSyntax)
		}
	}
	text, err := strconv.Unquote(token)
	if err == nil && !utf8.ValidString(text) {
		err = strconv.ErrSyntax
	}
	if err != nil {
		return "", fmt.Errorf("string %s: %w", token, err)
	}
	return text, nil
}

// DocText returns the text of documentation lines without their markers and without the indentation that all of them
// share.
func DocText(docs []lexer.Token) string {
	lines := make([]string, len(docs))
	indent := -1
	for i, d := range docs {
		line := strings.TrimRight(strings.TrimPrefix(d.Value, "///"), " \t")
		lines[i] = line
		if n := len(line) - len(strings.TrimLeft(line, " \t")); line != "" && (indent < 0 || n < indent) {
			indent = n
		}
	}
	for i, line := range lines {
		if line != "" {
			lines[i] = line[indent:]
		}
	}
	return strings.Trim(strings.Join(lines, "\n"), "\n")
}

// Keyword returns the word that starts the declaration, after its documentation and annotations, and its name; the
// name is "" for imports.
func (d *Decl) Keyword() (keyword, name string) {
	switch {
	case d.Package != nil:
		return "package", d.Package.Name.String()
	case d.Import != nil:
		return "import", ""
	case d.Const != nil:
		return "const", d.Const.Name.Value
	case d.Alias != nil:
		return "type", d.Alias.Name.Value
	case d.Enum != nil:
		return "enum", d.Enum.Name.Value
	case d.Struct != nil:
		return "struct", d.Struct.Name.Value
	case d.Union != nil:
		return "union", d.Union.Name.Value
	case d.Error != nil:
		return "error", d.Error.Name.Value
	case d.Interface != nil:
		return "interface", d.Interface.Name.Value
	default:
		return "callable", d.Callable.Name.Value
	}
}

// KeywordToken returns the word that starts the declaration, after its documentation, annotations and closed.
func (d *Decl) KeywordToken() lexer.Token { return d.Tokens[d.keywordIndex()] }

// NameToken returns the name of the declaration: the token after the keyword.
func (d *Decl) NameToken() lexer.Token { return d.Tokens[d.keywordIndex()+1] }

// keywordIndex returns the index of the keyword among the tokens of the declaration.
func (d *Decl) keywordIndex() int {
	i := len(d.Docs)
	for _, a := range d.Anns {
		i += len(a.Tokens)
	}
	if d.Closed != nil {
		i++
	}
	return i
}
