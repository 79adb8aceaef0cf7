package main

import (
	"flag"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/ocapn-go/ocapn/idl"
)

// usage writes the front page.
func usage(w io.Writer) {
	fmt.Fprint(w, "ocapngen compiles descriptions of OCapN objects, .ocapn files, to Go.\n\nUsage:\n\n")
	fmt.Fprint(w, "\tocapngen FILE.ocapn...\n\tocapngen COMMAND [FLAGS] [ARGUMENTS]\n\nCommands:\n\n")
	for _, c := range commands() {
		fmt.Fprintf(w, "\t%-9s %s\n", c.name, c.summary)
	}
	fmt.Fprint(w, "\nExit codes: 0 all is well, 1 errors in the input, 2 a wrong command line.\n")
	fmt.Fprint(w, "Run \"ocapngen help COMMAND\" for the flags of a command.\n")
}

// help writes the page of the command.
func (e *env) help(w io.Writer) {
	line := strings.TrimRight("ocapngen "+e.cmd.name+" [FLAGS] "+e.cmd.args, " ")
	flags := 0
	e.flags.VisitAll(func(*flag.Flag) { flags++ })
	if flags == 0 {
		line = strings.TrimRight("ocapngen "+e.cmd.name+" "+e.cmd.args, " ")
	}
	fmt.Fprintf(w, "Usage: %s\n\n%s.\n", line, strings.ToUpper(e.cmd.summary[:1])+e.cmd.summary[1:])
	if e.cmd.details != "" {
		fmt.Fprintf(w, "%s\n", e.cmd.details)
	}
	if flags > 0 {
		fmt.Fprint(w, "\nFlags:\n\n")
	}
	e.flags.VisitAll(func(f *flag.Flag) {
		value, text := flag.UnquoteUsage(f)
		fmt.Fprintf(w, "\t%-14s %s\n", strings.TrimRight("-"+f.Name+" "+value, " "), text)
	})
}

// runHelp explains a topic.
func runHelp(e *env, args []string) int {
	args, code, done := e.parse(args)
	switch {
	case done:
		return code
	case len(args) == 0:
		usage(e.stdout)
		return exitOK
	case len(args) > 1:
		return e.misuse("one topic at a time")
	case args[0] == "types":
		fmt.Fprint(e.stdout, typesPage)
		return exitOK
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return run([]string{c.name, "-help"}, e.stdin, e.stdout, e.stderr)
		}
	}
	id := strings.ToUpper(strings.ReplaceAll(args[0], "-", "_"))
	if page, ok := idl.Explain(id); ok {
		fmt.Fprintf(e.stdout, "%s\n\n%s", id, page)
		return exitOK
	}
	fmt.Fprintf(e.stderr, "ocapngen help: there is no topic %q\n\nDiagnostics:\n\n", args[0])
	for row := range slices.Chunk(idl.IDs(), 4) {
		fmt.Fprintf(e.stderr, "\t%s\n", strings.TrimRight(columns(row), " "))
	}
	return exitUsage
}

// columns pads words to a common width.
func columns(words []string) string {
	var b strings.Builder
	for _, w := range words {
		fmt.Fprintf(&b, "%-22s", w)
	}
	return b.String()
}

// runVersion prints the version of the module that the command was built from.
func runVersion(e *env, args []string) int {
	args, code, done := e.parse(args)
	if done {
		return code
	}
	if len(args) > 0 {
		return e.misuse("unexpected argument %q", args[0])
	}
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		version = info.Main.Version
	}
	fmt.Fprintf(e.stdout, "ocapngen %s\n", version)
	return exitOK
}

// typesPage is the page of the topic "types".
const typesPage = `The types of the language

  bool                        bool
  int uint                    int64 uint64
  i8 i16 i32 i64              int8 int16 int32 int64
  u8 u16 u32 u64              uint8 uint16 uint32 uint64
  bigint                      *big.Int
  float64                     float64, sent and received as a Float64
  number                      float64, received as a Float64 or an Integer
  string                      string
  symbol                      a string that is sent as a Symbol
  bytes                       []byte
  list<T>                     []T
  map<T>                      map[string]T
  tuple<A, B>                 as a result, several results
  promise<T>                  a value that comes later, received settled or not
  target                      a reference to an object of any kind
  sturdyref                   a reference that can be written down
  error                       an error as data
  any                         any value

and the enums, structs, interfaces and callables that a file or its imports declare.

  T | undefined               T, or no value as JavaScript says it; also null and false
  name?: T                    a parameter or a field that may be left out
  name: T = value             the same, with what a missing value stands for
  ...name: T                  all arguments that are left

@max(n) bounds the bytes, characters or elements of a field or a parameter.
`
