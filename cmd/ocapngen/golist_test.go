package main

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// modules makes two modules beside each other, of which the first requires the second, and makes the folder of the first the
// current one. Nothing is fetched.
func modules(t *testing.T, files map[string]string) {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("GOPROXY", "off")
	t.Setenv("GOFLAGS", "")
	t.Setenv("GOWORK", "off")
	const ours = "github.com/ocapn-go/ocapn"
	all := map[string]string{
		"app/go.mod": "module example.org/app\n\ngo 1.26.0\n\nrequire (\n\texample.org/lib/v2 v2.0.0\n\t" + ours + " v0.0.0\n)\n\n" +
			"replace (\n\texample.org/lib/v2 => ../lib\n\t" + ours + " => " + filepath.ToSlash(root) + "\n)\n",
		"app/go.sum": read(t, filepath.Join(root, "go.sum")),
		"lib/go.mod": "module example.org/lib/v2\n\ngo 1.26.0\n\nrequire " + ours + " v0.0.0\n",
	}
	maps.Copy(all, files)
	workIn(t, all)
	t.Chdir("app")
}

// twoModules are a library, and a program that imports a file of it, one of its own and one of the standard library.
func twoModules() map[string]string {
	return map[string]string{
		"lib/chat/chat.ocapn": `package chat
import "example.org/lib/v2/names/names.ocapn"
import "ocapn/sealers.ocapn" as seal
error banned { who: names.name }
union content { text(string), sealed(target) }
interface room { say(what: content, as: names.name) raises banned; key() -> seal.sealer }
`,
		"lib/names/names.ocapn":         "package names\nenum name { alice, bob }\n",
		"app/api/app.ocapn":             "package api\n" + appImports + appInterface,
		"app/internal/base/base.ocapn":  "package base\nstruct point { x: int, y: int }\n",
		"app/internal/base/other.ocapn": "package base\nimport \"example.org/app/internal/base/base.ocapn\"\nstruct line { a: base.point }\n",
	}
}

const (
	appImports = `import "example.org/lib/v2/chat/chat.ocapn" as c
import "example.org/app/internal/base/base.ocapn"
import "ocapn/sealers.ocapn" as seal
`
	appInterface = `interface hall extends c.room {
  at(p: base.point) -> c.content raises c.banned
  open(with: seal.unsealer)
}
`
)

// TestGenerateOverModules checks that generated code imports the Go packages of what its source imports, wherever these are.
func TestGenerateOverModules(t *testing.T) {
	modules(t, twoModules())
	for _, files := range [][]string{
		{"api/app.ocapn"}, // before there is Go code in the library
		{"../lib/chat/chat.ocapn", "../lib/names/names.ocapn", "api/app.ocapn", "internal/base/base.ocapn", "internal/base/other.ocapn"},
		{"api/app.ocapn"},
	} {
		if got := ocapngen(t, "", append([]string{"generate"}, files...)...); got != (result{}) {
			t.Fatalf("generate %v: %+v", files, got)
		}
	}
	src := read(t, "api/app_ocapn.go")
	for _, path := range []string{
		"example.org/lib/v2/chat", "example.org/lib/v2/names", "example.org/app/internal/base", "github.com/ocapn-go/ocapn/idl/std/sealers",
	} {
		if !strings.Contains(src, `"`+path+`"`) {
			t.Errorf("the generated code does not import %s:\n%s", path, src)
		}
	}
	if out, err := exec.Command("go", "build", "-mod=mod", "./...").CombinedOutput(); err != nil {
		t.Errorf("the generated code does not compile: %v\n%s", err, out)
	}
	if got := ocapngen(t, "", "check", filepath.Join(mustGetwd(t), "api", "app.ocapn")); got != (result{}) {
		t.Errorf("with an absolute path: %+v", got)
	}
}

func TestPackageNotFound(t *testing.T) {
	modules(t, map[string]string{
		"app/in.ocapn":       "import \"example.org/none/x/x.ocapn\"\nimport \"example.org/lib/v2/names/no.ocapn\"\nimport \"example.org/lib/v2/no/no.ocapn\" as b\n",
		"lib/names/go.go":    "package names\n",
		"app/lists.ocapn":    "import \"example.org/.../x.ocapn\"\n",
		"app/sub/go.mod":     "module example.org/app/sub\n",
		"app/sub/x/x.ocapn":  "enum e { a }\n",
		"app/sub/x/go.go":    "package x\n",
		"app/uses_sub.ocapn": "import \"example.org/app/sub/x/x.ocapn\"\nstruct s { e: x.e }\n",
	})
	got := ocapngen(t, "", "check", "in.ocapn")
	for _, want := range []string{
		"in.ocapn:1:8: cannot find the Go package \"example.org/none/x\" [IMPORT_NOT_FOUND]",
		"= no required module provides package example.org/none/x: go get example.org/none/x\n",
		"in.ocapn:2:8: the Go package \"example.org/lib/v2/names\" has no file \"no.ocapn\" [IMPORT_NOT_FOUND]",
		"in.ocapn:3:8: cannot find the Go package \"example.org/lib/v2/no\" [IMPORT_NOT_FOUND]",
	} {
		if !strings.Contains(got.stderr, want) {
			t.Errorf("no %q in\n%s", want, got.stderr)
		}
	}
	if got := ocapngen(t, "", "check", "lists.ocapn"); !strings.Contains(got.stderr, "there is no file") {
		t.Errorf("a pattern is asked for: %+v", got)
	}
	if got := ocapngen(t, "", "check", "uses_sub.ocapn"); got != (result{}) {
		t.Errorf("a module in the folder of another: %+v", got)
	}
	t.Setenv("PATH", "")
	if got := ocapngen(t, "", "check", "in.ocapn"); !strings.Contains(got.stderr, "= the go command does not run: ") {
		t.Errorf("without the go command: %+v", got)
	}
}

func TestGoListFault(t *testing.T) {
	for stderr, want := range map[string]string{
		"":                               "go list failed",
		"go: downloading a.b v1.0.0\n\n": "go list failed",
		"go: finding module for package a.b/c\na.b/c: cannot find module providing package a.b/c\n":  "a.b/c: cannot find module providing package a.b/c",
		"no required module provides package a.b/c; to add it:\n\tgo get a.b/c\n":                    "no required module provides package a.b/c: go get a.b/c",
		"go: updates to go.mod needed; to update it:\n\tgo mod tidy\n":                               "updates to go.mod needed: go mod tidy",
		"go: go.mod file not found in current directory or any parent directory; see 'go help'\nx\n": "go.mod file not found in current directory or any parent directory; see 'go help'",
	} {
		if got := goListFault(stderr); got != want {
			t.Errorf("goListFault(%q) = %q, want %q", stderr, got, want)
		}
	}
}

// TestAsksOnce checks that the go command is asked about a package once for each folder.
func TestAsksOnce(t *testing.T) {
	modules(t, map[string]string{"lib/names/go.go": "package names\n"})
	var packages goPackages
	dir, err := packages.from(".")("example.org/lib/v2/names")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll("../lib"); err != nil {
		t.Fatal(err)
	}
	if again, err := packages.from(".")("example.org/lib/v2/names"); err != nil || again != dir {
		t.Errorf("asked again: %q, %v, first %q", again, err, dir)
	}
	if _, err := packages.from("..")("example.org/lib/v2/names"); err == nil {
		t.Error("the answer of one folder is that of another")
	}
}
