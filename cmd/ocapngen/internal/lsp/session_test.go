package lsp

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the transcripts instead of comparing them")

// client is an editor that speaks with a server in the same process, and knows when the server has nothing left to do.
type client struct {
	t     *testing.T
	in    *io.PipeWriter
	out   bytes.Buffer // written by the server while it is busy, read here while it is idle
	idle  chan int
	ended chan error
	sent  int
	texts map[string]string // of the open files, by URI
	last  json.RawMessage   // the last result
}

// connect starts a server.
func connect(t *testing.T) *client {
	t.Helper()
	return connectWith(t, Options{Version: "test", Rules: []string{"UNUSED_IMPORT", "DEPRECATED_USE"}})
}

// connectWith starts a server with options.
func connectWith(t *testing.T, options Options) *client {
	t.Helper()
	r, w := io.Pipe()
	c := &client{t: t, in: w, idle: make(chan int, 1), ended: make(chan error, 1), texts: map[string]string{}}
	s := newServer(&c.out, options)
	s.onIdle = func(handled int) {
		select {
		case <-c.idle:
		default:
		}
		c.idle <- handled
	}
	go func() { c.ended <- s.serve(r) }()
	t.Cleanup(func() { w.Close() })
	return c
}

// send sends a message and waits until the server is idle again. It returns what the server has sent, in the form of a
// transcript.
func (c *client) send(message any) []string {
	c.t.Helper()
	body, err := json.Marshal(message)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.sendBody(string(body))
}

// sendBody sends the body of a message.
func (c *client) sendBody(body string) []string {
	c.t.Helper()
	if err := writeFrame(c.in, []byte(body)); err != nil {
		c.t.Fatal(err)
	}
	c.sent++
	for {
		select {
		case handled := <-c.idle:
			if handled == c.sent {
				return c.received()
			}
		case err := <-c.ended:
			return append(c.received(), fmt.Sprintf("<- end: %v", err))
		}
	}
}

// received returns the messages of the server that have not been looked at.
func (c *client) received() []string {
	c.t.Helper()
	var out []string
	for r := bufio.NewReader(&c.out); ; {
		body, err := readFrame(r)
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			c.t.Fatal(err)
		}
		out = append(out, c.line(body))
	}
}

// line returns a message of the server as a line of a transcript.
func (c *client) line(body []byte) string {
	c.t.Helper()
	var m struct {
		ID     json.RawMessage
		Method string
		Params json.RawMessage
		Result json.RawMessage
		Error  *responseError
	}
	if err := json.Unmarshal(body, &m); err != nil {
		c.t.Fatal(err)
	}
	switch {
	case m.Method != "":
		return "<- " + m.Method + " " + string(m.Params)
	case m.Error != nil:
		return fmt.Sprintf("<- error %d: %s", m.Error.Code, m.Error.Message)
	default:
		c.last = m.Result
		return "<- " + string(m.Result)
	}
}

// request sends a request.
func (c *client) request(method string, params any) []string {
	c.t.Helper()
	return c.send(map[string]any{"jsonrpc": "2.0", "id": c.sent + 1, "method": method, "params": params})
}

// notify sends a notification.
func (c *client) notify(method string, params any) []string {
	c.t.Helper()
	return c.send(map[string]any{"jsonrpc": "2.0", "method": method, "params": params})
}

// position matches a place in a transcript: chat.ocapn:3:7.
var transcriptPlace = regexp.MustCompile(`^(\S+):(\d+):(\d+)$`)

// step takes one line of a transcript, with the lines of text that belong to it, and returns what came back.
func (c *client) step(line string, text string) []string {
	c.t.Helper()
	verb, rest, _ := strings.Cut(line, " ")
	switch verb {
	case "request", "notify":
		method, params, _ := strings.Cut(rest, " ")
		if params == "" {
			params = "{}"
		}
		if verb == "notify" {
			return c.notify(method, json.RawMessage(params))
		}
		return c.request(method, json.RawMessage(params))
	case "start":
		c.request("initialize", json.RawMessage(rest))
		return c.notify("initialized", struct{}{})
	case "raw":
		return c.sendBody(rest)
	case "open":
		c.texts[rest] = text
		item := map[string]any{"uri": rest, "languageId": "ocapn", "version": 1, "text": text}
		return c.notify("textDocument/didOpen", map[string]any{"textDocument": item})
	case "change":
		uri, edits, _ := strings.Cut(rest, " ")
		return c.change(uri, json.RawMessage(edits))
	case "at":
		return c.at(rest)
	case "apply":
		return c.apply(rest)
	default:
		c.t.Fatalf("unknown step %q", line)
		return nil
	}
}

