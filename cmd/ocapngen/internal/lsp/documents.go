package lsp

import (
	"io/fs"
	"maps"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ocapn-go/ocapn/idl"
	"github.com/ocapn-go/ocapn/idl/editor"
	"github.com/ocapn-go/ocapn/idl/std"
)

// maxEntries is how many files and folders of all workspace folders are looked at.
const maxEntries = 100_000

// sourceSuffix is the end of the name of a source file.
const sourceSuffix = ".ocapn"

// document is a file that is open in the editor.
type document struct {
	uri     string // as the client spells it
	version int
	text    string
}

// documents are the open files by their slash paths, and the folders of the workspace. A copy is a snapshot.
type documents struct {
	open     map[string]document
	folders  []string
	search   []string
	packages *packages // shared by all copies
}

// snapshot returns a copy that does not change any more.
func (d *documents) snapshot() *documents {
	return &documents{maps.Clone(d.open), slices.Clone(d.folders), d.search, d.packages}
}

// sources returns the texts as package editor wants them: what is open first, then the file system. find finds Go packages.
func (d *documents) sources(find func(dir, importPath string) (string, error)) editor.Sources {
	out := editor.Sources{Read: d.read, Search: d.search, List: d.list, Beside: d.beside}
	if d.packages.find != nil {
		out.Package = find
	}
	return out
}

// read returns the text of a file.
func (d *documents) read(name string) ([]byte, error) {
	if doc, ok := d.open[name]; ok {
		return []byte(doc.text), nil
	}
	if isStd(name) {
		return std.ReadFile(name)
	}
	return idl.ReadFile(name)
}

// list returns the source files of the workspace: what is open, and what the folders hold.
func (d *documents) list() []string {
	out := slices.Collect(maps.Keys(d.open))
	entries := 0
	for _, folder := range d.folders {
		// A folder that cannot be read has no files to look for names in.
		_ = filepath.WalkDir(filepath.FromSlash(folder), func(name string, entry fs.DirEntry, err error) error {
			if entries++; entries > maxEntries {
				return filepath.SkipAll
			}
			base := filepath.Base(name)
			switch {
			case err != nil:
				return nil
			case entry.IsDir() && name != folder && (strings.HasPrefix(base, ".") || base == "node_modules" || base == "vendor"):
				return filepath.SkipDir
			case entry.Type().IsRegular() && strings.HasSuffix(base, sourceSuffix):
				out = append(out, filepath.ToSlash(name))
			}
			return nil
		})
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// beside returns the other source files in the folder of a file, those that are open and those on disk.
func (d *documents) beside(name string) []string {
	dir := path.Dir(name)
	if !filepath.IsAbs(filepath.FromSlash(dir)) { // a text of the standard library, or one that has not been saved anywhere
		return nil
	}
	var out []string
	add := func(other string) {
		if other != name && path.Dir(other) == dir && strings.HasSuffix(other, sourceSuffix) {
			out = append(out, other)
		}
	}
	for other := range d.open {
		add(other)
	}
	entries, _ := os.ReadDir(filepath.FromSlash(dir)) // with an error, those that could be read
	for _, entry := range entries {
		if entry.Type().IsRegular() {
			add(path.Join(dir, entry.Name()))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// pathOf returns the slash path of a file by its URI. A URI of another scheme than file stands for itself.
func pathOf(uri string) string {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "file" || u.Path == "" {
		return path.Clean(uri)
	}
	p := u.Path
	if len(p) > 2 && p[0] == '/' && p[2] == ':' { // /C:/folder
		p = p[1:]
	}
	return path.Clean(p)
}

// uriOf returns the URI of a file by its slash path: as the client spells it if the file is open.
func (d *documents) uriOf(name string) string {
	if doc, ok := d.open[name]; ok {
		return doc.uri
	}
	if !strings.HasPrefix(name, "/") {
		name = "/" + name
	}
	return (&url.URL{Scheme: "file", Path: name}).String()
}
