//go:build unix

package idl

import (
	"path/filepath"
	"syscall"
	"testing"
)

// TestReadPipe checks that a pipe without a writer is refused and not waited for.
func TestReadPipe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe.ocapn")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Skip(err)
	}
	if _, errs := Load(path); len(errs) != 1 || errs[0].ID != "UNREADABLE" {
		t.Errorf("errors %v", errs)
	}
}
