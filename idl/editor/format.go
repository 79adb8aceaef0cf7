package editor

import (
	"slices"
	"strings"

	"github.com/ocapn-go/ocapn/idl"
)

// Edit is a change of a file: the bytes of Span become Text.
type Edit struct {
	Path string // slash path
	Span Span
	Text string
}

// Format returns the edits that bring a file into the standard layout: none if it is in it, or if it cannot be parsed.
func (w *Workspace) Format(name string) []Edit {
	f, ok := w.start(name)
	if !ok {
		return nil
	}
	out, errs := idl.Format(f.path, []byte(f.src))
	if len(errs) > 0 || string(out) == f.src {
		return nil
	}
	return lineEdits(f.path, f.src, string(out))
}

// FormatRange returns the edits of [Workspace.Format] that touch a range of the file.
func (w *Workspace) FormatRange(name string, span Span) []Edit {
	return slices.DeleteFunc(w.Format(name), func(e Edit) bool { return e.Span.End < span.Start || span.End < e.Span.Start })
}

// lineEdits returns the edits that make the text after of the text before, one for each run of lines that differ, so that
// cursors and folds elsewhere stay where they are.
func lineEdits(path, before, after string) []Edit {
	a, b := strings.SplitAfter(before, "\n"), strings.SplitAfter(after, "\n")
	var out []Edit
	offset := 0 // of a[0]
	for {
		for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
			offset += len(a[0])
			a, b = a[1:], b[1:]
		}
		if len(a) == 0 && len(b) == 0 {
			return out
		}
		n, m := nextMatch(a, b)
		old, text := strings.Join(a[:n], ""), strings.Join(b[:m], "")
		out = append(out, Edit{path, Span{Start: offset, End: offset + len(old)}, text})
		offset += len(old)
		a, b = a[n:], b[m:]
	}
}

// nextMatch returns how many lines of a and b to leave out until both go on alike. Lines that are empty match nothing, since
// there are many of them.
func nextMatch(a, b []string) (n, m int) {
	const window = 200 // lines to look ahead; beyond it the rest is one edit
	for sum := 1; sum <= window; sum++ {
		for n := max(0, sum-len(b)); n <= min(sum, len(a)); n++ {
			m := sum - n
			if n < len(a) && m < len(b) && a[n] == b[m] && strings.TrimSpace(a[n]) != "" {
				return n, m
			}
		}
	}
	return len(a), len(b)
}
