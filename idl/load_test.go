package idl

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// memory returns a loader over files in memory.
func memory(files map[string]string, search ...string) *Loader {
	return &Loader{Search: search, ReadFile: func(path string) ([]byte, error) {
		src, ok := files[path]
		if !ok {
			return nil, fmt.Errorf("open %s: %w", path, fs.ErrNotExist)
		}
		return []byte(src), nil
	}}
}

// loadText loads one file in memory.
func loadText(t testing.TB, src string) (*Schema, []Error) {
	t.Helper()
	return memory(map[string]string{"in.ocapn": src}).Load("in.ocapn")
}

// chatFiles are three packages: app imports chat beside it, chat imports base over the search path.
func chatFiles() map[string]string {
	return map[string]string{
		"app/app.ocapn": "package app\nimport \"../chat/chat.ocapn\"\nimport \"more.ocapn\" as m\nimport \"unused.ocapn\"\n" +
			"interface room extends chat.room { mine(n: m.note, id: chat.id) -> chat.thing }\n",
		"app/more.ocapn":   "package app.more go \";app\"\nstruct note { text: string }\n",
		"app/unused.ocapn": "package app.unused go \";app\"\n",
		"app/go.mod":       "module example.org/app // comment\n\ngo 1.26\n",
		"chat/chat.ocapn": "package chat go \"example.org/chat/v2\"\nimport \"base.ocapn\"\ntype id = u32 | null\n" +
			"type thing = base.thing\ninterface room { enter(who: guest, t: list<base.thing>) -> base.thing }\nstruct guest { name: string }\n",
		"lib/base.ocapn": "package base go \"example.org/base;basepkg\"\nstruct thing { n: int }\n",
	}
}

func TestImports(t *testing.T) {
	schema, errs := memory(chatFiles(), "lib").Load("app/app.ocapn")
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if schema.GoImport != "example.org/app" || schema.GoPackage != "app" {
		t.Errorf("Go package %q %q, want example.org/app, inferred from go.mod", schema.GoImport, schema.GoPackage)
	}
	wantImports := []Import{
		{
			Pos: Pos{2, 8}, Alias: "chat", Path: "../chat/chat.ocapn", File: "chat/chat.ocapn", Package: "chat",
			GoImport: "example.org/chat/v2", GoPackage: "chat",
		},
		{Pos: Pos{3, 24}, Alias: "m", Path: "more.ocapn", File: "app/more.ocapn", Package: "app.more", GoPackage: "app"},
	}
	var gotImports []Import
	for _, i := range schema.Imports {
		gotImports = append(gotImports, *i)
	}
	if diff := cmp.Diff(wantImports, gotImports); diff != "" {
		t.Errorf("imports (-want +got):\n%s", diff)
	}
	room := decl[*Interface](t, schema, "room")
	enter, mine := room.All[0], room.All[1]
	wantRefs := map[string]string{"guest": "example.org/chat/v2", "thing": "example.org/base", "note": "", "base thing": "example.org/base"}
	gotRefs := map[string]string{
		"guest":      enter.Params[0].Type.Ref.GoImport,
		"thing":      enter.Params[1].Type.Elem.Ref.GoImport,
		"note":       mine.Params[0].Type.Ref.GoImport,
		"base thing": mine.Result.Ref.GoImport,
	}
	if diff := cmp.Diff(wantRefs, gotRefs); diff != "" {
		t.Errorf("Go import paths of references (-want +got):\n%s", diff)
	}
	if got := mine.Result.Ref.GoPackage; got != "basepkg" {
		t.Errorf("Go package of base.thing = %q, want basepkg", got)
	}
	if got := mine.Params[1].Type; got.Kind != KindU32 || len(got.Absent) != 1 {
		t.Errorf("imported alias is %+v", got)
	}
}

