package markdown

import (
	"strings"
	"unicode"
)

// blockKind is the kind of a block of documentation.
type blockKind int

const (
	blockText blockKind = iota + 1
	blockCode
	blockItem
	blockHeading
)

// block is a part of documentation.
type block struct {
	kind    blockKind
	lines   []string
	follows bool // an item that follows another one without an empty line
}

// parseDoc cuts documentation into blocks.
func parseDoc(doc string) []block {
	var out []block
	last := func() *block {
		if len(out) == 0 {
			return &block{}
		}
		return &out[len(out)-1]
	}
	gap := true // an empty line stands before the line
	for line := range strings.Lines(strings.TrimRightFunc(doc, unicode.IsSpace)) {
		line = strings.TrimRightFunc(line, unicode.IsSpace)
		text := strings.TrimSpace(line)
		switch {
		case text == "":
			if last().kind == blockCode {
				last().lines = append(last().lines, "")
			}
			gap = true
			continue
		case strings.HasPrefix(line, "- ") || strings.HasPrefix(line, "* "):
			out = append(out, block{blockItem, []string{strings.TrimSpace(line[2:])}, !gap && last().kind == blockItem})
		case strings.HasPrefix(line, "# "):
			out = append(out, block{blockHeading, []string{strings.TrimSpace(line[2:])}, false})
		case last().kind == blockCode && isIndented(line):
			last().lines = append(last().lines, line)
		case !gap && (last().kind == blockText || last().kind == blockItem):
			last().lines = append(last().lines, text)
		case isIndented(line):
			out = append(out, block{blockCode, []string{line}, false})
		default:
			out = append(out, block{blockText, []string{text}, false})
		}
		gap = false
	}
	for i := range out {
		if out[i].kind == blockCode {
			out[i].lines = withoutIndent(out[i].lines)
		}
	}
	return out
}

func isIndented(line string) bool { return line != strings.TrimLeftFunc(line, unicode.IsSpace) }

// withoutIndent removes the white space that all lines start with, and empty lines at the end.
func withoutIndent(lines []string) []string {
	for len(lines) > 0 && lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	indent := lines[0][:len(lines[0])-len(strings.TrimLeftFunc(lines[0], unicode.IsSpace))]
	for _, line := range lines {
		for line != "" && !strings.HasPrefix(line, indent) {
			indent = indent[:len(indent)-1]
		}
	}
	out := make([]string, len(lines))
	for i, line := range lines {
		out[i] = strings.TrimPrefix(line, indent)
	}
	return out
}
