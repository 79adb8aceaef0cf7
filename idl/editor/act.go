package editor

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

// Action is a change that an editor offers.
type Action struct {
	Title string
	// Fixes is the problem that the change puts right, or nil for a change that is only a choice.
	Fixes *Problem
	// Preferred says that it is the change most people want.
	Preferred bool
	Edits     []Edit
}

// Actions returns the changes that make sense at a range of a file. problems are those of the file as [CheckFile] found
// them; only what touches the range counts.
func (w *Workspace) Actions(path string, span Span, problems []Problem) []Action {
	f, ok := w.start(path)
	if !ok {
		return nil
	}
	var out []Action
	for _, p := range problems {
		inside := p.Path == f.path && p.Span.Start <= span.End && span.Start <= p.Span.End && p.Span.End <= len(f.src)
		if !inside {
			continue
		}
		for _, a := range w.fixes(f, p) {
			a.Fixes = &p
			out = append(out, a)
		}
	}
	if s := f.wireOf(span); s != nil {
		out = append(out, Action{
			Title: fmt.Sprintf("Send %q instead of %q", s.name, s.wire()), Edits: []Edit{removeAnnotation(f, s.ann("wire"))},
		})
	}
	return out
}

// fixes returns the changes that put a problem right.
func (w *Workspace) fixes(f file, p Problem) []Action {
	var out []Action
	if a, ok := f.meant(p); ok && p.Severity == IsError {
		out = append(out, a)
	}
	text := f.src[p.Span.Start:p.Span.End]
	switch p.ID {
	case "UNKNOWN_IMPORT":
		out = append(out, w.addImport(f, text)...)
	case "UNKNOWN_TYPE":
		out = append(out, w.importDecl(f, p)...)
	case "NAME_STYLE":
		out = append(out, w.rename(f, p)...)
	case "QUOTED_NAME":
		out = append(out, Action{Title: "Take the quotes away", Preferred: true, Edits: []Edit{{f.path, p.Span, unquoted(text)}}})
	case "UNUSED_IMPORT":
		out = append(out, f.removeImport(p)...)
	}
	switch {
	case strings.Contains(p.Note, "write @go("):
		out = append(out, f.annotate(p, "go", w.otherGoName(f, p))...)
	case strings.Contains(p.Note, "write @wire("):
		out = append(out, f.annotate(p, "wire", strconv.Quote(text+"-2"))...)
	}
	if p.Severity == IsWarning {
		out = append(out, f.ignore(p)...)
	}
	return out
}

// rename returns the change of a name to what a hint says, wherever it is used.
func (w *Workspace) rename(f file, p Problem) []Action {
	name, ok := strings.CutPrefix(p.Hint, "write ")
	if !ok {
		return nil
	}
	edits, err := w.Rename(f.path, p.Span.Start, name)
	if err != nil {
		return nil
	}
	return []Action{{Title: "Rename to " + name, Preferred: true, Edits: edits}}
}

// removeImport returns the change that takes an import away, with its line.
func (f file) removeImport(p Problem) []Action {
	for _, d := range f.decls {
		if d.kind != Import || p.Span.Start < d.whole.Start || d.whole.End < p.Span.End {
			continue
		}
		end := d.whole.End
		if rest := strings.TrimLeft(f.src[end:], " \t;\r"); strings.HasPrefix(rest, "\n") {
			end = len(f.src) - len(rest) + 1
		}
		edit := Edit{f.path, Span{Start: d.whole.Start, End: end}, ""}
		return []Action{{Title: "Remove the import", Preferred: true, Edits: []Edit{edit}}}
	}
	return nil
}

// ignoreAnnotation is the annotation that silences rules of package lint.
const ignoreAnnotation = "x-lint-ignore"

// ignore returns the change that silences a rule for what a problem is about.
func (f file) ignore(p Problem) []Action {
	s := f.symbolAround(p.Span)
	if s == nil || s.kind == Import {
		return nil
	}
	edit := Edit{f.path, Span{Start: s.head, End: s.head}, "@" + ignoreAnnotation + "(" + strconv.Quote(p.ID) + ") "}
	if a := s.ann(ignoreAnnotation); a != nil {
		if len(a.args) != 1 {
			return nil
		}
		edit = Edit{f.path, a.args[0].span, strconv.Quote(unquoted(a.args[0].text) + ", " + p.ID)}
	}
	return []Action{{Title: fmt.Sprintf("Ignore %s for %s %q", p.ID, s.kind, s.name), Edits: []Edit{edit}}}
}

// symbolAround returns the innermost symbol that the span belongs to, or nil.
func (f file) symbolAround(span Span) *symbol {
	var found *symbol
	f.each(func(s *symbol) {
		if s.whole.Start <= span.Start && span.End <= s.whole.End {
			found = s
		}
	})
	return found
}

// meantHint matches a hint at what somebody may have meant.
var meantHint = regexp.MustCompile(`^did you mean (?:@([a-z-]+)|"(.+)")\?$`)

