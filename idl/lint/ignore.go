package lint

import (
	"slices"

	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

// ignoreAnnotation is the annotation that silences rules.
const ignoreAnnotation = "x-lint-ignore"

// ignoreUnused is the rule about annotations that silence nothing.
const ignoreUnused = "IGNORE_UNUSED"

// ignoreMark is an annotation that silences rules.
type ignoreMark struct{ *syntax.Ann }

// ignore is one rule of an annotation.
type ignore struct {
	ann *syntax.Ann
	id  string
}

// ignores returns the annotations before the element that silence rules.
func (e *element) ignores() []ignoreMark {
	var out []ignoreMark
	for _, a := range e.anns {
		if a.Name.Value == ignoreAnnotation {
			out = append(out, ignoreMark{a})
		}
	}
	return out
}

// ids returns the rules that the annotation silences.
func (a ignoreMark) ids() []string {
	var out []string
	for _, l := range a.Args {
		if l.String != nil {
			id, _ := syntax.Unquote(l.String.Value)
			out = append(out, id)
		}
	}
	return out
}

// unusedIgnores reports annotations that silence nothing.
func (f *file) unusedIgnores() {
	for _, e := range f.elements {
		for _, a := range e.ignores() {
			if len(a.ids()) == 0 || len(a.ids()) < len(a.Args) {
				f.report(e, a.Span(), ignoreUnused, "@%s names no rule", ignoreAnnotation).Note = `it is written @` + ignoreAnnotation + `("OPT_MIDDLE")`
			}
			for _, id := range a.ids() {
				switch {
				case !slices.ContainsFunc(rulebook, func(r rule) bool { return r.ID == id }):
					f.report(e, a.Span(), ignoreUnused, "there is no rule %q", id).Hint = syntax.DidYouMean(id, ruleIDs())
				case f.rules[id] && !f.used[ignore{a.Ann, id}] && id != ignoreUnused:
					f.report(e, a.Span(), ignoreUnused, "%s finds nothing here", id).Note = "take the annotation away"
				}
			}
		}
	}
}
