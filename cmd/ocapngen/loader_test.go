package main

import (
	"strings"
	"testing"
)

// TestFilesTogether checks that files which do not compile together are refused before anything is written, and that they may be
// generated into folders of their own.
func TestFilesTogether(t *testing.T) {
	files := map[string]string{
		"a/one.ocapn": "package p\ninterface room {}\n", "a/two.ocapn": "package p\nstruct room {}\n", "b/three.ocapn": "package p\nenum room {}\n",
	}
	for _, args := range [][]string{
		{"check", "a"}, {"generate", "a/one.ocapn", "a/two.ocapn"}, {"diff", "a"}, {"generate", "-out", "c", "a/one.ocapn", "b/three.ocapn"},
	} {
		dir := workIn(t, files)
		if got := ocapngen(t, "", args...); got.code != exitError || !strings.Contains(got.stderr, "[GO_NAME_COLLISION]") {
			t.Errorf("%v in %s: %+v", args, dir, got)
		}
	}
	workIn(t, files)
	if got := ocapngen(t, "", "generate", "a/one.ocapn", "b/three.ocapn"); got != (result{}) {
		t.Errorf("files of two folders: %+v", got)
	}
}