// meant returns the change to what the hint of a problem says.
func (f file) meant(p Problem) (Action, bool) {
	m := meantHint.FindStringSubmatch(p.Hint)
	if m == nil {
		return Action{}, false
	}
	word, span := m[1]+m[2], p.Span
	text := f.src[span.Start:span.End]
	switch {
	case m[1] != "":
		span = Span{Start: span.Start + 1, End: span.Start + 1 + wordLength(text[1:])}
	case strings.Contains(text, ".") && !strings.Contains(word, "."):
		span.Start += strings.LastIndexByte(text, '.') + 1
	case p.ID == "LITERAL_TYPE" && !isIdent(word):
		word = strconv.Quote(word)
	}
	return Action{
		Title: fmt.Sprintf("Change to %s", word), Preferred: true, Edits: []Edit{{f.path, span, word}},
	}, true
}

// wordLength returns the length of the identifier at the start of text.
func wordLength(text string) int {
	tokens := syntax.Scan(text)
	if len(tokens) == 0 || tokens[0].Kind != syntax.IdentToken {
		return 0
	}
	return tokens[0].End
}

// addImport returns the imports of files of the workspace that have the alias as their name.
func (w *Workspace) addImport(f file, alias string) []Action {
	var out []Action
	for _, i := range w.importables(f) {
		if strings.TrimSuffix(path.Base(i.path), ".ocapn") == alias {
			out = append(out, Action{Title: fmt.Sprintf("Import %q", i.written), Edits: []Edit{f.insertImport(i.written)}})
		}
	}
	return out
}

// importDecl returns the imports of files of the workspace that declare an unknown type, with the name changed to one that
// leads there.
func (w *Workspace) importDecl(f file, p Problem) []Action {
	name := f.src[p.Span.Start:p.Span.End]
	if !isIdent(name) {
		return nil
	}
	var out []Action
	for _, i := range w.importables(f) {
		other, ok := w.open(i.path)
		if !ok || other.byName[name] == nil || other.byName[name].kind == Const || other.byName[name].kind == Error {
			continue
		}
		alias := strings.TrimSuffix(path.Base(other.path), ".ocapn")
		edits := []Edit{{f.path, Span{Start: p.Span.Start, End: p.Span.Start}, alias + "."}}
		switch imp := w.importOf(f, other); {
		case imp != nil:
			edits[0].Text = imp.name + "."
		case f.byAlias[alias] != nil || !isIdent(alias):
			continue
		default:
			edits = append([]Edit{f.insertImport(i.written)}, edits...)
		}
		out = append(out, Action{Title: fmt.Sprintf("Use %s%s of %q", edits[len(edits)-1].Text, name, i.written), Edits: edits})
	}
	return out
}

// importOf returns the import of f that leads to another file, or nil.
func (w *Workspace) importOf(f, other file) *symbol {
	for _, d := range f.decls {
		if d.kind != Import {
			continue
		}
		if target, ok := w.imported(f, d); ok && target.path == other.path {
			return d
		}
	}
	return nil
}

// insertImport returns the edit that adds an import after the others, or before the first declaration.
func (f file) insertImport(rel string) Edit {
	line := "import " + strconv.Quote(rel) + "\n"
	last := -1
	for i, d := range f.decls {
		if d.kind == Import {
			last = i
		}
	}
	switch {
	case last >= 0:
		at := f.decls[last].whole.End
		return Edit{f.path, Span{Start: at, End: at}, "\n" + strings.TrimSuffix(line, "\n")}
	case f.clause != nil:
		at := f.clause.whole.End
		return Edit{f.path, Span{Start: at, End: at}, "\n\n" + strings.TrimSuffix(line, "\n")}
	default:
		return Edit{f.path, Span{}, line + "\n"}
	}
}

// annotate returns the change that adds an annotation to what a problem is about, which has none of this name yet.
func (f file) annotate(p Problem, name, argument string) []Action {
	s := f.symbolAt(p.Span)
	if s == nil || s.ann(name) != nil {
		return nil
	}
	text := "@" + name + "(" + argument + ")"
	return []Action{{
		Title: "Add " + text, Preferred: true, Edits: []Edit{{f.path, Span{Start: s.head, End: s.head}, text + " "}},
	}}
}

// symbolAt returns the innermost symbol whose name is at the span, or nil.
func (f file) symbolAt(span Span) *symbol {
	var found *symbol
	f.each(func(s *symbol) {
		if s.span.Start == span.Start {
			found = s
		}
	})
	return found
}

// otherGoName returns a Go name for what a problem is about that is not that of a sibling: one with a number, or a name
// that only says that it is one.
func (w *Workspace) otherGoName(f file, p Problem) string {
	s := f.symbolAt(p.Span)
	if s == nil {
		return "Name"
	}
	base := s.goName()
	if base == "" {
		return "Name"
	}
	siblings := f.decls
	if s.parent != nil {
		siblings = s.parent.members
	}
	for n := 2; ; n++ {
		name := base + strconv.Itoa(n)
		if !slices.ContainsFunc(siblings, func(o *symbol) bool { return o.goName() == name }) {
			return name
		}
	}
}
