package main

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestGenerate(t *testing.T) {
	for _, args := range [][]string{{"generate", "api/good.ocapn"}, {"api/good.ocapn"}} {
		workIn(t, map[string]string{"api/good.ocapn": good})
		if got := ocapngen(t, "", args...); got != (result{}) {
			t.Fatalf("%v: %+v", args, got)
		}
		file, err := parser.ParseFile(token.NewFileSet(), "api/good_ocapn.go", nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		if file.Name.Name != "room" {
			t.Errorf("package %s, want room", file.Name.Name)
		}
	}
}

func TestGenerateFlags(t *testing.T) {
	workIn(t, map[string]string{"good.ocapn": good})
	if got := ocapngen(t, "", "-package", "hall", "-out", "a/b", "good.ocapn"); got != (result{}) {
		t.Fatalf("%+v", got)
	}
	if src := read(t, "a/b/good_ocapn.go"); !strings.Contains(src, "\npackage hall\n") {
		t.Errorf("-package had no effect:\n%s", src)
	}
	if got := ocapngen(t, "", "-package", "no-name", "good.ocapn"); got.code != exitError || !strings.Contains(got.stderr, "[BAD_GO_PACKAGE]") {
		t.Errorf("a bad package name: %+v", got)
	}
}

func TestGenerateIsDeterministic(t *testing.T) {
	workIn(t, map[string]string{"good.ocapn": good, "crlf/good.ocapn": strings.ReplaceAll(good, "\n", "\r\n")})
	var first string
	for i, args := range [][]string{{"good.ocapn"}, {"good.ocapn"}, {"./good.ocapn"}, {filepath.Join(mustGetwd(t), "good.ocapn")}} {
		if got := ocapngen(t, "", args...); got != (result{}) {
			t.Fatalf("%+v", got)
		}
		src := read(t, "good_ocapn.go")
		if i == 0 {
			first = src
		}
		if src != first {
			t.Errorf("%v gives another file:\n%s", args, src)
		}
	}
	if got := ocapngen(t, "", "crlf/good.ocapn"); got != (result{}) {
		t.Fatalf("%+v", got)
	}
	if src := read(t, "crlf/good_ocapn.go"); src != first {
		t.Errorf("line endings of the source change the result:\n%s", src)
	}
}

func TestGenerateWritesOnlyChanges(t *testing.T) {
	workIn(t, map[string]string{"good.ocapn": good})
	ocapngen(t, "", "good.ocapn")
	old := time.Now().Add(-time.Hour).Truncate(time.Second)
	if err := os.Chtimes("good_ocapn.go", old, old); err != nil {
		t.Fatal(err)
	}
	ocapngen(t, "", "good.ocapn")
	if info, err := os.Stat("good_ocapn.go"); err != nil || !info.ModTime().Equal(old) {
		t.Errorf("the file was written again: %v", err)
	}
}

// A run with an error writes nothing, not even for the good files.
func TestGenerateIsAllOrNothing(t *testing.T) {
	workIn(t, map[string]string{"good.ocapn": good, "bad.ocapn": bad})
	if got := ocapngen(t, "", "good.ocapn", "bad.ocapn"); got.code != exitError || !strings.Contains(got.stderr, "bad.ocapn:4:13") {
		t.Errorf("%+v", got)
	}
	if files, err := filepath.Glob("*.go"); err != nil || len(files) > 0 {
		t.Errorf("wrote %v", files)
	}
}

// Two sources whose code would be one file are refused, and the first is not written either.
func TestGenerateRefusesToWriteAFileTwice(t *testing.T) {
	workIn(t, map[string]string{"a/room.ocapn": good, "b/room.ocapn": good})
	got := ocapngen(t, "", "-out", "out", "a/room.ocapn", "b/room.ocapn")
	if got.code != exitError || !strings.Contains(got.stderr, "the code of a/room.ocapn and b/room.ocapn would both be in out/room_ocapn.go") {
		t.Errorf("%+v", got)
	}
	if files, err := filepath.Glob("out/*"); err != nil || len(files) > 0 {
		t.Errorf("wrote %v", files)
	}
}

// mustGetwd returns the current folder.
func mustGetwd(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	return dir
}
