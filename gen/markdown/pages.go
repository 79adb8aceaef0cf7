package markdown

import (
	"bytes"
	"fmt"
	"net/url"
	"path"
	"path/filepath"
	"strings"

	"github.com/ocapn-go/ocapn/idl"
)

// Page is one page of documentation.
type Page struct {
	// Path is the slash path of the page.
	Path string
	// Content is Markdown.
	Content []byte
}

// Path returns the path of the page of a schema if nothing else is wanted: that of the source, with .md in the place of .ocapn.
func Path(schema *idl.Schema) string { return strings.TrimSuffix(schema.File, ".ocapn") + ".md" }

// Pages returns the documentation of schemas that [idl.Load] has returned, in their order. pathOf says where each page will be,
// so that they can refer to each other; nil means [Path].
func Pages(schemas []*idl.Schema, pathOf func(*idl.Schema) string) []Page {
	if pathOf == nil {
		pathOf = Path
	}
	places := map[target]place{}
	writers := make([]*writer, len(schemas))
	for i, s := range schemas {
		w := newWriter(s, pathOf(s), places)
		writers[i] = w
		for decl, anchor := range w.anchors {
			if d, ok := decl.(idl.Decl); ok {
				places[target{s.GoImport, s.Package, goNameOf(d)}] = place{w.path, anchor}
			}
		}
	}
	pages := make([]Page, len(schemas))
	for i, w := range writers {
		w.page()
		pages[i] = Page{Path: w.path, Content: w.out.Bytes()}
	}
	return pages
}

// target identifies a declaration, whichever call of Load has returned it.
type target struct{ goImport, pkg, goName string }

// place is where a declaration is documented.
type place struct{ path, anchor string }

// writer writes the page of one schema.
type writer struct {
	schema  *idl.Schema
	path    string
	places  map[target]place
	anchors map[any]string // the anchors of the headings of this page, by declaration and *idl.Method
	names   map[string]any // what a name in brackets leads to
	used    map[idl.Kind]bool
	out     bytes.Buffer
}

// newWriter returns a writer that has settled all headings of its page.
func newWriter(s *idl.Schema, path string, places map[target]place) *writer {
	w := &writer{
		schema: s, path: path, places: places, anchors: map[any]string{}, names: map[string]any{}, used: map[idl.Kind]bool{},
	}
	taken := slugs{}
	taken.slug(s.Package)
	taken.slug(contentsTitle)
	for _, d := range s.Decls {
		w.anchors[d] = taken.slug(declTitle(d))
		w.names[d.DeclName()] = d
		if i, ok := d.(*idl.Interface); ok {
			for _, m := range i.Methods {
				w.anchors[m] = taken.slug(methodTitle(i, m))
				w.names[i.Name+"."+m.Name] = m
			}
		}
	}
	return w
}

// The titles of the sections that are no declarations.
const (
	contentsTitle = "Contents"
	typesTitle    = "Types"
)

// printf writes to the page.
func (w *writer) printf(format string, args ...any) { fmt.Fprintf(&w.out, format, args...) }

// paragraph writes a paragraph, unless it is empty.
func (w *writer) paragraph(text string) {
	if text != "" {
		w.printf("%s\n\n", text)
	}
}

// page writes everything.
func (w *writer) page() {
	w.printf("# %s\n\n", inline(w.schema.Package))
	w.paragraph(w.docs(w.schema.Doc))
	w.paragraph(strings.Join(w.remarks(w.schema.Notes), "\n\n"))
	about := "Source: " + code(path.Base(w.schema.File)) + ". Go package: " + code(w.schema.GoPackage)
	if w.schema.GoImport != "" {
		about += ", " + code(w.schema.GoImport)
	}
	w.paragraph(about + ".")
	w.imports()
	w.contents()
	for _, d := range w.schema.Decls {
		w.decl(d)
	}
	w.types()
	trimmed := bytes.TrimRight(w.out.Bytes(), "\n")
	w.out.Truncate(len(trimmed))
	w.out.WriteByte('\n')
}

// imports writes which files the schema builds on.
func (w *writer) imports() {
	for _, imp := range w.schema.Imports {
		w.printf("- %s is %s", code(imp.Alias), code(imp.Path))
		if imp.GoImport != "" {
			w.printf(", Go package %s", code(imp.GoImport))
		}
		w.printf("\n")
	}
	if len(w.schema.Imports) > 0 {
		w.printf("\n")
	}
}

// contents writes the table of contents.
func (w *writer) contents() {
	if len(w.schema.Decls) == 0 {
		return
	}
	w.printf("## %s\n\n", contentsTitle)
	for _, d := range w.schema.Decls {
		w.printf("- [%s](#%s)", inline(declTitle(d)), w.anchors[d])
		if first := firstSentence(declDoc(d)); first != "" {
			w.printf(": %s", w.inline(first))
		}
		w.printf("\n")
		i, ok := d.(*idl.Interface)
		if !ok {
			continue
		}
		for _, m := range i.Methods {
			w.printf("  - [%s](#%s)\n", code(m.Name), w.anchors[m])
		}
	}
	w.printf("\n")
}

// link returns the address of the documentation of a declaration, "" if it has none.
func (w *writer) link(ref *idl.TypeRef) string {
	goImport := ref.GoImport
	if goImport == "" {
		goImport = w.schema.GoImport
	}
	p, ok := w.places[target{goImport, ref.Package, ref.GoName}]
	switch {
	case !ok:
		return ""
	case p.path == w.path:
		return "#" + p.anchor
	}
	rel, err := filepath.Rel(filepath.FromSlash(path.Dir(w.path)), filepath.FromSlash(p.path))
	if err != nil {
		return ""
	}
	parts := strings.Split(filepath.ToSlash(rel), "/")
	for i, part := range parts {
		parts[i] = strings.NewReplacer("(", "%28", ")", "%29").Replace(url.PathEscape(part))
	}
	return strings.Join(parts, "/") + "#" + p.anchor
}
