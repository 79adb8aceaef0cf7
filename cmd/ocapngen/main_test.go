package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
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
		{"help", []string{"help"}, exitOK, "Usage:", ""},
		{"unknown command", []string{"genrate"}, exitUsage, "", `there is no command "genrate"`},
		{"unknown flag", []string{"check", "-jsn", "x"}, exitUsage, "", "-jsn"},
		{"generate without files", []string{"generate"}, exitUsage, "", "no files"},
		{"generate -check, which diff does", []string{"generate", "-check", "good.ocapn"}, exitUsage, "", "-check"},
		{"diff without files", []string{"diff"}, exitUsage, "", "no files"},
		{"check without files", []string{"check"}, exitUsage, "", "no files"},
		{"fmt -w without files", []string{"fmt", "-w"}, exitUsage, "", "-w needs files"},
		{"fmt -w of the standard input", []string{"fmt", "-w", "-"}, exitUsage, "", "-w needs files"},
		{"fmt of the standard input and a file", []string{"fmt", "-", "good.ocapn"}, exitUsage, "", "alone"},
		{"help on a command", []string{"help", "fmt"}, exitOK, "Usage: ocapngen fmt [FLAGS] [FILE...]", ""},
		{"-h of a command", []string{"generate", "-h"}, exitOK, "-package name", ""},
		{"help types", []string{"help", "types"}, exitOK, "map[string]T", ""},
		{"help on a diagnostic", []string{"help", "UNKNOWN_TYPE"}, exitOK, "UNKNOWN_TYPE\n\nNo declaration", ""},
		{"help in small letters", []string{"help", "unknown-type"}, exitOK, "UNKNOWN_TYPE\n", ""},
		{"help on nothing known", []string{"help", "nonsense"}, exitUsage, "", "UNKNOWN_TYPE"},
		{"help on two topics", []string{"help", "fmt", "types"}, exitUsage, "", "one topic"},
		{"version", []string{"version"}, exitOK, "ocapngen ", ""},
		{"version -json", []string{"version", "-json"}, exitOK, `"schema": 1`, ""},
		{"help json", []string{"help", "json"}, exitOK, "diagnostics", ""},
		{"help rules", []string{"help", "rules"}, exitOK, "  UNBOUNDED        *  input of any size\n", ""},
		{"help changes", []string{"help", "changes"}, exitOK, "  wire  breaking  METHOD_REMOVED       a method is gone\n", ""},
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
