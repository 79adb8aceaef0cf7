package main

import (
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/ocapn-go/ocapn/idl"
)

// versions are what "version -json" writes.
type versions struct {
	Version string `json:"version"`
	Go      string `json:"go"`
	JSON    int    `json:"json"`
	Schema  int    `json:"schema"`
}

// runVersion prints the version of the module that the command was built from.
func runVersion(e *env, args []string) int {
	asJSON := e.jsonFlag()
	args, code, done := e.parse(args)
	if done {
		return code
	}
	if len(args) > 0 {
		return e.misuse("unexpected argument %q", args[0])
	}
	v := versions{Version: "unknown", Go: runtime.Version(), JSON: reportVersion, Schema: idl.SchemaVersion}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		v.Version = info.Main.Version
	}
	if !*asJSON {
		fmt.Fprintf(e.stdout, "ocapngen %s\n", v.Version)
		return exitOK
	}
	if err := writeJSON(e.stdout, v); err != nil {
		return e.fail(err)
	}
	return exitOK
}
