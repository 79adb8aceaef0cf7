package main

import (
	"runtime/debug"

	"github.com/ocapn-go/ocapn/cmd/ocapngen/internal/lsp"
	"github.com/ocapn-go/ocapn/idl/lint"
)

const lspDetails = `Editors start it. It speaks the Language Server Protocol: problems, hovers, definitions,
references, renaming, completion, symbols, formatting.`

// runLsp speaks with an editor over the standard input and output.
func runLsp(e *env, args []string) int {
	options := lsp.Options{FindPackage: findGoPackage}
	var enable, disable list
	e.flags.Var(&enable, "enable", "look at the rule `ID` too, or at all rules; may be repeated")
	e.flags.Var(&disable, "disable", "do not look at the rule `ID`, or at all that are not enabled; may be repeated")
	e.searchFlag(&options.Search)
	e.flags.Bool("stdio", true, "speak over the standard input and output, which is the only way")
	args, code, done := e.parse(args)
	switch {
	case done:
		return code
	case len(args) > 0:
		return e.misuse("unexpected argument %q", args[0])
	}
	rules, err := lint.Select(enable, disable)
	if err != nil {
		return e.misuse("%v", err)
	}
	options.Rules = rules
	if info, ok := debug.ReadBuildInfo(); ok {
		options.Version = info.Main.Version
	}
	if err := lsp.Serve(e.stdin, e.stdout, options); err != nil {
		return e.fail(err)
	}
	return exitOK
}
