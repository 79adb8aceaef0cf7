package idl

import (
	_ "embed"
	"strings"
)

// pages holds a page for each diagnostic: a line with # and the ID, then text, then examples.
//
//go:embed pages.txt
var pages string

// Explain returns the page of the diagnostic id: what it means and an example. ok is false when there is no such
// diagnostic.
func Explain(id string) (page string, ok bool) {
	for section := range strings.SplitSeq("\n"+pages, "\n# ") {
		name, text, _ := strings.Cut(section, "\n")
		if name == id && name != "" {
			return strings.TrimSpace(text) + "\n", true
		}
	}
	return "", false
}

// IDs returns the IDs of all diagnostics in alphabetical order.
func IDs() []string {
	var ids []string
	for line := range strings.Lines(pages) {
		if id, ok := strings.CutPrefix(line, "# "); ok {
			ids = append(ids, strings.TrimSpace(id))
		}
	}
	return ids
}
