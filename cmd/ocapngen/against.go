package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ocapn-go/ocapn/idl"
)

// tree holds the files of an older version. Their absolute slash paths are those at which the new version lies on disk, so that both
// versions of a file have one path.
type tree interface {
	// contains reports whether a file at the path is of the tree, though it may not be there.
	contains(path string) bool
	// read returns the bytes of a file; the error of a missing one matches fs.ErrNotExist.
	read(path string) ([]byte, error)
	// below returns the paths of the source files in a folder and the folders below it, in order.
	below(folder string) ([]string, error)
}

// older is the version to compare with.
type older struct {
	tree
	name string // for people
}

// openOlder returns the version that an argument names: a file, a folder that stands for the current one, or a revision in git.
func openOlder(against string, files []string) (older, error) {
	info, err := os.Stat(against)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		t, err := openRevision(against)
		return older{t, against}, err
	case err != nil:
		return older{}, err
	}
	here, err := absolute(".")
	if err != nil {
		return older{}, err
	}
	there, err := absolute(against)
	if err != nil || info.IsDir() {
		return older{&otherFolder{here: here, there: there}, against}, err
	}
	if len(files) != 1 {
		return older{}, fmt.Errorf("%s is one file, so it can be compared with one only", against)
	}
	mine, err := absolute(files[0])
	return older{&otherFolder{here: path.Dir(mine), there: path.Dir(there), renamed: map[string]string{mine: there}}, against}, err
}

// isFile reports whether the version is a single file, which stands for another.
func (o older) isFile() bool {
	folder, ok := o.tree.(*otherFolder)
	return ok && folder.renamed != nil
}

// lost reports whether there is nothing at a path any more, but was a source file or a folder with some.
func (o older) lost(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist) && o.hasAll([]string{path})
}

// hasAll reports whether each of the paths is a source file or a folder with some.
func (o older) hasAll(paths []string) bool {
	return !slices.ContainsFunc(paths, func(path string) bool {
		_, err := o.sources([]string{path})
		return err != nil
	})
}

// read returns the bytes of a file by its path, which may be relative to the current folder. What is not of the tree is read where it
// is.
func (o older) read(name string) ([]byte, error) {
	abs, err := absolute(name)
	if err != nil {
		return nil, err
	}
	if o.contains(abs) {
		return o.tree.read(abs)
	}
	return idl.ReadFile(abs)
}

// sources returns the absolute paths of the source files that the arguments name. Those that are not there are left out: they are
// new.
func (o older) sources(args []string) ([]string, error) {
	var out []string
	for _, arg := range args {
		abs, err := absolute(arg)
		if err != nil {
			return nil, err
		}
		if !o.contains(abs) {
			return nil, fmt.Errorf("%s is not in %s", arg, o.name)
		}
		if strings.HasSuffix(arg, sourceSuffix) {
			if _, err := o.tree.read(abs); err == nil {
				out = append(out, abs)
			} else if !errors.Is(err, fs.ErrNotExist) {
				return nil, err
			}
			continue
		}
		below, err := o.below(abs)
		if err != nil {
			return nil, err
		}
		out = append(out, below...)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("there is nothing to compare with: %s has no %s", o.name, strings.Join(args, ", "))
	}
	slices.Sort(out)
	return slices.Compact(out), nil
}

// absolute returns the absolute slash path of a file.
func absolute(name string) (string, error) {
	abs, err := filepath.Abs(filepath.FromSlash(name))
	return filepath.ToSlash(abs), err
}

// relativeTo returns a path as it is seen from a folder. ok is false if it is not in that folder.
func relativeTo(folder, name string) (rel string, ok bool) {
	if name == folder {
		return ".", true
	}
	return strings.CutPrefix(name, strings.TrimSuffix(folder, "/")+"/")
}

// otherFolder is a folder on disk that stands for another.
type otherFolder struct {
	here, there string            // absolute slash paths
	renamed     map[string]string // files that have another name there
}

// contains implements tree. The folders above the two stand for each other as well, so that both find their go.mod and each other's
// neighbours; what is not in the one above there is not of the tree.
func (o *otherFolder) contains(name string) bool {
	if _, ok := relativeTo(o.here, name); ok {
		return true
	}
	_, err := os.Stat(o.place(name))
	return err == nil
}

// place returns where a file is.
func (o *otherFolder) place(name string) string {
	if other, ok := o.renamed[name]; ok {
		return filepath.FromSlash(other)
	}
	rel, err := filepath.Rel(filepath.FromSlash(o.here), filepath.FromSlash(name))
	if err != nil {
		return filepath.FromSlash(name) // on another volume
	}
	return filepath.Join(filepath.FromSlash(o.there), rel)
}

// read implements tree.
func (o *otherFolder) read(name string) ([]byte, error) {
	return idl.ReadFile(filepath.ToSlash(o.place(name)))
}

// below implements tree.
func (o *otherFolder) below(folder string) ([]string, error) {
	root := o.place(folder)
	found, err := sourcesBelow(root)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for i, file := range found {
		rel, err := filepath.Rel(root, file)
		if err != nil {
			return nil, err
		}
		found[i] = path.Join(folder, filepath.ToSlash(rel))
	}
	return found, err
}
