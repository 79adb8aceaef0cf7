package main

import (
	"path/filepath"

	"github.com/ocapn-go/ocapn/idl"
)

const checkDetails = "A folder stands for all the .ocapn files below it."

// runCheck reports the errors of files.
func runCheck(e *env, args []string) int {
	var loader idl.Loader
	asJSON := e.jsonFlag()
	e.searchFlag(&loader.Search)
	files, code, done := e.sources(args)
	if done {
		return code
	}
	schemas, errs := loadAll(&loader, files)
	code = exitOK
	if len(errs) > 0 {
		code = exitError
	}
	switch {
	case *asJSON:
		return e.reportJSON(jsonReport{Diagnostics: diagnostics(errs, severityError), Schemas: schemas}, code)
	case code != exitOK:
		return e.report(errs)
	default:
		return exitOK
	}
}

// loadAll returns the schemas of the files without errors, and the errors of the others.
func loadAll(loader *idl.Loader, files []string) ([]*idl.Schema, []idl.Error) {
	var schemas []*idl.Schema
	var all []idl.Error
	var packages goPackages
	for _, file := range files {
		loader.Package = packages.from(filepath.Dir(file))
		schema, errs := loader.Load(file)
		all = append(all, errs...)
		if len(errs) == 0 {
			schemas = append(schemas, schema)
		}
	}
	return schemas, all
}
