package idl

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strings"
	"testing"
)

// TestAddedNames checks that generated code declares no exported name that the checker does not know of, and so does not
// compare with others.
func TestAddedNames(t *testing.T) {
	checked := 0
	for _, pattern := range []string{"../golden/*/*.ocapn", "../golden/*/*/*.ocapn", "std/*/*.ocapn", "../examples/*/*/*.ocapn"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			if strings.Contains(filepath.ToSlash(path), "golden/testdata/") {
				continue
			}
			s := newSession(new(Loader))
			src, err := s.open(".", filepath.ToSlash(path), "")
			if err != nil {
				t.Fatal(err)
			}
			file := s.check(src)
			known := map[string]bool{}
			for _, d := range file.schema.declared() {
				known[HeadingOf(d).GoName] = true
				for _, cl := range (&checker{}).memberClaims(d) {
					known[cl.goName] = true
				}
				for _, a := range s.addedNames(d) {
					known[a.goName] = true
				}
			}
			generated := strings.TrimSuffix(path, ".ocapn") + "_ocapn.go"
			code, err := parser.ParseFile(token.NewFileSet(), generated, nil, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range declaredGoNames(code) {
				checked++
				if ast.IsExported(name) && !known[name] {
					t.Errorf("%s declares %s, of which the checker does not know", generated, name)
				}
			}
		}
	}
	if checked < 500 {
		t.Errorf("only %d names", checked)
	}
}

// declaredGoNames returns the names at the top level of a file, those of methods left out.
func declaredGoNames(file *ast.File) []string {
	var out []string
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			if d.Recv == nil {
				out = append(out, d.Name.Name)
			}
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					out = append(out, spec.Name.Name)
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						out = append(out, name.Name)
					}
				}
			}
		}
	}
	return out
}
