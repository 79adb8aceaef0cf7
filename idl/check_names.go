package idl

import (
	"slices"
	"strings"

	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

// takenNames are the Go names that the type of a kind of fields has already.
type takenNames struct {
	owner string   // in words
	names []string // of methods and added fields
}

// The kinds of fields.
var (
	structFields  = takenNames{"every struct", []string{"DecodeOCapN", "EncodeOCapN"}}
	keptFields    = takenNames{"every struct with @keep", append(structFields.names, "Extra")}
	variantFields = takenNames{"every variant", structFields.names}
	errorFields   = takenNames{"every error", append(structFields.names, "Error")}
)

// members finds names that are used twice within a declaration.
type members struct {
	c            *checker
	kind, owner  string
	names, wires map[string]bool
	goNames      map[string]string // Go name to name
	taken        []string          // Go names that the fields of owner must not have
}

// newMembers returns an empty set of the members of a kind. owner is the declaration in words.
func (c *checker) newMembers(kind, owner string) *members {
	return &members{
		c: c, kind: kind, owner: owner, names: map[string]bool{}, wires: map[string]bool{}, goNames: map[string]string{},
	}
}

// add enters a member and reports what is wrong with its names. An empty goName is not looked at. The result is false if
// another member has the name already, so that nothing more can be said about this one.
func (m *members) add(span syntax.Span, name, wire, goName string) bool {
	other, taken := m.goNames[goName]
	switch {
	case m.names[name]:
		m.c.report(span, "DUPLICATE_NAME", "there is already a %s %q", m.kind, name)
		return false
	case m.wires[wire]:
		m.c.report(span, "DUPLICATE_WIRE", "another %s is sent as %q already", m.kind, wire)
	case goName == "":
	case taken:
		e := m.c.report(span, "GO_NAME_COLLISION", "%ss %q and %q both become the Go name %s", m.kind, other, name, goName)
		e.Note = "write @go(OtherName) before one of them"
		if m.kind == "parameter" {
			e.Note = "names of parameters are never sent; choose any"
		}
	case m.kind == "method" && slices.Contains(ReferenceMethods(), goName):
		m.c.report(span, "GO_NAME_COLLISION", "method %q becomes the Go name %s, which every reference has", name, goName).
			Note = "write @go(OtherName) before it; the name that is sent stays"
	case slices.Contains(m.taken, goName):
		m.c.report(span, "GO_NAME_COLLISION", "field %q becomes the Go name %s, which %s has", name, goName, m.owner).
			Note = "write @go(OtherName) before it; the name that is sent stays"
	}
	m.names[name], m.wires[wire], m.goNames[goName] = true, true, name
	return true
}

// claim is a Go name at the level of the package and what needs it.
type claim struct {
	goName string
	owner  string // in words
	span   syntax.Span
	own    bool // the name is that of a declaration or a constant, not one that generated code adds

	declares bool   // the name is that of a declaration
	by       *entry // what needs it, nil if that is in another file
}

// goNames reports declarations whose Go names, or the names that generated code adds to them, are the same. Imported
// files of the same Go package count too.
func (c *checker) goNames() {
	var own, added []claim
	for _, e := range c.order {
		if e.kind == "type" || c.entries[e.out.DeclName()] != e {
			continue
		}
		head := HeadingOf(e.out)
		if !c.checkGoName(e.span, e.marks, head.GoName, e.out.DeclName()) {
			continue
		}
		owner := head.Keyword + " " + quoted(e.out.DeclName())
		own = append(own, claim{goName: head.GoName, owner: owner, span: e.span, own: true, declares: true, by: e})
		for _, m := range c.memberClaims(e.out) {
			m.by = e
			own = append(own, m)
		}
		for _, a := range c.session.addedNames(e.out) {
			added = append(added, claim{goName: a.goName, owner: a.what + " of " + owner, span: e.span, by: e})
		}
	}
	claimed := c.neighbours()
	lost := map[*entry]bool{} // declarations whose own names are taken, and so all that follow from them
	for _, cl := range append(own, added...) {
		if lost[cl.by] {
			continue
		}
		first, taken := claimed[cl.goName]
		if !taken {
			claimed[cl.goName] = cl
			continue
		}
		lost[cl.by] = cl.declares && first.declares
		if !cl.own && first.own && first.span != (syntax.Span{}) { // mark what somebody chose, not what follows from it
			first, cl = cl, first
		}
		e := c.report(cl.span, "GO_NAME_COLLISION", "%s and %s both become the Go name %s", first.owner, cl.owner, cl.goName)
		e.Note = "write @go(OtherName) before one of them"
	}
}

// memberClaims returns the Go names of the cases of an enum or the variants of a union, with their places if this file has
// them.
func (c *checker) memberClaims(d Decl) []claim { return memberClaims(d, c.spans) }

// memberClaims is memberClaims of a checker with these places.
func memberClaims(d Decl, spans map[any]syntax.Span) []claim {
	var out []claim
	of := " of " + HeadingOf(d).Keyword + " " + quoted(d.DeclName())
	switch d := d.(type) {
	case *Enum:
		for _, k := range d.Cases {
			out = append(out, claim{goName: k.GoName, owner: "case " + quoted(k.Name) + of, span: spans[k], own: true})
		}
	case *Union:
		for _, v := range d.Variants {
			out = append(out, claim{goName: v.GoName, owner: "variant " + quoted(v.Name) + of, span: spans[v], own: true})
		}
	}
	return out
}

// neighbours returns the names that imported files of the same Go package declare, without places.
func (c *checker) neighbours() map[string]claim {
	claimed := map[string]claim{}
	for _, imp := range c.inOrder() {
		if imp.out.GoImport != "" {
			continue
		}
		for _, d := range imp.file.schema.declared() {
			head := HeadingOf(d)
			owner := head.Keyword + " " + quoted(d.DeclName()) + " of " + quoted(imp.out.Path)
			claimed[head.GoName] = claim{goName: head.GoName, owner: owner, own: true, declares: true}
			for _, cl := range c.memberClaims(d) {
				cl.owner += " of " + quoted(imp.out.Path)
				claimed[cl.goName] = cl
			}
			for _, a := range c.session.addedNames(d) {
				claimed[a.goName] = claim{goName: a.goName, owner: a.what + " of " + owner}
			}
		}
	}
	return claimed
}

// declared returns the declarations that become Go declarations; a nil schema has none.
func (s *Schema) declared() []Decl {
	if s == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(s.Decls), func(d Decl) bool { _, alias := d.(*Alias); return alias })
}

// inOrder returns the imports in source order.
func (c *checker) inOrder() []*importedFile {
	var out []*importedFile
	for _, imp := range c.imported {
		out = append(out, imp)
	}
	slices.SortFunc(out, func(a, b *importedFile) int {
		if a.out.Pos.Line != b.out.Pos.Line {
			return a.out.Pos.Line - b.out.Pos.Line
		}
		return strings.Compare(a.out.Alias, b.out.Alias)
	})
	return out
}
