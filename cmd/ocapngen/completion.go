package main

import (
	"flag"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/ocapn-go/ocapn/idl/breaking"
	"github.com/ocapn-go/ocapn/idl/lint"
)

const completionDetails = `SHELL is bash, zsh or fish. For all later shells:

	bash  echo 'source <(ocapngen completion bash)' >>~/.bashrc
	zsh   ocapngen completion zsh >"${fpath[1]}/_ocapngen"
	fish  ocapngen completion fish >~/.config/fish/completions/ocapngen.fish`

// completed is a command as the scripts see it.
type completed struct {
	name, summary string
	flags         []completedFlag
	files         bool     // its arguments are source files and folders
	words         []string // its arguments are these
}

// completedFlag is a flag as the scripts see it.
type completedFlag struct {
	name, text string
	value      string   // what follows the flag, in a word; "" is nothing
	folder     bool     // what follows is a folder
	words      []string // what follows is one of these
}

// runCompletion prints the script for a shell.
func runCompletion(e *env, args []string) int {
	args, code, done := e.parse(args)
	if done {
		return code
	}
	if len(args) != 1 || scripts[args[0]] == nil {
		return e.misuse("name a shell: %s", strings.Join(shells(), ", "))
	}
	fmt.Fprint(e.stdout, scripts[args[0]](completions()))
	return exitOK
}

// scripts make the script for a shell, by its name.
var scripts = map[string]func([]completed) string{"bash": bashScript, "zsh": zshScript, "fish": fishScript}

// shells returns the shells that there are scripts for.
func shells() []string { return slices.Sorted(maps.Keys(scripts)) }

// completions returns all commands with what can follow them.
func completions() []completed {
	var out []completed
	for _, c := range commands() {
		e := newEnv(c, strings.NewReader(""), io.Discard, io.Discard)
		if c.name != "completion" { // which has no flags, and is running
			c.run(e, []string{"-help"}) // defines the flags and does nothing else
		}
		done := completed{name: c.name, summary: c.summary, files: strings.Contains(c.args, "FILE")}
		switch c.args {
		case "SHELL":
			done.words = shells()
		case "[TOPIC]":
			done.words = helpTopics()
		}
		for _, f := range allFlags(e.flags) {
			done.flags = append(done.flags, completeFlag(f))
		}
		out = append(out, done)
	}
	return out
}

// helpTopics returns everything that help explains.
func helpTopics() []string {
	out := slices.Sorted(maps.Keys(topics))
	for _, c := range commands() {
		out = append(out, c.name)
	}
	return append(out, diagnosticIDs()...)
}

// completeFlag returns a flag as the scripts see it.
func completeFlag(f *flag.Flag) completedFlag {
	value, text := flag.UnquoteUsage(f)
	out := completedFlag{name: f.Name, text: text, value: value, folder: value == "dir"}
	switch value {
	case "ID":
		out.words = append(lint.IDs(), "all")
	case "CATEGORY":
		out.words = []string{string(breaking.Wire), string(breaking.Go)}
	}
	return out
}

// flagWords returns the flags of a command as they are typed.
func (c completed) flagWords() []string {
	out := make([]string, len(c.flags))
	for i, f := range c.flags {
		out[i] = "-" + f.name
	}
	return out
}

// singleQuoted returns text as one word for a shell.
func singleQuoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
