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
	c.schema.GoImport = c.session.goImport(path.Dir(c.schema.File))
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
	dir = s.loader.absolute(dir)
	rest := ""
	for {
		if mod, err := s.loader.read(path.Join(dir, "go.mod")); err == nil {
			if module := modulePath(string(mod)); module != "" {
				return path.Join(module, rest)
			}
			return ""
		}
		parent := path.Dir(dir)
		if parent == dir {
			return ""
		}
		rest = path.Join(path.Base(dir), rest)
		dir = parent
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
