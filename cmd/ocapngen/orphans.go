package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// generatedSuffix is the end of the name of a generated file.
const generatedSuffix = "_ocapn.go"

// orphans returns the generated files below those arguments that are folders whose source is gone. files are those that are
// generated now, wherever their sources are; all others have their source beside them.
func orphans(args []string, files []output) ([]outdatedFile, error) {
	current := map[string]bool{} // also those that have been looked at
	for _, file := range files {
		current[filepath.Clean(file.path)] = true
	}
	var out []outdatedFile
	for _, arg := range args {
		if info, err := os.Stat(arg); err != nil || !info.IsDir() {
			continue
		}
		generated, err := filesBelow(arg, generatedSuffix)
		if err != nil {
			return nil, err
		}
		for _, path := range generated {
			path = filepath.Clean(path)
			if current[path] {
				continue
			}
			current[path] = true
			name, err := sourceOf(path)
			if err != nil {
				return nil, err
			}
			source := filepath.Join(filepath.Dir(path), name)
			if _, err := os.Stat(source); name != "" && errors.Is(err, fs.ErrNotExist) {
				out = append(out, outdatedFile{File: filepath.ToSlash(path), Source: filepath.ToSlash(source), Orphan: true})
			}
		}
	}
	return out, nil
}

// sourceOf returns the name of the source that a Go file says it is generated from, "" if it says nothing.
func sourceOf(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", err
	}
	defer func() { _ = file.Close() }() // it was only read
	lines := bufio.NewScanner(file)
	for n := 0; lines.Scan(); n++ {
		if n == 0 && !strings.HasPrefix(lines.Text(), goHeader) {
			return "", nil
		}
		name, ok := strings.CutPrefix(lines.Text(), "// Source: ")
		switch {
		case ok:
			return filepath.Base(name), nil
		case !strings.HasPrefix(lines.Text(), "//"):
			return "", nil
		}
	}
	return "", nil // a line that is too long is none of the header
}

// orphanText says what is wrong with a file whose source is gone.
func (f outdatedFile) orphanText() string {
	return fmt.Sprintf("%s: its source %s is gone: delete it, or bring the source back", f.File, f.Source)
}
