package editor

import (
	"go/ast"
	"go/parser"
	"go/printer"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// generatedMethods returns the signatures of the methods of the Go types in a generated file, by type and method.
func generatedMethods(t *testing.T, file string) map[string]string {
	t.Helper()
	fset := token.NewFileSet()
	tree, err := parser.ParseFile(fset, file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, d := range tree.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Recv == nil {
			continue
		}
		receiver, ok := f.Recv.List[0].Type.(*ast.Ident)
		if !ok {
			continue
		}
		f.Body, f.Doc = nil, nil
		var b strings.Builder
		if err := printer.Fprint(&b, fset, f); err != nil {
			t.Fatal(err)
		}
		_, signature, _ := strings.Cut(strings.TrimPrefix(b.String(), "func ("), ") ")
		out[receiver.Name+"."+f.Name.Name] = strings.Join(strings.Fields(signature), " ")
	}
	return out
}

func TestGoSignaturesAreThoseOfTheGenerator(t *testing.T) {
	files, err := filepath.Glob("../../golden/*/*.ocapn")
	if err != nil || len(files) == 0 {
		t.Fatalf("golden sources: %v, %v", files, err)
	}
	checked := 0
	for _, file := range files {
		generated := strings.TrimSuffix(file, ".ocapn") + "_ocapn.go"
		if _, err := os.Stat(generated); err != nil {
			continue
		}
		methods := generatedMethods(t, generated)
		w := New(Sources{Read: os.ReadFile})
		f, _ := w.start(file)
		f.each(func(s *symbol) {
			owner := s
			if s.kind == Method {
				owner = s.parent
			} else if s.kind != Callable {
				return
			}
			got, ok := w.goSignature(thing{file: f, symbol: s})
			if !ok {
				return
			}
			name, _, _ := strings.Cut(got, "(")
			want, ok := methods[owner.goName()+"."+name]
			if !ok {
				t.Errorf("%s: %s has no method %s", file, owner.goName(), name)
				return
			}
			checked++
			if withoutNames(want) != withoutNames(got) {
				t.Errorf("%s: %s.%s:\n got %s\nwant %s", file, owner.goName(), name, got, want)
			}
		})
	}
	if checked < 50 {
		t.Errorf("only %d signatures were compared", checked)
	}
}

// withoutNames takes away what the generator adds to the names of parameters that are taken.
func withoutNames(signature string) string {
	return strings.NewReplacer("Arg ", " ", "Arg, ", ", ").Replace(signature)
}
