package main

const checkDetails = "A folder stands for all the .ocapn files below it."

// runCheck reports the errors of files.
func runCheck(e *env, args []string) int {
	var loader sourceLoader
	asJSON := e.jsonFlag()
	e.searchFlag(&loader.Search)
	files, code, done := e.sources(args)
	if done {
		return code
	}
	schemas, errs := loader.loadTogether(files, "")
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
