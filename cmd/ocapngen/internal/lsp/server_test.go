package lsp

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// incomingMessage returns a message as the reader makes it.
func incomingMessage(t *testing.T, body string) incoming {
	t.Helper()
	m, problem := parseMessage([]byte(body))
	return incoming{message: m, problem: problem}
}

func TestCancel(t *testing.T) {
	c := &client{t: t}
	s := newServer(&c.out, Options{})
	messages := make(chan incoming, maxQueue)
	for _, body := range []string{
		`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}`,
		`{"jsonrpc":"2.0","id":2,"method":"workspace/symbol","params":{"query":"x"}}`,
		`{"jsonrpc":"2.0","id":"3","method":"workspace/symbol","params":{"query":"x"}}`,
		`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":2}}`,
		`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":3}}`,
		`{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":77}}`,
		`{"jsonrpc":"2.0","method":"$/cancelRequest"}`,
	} {
		messages <- incomingMessage(t, body)
	}
	s.fill(messages)
	if got, want := c.received(), []string{"<- error -32800: the request was cancelled"}; !slices.Equal(got, want) {
		t.Errorf("received %q, want %q", got, want)
	}
	if len(s.queue) != 6 {
		t.Errorf("%d messages are left, want 6", len(s.queue))
	}
}

// TestEnd ends connections in several ways.
func TestEnd(t *testing.T) {
	const start, shutdown = `{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}`, `{"jsonrpc":"2.0","id":2,"method":"shutdown"}`
	const exit = `{"jsonrpc":"2.0","method":"exit"}`
	for _, test := range []struct {
		name   string
		bodies []string
		tail   string
		want   error // nil is none, errAny is any other
	}{
		{"in order", []string{start, shutdown, exit}, "", nil},
		{"without exit", []string{start, shutdown}, "", nil},
		{"without shutdown", []string{start, exit}, "", errNoShutdown},
		{"exit alone", []string{exit}, "", errNoShutdown},
		{"gone", []string{start}, "", errNoShutdown},
		{"cut", []string{start}, "Content-Length: 5\r\n\r\n{", errAny},
	} {
		t.Run(test.name, func(t *testing.T) {
			var in strings.Builder
			for _, b := range test.bodies {
				if err := writeFrame(&in, []byte(b)); err != nil {
					t.Fatal(err)
				}
			}
			err := Serve(strings.NewReader(in.String()+test.tail), io.Discard, Options{})
			if test.want == errAny && err != nil && !errors.Is(err, errNoShutdown) {
				return
			}
			if !errors.Is(err, test.want) || (err == nil) != (test.want == nil) {
				t.Errorf("error %v, want %v", err, test.want)
			}
		})
	}
}

var errAny = errors.New("any error")

// failingWriter fails.
type failingWriter struct{}

func (failingWriter) Write([]byte) (int, error) { return 0, io.ErrClosedPipe }

func TestWriteFailure(t *testing.T) {
	r, w := io.Pipe()
	defer w.Close()
	ended := make(chan error, 1)
	go func() { ended <- Serve(r, failingWriter{}, Options{}) }()
	if err := writeFrame(w, []byte(`{"jsonrpc":"2.0","id":1,"method":"initialize","params":{}}`)); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("error %v", err)
	}
}

// tree writes files into a new folder and returns its slash path.
func tree(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return filepath.ToSlash(dir)
}

// uri returns the URI of a file.
func uri(path string) string { return (&documents{}).uriOf(path) }

// placeParams returns the parameters of a request about a place.
func placeParams(path string, line, character int) map[string]any {
	return map[string]any{
		"textDocument": map[string]any{"uri": uri(path)}, "position": map[string]any{"line": line, "character": character},
	}
}

