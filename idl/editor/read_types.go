package editor

import "github.com/ocapn-go/ocapn/idl/internal/syntax"

// builtinArgs is the number of type arguments that a built-in type takes; -1 is one or more.
var builtinArgs = map[string]int{"list": 1, "map": 1, "promise": 1, "tuple": -1, "tagged": 2}

// signature reads parameters, a result and errors.
func (r *reader) signature(s *symbol) {
	if r.startsDecl() || !r.skip("(") {
		r.must(nil)
		return
	}
	s.called = true
	open := r.tokens[r.next-1].Start
	r.params(s)
	s.brackets = Span{Start: open, End: r.tokens[r.next-1].End}
	if r.skip("->") {
		s.result = r.typeUse()
	}
	if !r.startsMember() && r.skip("raises") {
		s.raises = r.dottedList(asRaised)
	}
}

// params reads parameters up to the parenthesis that closes them, or to what cannot stand among them.
func (r *reader) params(s *symbol) {
	for {
		switch {
		case r.must(nil), r.startsDecl(), r.startsMember(), r.text(0) == "}", r.text(0) == "->":
			return
		case r.skip(")"):
			return
		case r.skip(","):
		default:
			r.param(s)
		}
	}
}

// param reads one parameter, or skips a token that starts none.
func (r *reader) param(s *symbol) {
	p := &symbol{kind: Parameter, parent: s}
	r.preamble(p)
	if r.atEnd() {
		return
	}
	p.rest = r.skip("...")
	if !r.isName(0) {
		if !r.atEnd() && r.text(0) != ")" && r.text(0) != "}" {
			r.next++
		}
		return
	}
	r.name(p)
	s.members = append(s.members, p)
	outer := r.in
	r.in = p
	r.typed(p)
	r.in = outer
	r.close(p)
}

// typed reads what follows the name of a field, a parameter or a constant: a type and a value.
func (r *reader) typed(s *symbol) {
	s.optional = r.text(0) == "?" && s.kind != Const && r.skip("?")
	if !r.skip(":") {
		r.must(nil)
		return
	}
	s.typ = r.typeUse()
	if !r.skip("=") {
		return
	}
	if r.must(func(w *wanted) { w.value, w.typ = true, s.typ }) {
		return
	}
	start := r.next
	r.literal(s.typ, 0)
	if r.next > start {
		s.value = Span{Start: r.tokens[start].Start, End: r.tokens[r.next-1].End}
	}
}

// startsMember reports whether the next token looks like the start of another member, on a line of its own, so that
// what is being read has no end.
func (r *reader) startsMember() bool {
	if r.atEnd() || !r.firstOnLine() {
		return false
	}
	i := 0
	for r.kind(i) == syntax.DocToken {
		i++
	}
	if word := r.text(i); (word == "oneway" || word == "stream") && r.isName(i+1) {
		return true
	}
	return r.isName(i) && r.text(i+1) == "("
}

// typeUse reads a type; nil if there is none.
func (r *reader) typeUse() *typeUse {
	if r.must(func(w *wanted) { w.types = true }) {
		return nil
	}
	if r.kind(0) != syntax.IdentToken || r.depth > syntax.MaxDepth || r.startsMember() || r.startsDecl() || r.startsField() {
		return nil
	}
	t := &typeUse{name: r.dotted(asType)}
	t.span = t.name.span()
	if _, takes := builtinArgs[t.name.parts[0].text]; takes && len(t.name.parts) == 1 || r.text(0) == "<" {
		r.typeArgs(t)
	}
	for r.skip("|") {
		r.must(func(w *wanted) { w.keywords = []string{"undefined", "null", "false"} })
		if r.kind(0) == syntax.IdentToken && !r.startsMember() {
			t.absent = append(t.absent, r.take().text)
		}
	}
	t.span.End = r.tokens[r.next-1].End
	return t
}

// startsField reports whether the next token, first on its line, is the name of another field.
func (r *reader) startsField() bool {
	return r.firstOnLine() && (r.text(1) == ":" || r.text(1) == "?")
}

