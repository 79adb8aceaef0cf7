package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/idl"
)

var update = flag.Bool("update", false, "write the golden files")

// result is what one run of the command leaves behind.
type result struct {
	code           int
	stdout, stderr string
}

// ocapngen runs the command in process.
func ocapngen(t testing.TB, stdin string, args ...string) result {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code := run(args, strings.NewReader(stdin), &stdout, &stderr)
	return result{code, stdout.String(), stderr.String()}
}

// workIn makes an empty folder with files the current one and returns it.
func workIn(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	t.Chdir(dir)
	for name, content := range files {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// read returns the content of a file.
func read(t testing.TB, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

const (
	good = "package room\n\n/// Where people talk.\ninterface room {\n  say(text: string) -> bool\n}\n"
	bad  = "package room\n\ninterface room {\n  say(text: strng) -> bool\n}\n"
)

func TestUsage(t *testing.T) {
	workIn(t, map[string]string{"good.ocapn": good})
	tests := []struct {
		name                   string
		args                   []string
		code                   int
		wantStdout, wantStderr string // parts
	}{
		{"nothing", nil, exitUsage, "", "Usage:"},
		{"-h", []string{"-h"}, exitOK, "Usage:", ""},
		{"--help", []string{"--help"}, exitOK, "Usage:", ""},
		{"help", []string{"help"}, exitOK, "Commands:", ""},
		{"unknown command", []string{"genrate"}, exitUsage, "", `there is no command "genrate"`},
		{"unknown flag", []string{"check", "-jsn", "x"}, exitUsage, "", "-jsn"},
		{"generate without files", []string{"generate"}, exitUsage, "", "no files"},
		{"check without files", []string{"check"}, exitUsage, "", "no files"},
		{"fmt -w without files", []string{"fmt", "-w"}, exitUsage, "", "-w needs files"},
		{"help on a command", []string{"help", "fmt"}, exitOK, "Usage: ocapngen fmt [FLAGS] [FILE...]", ""},
		{"-h of a command", []string{"generate", "-h"}, exitOK, "-package name", ""},
		{"help types", []string{"help", "types"}, exitOK, "map[string]T", ""},
		{"help on a diagnostic", []string{"help", "UNKNOWN_TYPE"}, exitOK, "UNKNOWN_TYPE\n\nNo declaration", ""},
		{"help in small letters", []string{"help", "unknown-type"}, exitOK, "UNKNOWN_TYPE\n", ""},
		{"help on nothing known", []string{"help", "nonsense"}, exitUsage, "", "UNKNOWN_TYPE"},
		{"help on two topics", []string{"help", "fmt", "types"}, exitUsage, "", "one topic"},
		{"version", []string{"version"}, exitOK, "ocapngen ", ""},
		{"version with an argument", []string{"version", "x"}, exitUsage, "", "unexpected argument"},
		{"missing file", []string{"check", "nowhere.ocapn"}, exitError, "", "nowhere.ocapn: cannot read the file"},
		{"flags after files", []string{"check", "good.ocapn", "-json"}, exitOK, `"package": "room"`, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ocapngen(t, "", tt.args...)
			if got.code != tt.code {
				t.Errorf("exit code %d, want %d", got.code, tt.code)
			}
			if !strings.Contains(got.stdout, tt.wantStdout) || tt.wantStdout == "" && got.stdout != "" {
				t.Errorf("stdout %q, want %q", got.stdout, tt.wantStdout)
			}
			if !strings.Contains(got.stderr, tt.wantStderr) || tt.wantStderr == "" && got.stderr != "" {
				t.Errorf("stderr %q, want %q", got.stderr, tt.wantStderr)
			}
		})
	}
}

func TestHelpFitsAScreen(t *testing.T) {
	pages := []string{"", "types"}
	for _, c := range commands() {
		pages = append(pages, c.name)
	}
	pages = append(pages, idl.IDs()...)
	for _, topic := range pages {
		got := ocapngen(t, "", strings.Fields("help "+topic)...)
		if got.code != exitOK {
			t.Errorf("help %s exits with %d", topic, got.code)
		}
		if n := strings.Count(got.stdout, "\n"); n > 40 {
			t.Errorf("help %s has %d lines", topic, n)
		}
		for line := range strings.Lines(got.stdout) {
			if len(line) > 130 {
				t.Errorf("help %s has a line of %d characters: %s", topic, len(line), line)
			}
		}
	}
}

// TestHelpGolden keeps the pages of the commands, so that a change of flags is seen.
func TestHelpGolden(t *testing.T) {
	var got strings.Builder
	for _, c := range commands() {
		got.WriteString(ocapngen(t, "", "help", c.name).stdout + "\n")
	}
	const path = "testdata/help.txt"
	if *update {
		if err := os.WriteFile(path, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(read(t, path), got.String()); diff != "" {
		t.Errorf("help differs (-want +got); run with -update:\n%s", diff)
	}
}

func TestCheck(t *testing.T) {
	workIn(t, map[string]string{"good.ocapn": good, "bad.ocapn": bad})
	if got := ocapngen(t, "", "check", "good.ocapn"); got != (result{}) {
		t.Errorf("a good file: %+v", got)
	}
	want := `bad.ocapn:4:13: unknown type "strng" [UNKNOWN_TYPE]
  |
4 |   say(text: strng) -> bool
  |             ^^^^^  did you mean "string"?
  |
  = the built-in types are any, bool, bytes, int, list, map, string, target and others (ocapngen help types)

1 error
`
	got := ocapngen(t, "", "check", "good.ocapn", "bad.ocapn")
	if diff := cmp.Diff(result{exitError, "", want}, got, cmp.AllowUnexported(result{})); diff != "" {
		t.Errorf("a bad file (-want +got):\n%s", diff)
	}
}

func TestCheckJSON(t *testing.T) {
	workIn(t, map[string]string{"good.ocapn": good, "bad.ocapn": bad})
	got := ocapngen(t, "", "check", "-json", "good.ocapn", "bad.ocapn")
	if got.code != exitError || got.stderr != "" {
		t.Errorf("exit code %d, stderr %q", got.code, got.stderr)
	}
	values := json.NewDecoder(strings.NewReader(got.stdout))
	var schema idl.Schema
	var errs broken
	if err := values.Decode(&schema); err != nil {
		t.Fatal(err)
	}
	if err := values.Decode(&errs); err != nil {
		t.Fatal(err)
	}
	if schema.File != "good.ocapn" || len(schema.Interfaces) != 1 {
		t.Errorf("schema %+v", schema)
	}
	want := broken{"bad.ocapn", []idl.Error{{
		ID: "UNKNOWN_TYPE", File: "bad.ocapn", Line: 4, Col: 13, EndCol: 18, Message: `unknown type "strng"`,
		Hint: `did you mean "string"?`, Excerpt: "  say(text: strng) -> bool",
		Note: "the built-in types are any, bool, bytes, int, list, map, string, target and others (ocapngen help types)",
	}}}
	if diff := cmp.Diff(want, errs); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
}

func TestCheckSearchPath(t *testing.T) {
	workIn(t, map[string]string{
		"app/a.ocapn": "package a\nimport \"b.ocapn\"\ninterface a { f(b: b.b) }\n",
		"lib/b.ocapn": "package b go \"example.org/b\"\nstruct b { }\n",
	})
	if got := ocapngen(t, "", "check", "app/a.ocapn"); got.code != exitError || !strings.Contains(got.stderr, "[IMPORT_NOT_FOUND]") {
		t.Errorf("without -I: %+v", got)
	}
	if got := ocapngen(t, "", "check", "-I", "nowhere", "-I", "lib", "app/a.ocapn"); got != (result{}) {
		t.Errorf("with -I: %+v", got)
	}
}

// An error in a file that two others import is one error.
func TestSharedErrorsAreReportedOnce(t *testing.T) {
	importer := "import \"bad.ocapn\"\nstruct s { r: bad.room }\n"
	workIn(t, map[string]string{"bad.ocapn": bad, "a.ocapn": importer, "b.ocapn": importer})
	got := ocapngen(t, "", "check", "a.ocapn", "b.ocapn", "bad.ocapn")
	if n := strings.Count(got.stderr, "[UNKNOWN_TYPE]"); n != 1 {
		t.Errorf("reported %d times:\n%s", n, got.stderr)
	}
}

const (
	untidy = "package room\ninterface room{say(text:string)->bool}// talk\n"
	tidy   = "package room\n\ninterface room { say(text: string) -> bool } // talk\n"
)

func TestFmt(t *testing.T) {
	tests := []struct {
		name  string
		args  []string
		stdin string
		want  result
		after string // content of the file
	}{
		{"stdin", []string{"fmt"}, untidy, result{exitOK, tidy, ""}, untidy},
		{"file", []string{"fmt", "x.ocapn"}, "", result{exitOK, tidy, ""}, untidy},
		{"list", []string{"fmt", "-l", "x.ocapn", "tidy.ocapn"}, "", result{exitError, "x.ocapn\n", ""}, untidy},
		{"write", []string{"fmt", "-w", "x.ocapn"}, "", result{exitOK, "", ""}, tidy},
		{"write and list", []string{"fmt", "-w", "-l", "x.ocapn", "tidy.ocapn"}, "", result{exitOK, "x.ocapn\n", ""}, tidy},
		{
			"diff",
			[]string{"fmt", "-d", "x.ocapn"},
			"",
			result{exitError, "--- x.ocapn\n+++ x.ocapn (formatted)\n@@ -1,2 +1,3 @@\n package room\n" +
				"-interface room{say(text:string)->bool}// talk\n+\n+interface room { say(text: string) -> bool } // talk\n", ""},
			untidy,
		},
		{"nothing to do", []string{"fmt", "-d", "-l", "tidy.ocapn"}, "", result{}, untidy},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			workIn(t, map[string]string{"x.ocapn": untidy, "tidy.ocapn": tidy})
			got := ocapngen(t, tt.stdin, tt.args...)
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(result{})); diff != "" {
				t.Errorf("result (-want +got):\n%s", diff)
			}
			if got := read(t, "x.ocapn"); got != tt.after {
				t.Errorf("the file is now %q, want %q", got, tt.after)
			}
		})
	}
}

func TestFmtErrors(t *testing.T) {
	workIn(t, map[string]string{"x.ocapn": "interface room {\n"})
	got := ocapngen(t, "", "fmt", "-w", "x.ocapn", "missing.ocapn")
	if got.code != exitError || !strings.Contains(got.stderr, "x.ocapn:1:17:") || !strings.Contains(got.stderr, "missing.ocapn") {
		t.Errorf("%+v", got)
	}
	if got := read(t, "x.ocapn"); got != "interface room {\n" {
		t.Errorf("a broken file was changed to %q", got)
	}
	if got := ocapngen(t, "enum {", "fmt"); got.code != exitError || !strings.HasPrefix(got.stderr, "<standard input>:1:6:") {
		t.Errorf("standard input: %+v", got)
	}
}

func TestWriteFileLeavesSameContentAlone(t *testing.T) {
	workIn(t, map[string]string{"x": "same"})
	old := time.Now().Add(-time.Hour).Truncate(time.Second)
	if err := os.Chtimes("x", old, old); err != nil {
		t.Fatal(err)
	}
	if err := writeFile("x", []byte("same")); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat("x"); err != nil || !info.ModTime().Equal(old) {
		t.Errorf("the file was written again: %v %v", info.ModTime(), err)
	}
	if err := writeFile("x", []byte("other")); err != nil {
		t.Fatal(err)
	}
	if got := read(t, "x"); got != "other" {
		t.Errorf("content %q", got)
	}
	if names, err := filepath.Glob(".ocapngen-*"); err != nil || len(names) > 0 {
		t.Errorf("left behind: %v %v", names, err)
	}
	if err := writeFile("nowhere/x", nil); err == nil {
		t.Error("no error for a missing folder")
	}
}
