package screen

import (
	"slices"
	"strings"
)

// completion is what the Tab key goes through. The zero completion is none.
type completion struct {
	start int // of the word, in characters
	words []string
	next  int
}

// complete puts the next word in place of the one that the cursor is behind: a command at the start of the text, or else somebody's name.
// It reports whether there is one.
func (c *completion) complete(e *editor, commands, names []string) bool {
	if c.words == nil {
		*c = candidates(e, commands, names)
	}
	if len(c.words) == 0 {
		*c = completion{}
		return false
	}
	e.before = append(e.before[:c.start], characters(c.words[c.next])...)
	c.next = (c.next + 1) % len(c.words)
	return true
}

// candidates returns what the word before the cursor can be the beginning of.
func candidates(e *editor, commands, names []string) completion {
	start := len(e.before)
	for start > 0 && e.before[start-1] != " " && e.before[start-1] != "\n" {
		start--
	}
	word := strings.Join(e.before[start:], "")
	c := completion{start: start}
	if start == 0 && strings.HasPrefix(word, "/") {
		for _, command := range commands {
			if strings.HasPrefix(command, word) {
				c.words = append(c.words, command+" ")
			}
		}
		return c
	}
	for _, name := range names {
		if name = Visible(name); word != "" && len(name) >= len(word) && strings.EqualFold(name[:len(word)], word) {
			if start == 0 {
				name += ":"
			}
			c.words = append(c.words, name+" ")
		}
	}
	slices.Sort(c.words)
	return c
}
