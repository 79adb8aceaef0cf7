package idl

import (
	"fmt"
	"io/fs"
	"testing"
)

// memory returns a loader over files in memory.
func memory(files map[string]string, search ...string) *Loader {
	return &Loader{Search: search, ReadFile: func(path string) ([]byte, error) {
		src, ok := files[path]
		if !ok {
			return nil, fmt.Errorf("open %s: %w", path, fs.ErrNotExist)
		}
		return []byte(src), nil
	}}
}

// loadText loads one file in memory.
func loadText(t testing.TB, src string) (*Schema, []Error) {
	t.Helper()
	return memory(map[string]string{"in.ocapn": src}).Load("in.ocapn")
}
