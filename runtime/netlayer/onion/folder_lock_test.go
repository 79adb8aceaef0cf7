//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package onion_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAbandonedFolder kills a program, which leaves the folder of its tor, and starts another tor.
func TestAbandonedFolder(t *testing.T) {
	opts := startsFake(t, "")
	t.Setenv(programTor, opts.TorPath)
	killProgram(t, func() string {
		_, address := fakeIn(t, os.Getenv(fakeFolder))
		return address
	})
	left := entries(t, os.TempDir())
	if len(left) != 1 {
		t.Fatalf("a program that was killed leaves %v, want one folder", left)
	}
	nl := open(t, opts)
	if now := entries(t, os.TempDir()); len(now) != 1 || now[0] == left[0] {
		t.Errorf("folders of tors: %v, want one, and not that of the program that was killed", now)
	}
	_ = nl.Close()
	expectEmpty(t, os.TempDir())
}

// TestFoldersThatAreNotAbandoned starts a tor where there are folders that are not to be removed.
func TestFoldersThatAreNotAbandoned(t *testing.T) {
	opts := startsFake(t, "")
	other := open(t, opts)
	elsewhere := t.TempDir()
	temp := os.TempDir()
	for name, mode := range map[string]os.FileMode{"ocapn-tor-unlocked": 0o700, "ocapn-tor-public": 0o755, "else": 0o700} {
		folder := filepath.Join(temp, name)
		if err := os.Mkdir(folder, mode); err != nil {
			t.Fatal(err)
		}
		if name == "ocapn-tor-unlocked" { // as it is before its program has locked it, or where there are no locks
			folder = filepath.Join(folder, "data")
			if err := os.Mkdir(folder, 0o700); err != nil {
				t.Fatal(err)
			}
		}
		writeLock(t, folder)
	}
	writeLock(t, elsewhere)
	if err := os.Symlink(elsewhere, filepath.Join(temp, "ocapn-tor-link")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(temp, "ocapn-tor-file"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	before := entries(t, temp)
	_ = open(t, opts).Close()
	if diff := cmp.Diff(before, entries(t, temp)); diff != "" {
		t.Errorf("in the folder of temporary files (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"lock"}, entries(t, elsewhere)); diff != "" {
		t.Errorf("in the folder that a link leads to (-before +after):\n%s", diff)
	}
	_ = other.Close()
}

// writeLock makes the file that a folder of a tor has, which nobody has locked.
func writeLock(t *testing.T, folder string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(folder, "lock"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
}

// entries returns the names of what is in the folder.
func entries(t *testing.T, folder string) []string {
	t.Helper()
	all, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range all {
		names = append(names, e.Name())
	}
	return names
}