func TestWorkspaceFolders(t *testing.T) {
	dir := tree(t, map[string]string{
		"a b.ocapn": "interface user {}\n", "sub/b.ocapn": "import \"../a b.ocapn\" as a\ntype t = a.user\n", "sub/.git/c.ocapn": "struct user {}\n",
		"node_modules/d.ocapn": "struct user {}\n", "vendor/e.ocapn": "struct user {}\n", "note.txt": "user", ".config/x.ocapn": "struct user {}\n",
	})
	more := tree(t, map[string]string{"users.ocapn": "enum user { A }\n"})
	c := connect(t)
	c.request("initialize", map[string]any{"workspaceFolders": []any{map[string]any{"uri": uri(dir), "name": "x"}}})
	short := func(lines []string) string {
		out := strings.Join(lines, "\n")
		return strings.ReplaceAll(strings.ReplaceAll(out, uri(dir), "DIR"), uri(more), "MORE")
	}
	find := map[string]any{"query": "user"}
	const one = `{"name":"user","kind":11,"location":{"uri":"DIR/a%20b.ocapn","range":{"start":{"line":0,"character":10},"end":{"line":0,"character":14}}}}`
	const two = `{"name":"user","kind":10,"location":{"uri":"MORE/users.ocapn","range":{"start":{"line":0,"character":5},"end":{"line":0,"character":9}}}}`
	if diff := cmp.Diff("<- ["+one+"]", short(c.request("workspace/symbol", find))); diff != "" {
		t.Errorf("symbols (-want +got):\n%s", diff)
	}
	c.notify("workspace/didChangeWorkspaceFolders", json.RawMessage(`{"event":{"added":[{"uri":"`+uri(more)+`","name":"m"}],"removed":[{"uri":"`+uri(dir)+`"}]}}`))
	if diff := cmp.Diff("<- ["+two+"]", short(c.request("workspace/symbol", find))); diff != "" {
		t.Errorf("symbols of the other folder (-want +got):\n%s", diff)
	}
	c.notify("workspace/didChangeWorkspaceFolders", json.RawMessage(`{"event":{"added":[{"uri":"`+uri(dir)+`"}],"removed":[]}}`))
	want := `<- {"changes":{"DIR/a%20b.ocapn":[{"range":{"start":{"line":0,"character":10},"end":{"line":0,"character":14}},"newText":"person"}],` +
		`"DIR/sub/b.ocapn":[{"range":{"start":{"line":1,"character":11},"end":{"line":1,"character":15}},"newText":"person"}]}}`
	params := placeParams(dir+"/a b.ocapn", 0, 12)
	params["newName"] = "person"
	if diff := cmp.Diff(want, short(c.request("textDocument/rename", params))); diff != "" {
		t.Errorf("rename (-want +got):\n%s", diff)
	}
}

// TestWatchedFiles changes a file that is not open and is imported by one that is.
func TestWatchedFiles(t *testing.T) {
	dir := tree(t, map[string]string{"b.ocapn": "package b go \"example.org/b\"\ntype t = int\n"})
	c := connect(t)
	c.step(`start {"rootUri":"`+uri(dir)+`"}`, "")
	got := c.step("open "+uri(dir+"/a.ocapn"), "package a go \"example.org/a\"\nimport \"b.ocapn\"\nstruct s { x: b.t }\n")
	if len(got) != 1 || !strings.Contains(got[0], `"diagnostics":[]`) {
		t.Errorf("after open: %q", got)
	}
	write := func(text string) []string {
		if err := os.WriteFile(filepath.Join(dir, "b.ocapn"), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return c.notify("workspace/didChangeWatchedFiles", json.RawMessage(`{"changes":[{"uri":"`+uri(dir+"/b.ocapn")+`","type":2}]}`))
	}
	got = write("package b go \"example.org/b\"\ntype t = what\n")
	if len(got) != 1 || !strings.Contains(got[0], "b.ocapn") || !strings.Contains(got[0], "UNKNOWN_TYPE") {
		t.Errorf("after an error: %q", got)
	}
	got = write("package b go \"example.org/b\"\ntype t = string\n")
	if len(got) != 1 || !strings.Contains(got[0], "b.ocapn") || !strings.Contains(got[0], `"diagnostics":[]`) {
		t.Errorf("after the fix: %q", got)
	}
	if got := write("package b go \"example.org/b\"\ntype t = string | null\n"); len(got) != 0 {
		t.Errorf("after a change without an error: %q", got)
	}
}

// TestStandardLibrary goes to a definition that is part of the program: there is a file with its text.
func TestStandardLibrary(t *testing.T) {
	t.Setenv("XDG_CACHE_HOME", t.TempDir())
	t.Setenv("HOME", t.TempDir())
	t.Setenv("LocalAppData", t.TempDir())
	c := connect(t)
	c.step("start {}", "")
	c.step("open file:///a.ocapn", "import \"ocapn/sealers.ocapn\"\ntype t = sealers.sealer\n")
	for range 2 { // the file is written once
		c.at("file:///a.ocapn:1:20 textDocument/definition")
		var places []location
		if err := json.Unmarshal(c.last, &places); err != nil || len(places) != 1 {
			t.Fatalf("definition %s, %v", c.last, err)
		}
		text, err := os.ReadFile(filepath.FromSlash(pathOf(places[0].URI)))
		if err != nil {
			t.Fatal(err)
		}
		at := newText(string(text), utf16).span(places[0].Range)
		if got := string(text[at.Start:at.End]); got != "sealer" {
			t.Errorf("the definition is %q", got)
		}
	}
}

func TestPackages(t *testing.T) {
	asked := 0
	p := &packages{find: func(dir, importPath string) (string, error) {
		asked++
		if importPath == "gone" {
			return "", os.ErrNotExist
		}
		return dir + "/" + importPath, nil
	}}
	if _, err := p.recall("/a", "b"); !errors.Is(err, errNotAsked) {
		t.Errorf("recall before ask: %v", err)
	}
	for range 2 {
		if dir, err := p.ask("/a", "b"); dir != "/a/b" || err != nil {
			t.Errorf("ask: %q, %v", dir, err)
		}
		if _, err := p.ask("/a", "gone"); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("ask: %v", err)
		}
	}
	if dir, err := p.recall("/a", "b"); dir != "/a/b" || err != nil || asked != 2 {
		t.Errorf("recall: %q, %v, asked %d times", dir, err, asked)
	}
	gone := p.known[[2]string{"/a", "gone"}]
	gone.asked = gone.asked.Add(-retryAfter - time.Second)
	p.known[[2]string{"/a", "gone"}] = gone
	if _, err := p.ask("/a", "gone"); err == nil || asked != 3 {
		t.Errorf("asked %d times in all, want 3: %v", asked, err)
	}
}

