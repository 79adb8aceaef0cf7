package std

import (
	"errors"
	"io/fs"
	"slices"
	"strings"
	"testing"
)

func TestReadFile(t *testing.T) {
	names := Names()
	if !slices.Contains(names, "ocapn/sealers.ocapn") || !slices.IsSorted(names) {
		t.Errorf("Names() = %q", names)
	}
	seen := map[string]bool{}
	for _, name := range names {
		text, err := ReadFile(name)
		if err != nil || !strings.Contains(string(text), "\npackage ocapn.") {
			t.Errorf("%s: %v, and a package clause in %d bytes", name, err, len(text))
		}
		if seen[name] {
			t.Errorf("two files are imported as %q", name)
		}
		seen[name] = true
	}
	for _, name := range []string{"", "sealers.ocapn", "ocapn/", "ocapn/nothing.ocapn", "ocapn/sealers/sealers.ocapn", "ocapn/../std.go", "ocapn/*.ocapn"} {
		if _, err := ReadFile(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("ReadFile(%q): %v, want that there is no such file", name, err)
		}
	}
}
