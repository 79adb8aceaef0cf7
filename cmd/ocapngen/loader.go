package main

import (
	"path/filepath"

	"github.com/ocapn-go/ocapn/idl"
)

// sourceLoader reads source files with all that the command line and the go command say about imports.
type sourceLoader struct {
	idl.Loader
	packages goPackages
}

// of returns the loader of a file. Packages of other modules are those that the module of the file requires.
func (l *sourceLoader) of(file string) *idl.Loader {
	out := l.Loader
	out.Package = l.packages.from(filepath.Dir(file))
	return &out
}

// load returns the schemas of the files without errors, and the errors of the others.
func (l *sourceLoader) load(files []string) ([]*idl.Schema, []idl.Error) {
	var schemas []*idl.Schema
	var all []idl.Error
	for _, file := range files {
		schema, errs := l.of(file).Load(file)
		all = append(all, errs...)
		if len(errs) == 0 {
			schemas = append(schemas, schema)
		}
	}
	return schemas, all
}

// loadTogether is load for files whose code is compiled, into folder or each into its own if that is "": when no file has errors,
// those are returned that the files have together.
func (l *sourceLoader) loadTogether(files []string, folder string) ([]*idl.Schema, []idl.Error) {
	schemas, errs := l.load(files)
	if len(errs) == 0 {
		errs = l.together(schemas, folder)
	}
	return schemas, errs
}

// together returns the errors that schemas have together whose code is compiled into folder, or each into that of its source if
// folder is "".
func (l *sourceLoader) together(schemas []*idl.Schema, folder string) []idl.Error {
	if folder == "" {
		return l.CheckTogether(schemas, nil)
	}
	return l.CheckTogether(schemas, func(*idl.Schema) string { return folder })
}
