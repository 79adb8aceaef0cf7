// Package std holds the standard library of the language: the .ocapn files that any other may import as
//
//	import "ocapn/sealers.ocapn" as seal
//
// without having them on disk. Each lies in a folder of its own beside the Go code that is generated from it, so that a file
// which imports one uses the Go package in that folder. The files import each other in the same way.
package std

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

//go:generate go run github.com/ocapn-go/ocapn/cmd/ocapngen generate .

//go:embed */*.ocapn
var files embed.FS

// Prefix is what the names of all files of the library start with.
const Prefix = "ocapn/"

// Names returns the names of the files as they are imported, such as "ocapn/sealers.ocapn", in alphabetical order.
func Names() []string {
	var out []string
	for _, p := range paths() {
		out = append(out, Prefix+path.Base(p))
	}
	slices.Sort(out)
	return out
}

// ReadFile returns the text of the file that is imported by name. The error for a name that there is not matches
// [fs.ErrNotExist]. The caller owns the text.
func ReadFile(name string) ([]byte, error) {
	if base, ok := strings.CutPrefix(name, Prefix); ok {
		for _, p := range paths() {
			if path.Base(p) == base {
				return files.ReadFile(p)
			}
		}
	}
	return nil, fmt.Errorf("open %s: %w", name, fs.ErrNotExist)
}

// paths returns the paths of the files in the library.
func paths() []string {
	out, _ := fs.Glob(files, "*/*.ocapn") // the pattern is well-formed, which is the only error there is
	return out
}
