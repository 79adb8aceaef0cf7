package editor

import (
	"path"
	"slices"
	"strings"

	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

// declKeywords start declarations.
var declKeywords = []string{
	"import", "const", "type", "enum", "struct", "union", "error", "interface", "callable", "closed", "package",
}

// reader reads an outline. It never fails: what it cannot place it leaves out, and goes on at the next member or
// declaration.
type reader struct {
	out    *outline
	tokens []syntax.Token // the ones that mean something
	first  []bool         // whether nothing but white space stands before each of tokens on its line
	next   int
	in     *symbol // the part that is being read
	depth  int     // of types and lists
}

// read returns the outline of a text.
func read(src string) *outline {
	out := &outline{src: src, lines: syntax.NewLines(src), tokens: syntax.Scan(src)}
	r := &reader{out: out, tokens: make([]syntax.Token, 0, len(out.tokens)/2), first: make([]bool, 0, len(out.tokens)/2)}
	first := true
	for _, t := range out.tokens {
		switch t.Kind {
		case syntax.SpaceToken:
			first = first || strings.Contains(src[t.Start:t.End], "\n")
		case syntax.BannerToken, syntax.CommentToken:
			first = false
		default:
			r.tokens, r.first = append(r.tokens, t), append(r.first, first)
			first = false
		}
	}
	for {
		r.may(r.topKeywords()...)
		if r.atEnd() {
			out.index()
			return out
		}
		r.decl()
	}
}

// topKeywords returns the words that may start what stands here outside of all declarations.
func (r *reader) topKeywords() []string {
	if !r.atEnd() {
		return nil
	}
	words := slices.Clone(declKeywords)
	if r.out.clause != nil || len(r.out.decls) > 0 {
		words = slices.DeleteFunc(words, func(w string) bool { return w == "package" })
	}
	if slices.ContainsFunc(r.out.decls, func(d *symbol) bool { return d.kind != Import }) {
		words = slices.DeleteFunc(words, func(w string) bool { return w == "import" })
	}
	return words
}

// atEnd reports whether all tokens have been read.
func (r *reader) atEnd() bool { return r.next >= len(r.tokens) }

// text returns the text of the token that is n after the next one, "" behind the end.
func (r *reader) text(n int) string {
	if r.next+n >= len(r.tokens) {
		return ""
	}
	t := r.tokens[r.next+n]
	return r.out.src[t.Start:t.End]
}

// kind returns the kind of the token that is n after the next one, 0 behind the end.
func (r *reader) kind(n int) syntax.TokenKind {
	if r.next+n >= len(r.tokens) {
		return 0
	}
	return r.tokens[r.next+n].Kind
}

// take reads the next token, which must exist.
func (r *reader) take() part {
	t := r.tokens[r.next]
	r.next++
	return part{r.out.src[t.Start:t.End], t.Span}
}

// skip reads the next token if its text is one of texts. Behind the end it notes that they may stand there.
func (r *reader) skip(texts ...string) bool {
	r.may(texts...)
	if r.atEnd() || !slices.Contains(texts, r.text(0)) || r.kind(0) == syntax.DocToken {
		return false
	}
	r.next++
	return true
}

// may notes at the end of the text that words may stand there.
func (r *reader) may(words ...string) {
	if r.atEnd() && !r.out.wanted.closed {
		r.out.wanted.keywords = append(r.out.wanted.keywords, words...)
	}
}

// must reports whether the text ends where something has to stand, and notes it with what add adds. What has been noted as
// possible at this place stays; nothing is added later.
func (r *reader) must(add func(*wanted)) bool {
	if !r.atEnd() {
		return false
	}
	if w := &r.out.wanted; !w.closed {
		w.closed = true
		if add != nil {
			add(w)
		}
	}
	return true
}

// firstOnLine reports whether nothing but white space stands before the next token on its line.
func (r *reader) firstOnLine() bool { return r.first[r.next] }

// startsDecl reports whether a declaration starts at the next token: a keyword in the first column which is not used as
// the name of a member, or documentation and annotations there that end in one.
func (r *reader) startsDecl() bool {
	if r.atEnd() {
		return false
	}
	start := r.tokens[r.next].Start
	if start > 0 && r.out.src[start-1] != '\n' && start != len("\ufeff") {
		return false
	}
	i := 0
	for r.kind(i) == syntax.DocToken {
		i++
	}
	const maxAnnotations = 1000 // tokens to look ahead, so that a text of nothing but them is read in a short time
	for end := i + maxAnnotations; i < end && r.text(i) == "@"; {
		i += 2
		if r.text(i) == "(" {
			for i < end && r.text(i) != ")" && r.text(i) != "" {
				i++
			}
			i++
		}
	}
	return r.keywordAt(i)
}

// keywordAt reports whether the token at n is the keyword of a declaration and not the name of a member.
func (r *reader) keywordAt(n int) bool {
	after := r.text(n + 1)
	return slices.Contains(declKeywords, r.text(n)) && r.kind(n) == syntax.IdentToken &&
		(after == "" || !strings.Contains("(:?,;}", after))
}

// decl reads a declaration, or skips a token that starts none.
func (r *reader) decl() {
	s := &symbol{}
	r.preamble(s)
	if r.atEnd() {
		return
	}
	if r.text(0) == "closed" && r.kind(0) == syntax.IdentToken {
		s.modifier = r.take().text
		r.must(func(w *wanted) { w.keywords = []string{"enum", "union"} })
	}
	word := Kind(r.text(0))
	if word == "closed" || !slices.Contains(declKeywords, string(word)) || r.kind(0) != syntax.IdentToken {
		if !r.atEnd() {
			r.next++
		}
		return
	}
	r.next++
	s.kind = word
	r.in = s
	defer func() { r.in = nil }()
	switch word {
	case Package:
		r.packageClause(s)
	case Import:
		r.importDecl(s)
	default:
		if r.must(nil) || r.kind(0) != syntax.IdentToken || r.startsDecl() {
			return
		}
		r.name(s)
		r.out.decls = append(r.out.decls, s)
		r.declBody(s)
	}
	r.close(s)
	r.skip(";")
}

// declBody reads what follows the name of a declaration.
func (r *reader) declBody(s *symbol) {
	switch s.kind {
	case Const:
		r.typed(s)
	case Alias:
		if r.skip("=") {
			s.typ = r.typeUse()
		} else {
			r.must(nil)
		}
	case Callable:
		r.signature(s)
	case Interface:
		if r.skip("extends") {
			s.extends = r.dottedList(asBase)
		}
		r.body(s, Method)
	case Enum:
		r.body(s, Case)
	case Union:
		r.body(s, Variant)
	default: // Struct, Error
		r.body(s, Field)
	}
}

// preamble reads documentation and annotations.
func (r *reader) preamble(s *symbol) {
	if !r.atEnd() {
		s.whole.Start = r.tokens[r.next].Start
	}
	for r.kind(0) == syntax.DocToken {
		s.docs = append(s.docs, r.take().text)
	}
	for r.text(0) == "@" {
		if a := r.annotation(s); a != nil {
			s.anns = append(s.anns, a)
		}
	}
	if !r.atEnd() {
		s.head = r.tokens[r.next].Start
	}
}

// name reads the name of s.
func (r *reader) name(s *symbol) {
	t := r.take()
	s.name, s.span = unquoted(t.text), t.span
}

// close ends s at the last token that was read.
func (r *reader) close(s *symbol) { s.whole.End = r.tokens[r.next-1].End }

// packageClause reads the names of the package.
func (r *reader) packageClause(s *symbol) {
	if r.must(nil) || r.kind(0) != syntax.IdentToken || r.startsDecl() {
		return
	}
	name := r.dotted(0)
	s.span = name.span()
	s.name = r.out.src[s.span.Start:s.span.End]
	if r.skip("go") && !r.must(nil) && r.kind(0) == syntax.StringToken {
		t := r.take()
		s.path, s.pathSpan = t.text, t.span
	}
	if r.out.clause == nil {
		r.out.clause = s
	}
}

// importDecl reads an import.
func (r *reader) importDecl(s *symbol) {
	if r.must(nil) || r.kind(0) != syntax.StringToken {
		return
	}
	t := r.take()
	s.path, s.pathSpan = unquoted(t.text), t.span
	s.name, s.span = strings.TrimSuffix(path.Base(s.path), ".ocapn"), t.span
	if r.skip("as") && !r.must(nil) && r.kind(0) == syntax.IdentToken && !r.startsDecl() {
		r.name(s)
		s.aliased = true
	}
	r.out.decls = append(r.out.decls, s)
}

// body reads the members of s in braces, up to the brace that closes them or the declaration that should come after it.
func (r *reader) body(s *symbol, kind Kind) {
	if r.startsDecl() || !r.skip("{") {
		if s.kind != Error {
			r.must(nil)
		}
		return
	}
	open := r.tokens[r.next-1].Start
	defer func() { s.brackets = Span{Start: open, End: r.tokens[r.next-1].End} }()
	for {
		if kind == Method {
			r.may("oneway", "stream")
		}
		switch {
		case r.must(nil), r.startsDecl():
			return
		case r.skip("}"):
			return
		case r.skip(",", ";"):
		default:
			r.member(s, kind)
		}
	}
}

// member reads one member of s, or skips a token that starts none.
func (r *reader) member(s *symbol, kind Kind) {
	m := &symbol{kind: kind, parent: s}
	r.preamble(m)
	if r.atEnd() || r.startsDecl() {
		return
	}
	if word := r.text(0); kind == Method && (word == "oneway" || word == "stream") && r.isName(1) {
		m.modifier = r.take().text
	}
	if !r.isName(0) {
		if r.text(0) != "}" {
			r.next++
		}
		return
	}
	r.name(m)
	s.members = append(s.members, m)
	outer := r.in
	r.in = m
	switch kind {
	case Method:
		r.signature(m)
	case Field:
		r.typed(m)
	case Variant:
		r.variant(m)
	}
	r.in = outer
	r.close(m)
}

// isName reports whether the token at n may be the name of a member.
func (r *reader) isName(n int) bool {
	return r.kind(n) == syntax.IdentToken || r.kind(n) == syntax.StringToken
}

// variant reads what follows the name of a variant.
func (r *reader) variant(m *symbol) {
	switch {
	case r.skip("("):
		m.typ = r.typeUse()
		r.skip(")")
	case r.text(0) == "{":
		r.body(m, Field)
	}
}
