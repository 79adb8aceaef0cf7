package lsp

import (
	"maps"
	"path"
	"slices"
	"time"

	"github.com/ocapn-go/ocapn/idl/editor"
)

// maxDiagnostics is how many diagnostics are shown for a file.
const maxDiagnostics = 1000

// checkResult is what checking some open files has found.
type checkResult struct {
	docs   *documents // the texts that were checked
	checks map[string]editor.Check
	took   time.Duration
}

// touch notes that a file has changed: the open files that look at it are to be checked again. Those of its folder look at it even if
// it has been missing so far.
func (s *server) touch(name string) {
	if _, open := s.docs.open[name]; open {
		s.stale[name] = true
	}
	for root, check := range s.checks {
		if slices.Contains(check.Files, name) || path.Dir(root) == path.Dir(name) {
			s.stale[root] = true
		}
	}
}

// maxDelay is how long a check waits at most.
const maxDelay = time.Second

// scheduleCheck plans a check of the stale files, unless one is planned or under way. It waits as long as the last one took,
// so that checking a large file takes at most half of the time while somebody types.
func (s *server) scheduleCheck() {
	if !s.checking && s.due == nil && len(s.stale) > 0 {
		s.due = time.After(min(s.took, maxDelay))
	}
}

// startCheck checks the stale files. The goroutine works on a snapshot and ends by itself; serve takes in what it has found.
func (s *server) startCheck() {
	s.due = nil
	var roots []string
	for root := range s.stale {
		if _, open := s.docs.open[root]; open {
			roots = append(roots, root)
		} else {
			delete(s.checks, root)
		}
	}
	clear(s.stale)
	s.checking = true
	docs := s.docs.snapshot()
	go func() { s.checked <- runChecks(docs, roots, s.options.Rules) }()
}

// runChecks checks files.
func runChecks(docs *documents, roots, rules []string) checkResult {
	start := time.Now()
	result := checkResult{docs: docs, checks: map[string]editor.Check{}}
	for _, root := range roots {
		result.checks[root] = editor.CheckFile(docs.sources(docs.packages.ask), root, rules)
	}
	result.took = time.Since(start)
	return result
}

// finishCheck takes in what a check has found and tells the client.
func (s *server) finishCheck(result checkResult) {
	s.checking, s.took = false, result.took
	for root, check := range result.checks {
		if _, open := s.docs.open[root]; open {
			s.checks[root] = check
			s.checkedText[root] = result.docs.open[root].text
		}
	}
	s.publish(result.docs)
}

// publish sends what is wrong with each file, if the client does not know it yet. Files whose text is another one than in
// the snapshot docs wait for the next check.
func (s *server) publish(docs *documents) {
	problems := map[string][]editor.Problem{}
	for path := range s.published {
		problems[path] = nil
	}
	for root := range s.checks {
		problems[root] = nil
	}
	seen := map[editor.Problem]bool{}
	for _, root := range slices.Sorted(maps.Keys(s.checks)) {
		for _, p := range s.checks[root].Problems {
			if !seen[p] && len(problems[p.Path]) < maxDiagnostics {
				problems[p.Path] = append(problems[p.Path], p)
			}
			seen[p] = true
		}
	}
	for _, path := range slices.Sorted(maps.Keys(problems)) {
		if docs.open[path] != s.docs.open[path] {
			continue
		}
		shown := s.diagnostics(docs, path, problems[path])
		known, told := s.published[path]
		if told && slices.Equal(known, shown) {
			continue
		}
		params := publishParams{URI: s.docs.uriOf(path), Diagnostics: shown}
		doc, open := s.docs.open[path]
		if open {
			params.Version = &doc.version
		}
		s.published[path] = shown
		if !open && len(shown) == 0 {
			delete(s.published, path)
		}
		s.notify("textDocument/publishDiagnostics", params)
	}
}

// diagnostics returns problems in the form of the protocol. The slice is never nil.
func (s *server) diagnostics(docs *documents, path string, problems []editor.Problem) []diagnostic {
	src, err := docs.read(path)
	if err != nil {
		src = nil
	}
	t := newText(string(src), s.enc)
	out := make([]diagnostic, 0, len(problems))
	for _, p := range problems {
		out = append(out, diagnosticOf(t, p))
	}
	return out
}

// The tags of diagnostics.
const (
	tagUnnecessary diagnosticTag = 1
	tagDeprecated  diagnosticTag = 2
)

// diagnosticOf returns a problem in the form of the protocol. What may be meant and what else helps belong to the message,
// since not every editor shows more than that.
func diagnosticOf(t text, p editor.Problem) diagnostic {
	d := diagnostic{Range: t.rangeOf(p.Span), Severity: int(p.Severity), Code: p.ID, Source: "ocapngen", Message: p.Message}
	if p.Hint != "" {
		d.Message += "; " + p.Hint
	}
	if p.Note != "" {
		d.Message += "\n" + p.Note
	}
	switch p.ID {
	case "UNUSED_IMPORT":
		d.Tags = tagUnnecessary
	case "DEPRECATED_USE":
		d.Tags = tagDeprecated
	}
	return d
}
