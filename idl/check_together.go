package idl

import (
	"path"

	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

// CheckTogether returns what is wrong with schemas that are right one by one, when the code of all of them is compiled: in one
// folder, names that two files declare in Go and different names of the Go package; anywhere, Go packages that import each other
// in a circle. folder returns the folder for the code of a schema; nil stands for that of its source. The files are read once more for
// the excerpts of the errors. Files that are not among the schemas are not looked at.
func (l *Loader) CheckTogether(schemas []*Schema, folder func(*Schema) string) []Error {
	if folder == nil {
		folder = func(s *Schema) string { return path.Dir(s.File) }
	}
	var order []string
	groups := map[string][]*Schema{}
	for _, s := range schemas {
		dir := folder(s)
		if groups[dir] == nil {
			order = append(order, dir)
		}
		groups[dir] = append(groups[dir], s)
	}
	out := goCycles(schemas)
	session := newSession(l)
	session.findRefs(reachable(schemas))
	for _, dir := range order {
		out = append(out, session.together(groups[dir])...)
	}
	for i, e := range out {
		if src, err := l.read(e.File); err == nil && e.Line > 0 {
			out[i].Excerpt = syntax.NewLines(string(src)).Text(e.Line)
			out[i].EndCol = max(min(e.EndCol, len(out[i].Excerpt)+1), e.Col+1)
		}
	}
	sortErrors(out)
	return out
}

// taken is a Go name and what has it.
type taken struct {
	owner string // in words
	by    *Schema
}

// together returns what is wrong with the schemas of one folder. Of two that are generated into one file, and so may be the same,
// only the first counts.
func (s *session) together(schemas []*Schema) []Error {
	var out []Error
	names, files := map[string]taken{}, map[string]bool{}
	first := schemas[0]
	for _, schema := range schemas {
		if files[path.Base(schema.File)] {
			continue
		}
		files[path.Base(schema.File)] = true
		if schema.GoPackage != first.GoPackage {
			out = append(out, Error{
				ID: "BAD_GO_PACKAGE", File: schema.File,
				Message: "this file is in Go package " + schema.GoPackage + ", and " + quoted(path.Base(first.File)) + " in the same folder in " + first.GoPackage,
				Note:    `write package ` + schema.Package + ` go ";` + first.GoPackage + `", or move one of the two`,
			})
			continue
		}
		for _, d := range schema.declared() {
			if e, twice := s.claimAll(names, schema, d); twice {
				out = append(out, e)
			}
		}
	}
	return out
}

// claimAll enters all the Go names of a declaration of a schema. It returns an error if another schema has one of them.
func (s *session) claimAll(names map[string]taken, schema *Schema, d Decl) (e Error, twice bool) {
	head := HeadingOf(d)
	owner := head.Keyword + " " + quoted(d.DeclName())
	claims := []claim{{goName: head.GoName, owner: owner}}
	claims = append(claims, memberClaims(d, nil)...)
	for _, a := range s.addedNames(d) {
		claims = append(claims, claim{goName: a.goName, owner: a.what + " of " + owner})
	}
	for _, cl := range claims {
		other, known := names[cl.goName]
		if known && other.by != schema && !twice {
			e = Error{
				ID: "GO_NAME_COLLISION", File: schema.File,
				Line: head.Pos.Line, Col: head.Pos.Col, EndCol: head.Pos.Col + len(d.DeclName()),
				Message: other.owner + " of " + quoted(path.Base(other.by.File)) + " and " + cl.owner + " both become the Go name " + cl.goName,
				Note:    "their code is in one Go package; write @go(OtherName) before one of them",
			}
			twice = true
		}
		if !known {
			names[cl.goName] = taken{cl.owner, schema}
		}
	}
	return e, twice
}

// reachable returns the structs and unions of the schemas, and those of other files that they are made of.
func reachable(schemas []*Schema) []Decl {
	var out []Decl
	seen := map[Decl]bool{}
	add := func(d Decl) {
		if !seen[d] {
			seen[d] = true
			out = append(out, d)
		}
	}
	for _, s := range schemas {
		for _, d := range s.Decls {
			add(d)
		}
		for _, t := range s.types() {
			for _, part := range components(t, nil) {
				add(part)
			}
		}
	}
	for i := 0; i < len(out); i++ {
		for _, t := range contents(out[i]) {
			for _, part := range components(t, nil) {
				add(part)
			}
		}
	}
	return out
}
