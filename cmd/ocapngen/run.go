package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ocapn-go/ocapn/idl"
)

// Exit codes.
const (
	exitOK    = 0
	exitError = 1 // the input is wrong, or files are not as they should be
	exitUsage = 2 // the command line is wrong
)

// maxShown is how many errors are shown at a time.
const maxShown = 10

// command is a subcommand.
type command struct {
	name    string
	args    string // what follows the flags
	summary string // one line
	details string // more lines, or ""
	run     func(e *env, args []string) int
}

// commands are the subcommands in the order in which help lists them.
func commands() []command {
	return []command{
		{
			name: "generate", args: "FILE...", summary: "write the Go code for .ocapn files (the default when a file comes first)",
			details: "For dir/chat.ocapn it writes dir/chat_ocapn.go. A file is written only when its content changes. Use it as\n" +
				"//go:generate go tool ocapngen chat.ocapn",
			run: runGenerate,
		},
		{
			name: "check", args: "FILE...", summary: "report what is wrong with .ocapn files",
			details: "With -json it writes one JSON value for each file: its schema, or an object with its errors.",
			run:     runCheck,
		},
		{
			name: "fmt", args: "[FILE...]", summary: "format .ocapn files",
			details: "Without flags it writes the formatted text to the standard output; without files it formats the standard input.",
			run:     runFmt,
		},
		{name: "version", summary: "print the version", run: runVersion},
		{
			name: "help", args: "[TOPIC]", summary: "explain a command, the types, or a diagnostic by its ID",
			details: "Topics are the names of commands, types, and the IDs that stand in brackets after errors.", run: runHelp,
		},
	}
}

// env is what a command works with.
type env struct {
	cmd            command
	flags          *flag.FlagSet
	stdin          io.Reader
	stdout, stderr io.Writer
}

// run executes the command line args and returns the exit code. Nothing else of the process is used or changed.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	if len(args) == 0 {
		usage(stderr)
		return exitUsage
	}
	name := args[0]
	switch {
	case name == "-h" || name == "-help" || name == "--help":
		usage(stdout)
		return exitOK
	case strings.HasSuffix(name, ".ocapn") || strings.HasPrefix(name, "-"):
		name = "generate"
	default:
		args = args[1:]
	}
	for _, c := range commands() {
		if c.name == name {
			e := &env{cmd: c, flags: flag.NewFlagSet(name, flag.ContinueOnError), stdin: stdin, stdout: stdout, stderr: stderr}
			e.flags.SetOutput(io.Discard)
			return c.run(e, args)
		}
	}
	fmt.Fprintf(stderr, "ocapngen: there is no command %q\n", name)
	fmt.Fprintln(stderr, `Run "ocapngen help" for the commands.`)
	return exitUsage
}

// parse reads the flags, which may also stand between and after the other arguments, and returns those. done is true when
// the command ends here, with the exit code.
func (e *env) parse(args []string) (rest []string, code int, done bool) {
	for {
		err := e.flags.Parse(args)
		switch {
		case errors.Is(err, flag.ErrHelp):
			e.help(e.stdout)
			return nil, exitOK, true
		case err != nil:
			return nil, e.misuse("%v", err), true
		}
		args = e.flags.Args()
		if len(args) == 0 {
			return rest, exitOK, false
		}
		rest, args = append(rest, args[0]), args[1:]
	}
}

// misuse reports a wrong command line and returns the exit code for it.
func (e *env) misuse(format string, args ...any) int {
	fmt.Fprintf(e.stderr, "ocapngen %s: %s\n", e.cmd.name, fmt.Sprintf(format, args...))
	fmt.Fprintf(e.stderr, "Run \"ocapngen help %s\" for its use.\n", e.cmd.name)
	return exitUsage
}

// fail reports an error that is not about a source file and returns the exit code for it.
func (e *env) fail(err error) int {
	fmt.Fprintf(e.stderr, "ocapngen %s: %v\n", e.cmd.name, err)
	return exitError
}

// report shows the errors of source files and returns the exit code for them. Errors of a file that several others import
// are shown once.
func (e *env) report(errs []idl.Error) int {
	seen := map[idl.Error]bool{}
	errs = slices.DeleteFunc(slices.Clone(errs), func(err idl.Error) bool {
		twice := seen[err]
		seen[err] = true
		return twice
	})
	if err := idl.PrintErrors(e.stderr, errs, maxShown); err != nil {
		return e.fail(err)
	}
	return exitError
}

// list is a flag that may be given several times.
type list []string

// String returns the values for help texts.
func (l *list) String() string { return strings.Join(*l, ", ") }

// Set adds a value.
func (l *list) Set(value string) error {
	*l = append(*l, value)
	return nil
}
