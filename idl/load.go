package idl

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

// Loader reads and checks .ocapn files. The zero Loader reads from the file system and finds imports beside the
// importing file. A Loader may be used by several goroutines if its ReadFile and OnRead may.
type Loader struct {
	// ReadFile returns the bytes of a file by its slash path; nil means [os.ReadFile]. The error for a missing file must
	// match [io/fs.ErrNotExist].
	ReadFile func(path string) ([]byte, error)
	// OnRead, if it is not nil, is told of every file that Load has read or has tried to read: its slash path, its bytes, and
	// the error. Among them are imports that were looked for where they are not, and go.mod files.
	OnRead func(path string, src []byte, err error)
	// Search are the folders in which an import is looked for when it is not beside the importing file.
	Search []string
	// GoPackage is the name of the Go package of the file that is loaded, in place of the one that the file gives. It
	// has no effect on imported files.
	GoPackage string
}

// Load reads the file at path with everything that it imports and returns its checked schema. When anything is wrong
// the schema is nil and the errors, of all the files read, are in order of file and place.
//
//	schema, errs := idl.Load("chat.ocapn")
func Load(path string) (*Schema, []Error) { return new(Loader).Load(path) }

// Load is the function [Load] with the loader's settings.
func (l *Loader) Load(path string) (*Schema, []Error) {
	s := &session{loader: l, files: map[string]*loaded{}, refs: map[Decl]bool{}}
	name := filepath.ToSlash(path)
	src, err := l.read(name)
	if err != nil {
		return nil, []Error{unreadable(name, err)}
	}
	s.goPackage = l.GoPackage
	file := s.check(name, src)
	if len(s.errs) > 0 {
		sortErrors(s.errs)
		return nil, s.errs
	}
	return file.schema, nil
}

// unreadable returns the error for a file that cannot be read.
func unreadable(name string, err error) Error {
	var pathError *fs.PathError
	if errors.As(err, &pathError) {
		err = pathError.Err // the path is already in front
	}
	return Error{ID: "UNREADABLE", File: name, Message: "cannot read the file: " + err.Error()}
}

// read returns the bytes of a file by its slash path.
func (l *Loader) read(name string) (src []byte, err error) {
	if l.ReadFile != nil {
		src, err = l.ReadFile(name)
	} else {
		src, err = os.ReadFile(filepath.FromSlash(name))
	}
	if l.OnRead != nil {
		l.OnRead(name, src, err)
	}
	return src, err
}

// absolute returns a folder in the form in which its parents can be walked.
func (l *Loader) absolute(dir string) string {
	if l.ReadFile == nil {
		if abs, err := filepath.Abs(filepath.FromSlash(dir)); err == nil {
			return filepath.ToSlash(abs)
		}
	}
	return path.Clean(dir)
}

// session is one call of Load: the files that it has read.
type session struct {
	loader *Loader
	files  map[string]*loaded // by clean path; nil while the file is being checked
	stack  []string           // the files that are being checked, the importing one before the imported one
	errs   []Error
	refs   map[Decl]bool // structs and unions that may hold references, of the files that have been checked

	goPackage string // the name that the next file gets that is checked, or ""
}

// loaded is a file that has been checked.
type loaded struct {
	schema *Schema
	byName map[string]Decl
	broken bool // it has errors, so what it declares may be missing
}

// check parses and checks the file name with the text src.
func (s *session) check(name string, src []byte) *loaded {
	key := path.Clean(name)
	s.files[key] = nil
	s.stack = append(s.stack, key)
	c := newChecker(s, name, string(src))
	c.run()
	s.stack = s.stack[:len(s.stack)-1]
	file := &loaded{schema: c.schema, byName: map[string]Decl{}, broken: len(c.errs) > 0}
	for _, d := range c.schema.Decls {
		file.byName[d.DeclName()] = d
	}
	for _, e := range c.errs {
		s.errs = append(s.errs, *e)
	}
	s.files[key] = file
	return file
}

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
	result := &importedFile{out: out, file: &loaded{broken: true}}
	span := syntax.TokenSpan(imp.Path)
	if out.Path == "" || path.IsAbs(out.Path) || strings.Contains(out.Path, `\`) {
		c.report(span, "IMPORT_NOT_FOUND", "%q is not a relative path with slashes", out.Path)
		return result
	}
	name, src, err := c.find(out.Path)
	if errors.Is(err, fs.ErrNotExist) {
		dirs := append([]string{path.Dir(c.schema.File)}, c.session.loader.Search...)
		c.report(span, "IMPORT_NOT_FOUND", "there is no file %q", out.Path).
			Note = "looked in " + strings.Join(dirs, ", ")
		return result
	}
	if err != nil {
		c.report(span, "IMPORT_NOT_FOUND", "cannot read %q: %v", out.Path, err)
		return result
	}
	key := path.Clean(name)
	file, known := c.session.files[key]
	if known && file == nil {
		cycle := c.session.stack[slices.Index(c.session.stack, key):]
		c.report(span, "IMPORT_CYCLE", "this import leads back here: %s", strings.Join(append(slices.Clone(cycle), key), " imports ")).
			Note = "move what both need into a third file"
		return result
	}
	if !known {
		file = c.session.check(name, src)
	}
	result.file = file
	out.File, out.Package, out.GoPackage = name, file.schema.Package, file.schema.GoPackage
	sameFolder := path.Dir(key) == path.Dir(path.Clean(c.schema.File))
	if file.schema.GoImport == "" && !sameFolder && !file.broken {
		c.report(span, "IMPORT_GO_UNKNOWN", "the Go import path of %q is not known", out.Path).
			Note = `write it into that file: package ` + file.schema.Package + ` go "import/path"`
	}
	out.GoImport = c.relative(file.schema.GoImport, file.schema)
	return result
}

// find returns the path and the bytes of an imported file: beside the importing file, or in a folder of the search path.
func (c *checker) find(name string) (string, []byte, error) {
	candidates := []string{path.Join(path.Dir(c.schema.File), name)}
	for _, dir := range c.session.loader.Search {
		candidates = append(candidates, path.Join(filepath.ToSlash(dir), name))
	}
	for _, candidate := range candidates {
		src, err := c.session.loader.read(candidate)
		if err == nil {
			return candidate, src, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", nil, err
		}
	}
	return "", nil, fs.ErrNotExist
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
