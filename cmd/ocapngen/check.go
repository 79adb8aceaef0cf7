package main

import (
	"encoding/json"

	"github.com/ocapn-go/ocapn/idl"
)

// broken is what check -json writes for a file with errors.
type broken struct {
	File   string      `json:"file"`
	Errors []idl.Error `json:"errors"`
}

// runCheck reports the errors of files.
func runCheck(e *env, args []string) int {
	var loader idl.Loader
	asJSON := e.flags.Bool("json", false, "write the schemas and errors as JSON to the standard output")
	e.flags.Var((*list)(&loader.Search), "I", "look for imports in `dir` as well; may be repeated")
	files, code, done := e.parse(args)
	if done {
		return code
	}
	if len(files) == 0 {
		return e.misuse("no files")
	}
	out := json.NewEncoder(e.stdout)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	var all []idl.Error
	for _, file := range files {
		schema, errs := loader.Load(file)
		all = append(all, errs...)
		if !*asJSON {
			continue
		}
		var value any = schema
		if len(errs) > 0 {
			value = broken{file, errs}
		}
		if err := out.Encode(value); err != nil {
			return e.fail(err)
		}
	}
	switch {
	case len(all) == 0:
		return exitOK
	case *asJSON:
		return exitError
	default:
		return e.report(all)
	}
}
