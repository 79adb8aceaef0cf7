package idl

import (
	"go/token"
	"path"
	"regexp"
	"strings"
	"unicode"

	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

// importPath matches a Go import path.
var importPath = regexp.MustCompile(`^[A-Za-z0-9_~+.-]+(/[A-Za-z0-9_~+.-]+)*$`)

// majorVersion matches the last part of the import path of a later major version.
var majorVersion = regexp.MustCompile(`^v[0-9]+$`)

// goPackage settles the Go package of the file from the go string of its package clause, the dotted name and the
// nearest go.mod.
func (c *checker) goPackage(p *syntax.Package, name string) {
	if c.schema.GoImport = c.source.goImport; c.schema.GoImport == "" && !c.source.std {
		c.schema.GoImport = c.session.goImport(path.Dir(c.source.name))
		if !goodImportPath(c.schema.GoImport) { // a folder of a name that Go does not import: whoever does is told
			c.schema.GoImport = ""
		}
	}
	segments := strings.Split(name, ".")
	goName := plainName(segments[len(segments)-1])
	if p != nil && p.Go != nil {
		text, _ := syntax.Unquote(p.Go.Value)
		given, alias, named := strings.Cut(text, ";")
		if given != "" {
			c.schema.GoImport = given
			goName = plainName(lastElement(given))
		}
		if named {
			goName = alias
		}
		if given != "" && !goodImportPath(given) || text == "" {
			c.report(syntax.TokenSpan(*p.Go), "BAD_GO_PACKAGE", "%q is not a Go import path", given).
				Note = `write go "import/path" or go "import/path;name"`
			return
		}
	}
	if c.session.goPackage != "" {
		goName, c.session.goPackage = c.session.goPackage, ""
		if !token.IsIdentifier(goName) || goName == "_" {
			c.report(syntax.Span{}, "BAD_GO_PACKAGE", "%q, given in place of the package clause, cannot be the name of a Go package", goName).
				Note = "the flag -package of ocapngen is this name"
			return
		}
	}
	if !token.IsIdentifier(goName) || goName == "_" {
		span := syntax.Span{}
		if p != nil {
			span = p.Name.Span()
			if p.Go != nil {
				span = syntax.TokenSpan(*p.Go)
			}
		}
		c.report(span, "BAD_GO_PACKAGE", "%q cannot be the name of a Go package", goName).
			Note = `choose one with package ` + name + ` go "import/path;name"`
		return
	}
	c.schema.GoPackage = goName
}

// goodImportPath reports whether p is an import path that Go accepts.
func goodImportPath(p string) bool {
	return importPath.MatchString(p) && !strings.Contains("/"+p+"/", "/../") && !strings.Contains("/"+p+"/", "/./")
}

// lastElement returns the element of an import path that names the package.
func lastElement(p string) string {
	base := path.Base(p)
	if dir := path.Dir(p); majorVersion.MatchString(base) && dir != "." {
		base = path.Base(dir)
	}
	return base
}

// plainName returns the letters and digits of s in lower case.
func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// goImport returns the import path of a folder as the nearest go.mod gives it, or "".
func (s *session) goImport(dir string) string {
	module, _, below, ok := s.module(dir)
	if !ok {
		return ""
	}
	return path.Join(module, below)
}

// inModule returns the folder of the Go package goImport if that belongs to the module of the folder dir.
func (s *session) inModule(dir, goImport string) (string, bool) {
	module, root, _, ok := s.module(dir)
	below, within := strings.CutPrefix(goImport+"/", module+"/")
	return path.Join(root, below), ok && within
}

// module returns the module that a folder belongs to by the nearest go.mod: its path, its root folder, spelled from dir, and
// the path from there to the folder. ok is false if there is none.
func (s *session) module(dir string) (module, root, below string, ok bool) {
	root = path.Clean(dir)
	at := s.loader.absolute(root)
	for {
		if mod, err := s.loader.read(path.Join(at, "go.mod")); err == nil {
			module = modulePath(string(mod))
			return module, root, below, module != ""
		}
		parent := path.Dir(at)
		if parent == at || path.Base(at) == ".." {
			return "", "", "", false
		}
		below = path.Join(path.Base(at), below)
		at = parent
		if root = path.Join(root, ".."); s.loader.ReadFile != nil {
			root = at
		}
	}
}

// modulePath returns the module path that a go.mod declares, or "".
func modulePath(mod string) string {
	for line := range strings.Lines(mod) {
		line, _, _ = strings.Cut(line, "//")
		if fields := strings.Fields(line); len(fields) == 2 && fields[0] == "module" {
			return strings.Trim(fields[1], "\"`")
		}
	}
	return ""
}
