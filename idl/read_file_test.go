package idl

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

func TestReadFile(t *testing.T) {
	dir := t.TempDir()
	large, link := filepath.Join(dir, "large.ocapn"), filepath.Join(dir, "link.ocapn")
	if err := os.WriteFile(large, make([]byte, 3*syntax.MaxSource), 0o644); err != nil {
		t.Fatal(err)
	}
	src, err := ReadFile(large)
	if err != nil || len(src) != syntax.MaxSource+1 {
		t.Errorf("of a large file %d bytes, %v", len(src), err)
	}
	if _, errs := Load(large); len(errs) != 1 || errs[0].ID != "LIMIT" || strings.Contains(errs[0].Message, "1048577") {
		t.Errorf("a large file: %v", errs)
	}
	if err := os.Symlink(large, link); err == nil {
		if src, err := ReadFile(link); err != nil || len(src) != syntax.MaxSource+1 {
			t.Errorf("of a link %d bytes, %v", len(src), err)
		}
	}
	refused := []string{dir}
	if runtime.GOOS != "windows" {
		refused = append(refused, os.DevNull, "/dev/zero")
	}
	for _, path := range refused {
		if src, err := ReadFile(path); err == nil {
			t.Errorf("of %s %d bytes", path, len(src))
		}
	}
}
