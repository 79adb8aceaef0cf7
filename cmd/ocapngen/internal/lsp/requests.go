package lsp

import "encoding/json"

// requests are the methods that are answered.
var requests = map[string]func(*server, json.RawMessage) (any, error){
	"shutdown":                         (*server).shutdownRequest,
	"textDocument/hover":               at((*server).hover),
	"textDocument/definition":          at((*server).definition),
	"textDocument/documentHighlight":   at((*server).highlight),
	"textDocument/references":          (*server).references,
	"textDocument/formatting":          about((*server).formatting),
	"textDocument/rangeFormatting":     (*server).rangeFormatting,
	"textDocument/prepareRename":       at((*server).prepareRename),
	"textDocument/rename":              (*server).rename,
	"textDocument/codeAction":          (*server).codeAction,
	"textDocument/completion":          at((*server).completion),
	"textDocument/documentSymbol":      about((*server).documentSymbol),
	"workspace/symbol":                 (*server).workspaceSymbol,
	"textDocument/semanticTokens/full": about((*server).semanticTokens),
	"textDocument/foldingRange":        about((*server).foldingRange),
}

// notifications are the methods that are taken in.
var notifications = map[string]func(*server, json.RawMessage){
	"initialized":                         (*server).initializedNote,
	"textDocument/didOpen":                (*server).didOpen,
	"textDocument/didChange":              (*server).didChange,
	"textDocument/didClose":               (*server).didClose,
	"workspace/didChangeWatchedFiles":     (*server).didChangeWatchedFiles,
	"workspace/didChangeWorkspaceFolders": (*server).didChangeFolders,
}

// place is a position of a file.
type place struct {
	path   string
	offset int
	text   text
}

// at returns a handler of requests about a position.
func at(f func(*server, place) (any, error)) func(*server, json.RawMessage) (any, error) {
	return func(s *server, params json.RawMessage) (any, error) {
		p, err := decode[positionParams](params)
		if err != nil {
			return nil, err
		}
		return f(s, s.place(p))
	}
}

// about returns a handler of requests about a whole file; the offset of its place is 0.
func about(f func(*server, place) (any, error)) func(*server, json.RawMessage) (any, error) {
	return func(s *server, params json.RawMessage) (any, error) {
		p, err := decode[documentParams](params)
		if err != nil {
			return nil, err
		}
		return f(s, s.place(positionParams{TextDocument: p.TextDocument}))
	}
}

// place returns the place that a request is about.
func (s *server) place(p positionParams) place {
	path := pathOf(p.TextDocument.URI)
	t := s.textOf(path)
	return place{path, t.offset(p.Position), t}
}

// hover explains what is under the pointer.
func (s *server) hover(p place) (any, error) {
	h, ok := s.workspace.Hover(p.path, p.offset)
	if !ok {
		return nil, nil
	}
	return hover{markup{"markdown", h.Text}, p.text.rangeOf(h.Span)}, nil
}

// definition says where a name is declared.
func (s *server) definition(p place) (any, error) {
	return s.locate(s.workspace.Definition(p.path, p.offset)), nil
}

// highlight marks the other places of a name in the file.
func (s *server) highlight(p place) (any, error) {
	out := []highlight{}
	for _, span := range s.workspace.Highlights(p.path, p.offset) {
		out = append(out, highlight{p.text.rangeOf(span)})
	}
	return out, nil
}

// references says where a name is used.
func (s *server) references(params json.RawMessage) (any, error) {
	p, err := decode[referenceParams](params)
	if err != nil {
		return nil, err
	}
	at := s.place(p.positionParams)
	return s.locate(s.workspace.References(at.path, at.offset, p.Context.IncludeDeclaration)), nil
}
