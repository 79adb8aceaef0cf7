package syntax

import (
	"strings"
	"testing"

	"github.com/alecthomas/participle/v2/lexer"
	"github.com/google/go-cmp/cmp"
)

// sameTree compares trees without the places of their tokens.
var sameTree = cmp.Options{
	cmp.Comparer(func(a, b lexer.Token) bool {
		return strings.TrimRight(a.Value, " \t") == strings.TrimRight(b.Value, " \t")
	}),
	cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".Tokens" }, cmp.Ignore()),
}

// comments returns the comments of a source file in order.
func comments(src string) []string {
	tokens, _ := lex(src)
	var out []string
	for _, t := range tokens {
		if t.Type == typeComment || t.Type == typeBanner {
			out = append(out, strings.TrimRight(strings.ReplaceAll(t.Value, "\r\n", "\n"), " \t\r"))
		}
	}
	return out
}

// checkFormat formats src and checks what must hold for every file. It returns the formatted text.
func checkFormat(t testing.TB, src string) string {
	t.Helper()
	once, errs := Format(src)
	if len(errs) > 0 {
		t.Fatalf("Format: %v\n%s", errs, src)
	}
	twice, errs := Format(once)
	if len(errs) > 0 {
		t.Fatalf("the formatted text does not parse: %v\nsource:\n%s\nformatted:\n%s", errs, src, once)
	}
	if diff := cmp.Diff(once, twice); diff != "" {
		t.Errorf("formatting again changes the text (-once +twice):\n%s\nsource:\n%q", diff, src)
	}
	before, _ := Parse(src)
	after, _ := Parse(once)
	if diff := cmp.Diff(before, after, sameTree); diff != "" {
		t.Errorf("formatting changes the meaning (-before +after):\n%s\nsource:\n%q", diff, src)
	}
	if diff := cmp.Diff(comments(src), comments(once)); diff != "" {
		t.Errorf("formatting changes comments (-before +after):\n%s\nsource:\n%q", diff, src)
	}
	return once
}

func TestFormat(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"empty", "", ""},
		{"only a comment", "\n\n// hello", "// hello\n"},
		{"package", "package   a . b   go \"x/y\" ;import \"c.ocapn\"\ninterface i{}", "package a.b go \"x/y\"\n\nimport \"c.ocapn\"\n\ninterface i {}\n"},
		{"one line enum", "enum e{a;b  c,}", "enum e { a, b, c }\n"},
		{"broken enum", "closed enum e{ a,\n b; c}", "closed enum e {\n  a\n  b\n  c\n}\n"},
		{"struct", "struct s{a:int,b ? :list< string >|null=\"x\";}", "struct s { a: int, b?: list<string> | null = \"x\" }\n"},
		{"interface", "interface i extends a,b{f()->x;g ( a:int,...r : any )}", "interface i extends a, b { f() -> x; g(a: int, ...r: any) }\n"},
		{"broken body with annotations", "interface i {\n@since ( \"2\" ) f()\n @idempotent\n\tg()\n}", "interface i {\n  @since(\"2\") f()\n  @idempotent\n  g()\n}\n"},
		{"documentation", "/// One\n///   two\ninterface i {\n/// f\nf() }", "/// One\n///   two\ninterface i {\n  /// f\n  f()\n}\n"},
		{"broken parameters", "callable c(a: int,\nb: int) -> int", "callable c(\n  a: int,\n  b: int,\n) -> int\n"},
		{"trailing comma", "callable c(a: int, b: int,)", "callable c(a: int, b: int)\n"},
		{"empty lines", "enum a { x }\n\n\n\nenum b { y }\nenum c {\n\n  z\n\n\n  w\n\n}\nenum d { v }", "enum a { x }\n\nenum b { y }\nenum c {\n  z\n\n  w\n}\n\nenum d { v }\n"},
		{"comments", "// top\n\nstruct s { // head\n a: int, // about a\n\n // own\n b: int /* b */ ; c: int\n // end\n} // after", "// top\n\nstruct s { // head\n  a: int // about a\n\n  // own\n  b: int /* b */\n  c: int\n  // end\n} // after\n"},
		{"comment in parameters", "callable c(a: int // first\n, b: int // second\n)", "callable c(\n  a: int, // first\n  b: int, // second\n)\n"},
		{"comment in a constant", "const x: // why\nint = 4", "const x: // why\n  int = 4\n"},
		{"comment before a separator", "struct s { a: int\n// why\n, b: int }", "struct s {\n  a: int\n  // why\n  b: int\n}\n"},
		{"method called raises", "interface i {\nf();raises()\ng() raises e;raises-more()\n}", "interface i {\n  f();\n  raises()\n  g() raises e\n  raises-more()\n}\n"},
		{"banner", "////////\nenum e{a}", "////////\nenum e { a }\n"},
		{"carriage returns", "/// doc\r\nstruct s {\r\n  a: int\r\n}\r\n", "/// doc\nstruct s {\n  a: int\n}\n"},
		{"byte order mark", "\ufeffenum e { a }", "enum e { a }\n"},
		{"union", "union u{ text ( string )\n image{mime:symbol,data:bytes} none}", "union u {\n  text(string)\n  image { mime: symbol, data: bytes }\n  none\n}\n"},
		{"literals", "const a : list< string >=[ \"a\",\"b\" ]\nconst c: float64=-1.5e3", "const a: list<string> = [\"a\", \"b\"]\nconst c: float64 = -1.5e3\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := checkFormat(t, tt.in)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("Format(%q) (-want +got):\n%s", tt.in, diff)
			}
		})
	}
}

func TestFormatRefusesWhatDoesNotParse(t *testing.T) {
	if got, errs := Format("interface {"); got != "" || len(errs) == 0 {
		t.Errorf("Format = %q, %v; want errors", got, errs)
	}
}
