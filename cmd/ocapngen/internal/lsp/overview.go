package lsp

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/ocapn-go/ocapn/idl/editor"
)

// symbolKinds are the numbers that the protocol has for kinds of symbols.
var symbolKinds = map[editor.Kind]int{
	editor.Package: 4, editor.Import: 2, editor.Const: 14, editor.Alias: 26, editor.Enum: 10, editor.Struct: 23, editor.Union: 10,
	editor.Error: 5, editor.Interface: 11, editor.Callable: 12, editor.Method: 6, editor.Field: 8, editor.Case: 22,
	editor.Variant: 22, editor.Parameter: 13,
}

// completionKinds are the numbers that the protocol has for kinds of completions.
var completionKinds = map[string]int{
	string(editor.Alias): 25, string(editor.Enum): 13, string(editor.Struct): 22, string(editor.Union): 13, string(editor.Error): 7,
	string(editor.Interface): 8, string(editor.Callable): 3, string(editor.Case): 20, "keyword": 14, "builtin": 25,
	"annotation": 10, "value": 12, "file": 17,
}

// documentSymbol lists what a file declares.
func (s *server) documentSymbol(p place) (any, error) {
	symbols := s.workspace.Symbols(p.path)
	if s.client.TextDocument.DocumentSymbol.Hierarchical {
		return hierarchy(p.text, symbols), nil
	}
	out := []symbolInformation{}
	uri := s.docs.uriOf(p.path)
	for _, d := range symbols {
		out = flatten(out, uri, p.text, d, "")
	}
	return out, nil
}

// hierarchy returns symbols with what they contain. The slice is never nil.
func hierarchy(t text, symbols []editor.Symbol) []documentSymbol {
	out := make([]documentSymbol, 0, len(symbols))
	for _, d := range symbols {
		out = append(out, documentSymbol{
			Name: nameOf(d.Name), Detail: d.Detail, Kind: symbolKinds[d.Kind], Deprecated: d.Deprecated, Range: t.rangeOf(d.Whole),
			SelectionRange: t.rangeOf(d.Span), Children: hierarchy(t, d.Children),
		})
	}
	return out
}

// nameOf returns the name of a symbol, which the protocol does not want to be empty.
func nameOf(name string) string {
	if name == "" {
		return `""`
	}
	return name
}

// flatten appends a symbol and what it contains.
func flatten(out []symbolInformation, uri string, t text, d editor.Symbol, owner string) []symbolInformation {
	out = append(out, symbolInformation{nameOf(d.Name), symbolKinds[d.Kind], location{uri, t.rangeOf(d.Whole)}, owner})
	for _, child := range d.Children {
		out = flatten(out, uri, t, child, d.Name)
	}
	return out
}

// workspaceSymbol finds declarations and members in all files.
func (s *server) workspaceSymbol(params json.RawMessage) (any, error) {
	p, err := decode[workspaceSymbolParams](params)
	if err != nil {
		return nil, err
	}
	found := s.workspace.FindSymbols(p.Query)
	places := make([]editor.Location, len(found))
	for i, f := range found {
		places[i] = f.Location
	}
	out := make([]symbolInformation, 0, len(found))
	for i, l := range s.locate(places) {
		out = append(out, symbolInformation{nameOf(found[i].Name), symbolKinds[found[i].Kind], l, found[i].Owner})
	}
	return out, nil
}

// completion offers what may be written.
func (s *server) completion(p place) (any, error) {
	out := []completionItem{}
	for i, c := range s.workspace.Completions(p.path, p.offset) {
		item := completionItem{
			Label: c.Label, Kind: completionKinds[c.Kind], Detail: c.Detail, Deprecated: c.Deprecated, FilterText: c.Label,
			SortText: fmt.Sprintf("%05d", i), TextEdit: textEdit{p.text.rangeOf(c.Span), c.Text},
		}
		if c.Doc != "" {
			item.Documentation = &markup{"markdown", c.Doc}
		}
		if c.Snippet != "" && s.client.TextDocument.Completion.Item.Snippets {
			item.InsertTextFormat, item.TextEdit.NewText = 2, c.Snippet
		}
		out = append(out, item)
	}
	return out, nil
}

// foldingRange says what can be hidden. The line of a closing bracket stays.
func (s *server) foldingRange(p place) (any, error) {
	out := []foldingRange{}
	for _, f := range s.workspace.Folds(p.path) {
		fold := foldingRange{p.text.position(f.Span.Start).Line, p.text.position(f.Span.End).Line, f.Kind}
		if f.Kind == "" {
			fold.EndLine--
		}
		if fold.EndLine > fold.StartLine {
			out = append(out, fold)
		}
	}
	return out, nil
}

// tokenModifiers are the modifiers of semantic tokens; a token has the sum of the bits of its own.
var tokenModifiers = []string{"declaration", "defaultLibrary", "deprecated", "documentation"}

// semanticTokens says how the words of a file are to be shown, in the numbers of the protocol: five for each token, with
// places relative to the one before.
func (s *server) semanticTokens(p place) (any, error) {
	classes := editor.Classes()
	data := []int{}
	var last position
	for _, token := range s.workspace.Paint(p.path) {
		r := p.text.rangeOf(token.Span)
		modifiers := 0
		for i, has := range []bool{token.Declares, token.Builtin, token.Faded, token.Doc} {
			if has {
				modifiers |= 1 << i
			}
		}
		column := r.Start.Character
		if r.Start.Line == last.Line {
			column -= last.Character
		}
		data = append(data, r.Start.Line-last.Line, column, r.End.Character-r.Start.Character, slices.Index(classes, token.Class), modifiers)
		last = r.Start
	}
	return semanticTokens{data}, nil
}
