package runtime_test

import (
	"go/ast"
	"strings"
	"testing"
	"unicode"
)

// foreignWords are words that other fields, or other implementations, use for what has a name of its own here.
var foreignWords = map[string]string{
	"connection": "session, or conn for what carries it",
	"future":     "promise",
	"host":       "peer or vat",
	"node":       "peer or vat",
	"settler":    "resolver",
	"slot":       "position",
	"stub":       "reference",
	"vow":        "promise",
}

// properWords are the exported names in which such a word means what it says: a host on the internet, mostly. Each is
// the package and the name.
var properWords = map[string]string{
	"runtime/netlayer/noise.Host":      "the host of a TCP address",
	"runtime/netlayer/tcptesting.Host": "the host of a TCP address",
	"runtime/netlayer/tls.Host":        "the host of a TCP address",
}

// TestWords checks that the exported names of public packages use the field's words.
func TestWords(t *testing.T) {
	m := load(t)
	for _, s := range m.sources {
		if s.isTest() || s.isGenerated() || !public(s.dir) {
			continue
		}
		for _, name := range exportedNames(s.syntax) {
			if properWords[s.dir+"."+name.Name] != "" {
				continue
			}
			for _, word := range words(name.Name) {
				if own := foreignWords[strings.TrimSuffix(word, "s")]; own != "" {
					t.Errorf("%s: %s says %q; the word here is %s", m.position(name), name.Name, word, own)
				}
			}
		}
	}
}

// exportedNames returns the exported names that the file declares: of constants, variables, types, functions, methods,
// and of the fields and methods inside types.
func exportedNames(file *ast.File) []*ast.Ident {
	var names []*ast.Ident
	add := func(idents ...*ast.Ident) {
		for _, name := range idents {
			if name.IsExported() {
				names = append(names, name)
			}
		}
	}
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			add(d.Name)
		case *ast.GenDecl:
			ast.Inspect(d, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.ValueSpec:
					add(n.Names...)
				case *ast.TypeSpec:
					add(n.Name)
				case *ast.Field:
					add(n.Names...)
				case *ast.BlockStmt:
					return false
				}
				return true
			})
		}
	}
	return names
}

// words splits a Go name where the case changes, in lower case: HTTPServerName is http, server, name.
func words(name string) []string {
	var all []string
	runes := []rune(name)
	start := 0
	for i := 1; i <= len(runes); i++ {
		switch {
		case i == len(runes):
		case unicode.IsUpper(runes[i]) && !unicode.IsUpper(runes[i-1]):
		case unicode.IsUpper(runes[i]) && i+1 < len(runes) && unicode.IsLower(runes[i+1]):
		default:
			continue
		}
		all = append(all, strings.ToLower(string(runes[start:i])))
		start = i
	}
	return all
}

func TestSplitWords(t *testing.T) {
	for name, want := range map[string]string{
		"Vat":            "vat",
		"SturdyRef":      "sturdy ref",
		"HTTPServerName": "http server name",
		"PeerID":         "peer id",
		"ID":             "id",
		"Utf8Name":       "utf8 name",
	} {
		if got := strings.Join(words(name), " "); got != want {
			t.Errorf("words(%q) = %q, want %q", name, got, want)
		}
	}
}
