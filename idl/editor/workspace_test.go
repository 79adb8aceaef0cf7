package editor

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// world is a workspace of texts: file names with their texts. A ^ in one of them is the place that a question is about.
type world map[string]string

// open returns the workspace, and the file and the offset of the mark.
func (files world) open(t *testing.T) (w *Workspace, path string, offset int) {
	t.Helper()
	texts := world{}
	for name, text := range files {
		if at := strings.IndexByte(text, '^'); at >= 0 {
			path, offset, text = name, at, text[:at]+text[at+1:]
		}
		texts[name] = text
	}
	return New(texts.sources()), path, offset
}

// clean returns the texts without the mark.
func (files world) clean() world {
	out := world{}
	for name, text := range files {
		out[name] = strings.Replace(text, "^", "", 1)
	}
	return out
}

// sources gives the texts.
func (files world) sources() Sources {
	return Sources{
		Read: func(name string) ([]byte, error) {
			if text, ok := files[name]; ok {
				return []byte(text), nil
			}
			return nil, fmt.Errorf("%s: %w", name, fs.ErrNotExist)
		},
		List: func() []string { return slices.Sorted(maps.Keys(files)) },
		Beside: func(name string) []string {
			return slices.DeleteFunc(slices.Sorted(maps.Keys(files)), func(other string) bool {
				return other == name || path.Dir(other) != path.Dir(name) || path.Ext(other) != ".ocapn"
			})
		},
	}
}

// one is a world of a single file.
func one(text string) world { return world{"/a.ocapn": text} }

// show returns locations as file:line:column and the text that is there.
func show(w *Workspace, places []Location) []string {
	out := []string{}
	for _, p := range places {
		f, ok := w.open(p.Path)
		if !ok || p.Span.End > len(f.src) {
			out = append(out, fmt.Sprintf("%s:%v is no place", p.Path, p.Span))
			continue
		}
		if strings.HasPrefix(p.Path, "ocapn/") { // it may change
			out = append(out, fmt.Sprintf("%s %s", p.Path, f.src[p.Span.Start:p.Span.End]))
			continue
		}
		line, col := f.lines.Pos(p.Span.Start)
		out = append(out, fmt.Sprintf("%s:%d:%d %s", strings.TrimPrefix(p.Path, "/"), line, col, f.src[p.Span.Start:p.Span.End]))
	}
	return out
}

// edited returns the texts of the files that edits change, after the change.
func edited(t *testing.T, files world, edits []Edit) world {
	t.Helper()
	byPath := map[string][]Edit{}
	for _, e := range edits {
		byPath[e.Path] = append(byPath[e.Path], e)
	}
	out := world{}
	for path, list := range byPath {
		slices.SortStableFunc(list, func(a, b Edit) int { return a.Span.Start - b.Span.Start })
		text := files[path]
		for i, e := range slices.Backward(list) {
			if i+1 < len(list) && e.Span.End > list[i+1].Span.Start {
				t.Fatalf("edits overlap: %v and %v", e, list[i+1])
			}
			text = text[:e.Span.Start] + e.Text + text[e.Span.End:]
		}
		out[path] = text
	}
	return out
}

// chat is a world of several files with most of the language in it.
var chat = world{
	"/app/chat.ocapn": `/// Talk.
package chat go "example.org/chat"
import "lib/base.ocapn" as base
import "ocapn/sealers.ocapn" as seal

enum ack { OK, @wire("no") NO }
type acks = list<ack>
const first: ack = OK
const all: acks = [OK, NO]
error banned { until?: int }
/// A room.
/// For talk.
interface room extends base.named {
  join(who: user, how?: ack = OK) -> channel raises banned, base.gone
  @go(Titled) name() -> string
}
interface user extends base.named { box() -> seal.sealer }
callable channel(text: string, what: base.thing) -> acks
`,
	"/app/lib/base.ocapn": `package base go "example.org/base;basecap"
interface named { name() -> string }
error gone
union thing { text(string), pair { a: int, b: thing | undefined }, none }
`,
	"/app/other.ocapn": `import "chat.ocapn"
interface lobby extends chat.room { name() -> string; find(how: chat.ack = OK) -> chat.room }
`,
}

// at returns the world with the mark in front of the n-th occurrence, from 1, of text in a file.
func (files world) at(t *testing.T, name, text string, n int) world {
	t.Helper()
	out := maps.Clone(files)
	at := 0
	for range n {
		i := strings.Index(out[name][at:], text)
		if i < 0 {
			t.Fatalf("%s has fewer than %d times %q", name, n, text)
		}
		at += i + 1
	}
	out[name] = out[name][:at-1] + "^" + out[name][at-1:]
	return out
}

