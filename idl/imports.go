package idl

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"unicode"

	"github.com/ocapn-go/ocapn/idl/internal/syntax"
	"github.com/ocapn-go/ocapn/idl/std"
)

// imports reads the files that the imports name.
func (c *checker) imports(decls []*syntax.Decl) {
	for _, d := range decls {
		imp := d.Import
		text, _ := syntax.Unquote(imp.Path.Value)
		alias := strings.TrimSuffix(path.Base(text), ".ocapn")
		span := syntax.TokenSpan(imp.Path)
		if imp.As != nil {
			alias, span = imp.As.Value, syntax.TokenSpan(*imp.As)
		}
		if _, twice := c.imported[alias]; twice {
			c.report(span, "DUPLICATE_NAME", "there is already an import %q", alias).Note = `choose another name with "as"`
			continue
		}
		line, col := c.lines.Pos(span.Start)
		out := &Import{Pos: Pos{line, col}, Alias: alias, Path: text}
		c.imported[alias] = c.importFile(imp, out)
	}
}

// importFile finds and checks an imported file and fills in what it says. The result is broken if there is no file.
func (c *checker) importFile(imp *syntax.Import, out *Import) *importedFile {
	span := syntax.TokenSpan(imp.Path)
	result := &importedFile{out: out, span: span, file: &loaded{broken: true}}
	src, ok := c.findImport(out.Path, span)
	if !ok {
		return result
	}
	s := c.session
	file, known := s.files[src.key]
	if known && file == nil {
		at := slices.IndexFunc(s.stack, func(f source) bool { return f.key == src.key })
		var names []string
		for _, f := range append(slices.Clone(s.stack[at:]), src) {
			names = append(names, path.Clean(f.name))
		}
		c.report(span, "IMPORT_CYCLE", "this import leads back here: %s", strings.Join(names, " imports ")).
			Note = "move what both need into a third file"
		return result
	}
	if !known {
		file = s.check(src)
	}
	result.file = file
	out.File, out.Package, out.GoPackage = src.name, file.schema.Package, file.schema.GoPackage
	sameFolder := path.Dir(src.key) == path.Dir(c.source.key)
	if file.schema.GoImport == "" && !sameFolder && !file.broken {
		c.report(span, "IMPORT_GO_UNKNOWN", "the Go import path of %q is not known", out.Path).
			Note = `write it into that file: package ` + file.schema.Package + ` go "import/path"`
	}
	out.GoImport = c.relative(file.schema.GoImport, file.schema)
	return result
}

