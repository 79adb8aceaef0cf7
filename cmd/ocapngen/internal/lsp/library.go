package lsp

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/ocapn-go/ocapn/idl/std"
)

// isStd reports whether the path is that of a file of the standard library, which is part of the program.
func isStd(name string) bool { return strings.HasPrefix(name, std.Prefix) }

// stdFile returns the slash path of a file that holds a text of the standard library, so that an editor can show it. It is
// written into the user's folder for caches, for reading only, under a name that depends on the text.
func stdFile(name string) (string, error) {
	text, err := std.ReadFile(name)
	if err != nil {
		return "", err
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("a place for %s: %w", name, err)
	}
	hash := sha256.Sum256(text)
	file := filepath.Join(cache, "ocapngen", "std", hex.EncodeToString(hash[:8]), path.Base(name))
	if _, err := os.Stat(file); err == nil {
		return filepath.ToSlash(file), nil
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return "", fmt.Errorf("a place for %s: %w", name, err)
	}
	const readOnly = 0o444
	if err := os.WriteFile(file, text, readOnly); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fmt.Errorf("writing %s: %w", name, err)
	}
	return filepath.ToSlash(file), nil
}
