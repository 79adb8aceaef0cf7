package editor

import (
	"path"
	"slices"
)

// Sources is where a [Workspace] finds texts.
type Sources struct {
	// Read returns the text of a file by its slash path. The error for a missing file must match [io/fs.ErrNotExist].
	Read func(path string) ([]byte, error)
	// Search are the folders in which an import is looked for when it is not beside the importing file.
	Search []string
	// List returns the slash paths of all source files among which names are looked for and changed. It may be nil:
	// then only the file that is asked about and what it imports are known.
	List func() []string
}

// Workspace answers the questions of an editor about source files. It reads them through its [Sources] each time it is
// asked, so its answers are always about the texts of that moment; what it keeps between calls are the outlines of texts
// that have not changed.
type Workspace struct {
	sources  Sources
	outlines map[string]*outline // by path
}

// New returns a workspace of the files that sources gives.
func New(sources Sources) *Workspace {
	return &Workspace{sources, map[string]*outline{}}
}

// Location is a range of a file.
type Location struct {
	Path string // slash path
	Span Span
}

// file is a source file that a question is about.
type file struct {
	path string
	*outline
}

// open returns the file at a path; ok is false if it cannot be read or is too large to be a source file.
func (w *Workspace) open(name string) (f file, ok bool) {
	name = path.Clean(name)
	src, err := w.sources.Read(name)
	if err != nil || len(src) > maxSource {
		delete(w.outlines, name)
		return file{}, false
	}
	known := w.outlines[name]
	if known == nil || known.src != string(src) {
		known = read(string(src))
		w.outlines[name] = known
	}
	return file{name, known}, true
}

// imported returns the file that an import of f leads to.
func (w *Workspace) imported(f file, imp *symbol) (file, bool) {
	if imp.path == "" || path.IsAbs(imp.path) {
		return file{}, false
	}
	for _, dir := range slices.Concat([]string{path.Dir(f.path)}, w.sources.Search) {
		if found, ok := w.open(path.Join(dir, imp.path)); ok {
			return found, true
		}
	}
	return file{}, false
}

// all returns the files of the workspace, f included, in order of their paths.
func (w *Workspace) all(f file) []file {
	paths := []string{f.path}
	if w.sources.List != nil {
		for _, p := range w.sources.List() {
			paths = append(paths, path.Clean(p))
		}
	}
	slices.Sort(paths)
	var out []file
	for _, p := range slices.Compact(paths) {
		if other, ok := w.open(p); ok {
			out = append(out, other)
		}
	}
	return out
}
