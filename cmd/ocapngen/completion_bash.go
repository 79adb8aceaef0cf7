package main

import (
	"fmt"
	"strings"
)

// bashScript returns the completion script for bash.
func bashScript(commands []completed) string {
	var b strings.Builder
	b.WriteString(`# bash completion for ocapngen
_ocapngen() {
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words= files=
	COMPREPLY=()
	if [[ $COMP_CWORD -eq 1 ]]; then
`)
	var names []string
	for _, c := range commands {
		names = append(names, c.name)
	}
	fmt.Fprintf(&b, "\t\twords=%s files=yes\n", singleQuoted(strings.Join(names, " ")))
	b.WriteString("\telse\n\t\tcase ${COMP_WORDS[1]} in\n")
	for _, c := range commands {
		fmt.Fprintf(&b, "\t\t%s)\n", c.name)
		bashValues(&b, c.flags)
		words := append(c.flagWords(), c.words...)
		fmt.Fprintf(&b, "\t\t\twords=%s", singleQuoted(strings.Join(words, " ")))
		if c.files {
			b.WriteString(" files=yes")
		}
		b.WriteString("\n\t\t\t;;\n")
	}
	b.WriteString(`		*) files=yes ;;
		esac
	fi
	COMPREPLY=($(compgen -W "$words" -- "$cur"))
	if [[ $files && $cur != -* ]]; then
		COMPREPLY+=($(compgen -f -X '!*.ocapn' -- "$cur") $(compgen -d -- "$cur"))
	fi
}
complete -o filenames -F _ocapngen ocapngen
`)
	return b.String()
}

// bashValues adds what follows the flags that have values.
func bashValues(b *strings.Builder, flags []completedFlag) {
	var cases strings.Builder
	for _, f := range flags {
		switch {
		case f.value == "":
			continue
		case f.folder:
			fmt.Fprintf(&cases, "\t\t\t-%s) COMPREPLY=($(compgen -d -- \"$cur\")); return ;;\n", f.name)
		case len(f.words) > 0:
			fmt.Fprintf(&cases, "\t\t\t-%s) COMPREPLY=($(compgen -W %s -- \"$cur\")); return ;;\n", f.name, singleQuoted(strings.Join(f.words, " ")))
		default:
			fmt.Fprintf(&cases, "\t\t\t-%s) return ;;\n", f.name)
		}
	}
	if cases.Len() > 0 {
		fmt.Fprintf(b, "\t\t\tcase $prev in\n%s\t\t\tesac\n", cases.String())
	}
}
