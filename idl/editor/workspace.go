package editor

import (
	"path"
	"slices"
	"strings"

	"github.com/ocapn-go/ocapn/idl"
	"github.com/ocapn-go/ocapn/idl/std"
)

// Sources is where a [Workspace] finds texts.
type Sources struct {
	// Read returns the text of a file by its slash path. The error for a missing file must match [io/fs.ErrNotExist].
	Read func(path string) ([]byte, error)
	// Search are the folders in which an import is looked for when it is not beside the importing file.
	Search []string
	// Package returns the folder of a Go package by its import path, as a file in the folder dir sees it, for imports that
	// name a file of a package of another module. It may be nil: then none is known.
	Package func(dir, importPath string) (string, error)
	// List returns the slash paths of all source files among which names are looked for and changed. It may be nil:
	// then only the file that is asked about and what it imports are known.
	List func() []string
	// Beside returns the slash paths of the other source files in the folder of a file. It may be nil: then none are known.
	Beside func(path string) []string
}

// Workspace answers the questions of an editor about source files. It reads them through its [Sources] each time it is
// asked, so its answers are always about the texts of that moment; what it keeps between calls are the outlines of texts
// that have not changed.
type Workspace struct {
	sources  Sources
	outlines map[string]*outline // by path

	// What has been read for the question that is being answered.
	root   string              // the folder of the file that it is about
	opened map[string]file     // by path
	known  map[[2]string]*file // imported files by the importing path and the path of the import; nil if there is none
}

// New returns a workspace of the files that sources gives.
func New(sources Sources) *Workspace {
	return &Workspace{sources: sources, outlines: map[string]*outline{}}
}

// loader returns what reads files as the compiler does, for a file in the folder dir.
func (s Sources) loader(dir string) *idl.Loader {
	l := &idl.Loader{ReadFile: s.Read, Search: s.Search}
	if s.Package != nil {
		l.Package = func(importPath string) (string, error) { return s.Package(dir, importPath) }
	}
	return l
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

// start begins a new question, about the file at a path; ok is false if it cannot be read.
func (w *Workspace) start(name string) (f file, ok bool) {
	w.forget(path.Dir(path.Clean(name)))
	return w.open(name)
}

// forget begins a new question, about files in the folder dir.
func (w *Workspace) forget(dir string) {
	w.root, w.opened, w.known = dir, map[string]file{}, map[[2]string]*file{}
}

// open returns the file at a path; ok is false if it cannot be read or is too large to be a source file.
func (w *Workspace) open(name string) (f file, ok bool) {
	name = path.Clean(name)
	if f, ok = w.opened[name]; ok {
		return f, true
	}
	read := w.sources.Read
	if strings.HasPrefix(name, std.Prefix) {
		read = std.ReadFile
	}
	src, err := read(name)
	if err != nil {
		delete(w.outlines, name)
		return file{}, false
	}
	return w.opening(name, src)
}

// opening returns the file at a clean path with a text.
func (w *Workspace) opening(name string, src []byte) (f file, ok bool) {
	if len(src) > maxSource {
		return file{}, false
	}
	known := w.outlines[name]
	if known == nil || known.src != string(src) {
		known = read(string(src))
		w.outlines[name] = known
	}
	f = file{name, known}
	w.opened[name] = f
	return f, true
}

// imported returns the file that an import of f leads to.
func (w *Workspace) imported(f file, imp *symbol) (file, bool) {
	key := [2]string{f.path, imp.path}
	found, asked := w.known[key]
	if !asked {
		if name, src, err := w.sources.loader(w.root).FindImport(f.path, imp.path); err == nil {
			if target, ok := w.opening(path.Clean(name), src); ok {
				found = &target
			}
		}
		w.known[key] = found
	}
	if found == nil {
		return file{}, false
	}
	return *found, true
}

// all returns the files of the workspace, f included, in order of their paths.
func (w *Workspace) all(f file) []file {
	paths := []string{f.path}
	for _, p := range w.list() {
		paths = append(paths, path.Clean(p))
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

// list returns the paths of the files of the workspace.
func (w *Workspace) list() []string {
	if w.sources.List == nil {
		return nil
	}
	return w.sources.List()
}

// importable is a file that another one can import: the path to write and where it leads.
type importable struct{ written, path string }

// importables returns the files that f can import: those of the workspace and of the standard library.
func (w *Workspace) importables(f file) []importable {
	var out []importable
	for _, p := range w.list() {
		if rel, ok := importPath(f.path, p, w.sources.Search); ok {
			out = append(out, importable{rel, p})
		}
	}
	for _, name := range std.Names() {
		if name != f.path {
			out = append(out, importable{name, name})
		}
	}
	return out
}

// importPath returns the path by which a file imports another one. ok is false if it cannot, because it is the same file
// or lies far outside of the folder of the importing one and of the search path.
func importPath(from, to string, search []string) (rel string, ok bool) {
	to = path.Clean(to)
	if to == from {
		return "", false
	}
	for _, dir := range append([]string{path.Dir(from)}, search...) {
		if rest, below := strings.CutPrefix(to, strings.TrimSuffix(path.Clean(dir), "/")+"/"); below {
			return dotted(rest), true
		}
	}
	const maxUp = 4
	dir, up := path.Dir(from), ""
	for range maxUp {
		dir, up = path.Dir(dir), up+"../"
		if rest, below := strings.CutPrefix(to, strings.TrimSuffix(dir, "/")+"/"); below && dir != "/" {
			return up + rest, true
		}
	}
	return "", false
}

// dotted returns the path of an import with ./ before it if it would be taken for one of the standard library.
func dotted(rel string) string {
	if strings.HasPrefix(rel, std.Prefix) {
		return "./" + rel
	}
	return rel
}
