package syntax

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/alecthomas/participle/v2/lexer"
)

// seeds adds the files of testdata, those of the failing cases and some that are broken in other ways to the corpus of f.
func seeds(f *testing.F) {
	for _, pattern := range []string{"testdata/*.ocapn", "../../../golden/*/*.ocapn", "../../../golden/testdata/errors/*/*.ocapn"} {
		paths, err := filepath.Glob(pattern)
		if err != nil || len(paths) == 0 {
			f.Fatalf("no seeds: %v", err)
		}
		for _, path := range paths {
			src, err := os.ReadFile(path)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(string(src))
		}
	}
	for _, src := range []string{
		"interface a { foo", "/// x", "@a(", "struct s { a: list<int }", "enum e { \"\\q\" }", "closed", "package", "\ufeff",
		"interfce a { }\ncallable b(x: y) -> z raises q\n", "const x: int = [[[1]]]", "a /* b", "union u { a { b: c } }",
		"interface i {\n oneway oneway(oneway: int, // c\n ...b: int /* d */, ) ; stream\n stream() }",
		"error e { a: int = 1 } error f\ninterface i { raises() raises raises, e.f; b() raises c, d() }", "union u { a(tagged<\"é\", b>) b { } }",
	} {
		f.Add(src)
	}
}

// FuzzParse checks that no text makes the parser panic, that errors lie within the text, that there is at most one error for the
// syntax of a declaration, and that formatting what parses changes neither meaning nor comments.
func FuzzParse(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, src string) {
		file, errs := Parse(src)
		if file == nil {
			t.Fatal("no tree")
		}
		lines := NewLines(src)
		for _, e := range errs {
			if e.ID == "" || e.Message == "" {
				t.Errorf("incomplete error %+v", e)
			}
			if e.Span.Start < 0 || e.Span.End < e.Span.Start || e.Span.End > len(src) {
				t.Errorf("error out of range: %+v in %d bytes", e, len(src))
			}
			line, col, endCol := lines.Clip(e.Span)
			if line < 1 || col < 1 || endCol <= col || col > len(lines.Text(line))+2 {
				t.Errorf("position %d:%d-%d out of range: %+v", line, col, endCol, e)
			}
		}
		if n := len(errs) - tokenErrors(src); n > max(len(declarations(src)), 1) {
			t.Errorf("%d errors of syntax in %d declarations: %v", n, len(declarations(src)), errs)
		}
		for _, d := range file.Decls {
			if s := d.Span(); s.Start < 0 || s.End <= s.Start || s.End > len(src) {
				t.Errorf("declaration out of range: %+v", s)
			}
		}
		if len(errs) == 0 {
			checkFormat(t, src)
		}
	})
}

// tokenErrors returns the number of errors that are about single tokens.
func tokenErrors(src string) int {
	if len(src) > MaxSource || invalidUTF8(src) >= 0 {
		return 0
	}
	tokens, errs := lex(src)
	_, docs := trailingDocs(significant(tokens))
	return len(errs) + len(docs)
}

// declarations returns the pieces that are parsed one by one.
func declarations(src string) [][]lexer.Token {
	tokens, _ := lex(src)
	rest, _ := trailingDocs(significant(tokens))
	return cut(rest)
}

// significant returns the tokens that the grammar sees.
func significant(tokens []lexer.Token) []lexer.Token {
	return slices.DeleteFunc(tokens, func(t lexer.Token) bool { return elided(t.Type) })
}
