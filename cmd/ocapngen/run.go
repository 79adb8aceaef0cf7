package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"
)

// Exit codes.
const (
	exitOK    = 0
	exitError = 1 // the input is wrong, or files are not as they should be
	exitUsage = 2 // the command line is wrong
)

// command is a subcommand.
type command struct {
	name    string
	group   string // the line of the front page that it belongs to
	args    string // what follows the flags
	summary string // one line
	details string // more lines, or ""
	run     func(e *env, args []string) int
}

// commands are the subcommands in the order in which help lists them, those of a group together.
func commands() []command {
	return []command{
		{"generate", "Generate", "FILE...", "write the Go code for .ocapn files", generateDetails, runGenerate},
		{"diff", "Generate", "FILE...", "show what generate would change, and exit with 1 if anything", diffDetails, runDiff},
		{"watch", "Generate", "FILE...", "write the Go code whenever a file changes", watchDetails, runWatch},
		{"doc", "Generate", "FILE...", "write documentation in Markdown", docDetails, runDoc},
		{"check", "Check", "FILE...", "report what is wrong", checkDetails, runCheck},
		{"lint", "Check", "FILE...", "report what is unwise", lintDetails, runLint},
		{"breaking", "Check", "FILE...", "report changes that break peers or Go programs", breakingDetails, runBreaking},
		{"fmt", "Edit", "[FILE...]", "format .ocapn files", formatDetails, runFmt},
		{"lsp", "Edit", "", "serve an editor over the standard input and output", lspDetails, runLsp},
		{"completion", "Other", "SHELL", "print a script that completes command lines", completionDetails, runCompletion},
		{"version", "Other", "", "print the version", "", runVersion},
		{"help", "Other", "[TOPIC]", "explain a command, the types, the JSON, or a diagnostic", helpDetails, runHelp},
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
			return c.run(newEnv(c, stdin, stdout, stderr), args)
		}
	}
	fmt.Fprintf(stderr, "ocapngen: there is no command %q\n", name)
	fmt.Fprintln(stderr, `Run "ocapngen help" for the commands.`)
	return exitUsage
}

// newEnv returns what a command works with.
func newEnv(c command, stdin io.Reader, stdout, stderr io.Writer) *env {
	e := &env{cmd: c, flags: flag.NewFlagSet(c.name, flag.ContinueOnError), stdin: stdin, stdout: stdout, stderr: stderr}
	e.flags.SetOutput(io.Discard)
	return e
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

// list is a flag that may be given several times.
type list []string

// String returns the values for help texts.
func (l *list) String() string { return strings.Join(*l, ", ") }

// Set adds a value.
func (l *list) Set(value string) error {
	*l = append(*l, value)
	return nil
}
