package gen

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/ocapn-go/ocapn/idl"
)

// DefaultRuntime is the import path of the folder that holds the packages captp and locator.
const DefaultRuntime = "github.com/ocapn-go/ocapn/runtime"

// Options change what Generate writes. The zero Options are what most programs want.
type Options struct {
	// Runtime is the import path of the folder that holds the packages captp and locator, for a copy of the runtime that
	// lives elsewhere. "" means DefaultRuntime.
	Runtime string
}

// File is one generated file.
type File struct {
	// Name is the name of the file without a folder: chat_ocapn.go for chat.ocapn.
	Name string
	// Content is formatted Go source.
	Content []byte
}

// Generate returns the Go source for a schema that [idl.Load] has returned: one file. The same schema and options give the
// same bytes every time. Generate reads the schema and does not keep it; it may be called by several goroutines.
//
// An error means that the source could not be formatted, which no schema without errors leads to; it does not hold the source.
func Generate(schema *idl.Schema, opts Options) ([]File, error) {
	if schema == nil || schema.GoPackage == "" {
		return nil, fmt.Errorf("gen: the schema names no Go package")
	}
	g := newGenerator(schema, opts)
	content, err := g.assemble(g.pieces())
	if err != nil {
		return nil, fmt.Errorf("gen: %s: %w", visible(schema.File), err)
	}
	return []File{{Name: fileName(schema.File), Content: content}}, nil
}

// fileName returns the name of the generated file for the source file at a slash path.
func fileName(source string) string {
	return strings.TrimSuffix(path.Base(source), ".ocapn") + "_ocapn.go"
}

// generator writes the file of one schema, or a part of it.
type generator struct {
	schema  *idl.Schema
	runtime string
	file    *jen.File // nil until there is a part
	// imports are the names by which packages are known in the file, by import path.
	imports map[string]string
	// packages are the names of the packages of other schemas, by import path.
	packages map[string]string
}

func newGenerator(schema *idl.Schema, opts Options) *generator {
	g := &generator{schema: schema, runtime: opts.Runtime}
	if g.runtime == "" {
		g.runtime = DefaultRuntime
	}
	g.packages = schema.GoPackages()
	g.imports = g.importNames()
	return g
}

// part returns a generator for a part of the file, to which nothing has been added.
func (g *generator) part() *generator {
	out := *g
	out.file = jen.NewFilePathName(g.schema.GoImport, g.schema.GoPackage)
	for path, name := range g.imports {
		if own, imported := g.packages[path]; imported && own != name {
			out.file.ImportAlias(path, name)
		} else {
			out.file.ImportName(path, name)
		}
	}
	return &out
}

// decl adds a declaration at the level of the file, with the paragraphs of its comment.
func (g *generator) decl(doc string, code ...jen.Code) {
	g.file.Line()
	for _, line := range commentLines(doc) {
		g.file.Comment(line)
	}
	g.file.Add(code...)
}

// interfaceDecl adds everything that an interface becomes.
func (g *generator) interfaceDecl(i *idl.Interface) {
	it := g.newIface(i)
	g.proxy(it)
	g.eventual(it)
	g.server(it)
	g.constructor(it)
	g.dispatch(it)
	g.unimplemented(it)
	g.funcs(it)
	g.events(it)
	for _, m := range it.methods {
		if m.owner == it.name {
			g.signatureTypes(m)
		}
	}
}

// iface is an interface as its parts see it.
type iface struct {
	*idl.Interface
	name    string // Go name
	methods []*method
	bases   []base
}

// base is an interface that another one extends directly.
type base struct {
	ref *idl.TypeRef
	// convert says that there is a method that returns the reference as one of the base.
	convert bool
}

// newIface prepares an interface.
func (g *generator) newIface(i *idl.Interface) *iface {
	it := &iface{Interface: i, name: i.GoName}
	// The names that references and eventual views have already, and those of methods, are not free for conversions.
	taken := idl.ReferenceMethods()
	for _, m := range i.All {
		taken = append(taken, m.GoName)
	}
	for _, ref := range i.Extends {
		it.bases = append(it.bases, base{ref, !slices.Contains(taken, ref.GoName)})
		taken = append(taken, ref.GoName)
	}
	homes := map[*idl.Interface]string{i: ""}
	g.homes(homes, i, "")
	for _, m := range i.All {
		sig := &method{
			name: m.GoName, wire: m.Wire, doc: m.Doc, idlName: m.Name, notes: m.Notes, oneWay: m.OneWay, stream: m.Stream, strict: m.Strict,
			result: m.Result, raises: m.Raises, owner: m.From.GoName, home: homes[m.From], prefix: m.From.GoName + m.GoName,
		}
		sig.sortParams(m.Params)
		if m.From != i {
			sig.base = it.baseOf(m)
		}
		it.methods = append(it.methods, sig)
	}
	return it
}

// homes records the import path of the Go package of each interface that i extends, "" for the package of the schema.
func (g *generator) homes(out map[*idl.Interface]string, i *idl.Interface, home string) {
	for _, ref := range i.Extends {
		if ref.Interface == nil {
			continue
		}
		path := ref.GoImport
		if path == "" {
			path = home
		}
		if path == g.schema.GoImport {
			path = ""
		}
		if _, seen := out[ref.Interface]; !seen {
			out[ref.Interface] = path
			g.homes(out, ref.Interface, path)
		}
	}
}

// baseOf returns the direct base through which an inherited method comes.
func (it *iface) baseOf(m *idl.Method) *base {
	for i := range it.bases {
		b := it.bases[i].ref.Interface
		if b != nil && slices.ContainsFunc(b.All, func(other *idl.Method) bool { return other.Wire == m.Wire }) {
			return &it.bases[i]
		}
	}
	return nil
}
