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
	workIn(t, map[string]string{"good.ocapn": good, "other.ocapn": strings.ReplaceAll(good, "interface room", "interface hall")})
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

// A generated file whose source is gone is not current. Only those in folders that are named are looked for.
func TestDiffFindsOrphans(t *testing.T) {
	workIn(t, map[string]string{
		"a.ocapn": good, "sub/b.ocapn": strings.ReplaceAll(good, "interface room", "interface hall"), "written_ocapn.go": "package room\n\n// Source: none.ocapn\n",
	})
	ocapngen(t, "", "generate", ".")
	if got := ocapngen(t, "", "diff", "."); got != (result{}) {
		t.Errorf("while all sources are there: %+v", got)
	}
	if err := os.Remove("sub/b.ocapn"); err != nil {
		t.Fatal(err)
	}
	text := "sub/b_ocapn.go: its source sub/b.ocapn is gone: delete it, or bring the source back\n"
	want := map[string]result{
		".":       {exitError, "", text},
		"sub":     {exitError, "", text}, // in which there is no source any more
		"a.ocapn": {},
	}
	for arg, want := range want {
		if diff := cmp.Diff(want, ocapngen(t, "", "diff", arg), cmp.AllowUnexported(result{})); diff != "" {
			t.Errorf("diff %s (-want +got):\n%s", arg, diff)
		}
	}
	got := ocapngen(t, "", "diff", "-json", ".", "./sub")
	var report jsonReport
	if err := json.Unmarshal([]byte(got.stdout), &report); err != nil {
		t.Fatal(err)
	}
	orphan := []outdatedFile{{File: "sub/b_ocapn.go", Source: "sub/b.ocapn", Orphan: true}}
	if diff := cmp.Diff(orphan, report.Outdated); diff != "" || got.code != exitError || got.stderr != "" {
		t.Errorf("%d %q (-want +got):\n%s", got.code, got.stderr, diff)
	}
	if err := os.Remove("sub/b_ocapn.go"); err != nil {
		t.Fatal(err)
	}
	if got := ocapngen(t, "", "diff", "sub"); got.code != exitError || !strings.Contains(got.stderr, "there is no .ocapn file in sub") {
		t.Errorf("an empty folder: %+v", got)
	}
}

// Code in another folder than its source is no orphan while the source is among those that are compiled.
func TestDiffFindsOrphansInAnotherFolder(t *testing.T) {
	workIn(t, map[string]string{"api/a.ocapn": good, "api/b.ocapn": strings.ReplaceAll(good, "interface room", "interface hall")})
	ocapngen(t, "", "generate", "-out", "out", ".")
	if got := ocapngen(t, "", "diff", "-out", "out", "."); got != (result{}) {
		t.Errorf("while all sources are there: %+v", got)
	}
	if err := os.Remove("api/b.ocapn"); err != nil {
		t.Fatal(err)
	}
	if got := ocapngen(t, "", "diff", "-out", "out", "."); got.code != exitError || !strings.HasPrefix(got.stderr, "out/b_ocapn.go: ") {
		t.Errorf("without a source: %+v", got)
	}
	// The folder for the code may be outside of those that are named. One file alone says nothing about the others.
	if got := ocapngen(t, "", "diff", "-out", "./out", "api"); got != (result{exitError, "", "out/b_ocapn.go: its source b.ocapn is gone: delete it, or bring the source back\n"}) {
		t.Errorf("in another folder: %+v", got)
	}
	if got := ocapngen(t, "", "diff", "-out", "out", "api/a.ocapn"); got != (result{}) {
		t.Errorf("a single file: %+v", got)
	}
	if got := ocapngen(t, "", "diff", "-out", "nowhere", "api"); got.code != exitError || got.stderr != "" {
		t.Errorf("a folder that does not exist: %+v", got)
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
	workIn(t, map[string]string{"good.ocapn": good, "fine.ocapn": strings.ReplaceAll(good, "interface room", "interface hall")})
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
