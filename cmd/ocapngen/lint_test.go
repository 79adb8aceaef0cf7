package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// unwise is a file without errors in which OPT_MIDDLE finds something, and DOC_MISSING would.
const unwise = "package room\n\ninterface hall {\n  say(text?: string, loudly?: bool)\n}\n"

func TestLint(t *testing.T) {
	workIn(t, map[string]string{"good.ocapn": good, "unwise.ocapn": unwise, "bad.ocapn": bad})
	if got := ocapngen(t, "", "lint", "good.ocapn"); got != (result{}) {
		t.Errorf("a good file: %+v", got)
	}
	want := `unwise.ocapn:4:22: the parameter "loudly" cannot be sent without "text" [OPT_MIDDLE]
  |
4 |   say(text?: string, loudly?: bool)
  |                      ^^^^^^
  |
  = undefined is sent in its place, which Scheme takes for a value; put both into one parameter, of a struct

1 error
`
	if diff := cmp.Diff(result{exitError, "", want}, ocapngen(t, "", "lint", "good.ocapn", "unwise.ocapn"), cmp.AllowUnexported(result{})); diff != "" {
		t.Errorf("an unwise file (-want +got):\n%s", diff)
	}
	tests := []struct {
		name string
		args []string
		code int
		want []string // IDs
	}{
		{"one off", []string{"-disable", "OPT_MIDDLE", "unwise.ocapn"}, exitOK, nil},
		{"one more", []string{"-enable", "DOC_MISSING", "unwise.ocapn"}, exitError, []string{"DOC_MISSING", "DOC_MISSING", "OPT_MIDDLE"}},
		{"only one", []string{"-enable", "DOC_MISSING", "-disable", "all", "unwise.ocapn"}, exitError, []string{"DOC_MISSING", "DOC_MISSING"}},
		{"an error", []string{"bad.ocapn", "unwise.ocapn"}, exitError, []string{"UNKNOWN_TYPE", "OPT_MIDDLE"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ocapngen(t, "", append([]string{"lint", "-json"}, tt.args...)...)
			var report jsonReport
			if err := json.Unmarshal([]byte(got.stdout), &report); err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, d := range report.Diagnostics {
				ids = append(ids, d.ID)
				if wantSeverity := map[bool]string{true: "error", false: "warning"}[d.ID == "UNKNOWN_TYPE"]; d.Severity != wantSeverity {
					t.Errorf("%s is of severity %q, want %q", d.ID, d.Severity, wantSeverity)
				}
			}
			if diff := cmp.Diff(tt.want, ids); diff != "" || got.code != tt.code || got.stderr != "" {
				t.Errorf("exit code %d, stderr %q, IDs (-want +got):\n%s", got.code, got.stderr, diff)
			}
		})
	}
}

// Files of one folder are one Go package, for lint as for generate.
func TestLintTogether(t *testing.T) {
	workIn(t, map[string]string{"a.ocapn": good, "b.ocapn": good})
	got := ocapngen(t, "", "lint", "a.ocapn", "b.ocapn")
	if got.code != exitError || !strings.Contains(got.stderr, "b.ocapn:4:11: interface \"room\" of \"a.ocapn\"") || !strings.Contains(got.stderr, "[GO_NAME_COLLISION]") {
		t.Errorf("%+v", got)
	}
}

func TestLintMisuse(t *testing.T) {
	workIn(t, map[string]string{"good.ocapn": good})
	got := ocapngen(t, "", "lint", "-disable", "OPT_MIDLE", "good.ocapn")
	if got.code != exitUsage || !strings.Contains(got.stderr, "did you mean OPT_MIDDLE?") {
		t.Errorf("%+v", got)
	}
	if got := ocapngen(t, "", "help", "opt-middle"); got.code != exitOK || !strings.HasPrefix(got.stdout, "OPT_MIDDLE\n\n") {
		t.Errorf("help: %+v", got)
	}
}
