package lsp

import (
	"encoding/json"
	"slices"

	"github.com/ocapn-go/ocapn/idl/editor"
)

// initialize answers the first request.
func (s *server) initialize(params json.RawMessage) (any, error) {
	p, err := decode[initializeParams](params)
	if err != nil {
		return nil, err
	}
	s.initialized, s.client = true, p.Capabilities
	if slices.Contains(p.Capabilities.General.PositionEncodings, string(utf8s)) {
		s.enc = utf8s
	}
	switch {
	case len(p.WorkspaceFolders) > 0:
		for _, f := range p.WorkspaceFolders {
			s.docs.folders = append(s.docs.folders, pathOf(f.URI))
		}
	case p.RootURI != "":
		s.docs.folders = []string{pathOf(p.RootURI)}
	}
	return initializeResult{s.capabilities(), serverInfo{"ocapngen", s.options.Version}}, nil
}

type initializeResult struct {
	Capabilities map[string]any `json:"capabilities"`
	ServerInfo   serverInfo     `json:"serverInfo"`
}

type serverInfo struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
}

// capabilities says what the server can do.
func (s *server) capabilities() map[string]any {
	const incremental = 2
	return map[string]any{
		"positionEncoding": s.enc,
		"textDocumentSync": map[string]any{"openClose": true, "change": incremental, "save": map[string]any{}},
		"workspace": map[string]any{
			"workspaceFolders": map[string]any{"supported": true, "changeNotifications": true},
		},
		"hoverProvider":                   true,
		"definitionProvider":              true,
		"referencesProvider":              true,
		"documentHighlightProvider":       true,
		"documentFormattingProvider":      true,
		"documentRangeFormattingProvider": true,
		"documentSymbolProvider":          true,
		"workspaceSymbolProvider":         true,
		"foldingRangeProvider":            true,
		"renameProvider":                  map[string]any{"prepareProvider": true},
		"completionProvider":              map[string]any{"triggerCharacters": []string{"@", ".", ":", "<", "|", "\"", "/"}},
		"codeActionProvider":              map[string]any{"codeActionKinds": []string{quickFix, rewrite}},
		"semanticTokensProvider": map[string]any{
			"full":   true,
			"legend": map[string]any{"tokenTypes": editor.Classes(), "tokenModifiers": tokenModifiers},
		},
	}
}

// initializedNote asks the client to say when files change that are not open.
func (s *server) initializedNote(json.RawMessage) {
	if !s.client.Workspace.DidChangeWatchedFiles.DynamicRegistration {
		return
	}
	watchers := []map[string]any{{"globPattern": "**/*.ocapn"}, {"globPattern": "**/go.mod"}}
	registration := map[string]any{
		"id": "watch", "method": "workspace/didChangeWatchedFiles", "registerOptions": map[string]any{"watchers": watchers},
	}
	s.send(call{
		Version: "2.0", ID: "watch", Method: "client/registerCapability",
		Params: map[string]any{"registrations": []any{registration}},
	})
}

// shutdownRequest ends the work of the server; what is left is exit.
func (s *server) shutdownRequest(json.RawMessage) (any, error) {
	s.shutdown = true
	return nil, nil
}

// didOpen takes in the text of a file that the editor shows.
func (s *server) didOpen(params json.RawMessage) {
	p, err := decode[didOpenParams](params)
	if err != nil || p.TextDocument.URI == "" {
		return
	}
	path := pathOf(p.TextDocument.URI)
	s.docs.open[path] = document{p.TextDocument.URI, p.TextDocument.Version, p.TextDocument.Text}
	s.touch(path)
}

// didChange takes in changes, which follow each other.
func (s *server) didChange(params json.RawMessage) {
	p, err := decode[didChangeParams](params)
	path := pathOf(p.TextDocument.URI)
	doc, open := s.docs.open[path]
	if err != nil || !open {
		return
	}
	for _, c := range p.ContentChanges {
		doc.text = newText(doc.text, s.enc).apply(c)
	}
	doc.version = p.TextDocument.Version
	s.docs.open[path] = doc
	s.touch(path)
}

// didClose forgets the text of a file: what counts from now on is the file system.
func (s *server) didClose(params json.RawMessage) {
	p, err := decode[documentParams](params)
	path := pathOf(p.TextDocument.URI)
	if _, open := s.docs.open[path]; err != nil || !open {
		return
	}
	s.touch(path)
	delete(s.docs.open, path)
	delete(s.checks, path)
	delete(s.checkedText, path)
	s.stale[path] = true
}

// didChangeWatchedFiles notes that files have changed that are not open.
func (s *server) didChangeWatchedFiles(params json.RawMessage) {
	p, err := decode[watchedFilesParams](params)
	if err != nil {
		return
	}
	for _, c := range p.Changes {
		s.touch(pathOf(c.URI))
	}
}

// didChangeFolders takes in which folders belong to the workspace.
func (s *server) didChangeFolders(params json.RawMessage) {
	p, err := decode[changeFoldersParams](params)
	if err != nil {
		return
	}
	for _, f := range p.Event.Removed {
		s.docs.folders = slices.DeleteFunc(s.docs.folders, func(folder string) bool { return folder == pathOf(f.URI) })
	}
	for _, f := range p.Event.Added {
		s.docs.folders = append(s.docs.folders, pathOf(f.URI))
	}
}

// textOf returns the text of a file as it is now; that of a file which cannot be read is empty.
func (s *server) textOf(path string) text {
	src, err := s.docs.read(path)
	if err != nil {
		src = nil
	}
	return newText(string(src), s.enc)
}

// locate returns places in the form of the protocol. The slice is never nil.
func (s *server) locate(places []editor.Location) []location {
	out := make([]location, 0, len(places))
	texts := map[string]text{}
	for _, p := range places {
		t, known := texts[p.Path]
		if !known {
			t = s.textOf(p.Path)
			texts[p.Path] = t
		}
		path := p.Path
		if isStd(path) {
			file, err := stdFile(path)
			if err != nil {
				continue // there is nothing that an editor could show
			}
			path = file
		}
		out = append(out, location{s.docs.uriOf(path), t.rangeOf(p.Span)})
	}
	return out
}
