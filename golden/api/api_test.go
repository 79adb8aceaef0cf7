// Package api_test keeps the exported declarations of every public package as text files, so that a change shows what it
// does to the surface that users see. Write them anew with
//
//	go test ./golden/api -update
package api_test

import (
	"bytes"
	"flag"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/printer"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the listings instead of comparing them")

const modulePath = "github.com/ocapn-go/ocapn"

// root is the module's folder, seen from this one.
const root = "../.."

func TestListings(t *testing.T) {
	want := map[string]bool{}
	for _, dir := range publicPackages(t) {
		name := strings.ReplaceAll(dir, "/", "_") + ".txt"
		want[name] = true
		t.Run(dir, func(t *testing.T) { checkListing(t, name, listing(t, dir)) })
	}
	files, err := filepath.Glob("*.txt")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		switch {
		case want[file]:
		case *update:
			if err := os.Remove(file); err != nil {
				t.Error(err)
			}
		default:
			t.Errorf("%s lists a package that does not exist", file)
		}
	}
}

// checkListing compares the listing with the file, or writes the file.
func checkListing(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatalf("%v (write it with: go test ./golden/api -update)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("the exported API has changed (-listed +found); if that is meant, run go test ./golden/api -update:\n%s", diff)
	}
}

// publicPackages returns the folders of the packages that other modules can import and have a use for.
func publicPackages(t *testing.T) []string {
	t.Helper()
	var dirs []string
	for _, tree := range []string{"runtime", "idl", "gen"} {
		err := filepath.WalkDir(filepath.Join(root, tree), func(name string, entry fs.DirEntry, err error) error {
			switch {
			case os.IsNotExist(err) && entry == nil:
				return fs.SkipAll
			case err != nil:
				return err
			case entry.IsDir() && (entry.Name() == "internal" || entry.Name() == "testdata"):
				return fs.SkipDir
			case entry.IsDir() || path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go"):
				return nil
			}
			dir, err := filepath.Rel(root, filepath.Dir(name))
			dirs = append(dirs, filepath.ToSlash(dir))
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(dirs)
	return slices.DeleteFunc(slices.Compact(dirs), func(dir string) bool { return dir == "runtime" }) // a map, no code
}

// listing returns the exported declarations of the package without their comments: what go doc -all prints, less prose.
func listing(t *testing.T, dir string) string {
	t.Helper()
	fset := token.NewFileSet()
	names, err := filepath.Glob(filepath.Join(root, dir, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var files []*ast.File
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(fset, name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
	}
	pkg, err := doc.NewFromFiles(fset, files, modulePath+"/"+dir)
	if err != nil {
		t.Fatal(err)
	}
	l := &lister{t: t, fset: fset}
	l.text.WriteString("package " + pkg.Name + " // " + pkg.ImportPath + "\n")
	l.values(pkg.Consts)
	l.values(pkg.Vars)
	l.funcs(pkg.Funcs)
	for _, typ := range pkg.Types {
		l.decl(typ.Decl)
		l.values(typ.Consts)
		l.values(typ.Vars)
		l.funcs(typ.Funcs)
		l.funcs(typ.Methods)
	}
	return l.text.String()
}

// A lister prints declarations, each after an empty line.
type lister struct {
	t    *testing.T
	fset *token.FileSet
	text bytes.Buffer
}

func (l *lister) values(values []*doc.Value) {
	l.t.Helper()
	for _, v := range values {
		l.decl(v.Decl)
	}
}

func (l *lister) funcs(funcs []*doc.Func) {
	l.t.Helper()
	for _, f := range funcs {
		l.decl(f.Decl)
	}
}

func (l *lister) decl(d ast.Decl) {
	l.t.Helper()
	l.text.WriteByte('\n')
	config := printer.Config{Mode: printer.UseSpaces | printer.TabIndent, Tabwidth: 8}
	if err := config.Fprint(&l.text, l.fset, d); err != nil {
		l.t.Fatal(err)
	}
	l.text.WriteByte('\n')
}
