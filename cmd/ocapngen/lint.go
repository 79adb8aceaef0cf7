package main

import (
	"github.com/ocapn-go/ocapn/idl"
	"github.com/ocapn-go/ocapn/idl/lint"
)

const lintDetails = `What it reports is legal, and makes trouble with peers in other languages, with later versions, or
for readers. "ocapngen help rules" lists what it looks for, "ocapngen help ID" gives the reason.
@x-lint-ignore("ID") turns a rule off for what follows: a parameter, a member, a declaration, or
before "package" the whole file.`

// runLint reports what is unwise in files.
func runLint(e *env, args []string) int {
	var loader sourceLoader
	var enable, disable list
	e.flags.Var(&enable, "enable", "look at the rule `ID` too, or at all rules; may be repeated")
	e.flags.Var(&disable, "disable", "do not look at the rule `ID`, or at all that are not enabled; may be repeated")
	asJSON := e.jsonFlag()
	e.searchFlag(&loader.Search)
	files, code, done := e.sources(args)
	if done {
		return code
	}
	rules, err := lint.Select(enable, disable)
	if err != nil {
		return e.misuse("%v", err)
	}
	var schemas []*idl.Schema
	var findings, errs []idl.Error
	for _, file := range files {
		schema, found, wrong := lint.Check(loader.of(file), file, rules)
		schemas, findings, errs = append(schemas, schema), append(findings, found...), append(errs, wrong...)
	}
	if len(errs) == 0 {
		errs = loader.together(schemas, "")
	}
	if len(findings)+len(errs) > 0 {
		code = exitError
	}
	switch {
	case *asJSON:
		all := append(diagnostics(errs, severityError), diagnostics(findings, severityWarning)...)
		return e.reportJSON(jsonReport{Diagnostics: all}, code)
	case code != exitOK:
		return e.report(append(errs, findings...))
	default:
		return exitOK
	}
}
