package breaking

import (
	"path"
	"path/filepath"

	"github.com/ocapn-go/ocapn/idl"
	"github.com/ocapn-go/ocapn/idl/internal/place"
)

// Version is one version of a description: some source files, with what they import. The zero Version has no files.
type Version struct {
	schemas  []*idl.Schema // those that were added
	imported []*idl.Schema // what they import, unless it was added too
	seen     map[string]bool
	texts    place.Texts
}

// Add adds the file at path. What it imports is compared too, as far as it is used; only files that are added can lose
// declarations. The errors are those of [idl.Loader.Load].
func (v *Version) Add(loader *idl.Loader, path string) []idl.Error {
	schema, errs := v.load(loader, filepath.ToSlash(path))
	if len(errs) > 0 || schema == nil {
		return errs
	}
	v.schemas = append(v.schemas, schema)
	v.addImports(loader, schema)
	return nil
}

// addImports adds what the schema imports. What cannot be read by the path at which it was found is part of the standard library.
func (v *Version) addImports(loader *idl.Loader, schema *idl.Schema) {
	for _, imp := range schema.Imports {
		if imported, _ := v.load(loader, imp.File); imported != nil {
			v.imported = append(v.imported, imported)
			v.addImports(loader, imported)
		}
	}
}

// load reads a file, unless it is there already.
func (v *Version) load(loader *idl.Loader, file string) (*idl.Schema, []idl.Error) {
	if v.seen == nil {
		v.seen, v.texts = map[string]bool{}, place.Texts{}
	}
	key := path.Clean(file)
	if v.seen[key] {
		return nil, nil
	}
	recording, texts := place.Record(loader)
	schema, errs := recording.Load(file)
	if len(errs) > 0 {
		return nil, errs
	}
	v.seen[key] = true
	v.texts[schema.File] = texts[schema.File]
	return schema, nil
}

// all returns the schemas that were added, then the imported ones.
func (v *Version) all() []*idl.Schema {
	return append(v.schemas[:len(v.schemas):len(v.schemas)], v.imported...)
}
