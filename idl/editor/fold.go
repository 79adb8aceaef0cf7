package editor

import (
	"cmp"
	"slices"
	"strings"

	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

// Fold is a part of a file that an editor can hide: from its first byte to its last.
type Fold struct {
	Span Span
	Kind string // "comment", "imports", or "" for a body
}

// Folds returns what can be hidden in a file, in source order: bodies and parameter lists, comments of several lines, and
// the imports.
func (w *Workspace) Folds(path string) []Fold {
	f, ok := w.start(path)
	if !ok {
		return nil
	}
	out := commentFolds(f.outline)
	var imports []*symbol
	f.each(func(s *symbol) {
		if s.brackets != (Span{}) {
			out = append(out, Fold{s.brackets, ""})
		}
		if s.kind == Import {
			imports = append(imports, s)
		}
	})
	if len(imports) > 1 {
		out = append(out, Fold{Span{Start: imports[0].head, End: imports[len(imports)-1].whole.End}, "imports"})
	}
	out = slices.DeleteFunc(out, func(fold Fold) bool { return !strings.Contains(f.src[fold.Span.Start:fold.Span.End], "\n") })
	slices.SortFunc(out, func(a, b Fold) int {
		return cmp.Or(cmp.Compare(a.Span.Start, b.Span.Start), cmp.Compare(b.Span.End, a.Span.End))
	})
	return out
}

// commentFolds returns runs of comments, and of documentation, with nothing but single line ends between.
func commentFolds(o *outline) []Fold {
	var out []Fold
	var run *Fold
	kind := syntax.TokenKind(0)
	for _, t := range o.tokens {
		switch t.Kind {
		case syntax.DocToken, syntax.CommentToken, syntax.BannerToken:
			if run != nil && t.Kind == kind {
				run.Span.End = t.End
				continue
			}
			out = append(out, Fold{t.Span, "comment"})
			run, kind = &out[len(out)-1], t.Kind
		case syntax.SpaceToken:
			if strings.Count(o.src[t.Start:t.End], "\n") > 1 {
				run = nil
			}
		default:
			run = nil
		}
	}
	return out
}
