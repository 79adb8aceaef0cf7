package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDiff(t *testing.T) {
	workIn(t, map[string]string{"api/good.ocapn": good})
	got := ocapngen(t, "", "diff", "api/good.ocapn")
	if got.code != exitError || !strings.HasPrefix(got.stdout, "--- /dev/null\n+++ api/good_ocapn.go\n@@ -0,0 +1,") || got.stderr != "" {
		t.Errorf("a missing file: %+v", got)
	}
	if files, err := filepath.Glob("api/*.go"); err != nil || len(files) > 0 {
		t.Errorf("diff wrote %v", files)
	}
	ocapngen(t, "", "api/good.ocapn")
	if got := ocapngen(t, "", "diff", "api/good.ocapn"); got != (result{}) {
		t.Errorf("a current file: %+v", got)
	}
	writeText(t, "api/good.ocapn", strings.ReplaceAll(good, "say", "shout"))
	got = ocapngen(t, "", "diff", "api/good.ocapn")
	if got.code != exitError || !strings.HasPrefix(got.stdout, "--- api/good_ocapn.go\n+++ api/good_ocapn.go\n@@ ") ||
		!strings.Contains(got.stdout, "\n-\tSay(ctx ") || !strings.Contains(got.stdout, "\n+\tShout(ctx ") {
		t.Errorf("a stale file: %+v", got)
	}
}

// What diff shows is what patch needs to do what generate would do.
func TestDiffIsAPatch(t *testing.T) {
	patch, err := exec.LookPath("patch")
	if err != nil {
		t.Skip("there is no patch program")
	}
	workIn(t, map[string]string{"good.ocapn": good, "other.ocapn": strings.ReplaceAll(good, "room", "hall")})
	ocapngen(t, "", "good.ocapn")
	writeText(t, "good.ocapn", strings.ReplaceAll(good, "say", "shout"))
	cmd := exec.Command(patch, "-p0")
	cmd.Stdin = strings.NewReader(ocapngen(t, "", "diff", ".").stdout)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if got := ocapngen(t, "", "diff", "."); got != (result{}) {
		t.Errorf("after the patch: %+v", got)
	}
}

func TestDiffFlagsAreThoseOfGenerate(t *testing.T) {
	workIn(t, map[string]string{"good.ocapn": good})
	ocapngen(t, "", "-package", "hall", "-out", "a/b", "good.ocapn")
	if got := ocapngen(t, "", "diff", "-package", "hall", "-out", "a/b", "good.ocapn"); got != (result{}) {
		t.Errorf("%+v", got)
	}
	if got := ocapngen(t, "", "diff", "-out", "a/b", "good.ocapn"); got.code != exitError || !strings.Contains(got.stdout, "+package room\n") {
		t.Errorf("another package: %+v", got)
	}
}

func TestDiffJSON(t *testing.T) {
	workIn(t, map[string]string{"good.ocapn": good, "fine.ocapn": strings.ReplaceAll(good, "room", "hall")})
	ocapngen(t, "", "fine.ocapn")
	got := ocapngen(t, "", "diff", "-json", "good.ocapn", "fine.ocapn")
	var report jsonReport
	if err := json.Unmarshal([]byte(got.stdout), &report); err != nil {
		t.Fatal(err)
	}
	if got.code != exitError || len(report.Outdated) != 1 || !strings.Contains(report.Outdated[0].Diff, "+package room\n") {
		t.Errorf("%+v", got)
	}
	report.Outdated[0].Diff = ""
	want := jsonReport{Version: 1, Diagnostics: []diagnostic{}, Outdated: []outdatedFile{{File: "good_ocapn.go", Source: "good.ocapn", Missing: true}}}
	if diff := cmp.Diff(want, report); diff != "" {
		t.Errorf("report (-want +got):\n%s", diff)
	}
	writeText(t, "fine.ocapn", bad)
	got = ocapngen(t, "", "diff", "-json", ".")
	if got.code != exitError || !strings.Contains(got.stdout, `"UNKNOWN_TYPE"`) || got.stderr != "" {
		t.Errorf("with an error in a source: %+v", got)
	}
}

// writeText gives a file a content.
func writeText(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}
