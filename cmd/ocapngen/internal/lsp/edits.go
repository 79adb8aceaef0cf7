package lsp

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/ocapn-go/ocapn/idl/editor"
)

// The kinds of code actions.
const (
	quickFix = "quickfix"
	rewrite  = "refactor.rewrite"
)

// formatting brings a file into the standard layout.
func (s *server) formatting(p place) (any, error) {
	return textEdits(p.text, s.workspace.Format(p.path)), nil
}

// rangeFormatting brings a part of a file into the standard layout.
func (s *server) rangeFormatting(params json.RawMessage) (any, error) {
	p, err := decode[rangeParams](params)
	if err != nil {
		return nil, err
	}
	path := pathOf(p.TextDocument.URI)
	t := s.textOf(path)
	return textEdits(t, s.workspace.FormatRange(path, t.span(p.Range))), nil
}

// textEdits returns the edits of one file in the form of the protocol. The slice is never nil.
func textEdits(t text, edits []editor.Edit) []textEdit {
	out := make([]textEdit, 0, len(edits))
	for _, e := range edits {
		out = append(out, textEdit{t.rangeOf(e.Span), e.Text})
	}
	return out
}

// workspaceEdit returns edits of several files in the form of the protocol.
func (s *server) workspaceEdit(edits []editor.Edit) workspaceEdit {
	byPath := map[string][]editor.Edit{}
	var paths []string
	for _, e := range edits {
		if byPath[e.Path] == nil {
			paths = append(paths, e.Path)
		}
		byPath[e.Path] = append(byPath[e.Path], e)
	}
	slices.Sort(paths)
	out := workspaceEdit{}
	for _, path := range paths {
		list := textEdits(s.textOf(path), byPath[path])
		if !s.client.Workspace.Edit.DocumentChanges {
			if out.Changes == nil {
				out.Changes = map[string][]textEdit{}
			}
			out.Changes[s.docs.uriOf(path)] = list
			continue
		}
		change := documentEdit{Edits: list}
		change.TextDocument.URI = s.docs.uriOf(path)
		if doc, open := s.docs.open[path]; open {
			change.TextDocument.Version = &doc.version
		}
		out.DocumentChanges = append(out.DocumentChanges, change)
	}
	return out
}

// prepareRename says what would be renamed, or why nothing can.
func (s *server) prepareRename(p place) (any, error) {
	span, name, err := s.workspace.PrepareRename(p.path, p.offset)
	if err != nil {
		return nil, err
	}
	return renamable{p.text.rangeOf(span), name}, nil
}

// rename gives something another name wherever the workspace names it.
func (s *server) rename(params json.RawMessage) (any, error) {
	p, err := decode[renameParams](params)
	if err != nil {
		return nil, err
	}
	at := s.place(p.positionParams)
	edits, err := s.workspace.Rename(at.path, at.offset, p.NewName)
	if err != nil {
		return nil, err
	}
	return s.workspaceEdit(edits), nil
}

// codeAction offers changes at a range. While a text is newer than its last check nothing is offered that puts a problem
// right.
func (s *server) codeAction(params json.RawMessage) (any, error) {
	p, err := decode[codeActionParams](params)
	if err != nil {
		return nil, err
	}
	path := pathOf(p.TextDocument.URI)
	t := s.textOf(path)
	var problems []editor.Problem
	if s.checkedText[path] == t.src {
		problems = s.checks[path].Problems
	}
	out := []codeAction{}
	for _, a := range s.workspace.Actions(path, t.span(p.Range), problems) {
		action := codeAction{Title: a.Title, Kind: rewrite, IsPreferred: a.Preferred, Edit: s.workspaceEdit(a.Edits)}
		if a.Fixes != nil {
			action.Kind = quickFix
			action.Diagnostics = []diagnostic{diagnosticOf(t, *a.Fixes)}
		}
		wanted := func(kind string) bool { return action.Kind == kind || strings.HasPrefix(action.Kind, kind+".") }
		if len(p.Context.Only) == 0 || slices.ContainsFunc(p.Context.Only, wanted) {
			out = append(out, action)
		}
	}
	return out, nil
}
