package main

import (
	"fmt"
	"slices"
	"strings"
)

// slash is what a person can do besides talking.
type slash struct {
	names   []string
	summary string
	run     func(c *conversation) (leaves bool)
}

func slashes() []slash {
	return []slash{
		{[]string{"help"}, "show this", (*conversation).help},
		{[]string{"who"}, "say who is here", (*conversation).who},
		{[]string{"uri"}, "show the URI of the room; whoever has it can join", (*conversation).uri},
		{[]string{"qr"}, "show the URI as a picture that a phone reads", (*conversation).qr},
		{[]string{"leave", "quit"}, "leave the room (so do Ctrl-C and, on an empty line, Ctrl-D)", (*conversation).leaves},
	}
}

// slashNames returns the commands as they are typed.
func slashNames() []string {
	var names []string
	for _, s := range slashes() {
		for _, name := range s.names {
			names = append(names, "/"+name)
		}
	}
	return names
}

// obey does what a command says, and reports whether the person leaves.
func (c *conversation) obey(command string) (leaves bool) {
	name, _, _ := strings.Cut(strings.TrimSpace(command), " ")
	for _, s := range slashes() {
		if slices.Contains(s.names, name) {
			return s.run(c)
		}
	}
	c.face.note(fmt.Sprintf("There is no command /%s; /help lists them. A message that begins with a slash is typed with two.", name))
	return false
}

func (c *conversation) help() bool {
	var lines []string
	for _, s := range slashes() {
		lines = append(lines, fmt.Sprintf("%-10s %s", "/"+s.names[0], s.summary))
	}
	c.face.note(append(lines, c.keys...)...)
	return false
}

func (c *conversation) who() bool {
	if c.away {
		c.face.note("The room is away.")
		return false
	}
	var names []string
	for _, p := range c.here.here {
		name := p.Name
		if p.self {
			name += " (you)"
		}
		names = append(names, name)
	}
	c.face.note(fmt.Sprintf("%d here: %s", len(names), strings.Join(names, ", ")))
	return false
}

func (c *conversation) uri() bool {
	c.face.bare(c.ref.URI())
	return false
}

func (c *conversation) qr() bool {
	rows, err := qrRows(c.ref.URI())
	if err != nil {
		c.face.note(err.Error())
		return false
	}
	c.face.picture(rows, qrWarning)
	return false
}

func (c *conversation) leaves() bool { return true }
