package idl

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

// errNotRegular is why a device or a pipe is not read: it may have no end, or wait for somebody.
var errNotRegular = errors.New("it is not a regular file")

// ReadFile returns the bytes of a file by its slash path, as a [Loader] without a function of its own does. Only regular files, and
// links to them, are read, and of a file that is larger than a source may be, one byte more than that: enough for Load to say so.
func ReadFile(path string) ([]byte, error) {
	name := filepath.FromSlash(path)
	info, err := os.Stat(name) // before it is opened: that would wait for the other end of a pipe
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errors.New("it is a folder")}
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: name, Err: errNotRegular}
	}
	file, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	src, err := io.ReadAll(io.LimitReader(file, syntax.MaxSource+1))
	return src, errors.Join(err, file.Close())
}
