package idl

import (
	"maps"
	"slices"

	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

// goGraph are the Go packages that Go packages import, by their import paths.
type goGraph map[string]map[string]bool

// add enters what the package of a schema imports.
func (g goGraph) add(s *Schema) {
	if g[s.GoImport] == nil {
		g[s.GoImport] = map[string]bool{}
	}
	for path := range s.GoPackages() {
		g[s.GoImport][path] = true
	}
}

// leads reports whether one package imports another, or imports one that does.
func (g goGraph) leads(from, to string) bool {
	seen := map[string]bool{}
	var visit func(at string) bool
	visit = func(at string) bool {
		if at == to {
			return true
		}
		if seen[at] {
			return false
		}
		seen[at] = true
		for next := range g[at] {
			if visit(next) {
				return true
			}
		}
		return false
	}
	return visit(from)
}

const goCycleNote = "Go packages cannot import each other in a circle; move what both need into a third one, or all into one"

// goImports reports what the Go compiler would refuse to import. The files that this one imports have been checked.
func (c *checker) goImports() {
	spans := map[string]syntax.Span{}
	for _, imp := range c.inOrder() {
		home := imp.out.GoImport
		if home == "" {
			continue
		}
		if _, known := spans[home]; !known {
			spans[home] = imp.span
		}
		if imp.out.GoPackage == "main" {
			c.report(imp.span, "IMPORT_MAIN", "%q is in package main, which no other package can import", imp.out.Path).
				Note = `give it another name: package ` + imp.out.Package + ` go "import/path;name"`
		}
	}
	if c.schema.GoImport == "" {
		return
	}
	graph := c.session.goGraph
	graph.add(c.schema)
	for _, dep := range slices.Sorted(maps.Keys(c.schema.GoPackages())) {
		if graph.leads(dep, c.schema.GoImport) {
			c.report(spans[dep], "IMPORT_CYCLE", "the Go package %s imports %s, the one of this file", dep, c.schema.GoImport).Note = goCycleNote
		}
	}
}

// goCycles returns the errors for schemas whose Go packages import each other in a circle, one for each schema.
func goCycles(schemas []*Schema) []Error {
	graph := goGraph{}
	for _, s := range schemas {
		if s.GoImport != "" {
			graph.add(s)
		}
	}
	var out []Error
	for _, s := range schemas {
		for _, dep := range slices.Sorted(maps.Keys(s.GoPackages())) {
			if s.GoImport != "" && graph.leads(dep, s.GoImport) {
				e := Error{ID: "IMPORT_CYCLE", File: s.File, Message: "the Go packages " + s.GoImport + " and " + dep + " import each other", Note: goCycleNote}
				if i := slices.IndexFunc(s.Imports, func(i *Import) bool { return i.GoImport == dep }); i >= 0 {
					e.Line, e.Col, e.EndCol = s.Imports[i].Pos.Line, s.Imports[i].Pos.Col, s.Imports[i].Pos.Col+len(s.Imports[i].Alias)
				}
				out = append(out, e)
				break
			}
		}
	}
	return out
}
