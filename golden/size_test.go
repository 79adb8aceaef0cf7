package golden

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strings"
	"testing"
)

// maxLines bounds the generated lines that one method of a real interface adds, on average: its plain and its eventual form, the
// view of its result, its stream, its line in the server, its case in the dispatch. Comments, blank lines and fakes do not count. It
// holds for golden/chat and for the large description of TestLarge, whose methods are as people write them. The other cases are made of
// the constructs that take most lines; theirs are only logged.
const maxLines = 15

func TestLinesPerMethod(t *testing.T) {
	lines, methods, total := 0.0, 0.0, 0.0
	for _, path := range sources(t) {
		schema := load(t, path)
		n := float64(len(schema.Callables))
		for _, i := range schema.Interfaces {
			n += float64(len(i.All))
		}
		added, all := measure(t, generate(t, schema).Content)
		if n > 0 {
			t.Logf("%-24s %2.0f methods: %4.1f lines each, %4.1f with what an interface has once", schema.Package, n, added/n, all/n)
		}
		if path == "chat/chat.ocapn" && added/n > maxLines {
			t.Errorf("%.1f lines for a method of %s, want at most %d", added/n, path, maxLines)
		}
		lines, methods, total = lines+added, methods+n, total+all
	}
	t.Logf("%.0f methods: %.1f lines each, %.1f with what an interface has once", methods, lines/methods, total/methods)
}

// measure returns the lines of a generated file that its methods add, and the lines of everything but fakes, structs and
// enums.
func measure(t *testing.T, src []byte) (added, all float64) {
	t.Helper()
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, "generated.go", src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	count := func(from, to token.Pos) float64 {
		return float64(codeLines(string(src[fset.Position(from).Offset:fset.Position(to).Offset])))
	}
	references, functions := map[string]bool{}, map[string]bool{}
	for _, d := range parsed.Decls {
		if name := owner(d); strings.HasSuffix(name, "Handler") {
			base := strings.TrimSuffix(name, "Handler")
			base = strings.ToUpper(base[:1]) + base[1:]
			if g, ok := d.(*ast.GenDecl); ok {
				_, functions[name] = g.Specs[0].(*ast.TypeSpec).Type.(*ast.FuncType)
			}
			references[base], references[base+"E"], references[base+"Server"], references[name] = true, true, true, true
		}
	}
	for _, d := range parsed.Decls {
		name := owner(d)
		if isPartOfMethod(name) {
			added, all = added+count(d.Pos(), d.End()), all+count(d.Pos(), d.End())
			continue
		}
		if !references[name] && !references[strings.TrimPrefix(name, "New")] {
			continue
		}
		all += count(d.Pos(), d.End())
		switch d := d.(type) {
		case *ast.GenDecl:
			if i, ok := d.Specs[0].(*ast.TypeSpec).Type.(*ast.InterfaceType); ok {
				added += float64(i.Methods.NumFields())
			}
		case *ast.FuncDecl:
			switch {
			case d.Name.Name == "E", d.Name.Name == "Unwrap", d.Recv == nil:
			case d.Name.Name != "Dispatch":
				added += count(d.Pos(), d.End())
			case functions[name]: // a callable has one message, so no cases
				added += count(d.Body.Lbrace+1, d.Body.Rbrace)
			default:
				ast.Inspect(d, func(n ast.Node) bool {
					if c, ok := n.(*ast.CaseClause); ok {
						added += count(c.Pos(), c.End())
					}
					return true
				})
			}
		}
	}
	return added, all
}

// isPartOfMethod reports whether a type is there for one method: the view of its result, or its stream.
func isPartOfMethod(name string) bool {
	return strings.HasSuffix(name, "ResultE") || strings.HasSuffix(name, "Stream") && !strings.HasPrefix(name, "New")
}

// owner returns the name of the type that a declaration declares or belongs to, or of the function that it declares, ""
// for imports and constants.
func owner(d ast.Decl) string {
	switch d := d.(type) {
	case *ast.GenDecl:
		if d.Tok == token.TYPE {
			return d.Specs[0].(*ast.TypeSpec).Name.Name
		}
	case *ast.FuncDecl:
		if d.Recv == nil {
			return d.Name.Name
		}
		recv := d.Recv.List[0].Type
		if star, ok := recv.(*ast.StarExpr); ok {
			recv = star.X
		}
		return recv.(*ast.Ident).Name
	}
	return ""
}

// codeLines returns the number of lines that are neither blank nor comments.
func codeLines(src string) int {
	n := 0
	for line := range strings.SplitSeq(src, "\n") {
		if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
			n++
		}
	}
	return n
}
