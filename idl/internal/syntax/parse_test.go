package syntax

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/alecthomas/participle/v2/lexer"
	"github.com/google/go-cmp/cmp"
)

// brief returns errors as line:col ID.
func brief(src string, errs []Error) []string {
	lines := NewLines(src)
	var out []string
	for _, e := range errs {
		line, col, _ := lines.Clip(e.Span)
		out = append(out, fmt.Sprintf("%d:%d %s", line, col, e.ID))
	}
	return out
}

func TestParseExample(t *testing.T) {
	src, err := os.ReadFile("testdata/goblin-chat.ocapn")
	if err != nil {
		t.Fatal(err)
	}
	file, errs := Parse(string(src))
	if len(errs) > 0 {
		t.Fatal(brief(string(src), errs))
	}
	var got []string
	for _, d := range file.Decls {
		keyword, name := d.Keyword()
		got = append(got, strings.TrimSpace(keyword+" "+name))
		if keyword != d.KeywordToken().Value || name != "" && keyword != "package" && name != d.NameToken().Value {
			t.Errorf("tokens of %s %s are %q %q", keyword, name, d.KeywordToken().Value, d.NameToken().Value)
		}
	}
	want := []string{
		"package spritely.goblin-chat", "import", "const rich-room-version", "enum ack", "callable finalize-subscription",
		"callable unsubscribe", "interface user", "interface chatroom", "interface user-inbox", "interface messaging-channel",
		"interface observer", "interface authenticated-channel", "error banned", "union content", "struct profile",
		"interface rich-room",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("declarations (-want +got):\n%s", diff)
	}
}

// TestContextualKeywords checks that every keyword can be the name of a member and of a parameter.
func TestContextualKeywords(t *testing.T) {
	words := append([]string{"oneway", "stream", "raises", "extends", "as", "go", "undefined", "null"}, keywords...)
	for _, w := range words {
		src := fmt.Sprintf("interface i {\n%[1]s()\noneway %[1]s(%[1]s: x, ...%[1]s: x)\n}\nstruct s {\n%[1]s: x\n}\nenum e {\n%[1]s\n}\n", w)
		file, errs := Parse(src)
		if len(errs) > 0 {
			t.Errorf("%s: %v", w, errs)
			continue
		}
		methods := file.Decls[0].Interface.Methods
		if len(methods) != 2 || methods[0].Modifier != nil || methods[1].Modifier == nil || methods[1].Name.Text() != w {
			t.Errorf("%s: methods are read wrongly", w)
		}
	}
}

