package editor

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

// walker collects what the tree of the parser holds, in the form in which listed gives what an outline holds.
type walker struct{ parts, uses []string }

func (w *walker) part(kind Kind, name string, span Span) {
	w.parts = append(w.parts, fmt.Sprintf("%s %s %d-%d", kind, name, span.Start, span.End))
}

func (w *walker) dotted(as role, list ...*syntax.Dotted) {
	for _, d := range list {
		w.uses = append(w.uses, fmt.Sprintf("%d %s %d-%d", as, d, d.Span().Start, d.Span().End))
	}
}

func (w *walker) typ(t *syntax.Type) {
	if t == nil {
		return
	}
	w.dotted(asType, t.Name)
	for _, a := range t.Args {
		w.typ(a.Type)
	}
}

func (w *walker) literal(l *syntax.Literal) {
	if l == nil {
		return
	}
	if l.Ident != nil {
		w.uses = append(w.uses, fmt.Sprintf("%d %s %d-%d", asValue, l.Ident.Value, l.Span().Start, l.Span().End))
	}
	if l.String != nil {
		w.uses = append(w.uses, fmt.Sprintf("%d %s %d-%d", asValue, l.String.Value, l.Span().Start, l.Span().End))
	}
	for _, e := range l.List {
		w.literal(e)
	}
}

func (w *walker) fields(fields []*syntax.Field) {
	for _, f := range fields {
		w.part(Field, f.Name.Text(), f.Name.Span())
		w.typ(f.Type)
		w.literal(f.Default)
	}
}

func (w *walker) signature(s *syntax.Signature) {
	for _, p := range s.Params {
		w.part(Parameter, p.Name.Text(), p.Name.Span())
		w.typ(p.Type)
		w.literal(p.Default)
	}
	w.typ(s.Result)
	w.dotted(asRaised, s.Raises...)
}

func (w *walker) decl(d *syntax.Decl) {
	if d.Import != nil {
		alias, span := "", syntax.TokenSpan(d.Import.Path)
		alias = strings.TrimSuffix(filepath.Base(unquoted(d.Import.Path.Value)), ".ocapn")
		if d.Import.As != nil {
			alias, span = d.Import.As.Value, syntax.TokenSpan(*d.Import.As)
		}
		w.part(Import, alias, span)
		return
	}
	keyword, name := d.Keyword()
	if d.Package != nil {
		w.part(Package, name, d.Package.Name.Span())
		return
	}
	w.part(Kind(keyword), name, syntax.TokenSpan(d.NameToken()))
	switch {
	case d.Const != nil:
		w.typ(d.Const.Type)
		w.literal(d.Const.Value)
	case d.Alias != nil:
		w.typ(d.Alias.Type)
	case d.Enum != nil:
		for _, c := range d.Enum.Cases {
			w.part(Case, c.Name.Text(), c.Name.Span())
		}
	case d.Struct != nil:
		w.fields(d.Struct.Fields)
	case d.Error != nil:
		w.fields(d.Error.Fields)
	case d.Union != nil:
		for _, v := range d.Union.Variants {
			w.part(Variant, v.Name.Text(), v.Name.Span())
			w.typ(v.Type)
			w.fields(v.Fields)
		}
	case d.Interface != nil:
		w.dotted(asBase, d.Interface.Extends...)
		for _, m := range d.Interface.Methods {
			w.part(Method, m.Name.Text(), m.Name.Span())
			w.signature(m.Signature)
		}
	case d.Callable != nil:
		w.signature(d.Callable.Signature)
	}
}

// listed returns the parts and the uses of an outline.
func listed(o *outline) (parts, uses []string) {
	w := &walker{}
	o.each(func(s *symbol) { w.part(s.kind, s.name, s.span) })
	for _, u := range o.uses {
		w.uses = append(w.uses, fmt.Sprintf("%d %s %d-%d", u.role, o.src[u.span().Start:u.span().End], u.span().Start, u.span().End))
	}
	return w.parts, w.uses
}

// wholeLanguage uses every construct of the grammar in every place.
const wholeLanguage = `/// The package.
@lenient package a.b go "example.org/a;b"
import "x.ocapn"
import "y/z.ocapn" as q;
@since("2") const c: list<e> = [A, 'b, "B", 1, [2.5]]
@max(3) type t = list<map<q.x>> | undefined | null;
closed enum e { A, @wire("b") "B?"
  /// doc
  C; type }
@strict struct s { type: int, @max(5) "odd name"?: string = "x"; enum: e = A }
closed union u { bare text(string) @wire("r") rec { a: int, b?: e = A } "odd"(promise<i>) }
error plain
error full { message: string }
interface i extends q.base, other { }
interface j { oneway oneway() stream stream(x: int)
  /// Doc.
  @go(X) error(@lenient x: int, y?: tagged<"t", s> = 5, ...rest: any,) -> tuple<int, q.s> | false raises plain, q.err;
  type(
    a: int,
    b: int
  ) -> error }
callable k(x: i) -> s raises full
`

func TestOutlineAgreesWithTheParser(t *testing.T) {
	files, err := filepath.Glob("../../golden/*/*.ocapn")
	if err != nil || len(files) == 0 {
		t.Fatalf("golden sources: %v, %v", files, err)
	}
	sources := map[string]string{"whole language": wholeLanguage}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		sources[file] = string(src)
	}
	for name, src := range sources {
		tree, errs := syntax.Parse(src)
		if len(errs) > 0 {
			t.Fatalf("%s: %v", name, errs)
		}
		want := &walker{}
		for _, d := range tree.Decls {
			want.decl(d)
		}
		parts, uses := listed(read(src))
		if diff := cmp.Diff(want.parts, parts); diff != "" {
			t.Errorf("%s: parts (-parser +outline):\n%s", name, diff)
		}
		slices.Sort(want.uses) // the order among the uses of a declaration does not matter
		slices.Sort(uses)
		if diff := cmp.Diff(want.uses, uses); diff != "" {
			t.Errorf("%s: uses (-parser +outline):\n%s", name, diff)
		}
	}
}
