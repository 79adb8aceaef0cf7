package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
)

// revision is a commit of a git repository. It is read from the repository, whatever is checked out.
type revision struct {
	dir    string          // a folder of the repository, where git runs
	root   string          // absolute slash path of the folder that the paths in the repository start from
	commit string          // its hash
	files  map[string]bool // the paths of all files, from root
}

// openRevision returns the revision that an argument names: main, HEAD~3 or a hash for the repository of the current folder, and
// path/.git#main for another one. Another repository stands for the current folder.
func openRevision(against string) (*revision, error) {
	r := &revision{dir: "."}
	ref := against
	if repository, name, other := strings.Cut(against, "#"); other {
		r.dir, ref = filepath.Clean(strings.TrimSuffix(filepath.ToSlash(repository), ".git")), name
		for _, kind := range []string{"branch=", "tag=", "ref="} {
			ref = strings.TrimPrefix(ref, kind)
		}
	}
	if ref == "" || strings.HasPrefix(ref, "-") {
		return nil, fmt.Errorf("%q is neither a file nor a folder nor a revision", against)
	}
	top, err := r.git("rev-parse", "--show-toplevel")
	if err != nil {
		return nil, fmt.Errorf("%q is neither a file nor a folder, and git says: %w", against, err)
	}
	commit, err := r.git("rev-parse", "--verify", "--quiet", ref+"^{commit}")
	if err != nil {
		return nil, fmt.Errorf("%q is neither a file nor a folder nor a revision of %s", against, strings.TrimSpace(top))
	}
	r.commit = strings.TrimSpace(commit)
	if err := r.place(); err != nil {
		return nil, err
	}
	names, err := r.git("ls-tree", "-r", "-z", "--full-tree", "--name-only", r.commit)
	r.files = map[string]bool{}
	for name := range strings.SplitSeq(names, "\x00") {
		r.files[name] = name != ""
	}
	return r, err
}

// place finds the folder that the paths in the repository start from: as the current folder is spelled, whatever links lead to it.
func (r *revision) place() error {
	here, err := absolute(".")
	if err != nil {
		return err
	}
	up, err := r.git("rev-parse", "--show-cdup") // "" or ../ for each folder between the root and dir
	if err != nil {
		return err
	}
	r.root = here
	if r.dir == "." {
		r.root = path.Join(here, strings.TrimSpace(up))
	}
	return nil
}

// git runs git and returns its output. The error is what git says.
func (r *revision) git(args ...string) (string, error) {
	cmd := exec.CommandContext(context.Background(), "git", args...)
	cmd.Dir = r.dir
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) && len(exit.Stderr) > 0 {
		return "", errors.New(strings.TrimSpace(string(exit.Stderr)))
	}
	return string(out), err
}

// contains implements tree.
func (r *revision) contains(name string) bool {
	_, ok := relativeTo(r.root, name)
	return ok
}

// read implements tree.
func (r *revision) read(name string) ([]byte, error) {
	rel, _ := relativeTo(r.root, name)
	if !r.files[rel] {
		return nil, fmt.Errorf("open %s: %w", name, fs.ErrNotExist)
	}
	out, err := r.git("cat-file", "blob", r.commit+":"+rel)
	return []byte(out), err
}

// below implements tree.
func (r *revision) below(folder string) ([]string, error) {
	var out []string
	for name, isFile := range r.files {
		abs := path.Join(r.root, name)
		rel, within := relativeTo(folder, abs)
		skipped := slices.ContainsFunc(strings.Split(path.Dir(rel), "/"), func(dir string) bool { return dir != "." && skippedFolder(dir) })
		if isFile && within && !skipped && strings.HasSuffix(name, sourceSuffix) {
			out = append(out, abs)
		}
	}
	slices.Sort(out)
	return out, nil
}
