package editor

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// outlineLines returns symbols as lines that are indented by depth.
func outlineLines(list []Symbol, indent string) []string {
	var out []string
	for _, s := range list {
		line := fmt.Sprintf("%s%s %s: %s", indent, s.Kind, s.Name, s.Detail)
		if s.Deprecated {
			line += " (deprecated)"
		}
		out = append(out, line)
		out = append(out, outlineLines(s.Children, indent+"  ")...)
	}
	return out
}

func TestSymbols(t *testing.T) {
	w := New(one(`package a
import "b.ocapn"
/// Doc.
@deprecated("why") closed enum ack { OK, NO }
union u { none, text(string), pair { a: int } }
error banned
const c: list<int> = [1]
type t = int | null
interface i {
  oneway m(
    x: int,
    y: t
  )
  "odd?"() -> t raises banned;
  broken(x:
  last(),
}
callable k(x: int) -> t;
struct s { f?: string = "x" }
`).sources())
	want := []string{
		"enum ack: closed enum (deprecated)", "  case OK: case", "  case NO: case",
		"union u: union", "  variant none: ", "  variant text: (string)", "  variant pair: ", "    field a: int",
		"error banned: error", "const c: list<int>", "type t: = int | null",
		"interface i: interface", "  method m: oneway ( x: int, y: t )", "  method odd?: () -> t raises banned", "  method broken: (x:",
		"  method last: ()", "callable k: (x: int) -> t", "struct s: struct", "  field f: string",
	}
	if diff := cmp.Diff(want, outlineLines(w.Symbols("/a.ocapn"), "")); diff != "" {
		t.Errorf("symbols (-want +got):\n%s", diff)
	}
}

func TestFindSymbols(t *testing.T) {
	w := New(chat.sources())
	for _, test := range []struct {
		query string
		want  []string
	}{
		{"room", []string{"interface room in ", "app/chat.ocapn:13:11 room"}},
		{"NM", []string{"method name in room", "interface named in ", "method name in named", "method name in lobby"}},
		{"until", []string{"field until in banned"}},
		{"zzz", nil},
	} {
		var got []string
		for _, f := range w.FindSymbols(test.query) {
			got = append(got, fmt.Sprintf("%s %s in %s", f.Kind, f.Name, f.Owner))
			if test.query == "room" {
				got = append(got, show(w, []Location{f.Location})...)
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("symbols for %q (-want +got):\n%s", test.query, diff)
		}
	}
}

func TestFolds(t *testing.T) {
	const text = `// One
// two

/// Doc
/// more
package a
import "b.ocapn"
import "c.ocapn"
enum e { A }
interface i {
  m(
    x: int
  )
  /* three
     four */
}
struct open {
  a: int
`
	w := New(one(text).sources())
	var got []string
	for _, f := range w.Folds("/a.ocapn") {
		lines := strings.Count(text[:f.Span.Start], "\n")
		got = append(got, strings.TrimSpace(fmt.Sprintf("%d-%d %s", lines+1, strings.Count(text[:f.Span.End], "\n")+1, f.Kind)))
	}
	want := []string{"1-2 comment", "4-5 comment", "7-8 imports", "10-16", "11-13", "14-15 comment", "17-18"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("folds (-want +got):\n%s", diff)
	}
}

// A name is no keyword, however it is spelled.
func TestPaintOfNamesLikeKeywords(t *testing.T) {
	w := New(one("package test.extends.oneway go \"x\"\nstruct s { raises: stream, as: what.union }\n").sources())
	f, _ := w.start("/a.ocapn")
	var got []string
	for _, p := range w.Paint("/a.ocapn") {
		got = append(got, fmt.Sprintf("%s %s", f.src[p.Span.Start:p.Span.End], p.Class))
	}
	want := []string{
		"package keyword", "test namespace", "extends namespace", "oneway namespace", "go keyword", "\"x\" string", "struct keyword", "s struct",
		"raises property", "as property",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("words (-want +got):\n%s", diff)
	}
}

func TestPaint(t *testing.T) {
	w := New(world{"/a.ocapn": `/// Doc.
package a go "x"
import "b.ocapn" as b // why
@go(N) enum e { A, "b c" }
/* one
   two */
@deprecated("x") interface old {}
interface i extends old { oneway type(x: list<b.t>, y: e | null = A) }
const c: float64 = 1.5
`, "/b.ocapn": "type t = int\n"}.sources())
	f, _ := w.start("/a.ocapn")
	var got []string
	for _, p := range w.Paint("/a.ocapn") {
		var line strings.Builder
		fmt.Fprintf(&line, "%s %s", f.src[p.Span.Start:p.Span.End], p.Class)
		for name, on := range map[string]bool{"+": p.Declares, "*": p.Builtin, "-": p.Faded, "/": p.Doc} {
			if on {
				line.WriteString(name)
			}
		}
		got = append(got, line.String())
	}
	want := []string{
		"/// Doc. comment/", "package keyword", "a namespace+", "go keyword", "\"x\" string", "import keyword", "\"b.ocapn\" string", "as keyword",
		"b namespace+", "// why comment", "go decorator", "enum keyword", "e enum+", "A enumMember+", "\"b c\" enumMember+",
		"/* one comment", "   two */ comment", "deprecated decorator", "\"x\" string", "interface keyword", "old interface+-",
		"interface keyword", "i interface+", "extends keyword", "old interface-", "oneway keyword", "type method+", "x parameter+", "list type*",
		"b namespace", "t type", "y parameter+", "e enum", "null keyword", "A enumMember", "const keyword", "c variable+", "float64 type*", "1.5 number",
	}
	for i := range got {
		got[i] = strings.Replace(got[i], "-+", "+-", 1)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("words (-want +got):\n%s", diff)
	}
}
