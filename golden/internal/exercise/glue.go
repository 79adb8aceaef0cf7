package exercise

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/ocapn-go/ocapn/idl"
)

// GlueFunc returns the name of the function that the glue of a source file declares: ExerciseMain for main.ocapn.
func GlueFunc(source string) string {
	base := strings.TrimSuffix(path.Base(source), ".ocapn")
	return "Exercise" + strings.ToUpper(base[:1]) + base[1:]
}

// Glue returns the Go source of the file that belongs beside the generated one with the content generated. It is of the same
// package and declares a function that returns the [File].
func Glue(schema *idl.Schema, generated []byte) ([]byte, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "generated.go", generated, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	promises, used := promiseTypes(file, generated)
	names := packageNames(schema)
	var out bytes.Buffer
	fmt.Fprintf(&out, "package %s\n\nimport (\n\t\"github.com/ocapn-go/ocapn/golden/internal/exercise\"\n", schema.GoPackage)
	for _, spec := range file.Imports {
		if used[importName(spec, names)] {
			out.Write(generated[spec.Pos()-1 : spec.End()-1])
			out.WriteByte('\n')
		}
	}
	out.WriteString(")\n\n")
	writeFile(&out, schema, file, promises)
	return format.Source(out.Bytes())
}

// writeFile writes the function that returns the [File]. promises are the types T of its promises.
func writeFile(out *bytes.Buffer, schema *idl.Schema, file *ast.File, promises []string) {
	fmt.Fprintf(out, "func %s() exercise.File {\nreturn exercise.File{\n", GlueFunc(schema.File))
	fmt.Fprint(out, "References: []exercise.Reference{\n")
	for _, i := range schema.Interfaces {
		fmt.Fprintf(out, "{Zero: %[1]s{}, New: New%[1]s, Funcs: %[1]sFuncs{}, Unimplemented: Unimplemented%[1]s{}", i.GoName)
		if events := "New" + i.GoName + "Stream"; isFunc(file, events) {
			fmt.Fprintf(out, ", Events: %s", events)
		}
		fmt.Fprint(out, "},\n")
	}
	for _, c := range schema.Callables {
		fmt.Fprintf(out, "{Zero: %[1]s{}, New: New%[1]s},\n", c.GoName)
	}
	fmt.Fprint(out, "},\nPromises: []exercise.Promise{\n")
	for _, p := range promises {
		fmt.Fprintf(out, "exercise.PromiseOf[%s](),\n", p)
	}
	fmt.Fprint(out, "},\nUnions: []exercise.Union{\n")
	for _, u := range schema.Unions {
		fmt.Fprintf(out, "{Zero: (*%s)(nil), Variants: []any{", u.GoName)
		for _, v := range u.Variants {
			fmt.Fprintf(out, "*new(%s), ", v.GoName)
		}
		if !u.Closed {
			fmt.Fprintf(out, "%sUnknown{}", u.GoName)
		}
		fmt.Fprint(out, "}},\n")
	}
	fmt.Fprint(out, "},\nErrors: []any{\n")
	for _, e := range schema.Errors {
		fmt.Fprintf(out, "(*%s)(nil),\n", e.GoName)
	}
	fmt.Fprint(out, "},\nConstants: map[string]any{\n")
	for _, c := range schema.Consts {
		value := c.GoName
		if isFunc(file, value) {
			value += "()"
		}
		fmt.Fprintf(out, "%q: %s,\n", c.Name, value)
	}
	fmt.Fprint(out, "},\n}\n}\n")
}

// promiseTypes returns the types T of which the file mentions a captp.Promise[T], as it spells them, and the names of the
// packages that these mention.
func promiseTypes(file *ast.File, src []byte) (types []string, packages map[string]bool) {
	found, packages := map[string]bool{}, map[string]bool{}
	ast.Inspect(file, func(n ast.Node) bool {
		index, ok := n.(*ast.IndexExpr)
		if !ok {
			return true
		}
		generic, ok := index.X.(*ast.SelectorExpr)
		if !ok || generic.Sel.Name != "Promise" {
			return true
		}
		found[string(src[index.Index.Pos()-1:index.Index.End()-1])] = true
		ast.Inspect(index.Index, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				if x, ok := s.X.(*ast.Ident); ok {
					packages[x.Name] = true
				}
			}
			return true
		})
		return true
	})
	return slices.Sorted(maps.Keys(found)), packages
}

// isFunc reports whether the file declares a function.
func isFunc(file *ast.File, name string) bool {
	return slices.ContainsFunc(file.Decls, func(d ast.Decl) bool {
		f, ok := d.(*ast.FuncDecl)
		return ok && f.Recv == nil && f.Name.Name == name
	})
}

// importName returns the name of an import. Packages that names does not have are called like the ends of their paths.
func importName(spec *ast.ImportSpec, names map[string]string) string {
	if spec.Name != nil {
		return spec.Name.Name
	}
	p, err := strconv.Unquote(spec.Path.Value)
	if err != nil {
		return ""
	}
	if name := names[p]; name != "" {
		return name
	}
	return path.Base(p)
}

// packageNames returns the names of the Go packages that the types of a schema belong to, by import path.
func packageNames(schema *idl.Schema) map[string]string {
	out := map[string]string{}
	var visit func(t *idl.Type)
	visit = func(t *idl.Type) {
		if t == nil {
			return
		}
		if t.Ref != nil {
			out[t.Ref.GoImport] = t.Ref.GoPackage
		}
		visit(t.Elem)
		for _, e := range t.Elems {
			visit(e)
		}
	}
	call := func(params []*idl.Param, result *idl.Type) {
		for _, p := range params {
			visit(p.Type)
		}
		visit(result)
	}
	fields := func(fields []*idl.Field) {
		for _, f := range fields {
			visit(f.Type)
		}
	}
	for _, i := range schema.Interfaces {
		for _, m := range i.All {
			call(m.Params, m.Result)
		}
	}
	for _, c := range schema.Callables {
		call(c.Params, c.Result)
	}
	for _, d := range schema.Structs {
		fields(d.Fields)
	}
	for _, d := range schema.Errors {
		fields(d.Fields)
	}
	for _, d := range schema.Unions {
		for _, v := range d.Variants {
			visit(v.Type)
			fields(v.Fields)
		}
	}
	return out
}
