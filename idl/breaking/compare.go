package breaking

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/ocapn-go/ocapn/idl"
	"github.com/ocapn-go/ocapn/idl/internal/flow"
)

// Change is one difference between two versions.
type Change struct {
	Rule
	// Error says where and what, in the form that other diagnostics have. Its place is in the new version; what is gone is
	// reported where it was a part of something that is still there, or for the whole file.
	idl.Error
}

// Compare returns the differences between two versions, in order of file and place, and of one place the worst first. Neither
// version is changed.
func Compare(before, after *Version) []Change {
	c := &comparer{
		before: before, after: after,
		flowBefore: flow.Of(before.all()...), flowAfter: flow.Of(after.all()...),
		homeBefore: homes(before), homeAfter: homes(after),
		pairs: map[idl.Decl]idl.Decl{}, partners: map[idl.Decl]idl.Decl{}, related: &relations{levels: map[[2]idl.Decl][2]level{}},
	}
	c.match()
	for next := 0; next < len(c.queue); next++ { // comparing a pair may find others
		c.comparePair(c.queue[next], c.pairs[c.queue[next]])
	}
	c.unmatched()
	c.packages()
	slices.SortStableFunc(c.changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col), cmp.Compare(a.rank(), b.rank()))
	})
	return c.changes
}

// rank orders changes at one place.
func (c Change) rank() int {
	return slices.IndexFunc(rules, func(r Rule) bool { return r.ID == c.Rule.ID })
}

// comparer compares two versions.
type comparer struct {
	before, after         *Version
	flowBefore, flowAfter *flow.Flow
	homeBefore, homeAfter map[idl.Decl]*idl.Schema

	pairs    map[idl.Decl]idl.Decl // what became of a declaration
	partners map[idl.Decl]idl.Decl // what a declaration was
	queue    []idl.Decl            // the declarations of the old version that have a pair, each once
	related  *relations            // different declarations that stand in for each other

	changes []Change
}

// homes returns the schema of each declaration.
func homes(v *Version) map[idl.Decl]*idl.Schema {
	out := map[idl.Decl]*idl.Schema{}
	for _, s := range v.all() {
		for _, d := range s.Decls {
			out[d] = s
		}
	}
	return out
}

// site is where a change is reported: a name in a file of the new version, or the whole file.
type site struct {
	file string
	pos  idl.Pos
}

// at returns the place of a part of a declaration of the new version.
func (c *comparer) at(owner idl.Decl, pos idl.Pos) site { return site{c.homeAfter[owner].File, pos} }

// report adds a change.
func (c *comparer) report(s site, id, format string, args ...any) *Change {
	text, ok := c.after.texts[s.file]
	e := text.AtName(s.pos, id, fmt.Sprintf(format, args...))
	if !ok { // the file is gone
		e = idl.Error{ID: id, Message: e.Message}
	}
	e.File = s.file
	i := slices.IndexFunc(rules, func(r Rule) bool { return r.ID == id })
	c.changes = append(c.changes, Change{rules[i], e})
	return &c.changes[len(c.changes)-1]
}

// comparePair compares two versions of a declaration.
func (c *comparer) comparePair(old, now idl.Decl) {
	was, is := idl.HeadingOf(old), idl.HeadingOf(now)
	s := c.at(now, is.Pos)
	if old.DeclName() != now.DeclName() {
		c.report(s, "RENAMED", "the %s %q is called %q now", is.Keyword, old.DeclName(), now.DeclName())
	}
	c.renamedInGo(s, was.GoName, is.GoName)
	switch old := old.(type) {
	case *idl.Const:
		c.constant(s, old, now.(*idl.Const))
	case *idl.Enum:
		c.enum(s, old, now.(*idl.Enum))
	case *idl.Struct:
		c.structDecl(s, old, now.(*idl.Struct))
	case *idl.Union:
		c.union(s, old, now.(*idl.Union))
	case *idl.ErrorDecl:
		c.errorDecl(s, old, now.(*idl.ErrorDecl))
	case *idl.Interface:
		c.interfaceDecl(s, old, now.(*idl.Interface))
	case *idl.Callable:
		c.callable(s, old, now.(*idl.Callable))
	}
}

// unmatched reports declarations of the added files that only one of the versions has.
func (c *comparer) unmatched() {
	for _, schema := range c.before.schemas {
		for _, d := range schema.Decls {
			if head := idl.HeadingOf(d); c.pairs[d] == nil && head.Keyword != "type" {
				c.removed(site{file: schema.File}, d, head.Keyword, head.GoName)
			}
		}
	}
	for _, schema := range c.after.schemas {
		for _, d := range schema.Decls {
			if head := idl.HeadingOf(d); c.partners[d] == nil && head.Keyword != "type" {
				c.report(site{schema.File, head.Pos}, "DECL_ADDED", "the %s %q is new", head.Keyword, d.DeclName())
			}
		}
	}
}

// removed reports a declaration that is gone.
func (c *comparer) removed(s site, d idl.Decl, keyword, goName string) {
	id := "DECL_REMOVED"
	if keyword == "interface" || keyword == "callable" {
		id = "INTERFACE_REMOVED"
	}
	c.report(s, id, "the %s %q is gone", keyword, d.DeclName())
	c.report(s, "GO_REMOVED", "%s is gone with the %s %q", goName, keyword, d.DeclName())
}
