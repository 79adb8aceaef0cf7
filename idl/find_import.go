package idl

import (
	"path/filepath"
	"strings"

	"github.com/ocapn-go/ocapn/idl/internal/syntax"
	"github.com/ocapn-go/ocapn/idl/std"
)

// FindImport returns the slash path and the text of the file that an import of path leads to in the file from, without
// looking into either: the file from need not be whole, or exist. A file of the standard library has the path by which it
// is imported. The error is an [Error] without a place.
func (l *Loader) FindImport(from, path string) (file string, text []byte, err error) {
	s := newSession(l)
	name := filepath.ToSlash(from)
	c := newChecker(s, source{name: name, key: l.absolute(name), std: strings.HasPrefix(name, std.Prefix)})
	src, ok := c.findImport(path, syntax.Span{})
	if !ok {
		return "", nil, *c.errs[0]
	}
	return src.name, src.text, nil
}
