package main

import (
	"fmt"
	"strings"
)

// fishSources lists source files and folders. What fish has for this lists all files, those with the ending first.
const fishSources = `'(__fish_complete_suffix .ocapn | string match -r ".*(?:/|\.ocapn)(?:\t.*)?\$")'`

// fishScript returns the completion script for fish.
func fishScript(commands []completed) string {
	var b strings.Builder
	b.WriteString(`# fish completion for ocapngen
complete -c ocapngen -f
complete -c ocapngen -n __fish_is_first_token -a ` + fishSources + `
`)
	for _, c := range commands {
		fmt.Fprintf(&b, "complete -c ocapngen -n __fish_is_first_token -a %s -d %s\n", c.name, singleQuoted(c.summary))
		seen := singleQuoted("__fish_seen_subcommand_from " + c.name)
		for _, f := range c.flags {
			fmt.Fprintf(&b, "complete -c ocapngen -n %s -o %s -d %s%s\n", seen, f.name, singleQuoted(f.text), fishValue(f))
		}
		switch {
		case len(c.words) > 0:
			fmt.Fprintf(&b, "complete -c ocapngen -n %s -a %s\n", seen, singleQuoted(strings.Join(c.words, " ")))
		case c.files:
			fmt.Fprintf(&b, "complete -c ocapngen -n %s -a %s\n", seen, fishSources)
		}
	}
	return b.String()
}

// fishValue returns what follows a flag.
func fishValue(f completedFlag) string {
	switch {
	case f.value == "":
		return ""
	case f.folder:
		return " -x -a '(__fish_complete_directories)'"
	case len(f.words) > 0:
		return " -x -a " + singleQuoted(strings.Join(f.words, " "))
	default:
		return " -x"
	}
}
