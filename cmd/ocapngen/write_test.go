package main

import (
	"os"
	"path/filepath"
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
