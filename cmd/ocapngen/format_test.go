package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

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
		{"stdin by name", []string{"fmt", "-"}, untidy, result{exitOK, tidy, ""}, untidy},
		{
			"a missing file",
			[]string{"fmt", "-l", "no.ocapn", "x.ocapn"},
			"",
			result{exitError, "x.ocapn\n", "no.ocapn: cannot read the file: no such file or directory [UNREADABLE]\n\n1 error\n"},
			untidy,
		},
		{"file", []string{"fmt", "x.ocapn"}, "", result{exitOK, tidy, ""}, untidy},
		{"list", []string{"fmt", "-l", "x.ocapn", "tidy.ocapn"}, "", result{exitError, "x.ocapn\n", ""}, untidy},
		{"write", []string{"fmt", "-w", "x.ocapn"}, "", result{exitOK, "", ""}, tidy},
		{"write and list", []string{"fmt", "-w", "-l", "x.ocapn", "tidy.ocapn"}, "", result{exitOK, "x.ocapn\n", ""}, tidy},
		{
			"diff",
			[]string{"fmt", "-d", "x.ocapn"},
			"",
			result{exitError, "--- x.ocapn\n+++ x.ocapn\n@@ -1,2 +1,3 @@\n package room\n" +
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

// Every description of the repository is formatted, but for one, which says so.
func TestDescriptionsAreFormatted(t *testing.T) {
	const unformatted = "vscode/test/every.ocapn"
	if !strings.HasPrefix(read(t, unformatted), "// ocapngen fmt would change this file: ") {
		t.Errorf("%s does not say that it is not formatted", unformatted)
	}
	t.Chdir("../..")
	if got := ocapngen(t, "", "fmt", "-l", "."); got.stdout != "cmd/ocapngen/"+unformatted+"\n" || got.stderr != "" {
		t.Errorf("these are not formatted (ocapngen fmt -w):\n%s%s", got.stdout, got.stderr)
	}
}
