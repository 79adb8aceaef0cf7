package editor

import (
	"fmt"
	"strings"

	"github.com/ocapn-go/ocapn/idl"
)

// Hover is what an editor shows about the name under the pointer.
type Hover struct {
	Span Span   // of the name
	Text string // Markdown
}

// Hover explains what stands at an offset of a file: how it is declared, its documentation, its Go name, and the name that
// is sent if that is another one.
func (w *Workspace) Hover(path string, offset int) (h Hover, ok bool) {
	f, ok := w.start(path)
	if !ok {
		return Hover{}, false
	}
	for _, a := range f.anns {
		if contains(a.at, offset) {
			return hoverAnnotation(a)
		}
	}
	found, ok := w.find(f, offset)
	switch {
	case !ok:
		return Hover{}, false
	case found.symbol == nil:
		return Hover{found.span, code(found.builtin) + builtinDocs[found.builtin] + "\n"}, true
	}
	return Hover{found.span, w.describe(f, found.thing)}, true
}

// hoverAnnotation explains an annotation.
func hoverAnnotation(a *annotation) (Hover, bool) {
	for _, known := range annotationWords {
		if known.name == a.name {
			return Hover{a.at, code(known.form) + known.doc + "\n"}, true
		}
	}
	if strings.HasPrefix(a.name, "x-") {
		return Hover{a.at, "An annotation for other programs.\n"}, true
	}
	return Hover{}, false
}

// code returns a block of source text in Markdown.
func code(text string) string { return "```ocapn\n" + text + "\n```\n" }

// describe returns all that is to be said about a thing, from the point of view of the file from.
func (w *Workspace) describe(from file, t thing) string {
	s := t.symbol
	var b strings.Builder
	b.WriteString(code(t.file.declaration(s)))
	if why := s.argument("deprecated"); why != "" {
		fmt.Fprintf(&b, "**Deprecated:** %s\n\n", why)
	}
	if doc := s.doc(); doc != "" {
		b.WriteString(doc + "\n\n")
	}
	var facts []string
	if goText := w.goText(t); goText != "" {
		facts = append(facts, "Go: `"+goText+"`")
	}
	if wire := s.wire(); wire != "" && wire != s.name {
		facts = append(facts, fmt.Sprintf("Sent as: `%s`", wire))
	}
	if since := s.argument("since"); since != "" {
		facts = append(facts, "Since: "+since)
	}
	if owner := s.owner(); owner != nil && s.kind != Parameter {
		facts = append(facts, fmt.Sprintf("In: %s `%s`", owner.kind, owner.name))
	}
	if t.file.path != from.path {
		facts = append(facts, "File: "+t.file.path)
	}
	b.WriteString(strings.Join(facts, "  \n"))
	return strings.TrimRight(b.String(), "\n") + "\n"
}

// declaration returns the source text of the symbol without documentation, annotations, and the bodies of declarations
// with many members.
func (f file) declaration(s *symbol) string {
	const maxLines = 12
	if s.kind == Package && s.span == (Span{}) {
		return "package " + f.path
	}
	text := strings.TrimRight(strings.TrimSpace(f.src[s.head:s.whole.End]), ",;")
	lines := strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	if s.parent != nil && len(lines) > 1 {
		lines = unindented(lines)
	}
	if len(lines) > maxLines {
		more := len(lines) - maxLines + 1
		lines = append(lines[:maxLines-2], fmt.Sprintf("  // … %d more lines", more), "}")
	}
	return strings.Join(lines, "\n")
}

// unindented takes two spaces off the lines after the first.
func unindented(lines []string) []string {
	for i := range lines[1:] {
		lines[i+1] = strings.TrimPrefix(lines[i+1], "  ")
	}
	return lines
}

// doc returns the text of the documentation.
func (s *symbol) doc() string {
	lines := make([]string, len(s.docs))
	for i, d := range s.docs {
		lines[i] = strings.TrimSpace(strings.TrimPrefix(d, "///"))
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// wire returns the name that is sent for the symbol, or "" if it has none.
func (s *symbol) wire() string {
	switch s.kind {
	case Method, Field, Case, Variant, Error:
		if wire := s.argument("wire"); wire != "" {
			return wire
		}
		return s.name
	default:
		return ""
	}
}

// owner returns the declaration that the symbol is a member of, or nil.
func (s *symbol) owner() *symbol {
	if s.parent == nil {
		return nil
	}
	for s.parent != nil {
		s = s.parent
	}
	return s
}

// goName returns the Go name of the symbol without a package, or "".
func (s *symbol) goName() string {
	given := s.argument("go")
	switch s.kind {
	case Package, Import, Alias:
		return ""
	case Parameter:
		return idl.LocalName(s.name)
	case Case, Variant:
		if given != "" || s.parent == nil {
			return given
		}
		return s.parent.goName() + strings.TrimPrefix(idl.ExportedName("x-"+s.name), "X")
	case Error:
		if given != "" {
			return given
		}
		return strings.TrimSuffix(idl.ExportedName(s.name), "Error") + "Error"
	default:
		if given != "" {
			return given
		}
		return idl.ExportedName(s.name)
	}
}
