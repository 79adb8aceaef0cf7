package idl

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// packageFiles are files of two modules and what a program has in its own folder.
func packageFiles() map[string]string {
	return map[string]string{
		"app/go.mod": "module example.org/app\n",
		"app/cmd/tool/main.ocapn": `package main
import "example.org/app/api/api.ocapn"
import "../../api/api.ocapn" as again
import "example.org/lib/v2/names/names.ocapn"
import "example.org/lib/v2/moved.ocapn"
import "ocapn/sealers.ocapn" as seal
interface both extends api.base, again.base { f(a: api.point, b: names.name, c: moved.m, d: api.far) -> seal.sealer }
`,
		"app/api/api.ocapn":            "package api\nimport \"example.org/lib/v2/names/names.ocapn\"\ntype far = names.name\nstruct point { x: int }\ninterface base { p(p: point) }\n",
		"app/example.org/b/here.ocapn": "enum here { yes }\n",
		"app/uses_here.ocapn":          "import \"example.org/b/here.ocapn\"\nstruct s { h: here.here }\n",
		"mod/lib@v2/go.mod":            "module example.org/lib/v2\n",
		"mod/lib@v2/names/names.ocapn": "package names\nimport \"ocapn/sealers.ocapn\" as seal\nstruct name { s: seal.sealer }\n",
		"mod/lib@v2/moved.ocapn":       "package moved go \"example.org/elsewhere\"\nstruct m { }\n",
		"mod/vendored/names/n.ocapn":   "package n\nstruct n { }\n",
		"mod/vendored/go.mod":          "module example.org/other-name\n",
		"app/vendored.ocapn":           "import \"example.org/vendored/names/n.ocapn\"\nstruct s { n: n.n }\n",
	}
}

// packageFolders are the folders of the Go packages of other modules.
var packageFolders = map[string]string{
	"example.org/lib/v2/names": "mod/lib@v2/names", "example.org/lib/v2": "mod/lib@v2", "example.org/vendored/names": "mod/vendored/names",
}

// packageLoader returns a loader of packageFiles and the list of the packages that it was asked for.
func packageLoader() (*Loader, *[]string) {
	asked := &[]string{}
	loader := memory(packageFiles())
	loader.Package = func(importPath string) (string, error) {
		*asked = append(*asked, importPath)
		if dir, ok := packageFolders[importPath]; ok {
			return dir, nil
		}
		return "", errors.New("no required module provides package " + importPath)
	}
	return loader, asked
}

func TestImportsOfPackages(t *testing.T) {
	loader, asked := packageLoader()
	schema, errs := loader.Load("app/cmd/tool/main.ocapn")
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	got := map[string]string{}
	for _, i := range schema.Imports {
		got[i.Alias] = i.File + " is " + i.GoImport
	}
	want := map[string]string{
		"api":   "app/api/api.ocapn is example.org/app/api",
		"again": "app/api/api.ocapn is example.org/app/api",
		"names": "mod/lib@v2/names/names.ocapn is example.org/lib/v2/names",
		"moved": "mod/lib@v2/moved.ocapn is example.org/elsewhere",
		"seal":  "ocapn/sealers.ocapn is github.com/ocapn-go/ocapn/idl/std/sealers",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("imports (-want +got):\n%s", diff)
	}
	both := decl[*Interface](t, schema, "both")
	if diff := cmp.Diff([]string{"base.p", "both.f"}, methodNames(both.All)); diff != "" {
		t.Errorf("a file that is imported in two ways is two files (-want +got):\n%s", diff)
	}
	f := both.All[1]
	refs := []string{f.Result.Ref.GoImport}
	for _, p := range f.Params {
		refs = append(refs, p.Type.Ref.GoImport)
	}
	wantRefs := []string{
		"github.com/ocapn-go/ocapn/idl/std/sealers", "example.org/app/api", "example.org/lib/v2/names", "example.org/elsewhere",
		"example.org/lib/v2/names",
	}
	if diff := cmp.Diff(wantRefs, refs); diff != "" {
		t.Errorf("Go packages of references (-want +got):\n%s", diff)
	}
	for _, path := range *asked {
		if !strings.HasPrefix(path, "example.org/lib/") {
			t.Errorf("the loader was asked for %s", path)
		}
	}
}

// TestImportPathOfAPackage checks that a file is in the Go package by which it was imported, whatever a go.mod says.
func TestImportPathOfAPackage(t *testing.T) {
	loader, _ := packageLoader()
	schema, errs := loader.Load("app/vendored.ocapn")
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if got := schema.Imports[0].GoImport; got != "example.org/vendored/names" {
		t.Errorf("GoImport = %q", got)
	}
}

func TestAFolderBesideComesBeforeAPackage(t *testing.T) {
	loader, asked := packageLoader()
	schema, errs := loader.Load("app/uses_here.ocapn")
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if schema.Imports[0].File != "app/example.org/b/here.ocapn" || len(*asked) > 0 {
		t.Errorf("found %s, asked for %v", schema.Imports[0].File, *asked)
	}
}

func TestIsGoPath(t *testing.T) {
	for name, want := range map[string]bool{
		"example.org/a.ocapn": true, "example.org/a/b/c.ocapn": true, "9.example/x.ocapn": true,
		"a.ocapn": false, "a/b.ocapn": false, "./a.org/b.ocapn": false, "../a.org/b.ocapn": false, "-f.x/b.ocapn": false, ".org/b.ocapn": false,
		"example.org/.../b.ocapn": false, "example.org/../b.ocapn": false, "example.org//b.ocapn": false, "example.org/a@v1/b.ocapn": false,
		"": false, "/example.org/b": false, "example.org/a b.ocapn": false,
	} {
		if got := isGoPath(name); got != want {
			t.Errorf("isGoPath(%q) = %v, want %v", name, got, want)
		}
	}
}

// TestImportsOnDisk checks that files of the own module are named from the folder in which the program runs, and that they are
// the same by whatever path they are reached.
func TestImportsOnDisk(t *testing.T) {
	dir := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":            "module example.org/m\n",
		"api/api.ocapn":     "package api\nstruct s { }\ninterface i { f(s: s) }\n",
		"cmd/in/main.ocapn": "package main\nimport \"example.org/m/api/api.ocapn\"\nimport \"../../api/api.ocapn\" as b\nimport \"lib.ocapn\" as c\ninterface j extends api.i, b.i, c.k { g(s: api.s) }\n",
		"lib/lib.ocapn":     "package lib\nimport \"example.org/m/api/api.ocapn\"\ninterface k extends api.i { g(s: api.s) }\n",
	} {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct{ folder, path, want string }{
		{".", "cmd/in/main.ocapn", "api/api.ocapn"},
		{"cmd/in", "main.ocapn", "../../api/api.ocapn"},
		{"api", "../cmd/in/main.ocapn", "../api/api.ocapn"},
	} {
		t.Run(tt.folder, func(t *testing.T) {
			t.Chdir(filepath.Join(dir, filepath.FromSlash(tt.folder)))
			loader := Loader{Search: []string{filepath.Join(dir, "lib")}} // an absolute path
			schema, errs := loader.Load(filepath.FromSlash(tt.path))
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			if got := schema.Imports[0]; got.File != tt.want || got.GoImport != "example.org/m/api" {
				t.Errorf("the import is %+v, want the file %s", got, tt.want)
			}
		})
	}
}
