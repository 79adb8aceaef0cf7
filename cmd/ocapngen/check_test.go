package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

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
	var report jsonReport
	if err := json.Unmarshal([]byte(got.stdout), &report); err != nil {
		t.Fatal(err)
	}
	if len(report.Schemas) != 1 || report.Schemas[0].File != "good.ocapn" || len(report.Schemas[0].Interfaces) != 1 {
		t.Errorf("schemas %+v", report.Schemas)
	}
	want := []diagnostic{{
		File: "bad.ocapn", Range: &textRange{textPlace{4, 13}, textPlace{4, 18}}, Severity: "error", ID: "UNKNOWN_TYPE",
		Message: `unknown type "strng"`, Hint: `did you mean "string"?`,
		Note: "the built-in types are any, bool, bytes, int, list, map, string, target and others (ocapngen help types)",
	}}
	if diff := cmp.Diff(want, report.Diagnostics); diff != "" {
		t.Errorf("diagnostics (-want +got):\n%s", diff)
	}
	got = ocapngen(t, "", "check", "-json", "nowhere.ocapn")
	if got.code != exitError || strings.Contains(got.stdout, "range") || !strings.Contains(got.stdout, `"id": "UNREADABLE"`) {
		t.Errorf("a missing file: %+v", got)
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