// typeArgs reads the arguments of a type, if it has any.
func (r *reader) typeArgs(t *typeUse) {
	if !r.skip("<") {
		return
	}
	r.depth++
	defer func() { r.depth-- }()
	for {
		if r.kind(0) == syntax.StringToken {
			t.tag = r.take().text
		} else if arg := r.typeUse(); arg != nil {
			t.args = append(t.args, arg)
		}
		if !r.skip(",") {
			break
		}
	}
	r.skip(">")
}

// dottedList reads names with commas between.
func (r *reader) dottedList(as role) []*use {
	var out []*use
	for {
		if r.must(func(w *wanted) { w.interfaces, w.errors = as == asBase, as == asRaised }) {
			return out
		}
		if r.kind(0) != syntax.IdentToken || r.startsDecl() || r.startsMember() {
			return out
		}
		out = append(out, r.dotted(as))
		if !r.skip(",") {
			return out
		}
	}
}

// dotted reads a name that starts at the next token, an identifier. The role 0 is that of a name which is no use.
func (r *reader) dotted(as role) *use {
	u := &use{role: as, parts: []part{r.take()}, in: r.in}
	for r.text(0) == "." {
		r.next++
		r.must(func(w *wanted) {
			w.qualifier = u.parts[0].text
			w.types, w.interfaces, w.errors = as == asType, as == asBase, as == asRaised
		})
		if r.kind(0) != syntax.IdentToken || r.firstOnLine() {
			break
		}
		u.parts = append(u.parts, r.take())
	}
	if as != 0 {
		r.out.uses = append(r.out.uses, u)
	}
	return u
}

// literal reads a value inside of lists of a type, which may be nil.
func (r *reader) literal(t *typeUse, lists int) {
	switch {
	case r.kind(0) == syntax.IdentToken, r.kind(0) == syntax.StringToken:
		if r.startsMember() || r.startsDecl() || r.startsField() {
			return
		}
		r.out.uses = append(r.out.uses, &use{role: asValue, parts: []part{r.take()}, in: r.in, typ: t, lists: lists})
	case r.kind(0) == syntax.SymbolToken, r.kind(0) == syntax.IntToken, r.kind(0) == syntax.FloatToken:
		r.next++
	case r.text(0) == "[" && r.depth < syntax.MaxDepth:
		r.listLiteral(t, lists+1)
	}
}

// listLiteral reads a list of values.
func (r *reader) listLiteral(t *typeUse, lists int) {
	r.next++
	r.depth++
	defer func() { r.depth-- }()
	for !r.skip("]") {
		if r.must(func(w *wanted) { w.value, w.typ, w.lists = true, t, lists }) {
			return
		}
		before := r.next
		r.literal(t, lists)
		if !r.skip(",") && r.next == before {
			return
		}
	}
}

// annotation reads an annotation in front of s. It is nil when there is only an at sign.
func (r *reader) annotation(s *symbol) *annotation {
	at := r.take()
	if r.must(func(w *wanted) { w.annotation, w.place = true, s.kind }) {
		return nil
	}
	if r.kind(0) != syntax.IdentToken || r.firstOnLine() || r.keywordAt(0) {
		return nil
	}
	name := r.take()
	a := &annotation{name: name.text, at: name.span, owner: s}
	if r.text(0) == "(" {
		r.next++
		for !r.atEnd() && r.text(0) != ")" && r.kind(0) != syntax.DocToken && !r.startsDecl() {
			if t := r.take(); t.text != "," {
				a.args = append(a.args, t)
			}
		}
		if r.must(func(w *wanted) { w.argumentOf = a.name }) {
			// nothing closes the arguments
		} else if r.text(0) == ")" {
			r.next++
		}
	}
	a.whole = Span{Start: at.span.Start, End: r.tokens[r.next-1].End}
	r.out.anns = append(r.out.anns, a)
	return a
}