func TestViewDoesNotChangeTheImportedFile(t *testing.T) {
	loader := memory(chatFiles(), "lib")
	want, errs := loader.Load("chat/chat.ocapn")
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	app, errs := loader.Load("app/app.ocapn")
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	got := decl[*Interface](t, app, "room").All[0].From.Methods[0].Params[0].Type.Ref.GoImport
	if wantPath := decl[*Interface](t, want, "room").Methods[0].Params[0].Type.Ref.GoImport; got != wantPath || got != "" {
		t.Errorf("a reference within the imported file has GoImport %q, want %q", got, wantPath)
	}
}

func TestGoPackage(t *testing.T) {
	const mod = "module example.org/mod\n"
	tests := []struct {
		name, path, src, mod     string
		wantImport, wantPkg, pkg string
	}{
		{"nothing", "in.ocapn", "", "", "", "in", ""},
		{"file name", "rich-room.ocapn", "enum e { x }", "", "", "richroom", ""},
		{"last segment", "in.ocapn", "package spritely.goblin-chat", "", "", "goblinchat", ""},
		{"go path", "in.ocapn", `package a go "example.org/b"`, "", "example.org/b", "b", ""},
		{"major version", "in.ocapn", `package a go "example.org/go-b/v3"`, "", "example.org/go-b/v3", "gob", ""},
		{"named", "in.ocapn", `package a go "example.org/b;c"`, mod, "example.org/b", "c", ""},
		{"only named", "x/y/in.ocapn", `package a go ";c"`, mod, "example.org/mod/x/y", "c", ""},
		{"go.mod", "x/in.ocapn", `package a`, "// a comment\nmodule \"example.org/quoted\"\n", "example.org/quoted/x", "a", ""},
		{"root of the module", "in.ocapn", `package a`, mod, "example.org/mod", "a", ""},
		{"forced", "in.ocapn", `package a go "example.org/b;c"`, "", "example.org/b", "d", "d"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			files := map[string]string{tt.path: tt.src}
			if tt.mod != "" {
				files["go.mod"] = tt.mod
			}
			loader := memory(files)
			loader.GoPackage = tt.pkg
			schema, errs := loader.Load(tt.path)
			if len(errs) > 0 {
				t.Fatal(errs)
			}
			if schema.GoImport != tt.wantImport || schema.GoPackage != tt.wantPkg {
				t.Errorf("Go package %q %q, want %q %q", schema.GoImport, schema.GoPackage, tt.wantImport, tt.wantPkg)
			}
		})
	}
}

func TestLoadReadsFiles(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.org/m\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "crlf.ocapn")
	if err := os.WriteFile(path, []byte("\ufeff/// Doc.\r\npackage p\r\n\r\n/// One\r\n///   two\r\nenum e {\r\n  a\r\n}\r\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	schema, errs := Load(path)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	if schema.GoImport != "example.org/m" || schema.Doc != "Doc." || schema.Enums[0].Doc != "One\n  two" {
		t.Errorf("schema %q %q %q", schema.GoImport, schema.Doc, schema.Enums[0].Doc)
	}
	if diff := cmp.Diff(Pos{6, 6}, schema.Enums[0].Pos); diff != "" {
		t.Errorf("position (-want +got):\n%s", diff)
	}
	if _, errs := Load(filepath.Join(dir, "missing.ocapn")); len(errs) != 1 || errs[0].ID != "UNREADABLE" {
		t.Errorf("a missing file: %v", errs)
	}
	if _, errs := Load(dir); len(errs) != 1 || errs[0].ID != "UNREADABLE" {
		t.Errorf("a folder: %v", errs)
	}
}

func TestDeterministic(t *testing.T) {
	files := map[string]string{"in.ocapn": `
import "a.ocapn"
import "b.ocapn"
interface x extends a.x, b.x { "list_users"(); list-users() }
struct y { f: a.nope, g: strng, h: b.zz, i: xx, j: c.d }
enum z { q, q-, Q }
`, "a.ocapn": "interface x { f() }\n", "b.ocapn": "interface x { f(a: int) }\n"}
	_, want := memory(files).Load("in.ocapn")
	for range 20 {
		_, got := memory(files).Load("in.ocapn")
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("errors differ from run to run:\n%s", diff)
		}
	}
}
