package breaking

import (
	"fmt"
	"slices"
	"strings"

	"github.com/ocapn-go/ocapn/idl"
)

// match finds which declaration of the new version is which of the old one. Nothing on the wire tells, so a declaration may have
// another name or be in another package: first those of the same name in the same package are taken together, then those of the
// same name in any, then those that look the same on the wire. Comparing types finds more; see [comparer.pairUp].
func (c *comparer) match() {
	for _, key := range []func(d idl.Decl, home *idl.Schema) string{
		func(d idl.Decl, home *idl.Schema) string {
			return home.Package + " " + idl.HeadingOf(d).Keyword + " " + d.DeclName()
		},
		func(d idl.Decl, _ *idl.Schema) string { return idl.HeadingOf(d).Keyword + " " + d.DeclName() },
		func(d idl.Decl, _ *idl.Schema) string { return shape(d) },
	} {
		before, after := c.byKey(c.before, c.homeBefore, key), c.byKey(c.after, c.homeAfter, key)
		for _, schema := range c.before.all() {
			for _, d := range schema.Decls {
				k := key(d, schema)
				if len(before[k]) == 1 && len(after[k]) == 1 {
					c.pairUp(d, after[k][0])
				}
			}
		}
	}
}

// byKey returns the declarations of a version that have no pair yet. An empty key is left out.
func (c *comparer) byKey(v *Version, home map[idl.Decl]*idl.Schema, key func(idl.Decl, *idl.Schema) string) map[string][]idl.Decl {
	out := map[string][]idl.Decl{}
	for _, schema := range v.all() {
		for _, d := range schema.Decls {
			if k := key(d, home[d]); k != "" && c.pairs[d] == nil && c.partners[d] == nil {
				out[k] = append(out[k], d)
			}
		}
	}
	return out
}

// pairUp takes two declarations together, if they are of one kind and neither has another partner, and reports whether they are
// together.
func (c *comparer) pairUp(old, now idl.Decl) bool {
	if c.pairs[old] == now {
		return true
	}
	if c.pairs[old] != nil || c.partners[now] != nil || idl.HeadingOf(old).Keyword != idl.HeadingOf(now).Keyword || c.homeBefore[old] == nil || c.homeAfter[now] == nil {
		return false
	}
	c.pairs[old], c.partners[now] = now, old
	c.queue = append(c.queue, old)
	return true
}

// shape returns the names that a declaration has on the wire, or "" if it has none.
func shape(d idl.Decl) string {
	var names []string
	switch d := d.(type) {
	case *idl.Enum:
		for _, k := range d.Cases {
			names = append(names, k.Wire)
		}
	case *idl.Struct:
		for _, f := range d.Fields {
			names = append(names, f.Wire)
		}
	case *idl.Union:
		for _, v := range d.Variants {
			names = append(names, v.Wire)
		}
	case *idl.ErrorDecl:
		names = append(names, d.Wire)
	case *idl.Interface:
		for _, m := range d.All {
			names = append(names, m.Wire)
		}
	}
	if len(names) == 0 {
		return ""
	}
	slices.Sort(names)
	return fmt.Sprintf("%s %q", idl.HeadingOf(d).Keyword, names)
}

// packages reports declarations that are in another package, and Go packages that have another path or name, once for each two
// packages.
func (c *comparer) packages() {
	type move struct{ was, is string }
	moved := map[move][]idl.Decl{}
	var moves []move // in order
	reported := map[move]bool{}
	for _, old := range c.queue {
		before, after := c.homeBefore[old], c.homeAfter[c.pairs[old]]
		if m := (move{before.Package, after.Package}); m.was != m.is {
			if moved[m] == nil {
				moves = append(moves, m)
			}
			moved[m] = append(moved[m], old)
		}
		if m := (move{goPackage(before, after), goPackage(after, before)}); m.was != m.is && !reported[m] {
			reported[m] = true
			c.report(site{file: after.File}, "GO_PACKAGE", "the Go package is %s instead of %s", m.is, m.was)
		}
	}
	for _, m := range moves {
		var names []string
		for _, d := range moved[m] {
			names = append(names, d.DeclName())
		}
		after := c.homeAfter[c.pairs[moved[m][0]]]
		c.report(site{file: after.File}, "MOVED", "in package %q now, and not in %q: %s", m.is, m.was, strings.Join(names, ", "))
	}
}

// goPackage returns the import path and the name of the Go package of a schema. The path is left out where it is not known in both
// versions.
func goPackage(s, other *idl.Schema) string {
	if s.GoImport == "" || other.GoImport == "" {
		return s.GoPackage
	}
	return fmt.Sprintf("%q (%s)", s.GoImport, s.GoPackage)
}
