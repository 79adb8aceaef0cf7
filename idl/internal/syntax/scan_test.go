package syntax

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// lexed returns the tokens of the lexer in the form of Scan.
func lexed(src string) []Token {
	kinds := map[string]TokenKind{
		"Space": SpaceToken, "Banner": BannerToken, "Doc": DocToken, "Comment": CommentToken, "String": StringToken, "Symbol": SymbolToken,
		"Ident": IdentToken, "Int": NumberToken, "Float": NumberToken, "Punct": PunctToken,
		"BadComment": BadToken, "BadString": BadToken, "BadCharacter": BadToken,
	}
	names := map[int]string{}
	for name, t := range definition.Symbols() {
		names[int(t)] = name
	}
	tokens, _ := lex(src)
	out := make([]Token, len(tokens))
	for i, t := range tokens {
		out[i] = Token{kinds[names[int(t.Type)]], tokenSpan(t)}
	}
	return out
}

// trickySources are texts in which tokens are hard to tell apart.
var trickySources = []string{
	"", "\ufeffenum a {}", "a-b--c-", "-1.5e+3 -2 -> - 1.e 1.5e 1.5ex 007", "'sym 'a.b? ' '' 'é", "\"a\\\"b\" \"open\n\"bad\\", "\"a\\\r\n",
	"/// doc\r\n//// banner\n// note\n/* a * / ** /*/ /**/ /* open", "/ é ... .. . ?:|@<>", "\f\v\x00", "/*/", "/***/x", "\"\\",
}

func TestScanAgreesWithTheLexer(t *testing.T) {
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
		if diff := cmp.Diff(lexed(src), Scan(src)); diff != "" {
			t.Errorf("tokens of %q (-lexer +Scan):\n%s", src, diff)
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
		if diff := cmp.Diff(lexed(src), Scan(src)); diff != "" {
			t.Errorf("tokens of %q (-lexer +Scan):\n%s", src, diff)
		}
	})
}
