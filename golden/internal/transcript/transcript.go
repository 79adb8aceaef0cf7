// Package transcript reads the messages that two vats have exchanged, for the tests of generated code.
//
//	link := captptest.NewLink(t)
//	...
//	link.ClearTranscript()
//	echo.Not(ctx, true)
//	transcript.Bodies(link.Transcript()) // ["['not t]", "['fulfill f]"]
package transcript

import "strings"

// Bodies returns the list of arguments of every op:deliver in a transcript of captptest, in order: what was called, and, as a
// message to the resolver of the caller, what was answered.
func Bodies(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		_, op, ok := strings.Cut(line, "<op:deliver")
		if !ok {
			continue
		}
		_, list, ok := strings.Cut(op, "> ") // the end of the descriptor
		if ok && strings.HasPrefix(list, "[") {
			out = append(out, list[:closing(list)])
		}
	}
	return out
}

// closing returns the length of the list at the start of text. Brackets in strings do not count.
func closing(text string) int {
	depth, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[':
			depth++
		case c == ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
	}
	return len(text)
}
