package breaking_test

import (
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/gen"
	"github.com/ocapn-go/ocapn/idl/breaking"
)

// goAPI returns what the Go code of the files declares: the exported names with their types, as code that uses them sees them.
func goAPI(t *testing.T, files map[string]string) map[string]string {
	t.Helper()
	api := map[string]string{}
	for name := range files {
		schema, errs := memory(files).Load(name)
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		generated, err := gen.Generate(schema, gen.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range generated {
			fset := token.NewFileSet()
			syntax, err := parser.ParseFile(fset, file.Name, file.Content, 0)
			if err != nil {
				t.Fatal(err)
			}
			api["package "+schema.GoImport+" "+schema.GoPackage] = ""
			addFile(api, schema.Package, fset, syntax)
		}
	}
	return api
}

// addFile adds what a file declares.
func addFile(api map[string]string, pkg string, fset *token.FileSet, file *ast.File) {
	text := func(n ast.Node) string {
		var b strings.Builder
		_ = printer.Fprint(&b, fset, n) // to a strings.Builder, which has no errors
		return b.String()
	}
	add := func(name string, of ast.Node) { api[pkg+"."+name] = text(of) }
	for _, decl := range file.Decls {
		switch d := decl.(type) {
		case *ast.FuncDecl:
			name := d.Name.Name
			if d.Recv != nil {
				name = strings.TrimPrefix(text(d.Recv.List[0].Type), "*") + "." + name
			}
			add(name, withoutNames(d.Type))
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch s := spec.(type) {
				case *ast.ValueSpec:
					for i, name := range s.Names {
						var of ast.Node = s.Type
						if s.Type == nil {
							of = s.Values[i]
						}
						add(name.Name, of)
					}
				case *ast.TypeSpec:
					addType(add, s)
				}
			}
		}
	}
	maps.DeleteFunc(api, func(name, _ string) bool {
		parts := strings.Split(name[strings.LastIndexByte(name, '/')+1:], ".")
		return !strings.HasPrefix(name, "package ") && slices.ContainsFunc(parts[strings.Count(pkg, ".")+1:], func(p string) bool { return !ast.IsExported(p) })
	})
}

// addType adds a type, with the fields of a struct and the methods of an interface one by one, since more of them break nobody.
func addType(add func(string, ast.Node), s *ast.TypeSpec) {
	name := s.Name.Name
	fields := func(list *ast.FieldList, of func(*ast.Field) ast.Node) {
		for _, f := range list.List {
			for _, n := range f.Names {
				add(name+"."+n.Name, of(f))
			}
		}
	}
	switch t := s.Type.(type) {
	case *ast.StructType:
		add(name, ast.NewIdent("struct"))
		fields(t.Fields, func(f *ast.Field) ast.Node { return f.Type })
	case *ast.InterfaceType:
		add(name, ast.NewIdent("interface"))
		fields(t.Methods, func(f *ast.Field) ast.Node {
			if sig, ok := f.Type.(*ast.FuncType); ok {
				return withoutNames(sig)
			}
			return f.Type
		})
	default:
		add(name, t)
	}
}

// withoutNames returns a signature without the names of parameters and results, each with its type.
func withoutNames(t *ast.FuncType) *ast.FuncType {
	unnamed := func(list *ast.FieldList) *ast.FieldList {
		if list == nil {
			return nil
		}
		out := new(ast.FieldList)
		for _, f := range list.List {
			for range max(len(f.Names), 1) {
				out.List = append(out.List, &ast.Field{Type: f.Type})
			}
		}
		return out
	}
	return &ast.FuncType{Params: unnamed(t.Params), Results: unnamed(t.Results)}
}

// The verdicts about Go are those of the generated code: a change breaks Go exactly if a name is gone or has another type.
func TestGoVerdictsAreThoseOfTheGeneratedCode(t *testing.T) {
	for _, dir := range pairNames(t) {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			before, after := loadPair(t, dir)
			var broken, reported []string
			now := goAPI(t, after)
			for name, was := range goAPI(t, before) {
				if is, ok := now[name]; !ok || is != was {
					broken = append(broken, name+" was "+was+" and is "+is)
				}
			}
			for _, c := range breaking.Compare(version(t, before), version(t, after)) {
				if c.Category == breaking.Go && c.Verdict == breaking.Breaking {
					reported = append(reported, label(c))
				}
			}
			slices.Sort(broken)
			if len(broken) > 0 != (len(reported) > 0) {
				t.Errorf("%d changes are reported:\n%s\n%d names are gone or changed:\n%s", len(reported), strings.Join(reported, "\n"), len(broken), strings.Join(broken, "\n"))
			}
		})
	}
}