// findImport returns the file that an import leads to, or reports that there is none.
func (c *checker) findImport(name string, span syntax.Span) (src source, ok bool) {
	if name != "" && !strings.HasSuffix(name, ".ocapn") { // before anything is read: its lines would be shown
		e := c.report(span, "IMPORT_NOT_FOUND", "%q does not end in .ocapn", name)
		if slices.Contains(std.Names(), name+".ocapn") {
			e.Hint = fmt.Sprintf("did you mean %q?", name+".ocapn")
		}
		return source{}, false
	}
	if name == "" || path.IsAbs(name) || strings.Contains(name, `\`) {
		c.report(span, "IMPORT_NOT_FOUND", "%q is not a relative path with slashes", name)
		return source{}, false
	}
	return c.find(name, span)
}

// find returns an imported file, or reports that there is none.
func (c *checker) find(name string, span syntax.Span) (src source, ok bool) {
	if strings.HasPrefix(name, std.Prefix) {
		return c.findStd(name, span)
	}
	dirs := []string{path.Dir(c.source.name)}
	if c.source.std {
		dirs = nil // no file on disk lies beside it
	}
	for _, dir := range c.session.loader.Search {
		dirs = append(dirs, filepath.ToSlash(dir))
	}
	for _, dir := range dirs {
		if src, err := c.session.open(dir, name, ""); !errors.Is(err, fs.ErrNotExist) {
			return src, c.readable(name, err, span)
		}
	}
	if isGoPath(name) {
		return c.findPackage(name, span)
	}
	e := c.report(span, "IMPORT_NOT_FOUND", "there is no file %q", name)
	if slices.Contains(std.Names(), std.Prefix+name) {
		e.Hint = fmt.Sprintf("did you mean %q?", std.Prefix+name)
	}
	e.Note = "looked in " + strings.Join(dirs, ", ")
	return source{}, false
}

// open reads the file name in a folder, which is that of the Go package goImport if that is known.
func (s *session) open(dir, name, goImport string) (source, error) {
	file := path.Join(dir, name)
	text, err := s.loader.read(file)
	return source{name: file, key: s.loader.absolute(file), text: text, goImport: goImport}, err
}

// readable reports an error other than that there is no file, and returns whether there is none at all.
func (c *checker) readable(name string, err error, span syntax.Span) bool {
	if err != nil {
		c.report(span, "IMPORT_NOT_FOUND", "cannot read %q: %v", name, err)
	}
	return err == nil
}

// findStd returns a file of the standard library.
func (c *checker) findStd(name string, span syntax.Span) (source, bool) {
	text, err := std.ReadFile(name)
	if err != nil {
		e := c.report(span, "IMPORT_NOT_FOUND", "the standard library has no file %q", name)
		e.Hint = syntax.DidYouMean(name, std.Names())
		e.Note = "ocapn/ is the standard library; a folder of that name is imported as ./" + name
		return source{}, false
	}
	return source{name: name, key: "std:" + name, text: text, std: true}, true
}

// isGoPath reports whether the path of an import may be that of a Go package and a file in it: it starts with the name of a
// host.
func isGoPath(name string) bool {
	host, _, below := strings.Cut(name, "/")
	first := rune((host + ".")[0])
	return below && strings.Contains(host, ".") && (unicode.IsLetter(first) || unicode.IsDigit(first)) &&
		goodImportPath(name) && !strings.Contains(name, "..")
}

// findPackage returns the file name that lies in the folder of a Go package: one of the module that the importing file belongs
// to, or one that the loader knows to find.
func (c *checker) findPackage(name string, span syntax.Span) (source, bool) {
	goImport, base := path.Dir(name), path.Base(name)
	own, within := "", false
	if !c.source.std {
		own, within = c.session.inModule(path.Dir(c.source.name), goImport)
	}
	if within {
		if src, err := c.session.open(own, base, goImport); !errors.Is(err, fs.ErrNotExist) {
			return src, c.readable(name, err, span)
		}
	}
	if c.session.loader.Package == nil && !within {
		c.report(span, "IMPORT_NOT_FOUND", "there is no file %q", name).Note = "packages of other modules are not looked for"
		return source{}, false
	}
	dir := own
	if c.session.loader.Package != nil { // a module may lie within the folder of another
		found, err := c.session.loader.Package(goImport)
		if err != nil && !within {
			c.report(span, "IMPORT_NOT_FOUND", "cannot find the Go package %q", goImport).Note = err.Error()
			return source{}, false
		}
		if err == nil {
			dir = filepath.ToSlash(found)
		}
	}
	src, err := c.session.open(dir, base, goImport)
	if errors.Is(err, fs.ErrNotExist) {
		c.report(span, "IMPORT_NOT_FOUND", "the Go package %q has no file %q", goImport, base).Note = "looked in " + dir
		return source{}, false
	}
	return src, c.readable(name, err, span)
}

// relative returns the import path of a Go package from the point of view of this file: "" for its own package. The
// path comes from a reference of the schema home, where "" means home's own package.
func (c *checker) relative(goImport string, home *Schema) string {
	if goImport == "" {
		goImport = home.GoImport
	}
	if goImport == c.schema.GoImport {
		return ""
	}
	return goImport
}