// TestRecovery checks that one broken declaration hides no other.
func TestRecovery(t *testing.T) {
	tests := []struct {
		name, src string
		want      []string
		decls     int
		broken    []string
	}{
		{"three errors", "enum a { x\n}\nstruct b {\n  a int\n}\nenum c { y }\ninterfce d {\n}\ntype e =\n", []string{"4:5 SYNTAX", "7:1 UNKNOWN_KEYWORD", "9:9 SYNTAX"}, 2, []string{"b", "d", "e"}},
		{"members in the first column", "interface a {\nerror()\ntype()\nb(\n}\nenum c { y }\n", []string{"5:1 SYNTAX"}, 1, []string{"a"}},
		{"documentation stays with its declaration", "enum a {\n/// Doc.\n@since(\"2\")\nenum b { y }\n", []string{"1:9 SYNTAX"}, 1, []string{"a"}},
		{"broken import", "import \"x/seal.ocapn\" as\nimport \"y/other.ocapn\" nonsense\nenum a { x }\n", []string{"1:25 SYNTAX", "2:24 UNKNOWN_KEYWORD"}, 1, []string{"seal", "other"}},
		{"bad token", "struct a { b: \"c }\nenum d { x }\n", []string{"1:15 BAD_STRING"}, 1, []string{"a"}},
		{"closed", "closed enum {\n}\nclosed enum b { x }\n", []string{"1:13 SYNTAX"}, 1, nil},
		{"two on a line", "enum a { x } enum b { } enum c\n", []string{"1:31 SYNTAX"}, 0, []string{"a"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file, errs := Parse(tt.src)
			if diff := cmp.Diff(tt.want, brief(tt.src, errs)); diff != "" {
				t.Errorf("errors (-want +got):\n%s%v", diff, errs)
			}
			if len(file.Decls) != tt.decls {
				t.Errorf("%d declarations, want %d", len(file.Decls), tt.decls)
			}
			if diff := cmp.Diff(tt.broken, file.Broken); diff != "" && len(tt.broken) > 0 {
				t.Errorf("broken names (-want +got):\n%s", diff)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	nested := func(n int) string {
		return "struct s { a: " + strings.Repeat("list<", n) + "int" + strings.Repeat(">", n) + " }\n"
	}
	if _, errs := Parse(nested(MaxDepth - 1)); len(errs) > 0 {
		t.Errorf("%d brackets: %v", MaxDepth, errs)
	}
	if _, errs := Parse(nested(MaxDepth)); len(errs) != 1 || errs[0].ID != "LIMIT" {
		t.Errorf("%d brackets: %v", MaxDepth+1, errs)
	}
	source := func(n int) string { return "//" + strings.Repeat(" ", n-2) }
	if _, errs := Parse(source(MaxSource)); len(errs) > 0 {
		t.Errorf("%d bytes: %v", MaxSource, errs)
	}
	if _, errs := Parse(source(MaxSource + 1)); len(errs) != 1 || errs[0].ID != "LIMIT" {
		t.Errorf("%d bytes: %v", MaxSource+1, errs)
	}
	if _, errs := Parse(strings.Repeat("# ", 1000)); len(errs) != maxLexErrors {
		t.Errorf("%d bad characters are reported, want %d", len(errs), maxLexErrors)
	}
}

func TestDocText(t *testing.T) {
	tests := []struct {
		lines []string
		want  string
	}{
		{nil, ""},
		{[]string{"/// one"}, "one"},
		{[]string{"///one", "///two "}, "one\ntwo"},
		{[]string{"///  one", "///", "///    two", "///  three"}, "one\n\n  two\nthree"},
		{[]string{"///", "/// one", "///"}, "one"},
		{[]string{"///\tone", "///\t\ttwo"}, "one\n\ttwo"},
	}
	for _, tt := range tests {
		var docs []lexer.Token
		for _, l := range tt.lines {
			docs = append(docs, lexer.Token{Type: typeDoc, Value: l})
		}
		if got := DocText(docs); got != tt.want {
			t.Errorf("DocText(%q) = %q, want %q", tt.lines, got, tt.want)
		}
	}
}

func TestNearest(t *testing.T) {
	tests := []struct {
		word       string
		candidates []string
		want       string
	}{
		{"strng", []string{"string", "strong", "symbol"}, "string"},
		{"stirng", []string{"string"}, "string"},
		{"interfce", []string{"interface", "import"}, "interface"},
		{"String", []string{"string"}, "string"},
		{"room", []string{"rooms", "broom"}, "broom"},
		{"quite-different", []string{"string", "symbol"}, ""},
		{"ab", []string{"xy"}, ""},
		{"a", []string{"b"}, ""},
		{"same", []string{"same"}, ""},
		{"", []string{"a"}, ""},
		{"abc", nil, ""},
	}
	for _, tt := range tests {
		if got := Nearest(tt.word, tt.candidates); got != tt.want {
			t.Errorf("Nearest(%q, %q) = %q, want %q", tt.word, tt.candidates, got, tt.want)
		}
	}
}

func TestLines(t *testing.T) {
	const src = "one\r\nzwei é x\n\nlast"
	lines := NewLines(src)
	tests := []struct{ offset, line, col int }{
		{-1, 1, 1},
		{0, 1, 1},
		{3, 1, 4},
		{5, 2, 1},
		{strings.Index(src, "x"), 2, 9},
		{strings.Index(src, "last"), 4, 1},
		{len(src), 4, 5},
		{len(src) + 9, 4, 5},
	}
	for _, tt := range tests {
		if line, col := lines.Pos(tt.offset); line != tt.line || col != tt.col {
			t.Errorf("Pos(%d) = %d:%d, want %d:%d", tt.offset, line, col, tt.line, tt.col)
		}
	}
	for line, want := range []string{"", "one", "zwei é x", "", "last", ""} {
		if got := lines.Text(line); got != want {
			t.Errorf("Text(%d) = %q, want %q", line, got, want)
		}
	}
	if line, col, end := lines.Clip(Span{1, len(src)}); line != 1 || col != 2 || end != 4 {
		t.Errorf("Clip over lines = %d:%d-%d, want 1:2-4", line, col, end)
	}
	if line, col, end := lines.Clip(Span{len(src), len(src)}); line != 4 || col != 5 || end != 6 {
		t.Errorf("Clip at the end = %d:%d-%d, want 4:5-6", line, col, end)
	}
}
