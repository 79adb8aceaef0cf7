package gen

import (
	"bytes"
	"errors"
	"fmt"
	"go/format"
	"go/parser"
	"go/scanner"
	"go/token"
	"maps"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/ocapn-go/ocapn/idl"
)

// piece is the formatted code of a part of the file and the imports that it needs: names, "" where the package is known by its own,
// by path.
type piece struct {
	code    []byte
	imports map[string]string
	err     error
}

// pieces returns the code of the head and of every declaration. They are made beside each other, as many at a time as there are
// processors, and each alone, so that what comes of it does not depend on how many there are.
func (g *generator) pieces() []piece {
	out := make([]piece, 1+len(g.schema.Decls))
	var next atomic.Int64
	work := func() {
		for i := int(next.Add(1)) - 1; i < len(out); i = int(next.Add(1)) - 1 {
			part := g.part()
			if i == 0 {
				part.supports()
			} else {
				part.declaration(g.schema.Decls[i-1])
			}
			out[i] = part.render()
		}
	}
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(out)) {
		workers.Go(work)
	}
	workers.Wait()
	return out
}

// declaration adds everything that a declaration becomes.
func (g *generator) declaration(d idl.Decl) {
	switch d := d.(type) {
	case *idl.Const:
		g.constant(d)
	case *idl.Enum:
		g.enum(d)
	case *idl.Struct:
		g.structDecl(d)
		g.structView(d)
	case *idl.Union:
		g.union(d)
		g.unionView(d)
	case *idl.ErrorDecl:
		g.errorDecl(d)
	case *idl.Interface:
		g.interfaceDecl(d)
	case *idl.Callable:
		g.callable(d)
	}
}

// render returns what has been added to the file so far.
func (g *generator) render() piece {
	var raw bytes.Buffer
	g.file.NoFormat = true
	if err := g.file.Render(&raw); err != nil {
		return piece{err: err}
	}
	src, err := format.Source(raw.Bytes())
	if err != nil {
		return piece{err: shortened(err)}
	}
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, "", src, parser.ImportsOnly|parser.SkipObjectResolution)
	if err != nil {
		return piece{err: shortened(err)}
	}
	out, end := piece{imports: map[string]string{}}, parsed.Name.End()
	for _, spec := range parsed.Imports {
		path, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return piece{err: err}
		}
		out.imports[path] = ""
		if spec.Name != nil {
			out.imports[path] = spec.Name.Name
		}
	}
	for _, d := range parsed.Decls {
		end = d.End()
	}
	out.code = bytes.TrimSpace(src[fset.Position(end).Offset:])
	return out
}

// shortened returns the first of the errors of a parser, without the source.
func shortened(err error) error {
	var list scanner.ErrorList
	if errors.As(err, &list) && len(list) > 1 {
		return fmt.Errorf("%s (and %d more)", list[0].Msg, len(list)-1)
	}
	return err
}

// assemble returns the file that the pieces make.
func (g *generator) assemble(pieces []piece) ([]byte, error) {
	imports := map[string]string{}
	for _, p := range pieces {
		if p.err != nil {
			return nil, p.err
		}
		maps.Copy(imports, p.imports)
	}
	head, err := format.Source([]byte(strings.Join(g.header(), "\n") + "\n")) // lists and code in the documentation
	if err != nil {
		return nil, shortened(err)
	}
	var out bytes.Buffer
	out.Write(head)
	out.WriteString(importBlock(imports))
	for _, p := range pieces {
		if len(p.code) > 0 {
			out.WriteByte('\n')
			out.Write(p.code)
			out.WriteByte('\n')
		}
	}
	return out.Bytes(), nil
}

// importBlock returns the declaration of imports, those of the standard library before the others:
//
//	import (
//		"context"
//
//		"github.com/ocapn-go/ocapn/runtime/captp"
//	)
func importBlock(imports map[string]string) string {
	var std, other []string
	for _, path := range slices.Sorted(maps.Keys(imports)) {
		line := strings.TrimSpace(imports[path] + " " + strconv.Quote(path))
		if first, _, _ := strings.Cut(path, "/"); strings.Contains(first, ".") {
			other = append(other, "\t"+line)
		} else {
			std = append(std, "\t"+line)
		}
	}
	if len(std)+len(other) == 1 {
		return "\nimport " + strings.TrimSpace(slices.Concat(std, other)[0]) + "\n"
	}
	if len(std) > 0 && len(other) > 0 {
		std = append(std, "")
	}
	return "\nimport (\n" + strings.Join(append(std, other...), "\n") + "\n)\n"
}
