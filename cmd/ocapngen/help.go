package main

import (
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ocapn-go/ocapn/idl"
	"github.com/ocapn-go/ocapn/idl/breaking"
	"github.com/ocapn-go/ocapn/idl/lint"
)

const helpDetails = `Topics are the names of commands, types, json, rules (of lint), changes (that breaking tells
apart), and the IDs that stand in brackets after diagnostics. Without a topic it shows the front
page.`

// usage writes the front page.
func usage(w io.Writer) {
	fmt.Fprint(w, `ocapngen compiles descriptions of OCapN objects, .ocapn files, to Go.

Usage: ocapngen COMMAND [FLAGS] [ARGUMENTS]
       ocapngen FILE.ocapn...

`)
	group := ""
	for _, c := range commands() {
		label := ""
		if c.group != group {
			group, label = c.group, c.group
		}
		fmt.Fprintf(w, "%-9s %-11s %s\n", label, c.name, c.summary)
	}
	fmt.Fprint(w, `
Where a command takes files, a folder stands for all the .ocapn files below it.
Exit codes: 0 all is well, 1 something is wrong with the files, 2 with the command line.
Run "ocapngen help COMMAND" for the flags of a command.
`)
}

// help writes the page of the command.
func (e *env) help(w io.Writer) {
	flags := allFlags(e.flags)
	line := "ocapngen " + e.cmd.name
	if len(flags) > 0 {
		line += " [FLAGS]"
	}
	fmt.Fprintf(w, "Usage: %s\n\n%s.\n", strings.TrimRight(line+" "+e.cmd.args, " "), strings.ToUpper(e.cmd.summary[:1])+e.cmd.summary[1:])
	if e.cmd.details != "" {
		fmt.Fprintf(w, "%s\n", e.cmd.details)
	}
	if len(flags) > 0 {
		fmt.Fprint(w, "\nFlags:\n\n")
	}
	width := 0
	for _, f := range flags {
		width = max(width, len(flagHead(f)))
	}
	for _, f := range flags {
		_, text := flag.UnquoteUsage(f)
		fmt.Fprintf(w, "\t%-*s  %s\n", width, flagHead(f), text)
	}
}

// flagHead returns a flag with the name of its value, as it is written on a command line.
func flagHead(f *flag.Flag) string {
	value, _ := flag.UnquoteUsage(f)
	return strings.TrimRight("-"+f.Name+" "+value, " ")
}

// allFlags returns the flags of a command in alphabetical order.
func allFlags(set *flag.FlagSet) []*flag.Flag {
	var out []*flag.Flag
	set.VisitAll(func(f *flag.Flag) { out = append(out, f) })
	return out
}

// topics are the pages of help that belong to no command and no diagnostic, by name.
var topics = map[string]func() string{
	"types":   func() string { return typesPage },
	"json":    func() string { return jsonPage },
	"rules":   rulesPage,
	"changes": changesPage,
}

// rulesPage returns the page of the topic "rules".
func rulesPage() string {
	var b strings.Builder
	b.WriteString("What lint looks for; rules with a star only if they are enabled\n\n")
	for _, r := range lint.Rules() {
		star := "*"
		if r.Default {
			star = " "
		}
		fmt.Fprintf(&b, "  %-16s %s  %s\n", r.ID, star, r.Finds)
	}
	b.WriteString("\n\"ocapngen help ID\" gives the reason and an example.\n")
	return b.String()
}

// changesPage returns the page of the topic "changes".
func changesPage() string {
	var b strings.Builder
	b.WriteString("What breaking tells apart\n\n")
	for _, r := range breaking.Rules() {
		fmt.Fprintf(&b, "  %-4s  %-8s  %-19s  %s\n", r.Category, r.Verdict, r.ID, r.Change)
	}
	b.WriteString("\n\"ocapngen help ID\" says whom a change breaks and what to do.\n")
	return b.String()
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
	}
	if page, ok := topics[args[0]]; ok {
		fmt.Fprint(e.stdout, page())
		return exitOK
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return run([]string{c.name, "-help"}, e.stdin, e.stdout, e.stderr)
		}
	}
	id := strings.ToUpper(strings.ReplaceAll(args[0], "-", "_"))
	if page, ok := explain(id); ok {
		fmt.Fprintf(e.stdout, "%s\n\n%s", id, page)
		return exitOK
	}
	fmt.Fprintf(e.stderr, "ocapngen help: there is no topic %q\n\nDiagnostics:\n\n", args[0])
	for row := range slices.Chunk(diagnosticIDs(), 4) {
		fmt.Fprintf(e.stderr, "\t%s\n", strings.TrimRight(columns(row), " "))
	}
	return exitUsage
}

// explain returns the page of a diagnostic.
func explain(id string) (page string, ok bool) {
	for _, book := range []func(string) (string, bool){idl.Explain, lint.Explain, breaking.Explain} {
		if page, ok := book(id); ok {
			return page, true
		}
	}
	return "", false
}

// diagnosticIDs returns the IDs of all diagnostics in alphabetical order.
func diagnosticIDs() []string {
	return slices.Sorted(slices.Values(slices.Concat(idl.IDs(), lint.IDs(), breaking.IDs())))
}

// columns pads words to a common width.
func columns(words []string) string {
	var b strings.Builder
	for _, w := range words {
		fmt.Fprintf(&b, "%-22s", w)
	}
	return b.String()
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
  tagged<"tag", T>            the Go type of T, sent behind the tag
  promise<T>                  a value that comes later, received settled or not
  target                      a reference to an object of any kind
  sturdyref                   a reference that can be written down
  error                       an error as data
  any                         any value

and the enums, structs, unions, interfaces and callables that a file or its imports declare.

  T | undefined               T, or no value as JavaScript says it; also null and false
  name?: T                    a parameter or a field that may be left out
  name: T = value             the same, with what a missing value stands for
  ...name: T                  all arguments that are left

@max(n) bounds the bytes, characters or elements of a field or a parameter.
`

// jsonPage is the page of the topic "json".
const jsonPage = `What commands write with -json

One value for a run, to the standard output; nothing else is written. The exit code is the same as without.

  version        of this form: 1. It goes up when a field changes its meaning or goes away.
  diagnostics    what was found, a list that may be empty:
    file           path of the source, with slashes
    range          start and end in it, each with line and column; absent if it is about the whole file.
                   Both count from 1, columns in bytes; the end is past the last character, on the same line
    severity       error, warning or information
    category       breaking: wire or go, what the change matters to
    id             stable name, such as UNKNOWN_TYPE; ocapngen help ID explains it
    message        what is wrong
    hint, note     what may be meant, and what else helps; absent if there is nothing to say
  schemas        check: what the files without errors declare
  outdated       diff: each with file, source, missing (if there is no such file) and diff;
                 orphan in place of these two if the source is gone

Only "version -json" writes another value:

  version        of ocapngen, such as v1.2.3, or (devel)
  go             version of Go that built it
  json, schema   versions of the form above and of a schema
`
