package syntax

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/alecthomas/participle/v2/lexer"
	"github.com/google/go-cmp/cmp"
)

// tokenRules say what the tokens are; the first rule that matches wins.
var tokenRules = lexer.MustSimple([]lexer.SimpleRule{
	{Name: "Space", Pattern: `[ \t\r\n]+`},
	{Name: "Banner", Pattern: `////[^\r\n]*`},
	{Name: "Doc", Pattern: `///[^\r\n]*`},
	{Name: "Comment", Pattern: `//[^\r\n]*|/\*[^*]*\*+(?:[^/*][^*]*\*+)*/`},
	{Name: "BadComment", Pattern: `/\*[\s\S]*`},
	{Name: "String", Pattern: `"(?:[^"\\\r\n]|\\[^\r\n])*"`},
	{Name: "BadString", Pattern: `"[^\r\n]*`},
	{Name: "Symbol", Pattern: `'[^\s'"(),:;{}<>|=@\[\]]+`},
	{Name: "Ident", Pattern: `[a-zA-Z][a-zA-Z0-9]*(?:-[a-zA-Z0-9]+)*`},
	{Name: "Float", Pattern: `-?[0-9]+\.[0-9]+(?:[eE][+-]?[0-9]+)?`},
	{Name: "Int", Pattern: `-?[0-9]+`},
	{Name: "Punct", Pattern: `->|\.\.\.|[(){}<>\[\],;:?=|@.]`},
	{Name: "BadCharacter", Pattern: `[\s\S]`},
})

// placed is a token with the name of its kind.
type placed struct {
	name  string
	token lexer.Token
}

// byRules returns the tokens of a text as the rules say.
func byRules(t *testing.T, src string) []placed {
	t.Helper()
	base := 0
	if strings.HasPrefix(src, byteOrderMark) {
		base = len(byteOrderMark)
	}
	l, err := tokenRules.LexString("", src[base:])
	if err != nil {
		t.Fatal(err)
	}
	tokens, err := lexer.ConsumeAll(l)
	if err != nil {
		t.Fatal(err)
	}
	names := lexer.SymbolsByRune(tokenRules)
	var out []placed
	for _, token := range tokens[:len(tokens)-1] {
		name := names[token.Type]
		token.Pos.Offset += base
		token.Type = 0
		out = append(out, placed{name, token})
	}
	return out
}

// byScan returns the tokens of a text as the parser gets them.
func byScan(src string) []placed {
	names := lexer.SymbolsByRune(definition{})
	var out []placed
	for _, token := range cutTokens(src) {
		name := names[token.Type]
		token.Type = 0
		out = append(out, placed{name, token})
	}
	return out
}

// trickySources are texts in which tokens are hard to tell apart.
var trickySources = []string{
	"", "\ufeffenum a {}", "a-b--c-", "-1.5e+3 -2 -> - 1.e 1.5e 1.5ex 007", "'sym 'a.b? ' '' 'é", "\"a\\\"b\" \"open\n\"bad\\", "\"a\\\r\n",
	"/// doc\r\n//// banner\n// note\n/* a * / ** /*/ /**/ /* open", "/ é ... .. . ?:|@<>", "\f\v\x00", "/*/", "/***/x", "\"\\",
}

func TestScanFollowsTheRules(t *testing.T) {
	sources := trickySources
	files, err := filepath.Glob("../../../golden/*/*.ocapn")
	if err != nil || len(files) == 0 {
		t.Fatalf("golden sources: %v, %v", files, err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, string(src), strings.ReplaceAll(string(src), "\n", "\r\n"))
	}
	for _, src := range sources {
		if diff := cmp.Diff(byRules(t, src), byScan(src), cmp.AllowUnexported(placed{})); diff != "" {
			t.Errorf("tokens of %q (-rules +scan):\n%s", src, diff)
		}
	}
}

func FuzzScan(f *testing.F) {
	for _, src := range trickySources {
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src string) {
		if !utf8.ValidString(src) || len(src) > 1000 {
			t.Skip()
		}
		if diff := cmp.Diff(byRules(t, src), byScan(src), cmp.AllowUnexported(placed{})); diff != "" {
			t.Errorf("tokens of %q (-rules +scan):\n%s", src, diff)
		}
	})
}
