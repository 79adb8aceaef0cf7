package breaking

import (
	"path"
	"path/filepath"
	"slices"

	"github.com/ocapn-go/ocapn/idl"
	"github.com/ocapn-go/ocapn/idl/internal/place"
)

// Version is one version of a description: some source files, with what they import. The zero Version has no files.
type Version struct {
	schemas  []*idl.Schema // those that were added
	imported []*idl.Schema // what they import, unless it was added too
	byPath   map[string]*idl.Schema
	texts    place.Texts
}

// Add adds the file at path. What it imports is compared too, as far as it is used; only files that are added can lose
// declarations. The errors are those of [idl.Loader.Load].
func (v *Version) Add(loader *idl.Loader, path string) []idl.Error {
	schema, errs := v.load(loader, filepath.ToSlash(path))
	if len(errs) > 0 {
		return errs
	}
	if slices.Contains(v.schemas, schema) {
		return nil
	}
	v.schemas = append(v.schemas, schema)
	v.imported = slices.DeleteFunc(v.imported, func(s *idl.Schema) bool { return s == schema })
	v.addImports(loader, schema)
	return nil
}

// addImports adds what the schema imports. What cannot be read by the path at which it was found is part of the standard library.
func (v *Version) addImports(loader *idl.Loader, schema *idl.Schema) {
	for _, imp := range schema.Imports {
		imported, _ := v.load(loader, imp.File)
		if imported != nil && !slices.Contains(v.all(), imported) {
			v.imported = append(v.imported, imported)
			v.addImports(loader, imported)
		}
	}
}

// load reads a file, unless it has been read.
func (v *Version) load(loader *idl.Loader, file string) (*idl.Schema, []idl.Error) {
	if v.byPath == nil {
		v.byPath, v.texts = map[string]*idl.Schema{}, place.Texts{}
	}
	key := path.Clean(file)
	if schema := v.byPath[key]; schema != nil {
		return schema, nil
	}
	recording, texts := place.Record(loader)
	schema, errs := recording.Load(file)
	if len(errs) > 0 {
		return nil, errs
	}
	v.byPath[key], v.texts[schema.File] = schema, texts[schema.File]
	return schema, nil
}

// all returns the schemas that were added, then the imported ones.
func (v *Version) all() []*idl.Schema {
	return append(v.schemas[:len(v.schemas):len(v.schemas)], v.imported...)
}