// at asks about a place: at chat.ocapn:3:7 textDocument/hover {"more":"parameters"}. Line and character count from 0.
func (c *client) at(rest string) []string {
	c.t.Helper()
	where, rest, _ := strings.Cut(rest, " ")
	method, more, _ := strings.Cut(rest, " ")
	m := transcriptPlace.FindStringSubmatch(where)
	if m == nil {
		c.t.Fatalf("bad place %q", where)
	}
	params := map[string]any{
		"textDocument": map[string]any{"uri": m[1]},
		"position":     map[string]any{"line": json.RawMessage(m[2]), "character": json.RawMessage(m[3])},
	}
	if more != "" {
		if err := json.Unmarshal([]byte(more), &params); err != nil {
			c.t.Fatal(err)
		}
	}
	return c.request(method, params)
}

// change makes incremental changes to a file, here as there.
func (c *client) change(uri string, changes json.RawMessage) []string {
	c.t.Helper()
	var list []contentChange
	if err := json.Unmarshal(changes, &list); err != nil {
		c.t.Fatal(err)
	}
	for _, change := range list {
		c.texts[uri] = newText(c.texts[uri], utf16).apply(change)
	}
	document := map[string]any{"uri": uri, "version": c.sent + 1}
	return c.notify("textDocument/didChange", map[string]any{"textDocument": document, "contentChanges": changes})
}

// apply makes the edits of the last result, a list of edits or edits of a workspace, sends the new texts, and shows them.
func (c *client) apply(string) []string {
	c.t.Helper()
	edits := map[string][]textEdit{}
	var list []textEdit
	var workspace struct{ Changes map[string][]textEdit }
	if json.Unmarshal(c.last, &list) == nil {
		for uri := range c.texts {
			edits[uri] = list
		}
	} else if err := json.Unmarshal(c.last, &workspace); err != nil {
		c.t.Fatal(err)
	} else {
		edits = workspace.Changes
	}
	var out []string
	for _, uri := range slices.Sorted(mapKeys(edits)) {
		list := edits[uri]
		slices.Reverse(list)
		slices.SortStableFunc(list, func(a, b textEdit) int { // the last first, so that the places of the others hold
			if a.Range.Start.Line != b.Range.Start.Line {
				return b.Range.Start.Line - a.Range.Start.Line
			}
			return b.Range.Start.Character - a.Range.Start.Character
		})
		text := c.texts[uri]
		for _, e := range list {
			text = newText(text, utf16).apply(contentChange{&e.Range, e.NewText})
		}
		out = append(out, "= "+uri)
		for line := range strings.Lines(text) {
			out = append(out, "| "+strings.TrimSuffix(line, "\n"))
		}
		out = append(out, c.change(uri, mustMarshal(c.t, []map[string]any{{"text": text}}))...)
	}
	return out
}

// mapKeys returns the keys of a map.
func mapKeys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// mustMarshal returns value as JSON.
func mustMarshal(t *testing.T, value any) json.RawMessage {
	t.Helper()
	out, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// play runs the steps of a transcript and returns it with what came back.
func (c *client) play(transcript string) string {
	c.t.Helper()
	var out strings.Builder
	lines := strings.Split(strings.TrimRight(transcript, "\n"), "\n")
	for i := 0; i < len(lines); i++ {
		line := lines[i]
		step, ok := strings.CutPrefix(line, "-> ")
		if !ok {
			if line == "" || strings.HasPrefix(line, "#") {
				out.WriteString(line + "\n")
			}
			continue
		}
		out.WriteString(line + "\n")
		var text strings.Builder
		for strings.HasPrefix(step, "open ") && i+1 < len(lines) && strings.HasPrefix(lines[i+1], "|") {
			i++
			out.WriteString(lines[i] + "\n")
			text.WriteString(strings.TrimPrefix(strings.TrimPrefix(lines[i], "|"), " ") + "\n")
		}
		for _, got := range c.step(step, text.String()) {
			out.WriteString(got + "\n")
		}
	}
	return out.String()
}

// TestTranscripts plays what is marked with -> in each file of testdata and compares what comes back. In a file, # starts a
// remark, | a line of a source text, and = the name of a file that has been edited.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("transcripts: %v, %v", files, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := connect(t).play(string(want))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("transcript (-want +got):\n%s", diff)
			}
		})
	}
}
