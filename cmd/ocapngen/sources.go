package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// sourceSuffix is the end of the name of a source file.
const sourceSuffix = ".ocapn"

// noSourceError says that there is no source file in folders.
type noSourceError struct{ folders []string }

// Error implements error.
func (e *noSourceError) Error() string {
	return "there is no " + sourceSuffix + " file in " + strings.Join(e.folders, ", ")
}

// expand returns the source files that the arguments name. A folder stands for every source file in it and in the folders
// below it, in alphabetical order; what is not a folder stays as it is. Folders without source files are a *noSourceError, with
// which the files of the other arguments are returned.
func expand(args []string) ([]string, error) {
	var files []string
	var empty noSourceError
	for _, arg := range args {
		info, err := os.Stat(arg)
		if err != nil || !info.IsDir() { // whoever reads the file says what is wrong with it
			files = append(files, arg)
			continue
		}
		below, err := sourcesBelow(arg)
		if err != nil {
			return nil, err
		}
		if len(below) == 0 {
			empty.folders = append(empty.folders, arg)
		}
		files = append(files, below...)
	}
	seen := map[string]bool{}
	files = slices.DeleteFunc(files, func(file string) bool {
		key := filepath.Clean(file)
		twice := seen[key]
		seen[key] = true
		return twice
	})
	if len(empty.folders) > 0 {
		return files, &empty
	}
	return files, nil
}

// sourcesBelow returns the source files in a folder and below.
func sourcesBelow(root string) ([]string, error) { return filesBelow(root, sourceSuffix) }

// filesBelow returns the files in a folder and below whose names end with a suffix.
func filesBelow(root, suffix string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && path != root && skippedFolder(entry.Name()):
			return fs.SkipDir
		case !entry.IsDir() && strings.HasSuffix(path, suffix):
			files = append(files, path)
		}
		return nil
	})
	return files, err
}

// skippedFolder reports whether a folder is passed over when it is below one that was named: those that the go command passes
// over, and those with the code of others.
func skippedFolder(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" || name == "vendor" || name == "node_modules"
}

// sources reads the flags and returns the source files that the other arguments name, at least one. done is true when the
// command ends here, with the exit code.
func (e *env) sources(args []string) (files []string, code int, done bool) {
	args, code, done = e.parse(args)
	switch {
	case done:
		return nil, code, true
	case len(args) == 0:
		return nil, e.misuse("no files"), true
	}
	files, err := expand(args)
	if err != nil {
		return nil, e.fail(err), true
	}
	return files, exitOK, false
}