func TestDefinition(t *testing.T) {
	for _, test := range []struct {
		file, text string
		n          int
		want       []string
	}{
		{"/app/chat.ocapn", "user,", 1, []string{"app/chat.ocapn:17:11 user"}},
		{"/app/chat.ocapn", "interface room", 1, nil},
		{"/app/chat.ocapn", "room extends", 1, []string{"app/chat.ocapn:13:11 room"}},
		{"/app/chat.ocapn", "string", 1, nil},
		{"/app/chat.ocapn", "base.named", 1, []string{"app/chat.ocapn:3:28 base"}},
		{"/app/chat.ocapn", "named {", 1, []string{"app/lib/base.ocapn:2:11 named"}},
		{"/app/chat.ocapn", "banned,", 1, []string{"app/chat.ocapn:10:7 banned"}},
		{"/app/chat.ocapn", "gone", 1, []string{"app/lib/base.ocapn:3:7 gone"}},
		{"/app/chat.ocapn", `"lib/base`, 1, []string{"app/lib/base.ocapn:1:9 base"}},
		{"/app/chat.ocapn", `"ocapn/sealers`, 1, []string{"ocapn/sealers.ocapn ocapn.sealers"}},
		{"/app/chat.ocapn", "sealer }", 1, []string{"ocapn/sealers.ocapn sealer"}},
		{"/app/chat.ocapn", "OK\n", 1, []string{"app/chat.ocapn:6:12 OK"}},
		{"/app/chat.ocapn", "NO]", 1, []string{"app/chat.ocapn:6:28 NO"}},
		{"/app/chat.ocapn", "acks = [", 1, []string{"app/chat.ocapn:7:6 acks"}},
		{"/app/other.ocapn", `"chat.ocapn"`, 1, []string{"app/chat.ocapn:2:9 chat"}},
		{"/app/other.ocapn", "chat.room", 1, []string{"app/other.ocapn:1:8 \"chat.ocapn\""}},
		{"/app/other.ocapn", "OK", 1, []string{"app/chat.ocapn:6:12 OK"}},
		{"/app/lib/base.ocapn", "thing |", 1, []string{"app/lib/base.ocapn:4:7 thing"}},
		{"/app/lib/base.ocapn", "union", 1, nil},
	} {
		files := chat.at(t, test.file, test.text, test.n)
		w, path, offset := files.open(t)
		if diff := cmp.Diff(test.want, show(w, w.Definition(path, offset)), cmp.Transformer("nil", func(s []string) []string {
			return append([]string{}, s...)
		})); diff != "" {
			t.Errorf("definition at %s %q (-want +got):\n%s", test.file, test.text, diff)
		}
	}
}

func TestReferences(t *testing.T) {
	for _, test := range []struct {
		file, text string
		want       []string
	}{
		{"/app/chat.ocapn", "room extends", []string{
			"app/chat.ocapn:13:11 room", "app/other.ocapn:2:30 room", "app/other.ocapn:2:88 room",
		}},
		{"/app/chat.ocapn", "name()", []string{
			"app/chat.ocapn:15:15 name", "app/lib/base.ocapn:2:19 name", "app/other.ocapn:2:37 name",
		}},
		{"/app/chat.ocapn", "OK,", []string{
			"app/chat.ocapn:6:12 OK", "app/chat.ocapn:8:20 OK", "app/chat.ocapn:9:20 OK", "app/chat.ocapn:14:31 OK",
			"app/other.ocapn:2:76 OK",
		}},
		{"/app/chat.ocapn", "base.named", []string{
			"app/chat.ocapn:3:28 base", "app/chat.ocapn:13:24 base", "app/chat.ocapn:14:61 base", "app/chat.ocapn:17:24 base",
			"app/chat.ocapn:18:38 base",
		}},
		{"/app/chat.ocapn", "until", []string{"app/chat.ocapn:10:16 until"}},
		{"/app/chat.ocapn", "who:", []string{"app/chat.ocapn:14:8 who"}},
		{"/app/lib/base.ocapn", "string }", []string{
			"app/chat.ocapn:15:25 string", "app/chat.ocapn:18:24 string", "app/lib/base.ocapn:2:29 string",
			"app/lib/base.ocapn:4:20 string", "app/other.ocapn:2:47 string",
		}},
		{"/app/lib/base.ocapn", "package base", nil},
		{"/app/lib/base.ocapn", "base go", []string{"app/chat.ocapn:3:8 \"lib/base.ocapn\"", "app/lib/base.ocapn:1:9 base"}},
		{"/app/chat.ocapn", "sealer }", []string{"app/chat.ocapn:17:51 sealer", "ocapn/sealers.ocapn sealer"}},
	} {
		files := chat.at(t, test.file, test.text, 1)
		w, path, offset := files.open(t)
		all := show(w, w.References(path, offset, true))
		if diff := cmp.Diff(append([]string{}, test.want...), all); diff != "" {
			t.Errorf("references at %s %q (-want +got):\n%s", test.file, test.text, diff)
		}
		if uses := w.References(path, offset, false); len(all) > 0 && len(uses) >= len(all) && test.text != "string }" {
			t.Errorf("references at %q: %d without declarations, %d with", test.text, len(uses), len(all))
		}
	}
}

func TestHighlights(t *testing.T) {
	w, path, offset := one("interface us^er { friends() -> list<user>; me() -> user }\ninterface users {}\n").open(t)
	var got []string
	for _, s := range w.Highlights(path, offset) {
		got = append(got, fmt.Sprint(s.Start))
	}
	if diff := cmp.Diff([]string{"10", "35", "50"}, got); diff != "" {
		t.Errorf("highlights (-want +got):\n%s", diff)
	}
}
