// Package pages finds the page of a diagnostic in a text of many: for each a line with # and the ID, then what it means, then
// examples.
package pages

import "strings"

// Book is the text of many pages.
type Book string

// Explain returns the page of the diagnostic id. ok is false when there is none.
func (b Book) Explain(id string) (page string, ok bool) {
	for section := range strings.SplitSeq("\n"+string(b), "\n# ") {
		name, text, _ := strings.Cut(section, "\n")
		if name == id && name != "" {
			return strings.TrimSpace(text) + "\n", true
		}
	}
	return "", false
}

// IDs returns the IDs of all pages in the order in which they stand.
func (b Book) IDs() []string {
	var ids []string
	for line := range strings.Lines(string(b)) {
		if id, ok := strings.CutPrefix(line, "# "); ok {
			ids = append(ids, strings.TrimSpace(id))
		}
	}
	return ids
}

// Example returns the indented lines after the line "marker:" of a page. ok is false when there are none.
func Example(page, marker string) (text string, ok bool) {
	_, rest, found := strings.Cut("\n"+page, "\n"+marker+":\n")
	if !found {
		return "", false
	}
	var b strings.Builder
	for line := range strings.Lines(rest) {
		code, indented := strings.CutPrefix(line, "    ")
		if !indented {
			break
		}
		b.WriteString(code)
	}
	return b.String(), b.Len() > 0
}
