package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestWriteFileLeavesSameContentAlone(t *testing.T) {
	workIn(t, map[string]string{"x": "same"})
	old := time.Now().Add(-time.Hour).Truncate(time.Second)
	if err := os.Chtimes("x", old, old); err != nil {
		t.Fatal(err)
	}
	if changed, err := writeFile("x", []byte("same")); err != nil || changed {
		t.Fatalf("changed %t, %v", changed, err)
	}
	if info, err := os.Stat("x"); err != nil || !info.ModTime().Equal(old) {
		t.Errorf("the file was written again: %v %v", info.ModTime(), err)
	}
	if changed, err := writeFile("x", []byte("other")); err != nil || !changed {
		t.Fatalf("changed %t, %v", changed, err)
	}
	if got := read(t, "x"); got != "other" {
		t.Errorf("content %q", got)
	}
	if names, err := filepath.Glob(".ocapngen-*"); err != nil || len(names) > 0 {
		t.Errorf("left behind: %v %v", names, err)
	}
	if _, err := writeFile("nowhere/x", nil); err == nil {
		t.Error("no error for a missing folder")
	}
}

// What somebody has written by hand is never lost: nothing is written then, not even the other files.
func TestHandWrittenFilesStay(t *testing.T) {
	const mine = "mine\n"
	for _, args := range [][]string{{"generate", "."}, {"diff", "."}, {"doc", "."}, {"doc", "-out", "other", "."}} {
		t.Run(strings.Join(args, " "), func(t *testing.T) {
			files := map[string]string{
				"k.ocapn": good, "a.ocapn": strings.ReplaceAll(good, "interface room", "interface hall"), "k.md": mine, "k_ocapn.go": mine, "other/k.md": mine,
			}
			workIn(t, files)
			got := ocapngen(t, "", args...)
			if got.code != exitError || got.stdout != "" || !strings.Contains(got.stderr, "is not a file that ocapngen has written") {
				t.Errorf("%+v", got)
			}
			for name, want := range files {
				if got := read(t, name); got != want {
					t.Errorf("%s is now %q", name, got)
				}
			}
			for _, name := range []string{"a.md", "a_ocapn.go", "other/a.md"} {
				if _, err := os.Stat(name); err == nil {
					t.Errorf("%s was written", name)
				}
			}
		})
	}
	for _, command := range []string{"generate", "doc"} { // what it has written it writes again, and an empty file is nothing
		workIn(t, map[string]string{"k.ocapn": good, "k.md": "", "k_ocapn.go": "\n"})
		for _, source := range []string{good, strings.ReplaceAll(good, "room", "hall")} {
			writeText(t, "k.ocapn", source)
			if got := ocapngen(t, "", command, "."); got != (result{}) {
				t.Errorf("%s: %+v", command, got)
			}
		}
	}
}