// TestImportOfAPackage uses a file of a package of another module: the check finds it, and other answers know it from then
// on.
func TestImportOfAPackage(t *testing.T) {
	dir := tree(t, map[string]string{"far/far.ocapn": "package far go \"example.com/far\"\ninterface star {}\n", "go.mod": "module example.org/a\n"})
	c := connectWith(t, Options{FindPackage: func(_, importPath string) (string, error) {
		if importPath == "example.com/far" {
			return filepath.FromSlash(dir + "/far"), nil
		}
		return "", errors.New("no such module")
	}})
	c.step("start {}", "")
	got := c.step("open "+uri(dir+"/a.ocapn"), "import \"example.com/far/far.ocapn\"\ntype t = far.star\nimport \"example.com/near/n.ocapn\"\n")
	if len(got) != 1 || !strings.Contains(got[0], "no such module") || strings.Count(got[0], "IMPORT_NOT_FOUND") != 1 {
		t.Errorf("diagnostics %q", got)
	}
	got = c.at(uri(dir+"/a.ocapn") + ":1:15 textDocument/definition")
	if len(got) != 1 || !strings.Contains(got[0], "far/far.ocapn") {
		t.Errorf("definition %q", got)
	}
}

func TestPaths(t *testing.T) {
	for uri, want := range map[string]string{
		"file:///a/b%20c.ocapn": "/a/b c.ocapn", "file:///c%3A/x.ocapn": "c:/x.ocapn", "file:///C:/x.ocapn": "C:/x.ocapn",
		"untitled:Untitled-1": "untitled:Untitled-1", "file:///a/../b": "/b", "%zz": "%zz", "": ".",
	} {
		if got := pathOf(uri); got != want {
			t.Errorf("pathOf(%q) = %q, want %q", uri, got, want)
		}
	}
	d := &documents{open: map[string]document{"/a.ocapn": {uri: "file:///%61.ocapn"}}}
	for path, want := range map[string]string{"/a.ocapn": "file:///%61.ocapn", "/b c.ocapn": "file:///b%20c.ocapn", "c:/x": "file:///c:/x"} {
		if got := d.uriOf(path); got != want {
			t.Errorf("uriOf(%q) = %q, want %q", path, got, want)
		}
	}
}
