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

// orphans returns the generated files whose source is gone: those below arguments that are folders, and, if there is such an
// argument, those in the folder for generated code, which is expected to have no others. files are those that are generated now,
// wherever their sources are; all others have their source beside them.
func (c *compiler) orphans(args []string, files []output) ([]outdatedFile, error) {
	generated, err := c.generatedFiles(args)
	if err != nil {
		return nil, err
	}
	current := map[string]bool{} // also those that have been looked at
	for _, file := range files {
		current[filepath.Clean(file.path)] = true
	}
	var out []outdatedFile
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
			if c.out != "" && filepath.Dir(path) == filepath.Clean(c.out) {
				source = name // it was in another folder, which the file does not tell
			}
			out = append(out, outdatedFile{File: filepath.ToSlash(path), Source: filepath.ToSlash(source), Orphan: true})
		}
	}
	return out, nil
}

// generatedFiles returns the files that look like generated ones by their names, where orphans looks for them.
func (c *compiler) generatedFiles(args []string) ([]string, error) {
	var out []string
	folders := false
	for _, arg := range args {
		if info, err := os.Stat(arg); err != nil || !info.IsDir() {
			continue
		}
		folders = true
		below, err := filesBelow(arg, generatedSuffix)
		if err != nil {
			return nil, err
		}
		out = append(out, below...)
	}
	if !folders || c.out == "" {
		return out, nil
	}
	entries, err := os.ReadDir(c.out)
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	for _, entry := range entries {
		if !entry.IsDir() && strings.HasSuffix(entry.Name(), generatedSuffix) {
			out = append(out, filepath.Join(c.out, entry.Name()))
		}
	}
	return out, err
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
