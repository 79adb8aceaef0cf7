package main

import (
	"fmt"
	"strings"
)

// zshScript returns the completion script for zsh.
func zshScript(commands []completed) string {
	var b strings.Builder
	b.WriteString(`#compdef ocapngen
_ocapngen() {
	local -a commands
	commands=(
`)
	for _, c := range commands {
		fmt.Fprintf(&b, "\t\t%s\n", singleQuoted(c.name+":"+c.summary))
	}
	b.WriteString(`	)
	if (( CURRENT == 2 )); then
		_describe -t commands command commands
		_files -g '*.ocapn'
		return
	fi
	local command=$words[2]
	shift words
	(( CURRENT-- ))
	case $command in
`)
	for _, c := range commands {
		fmt.Fprintf(&b, "\t%s)\n\t\t_arguments", c.name)
		for _, f := range c.flags {
			fmt.Fprintf(&b, " \\\n\t\t\t%s", singleQuoted("*"+zshFlag(f)))
		}
		switch {
		case len(c.words) > 0:
			fmt.Fprintf(&b, " \\\n\t\t\t%s", singleQuoted("*:argument:("+strings.Join(c.words, " ")+")"))
		case c.files:
			fmt.Fprintf(&b, " \\\n\t\t\t%s", singleQuoted(`*:file:_files -g "*.ocapn"`))
		}
		b.WriteString("\n\t\t;;\n")
	}
	b.WriteString(`	*) _files -g '*.ocapn' ;;
	esac
}
if [[ $funcstack[1] == _ocapngen ]]; then
	_ocapngen "$@"
else
	compdef _ocapngen ocapngen
fi
`)
	return b.String()
}

// zshFlag returns the specification of a flag.
func zshFlag(f completedFlag) string {
	spec := "-" + f.name + "[" + strings.NewReplacer("[", `\[`, "]", `\]`).Replace(f.text) + "]"
	switch {
	case f.value == "":
		return spec
	case f.folder:
		return spec + ":" + f.value + ":_files -/"
	case len(f.words) > 0:
		return spec + ":" + f.value + ":(" + strings.Join(f.words, " ") + ")"
	default:
		return spec + ":" + f.value + ":"
	}
}
