package gen

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/idl"
)

// positions is a description in which a text can stand at each place between two marks, which say what it is there: a string, a
// line of documentation, the name of a case, a symbol, or a part of a name or of another text.
const positions = `/// «doc»
@since(«string») @deprecated(«string») @example(«string»)
package «part»x go "example.org/p«part»;x«part»"
/// «doc»
const c: string = «string»
const cs: list<string> = [«string»]
const cy: symbol = 's«symbol»
const ce: e = «case»
/// «doc»
@deprecated(«string») enum e {
  /// «doc»
  @wire(«string») a
  @wire("b") @deprecated(«string») @go(EB«part») «case»
}
/// «doc»
@example(«string») @keep struct s {
  /// «doc»
  @wire(«string») @since(«string») a: string = «string»
  @go(B) «string»?: tagged<«string», int>
  c: e = «case»
}
/// «doc»
union u {
  /// «doc»
  @wire(«string») a { /** «part» */ @wire(«string») a?: symbol = 's«symbol» }
  @go(UB) «string»(tagged<«string», i>)
}
/// «doc»
@wire(«string») error f { @wire(«string») message: string }
/// «doc»
@deprecated(«string») interface i {
  /// «doc»
  @wire(«string») @deprecated(«string») @example(«string») a(@since(«string») p: e = «case», q: string = «string», r: symbol = 's«symbol») -> e raises f
  @go(B) «string»(r«part»: tagged<«string», int>, ...rest: list<e>) -> tuple<i, tagged<«string», i>>
  @go(C) stream «string»(a: e)
  @x-other(«string») @go(D«part») oneway d(a«part»: e)
}
/// «doc»
interface events { @wire(«string») oneway a(b: e) }
/// «doc»
callable g(p: e = «case», q: string = «string») -> s raises f
`

// hostileTexts are the seeds of what is put into the positions.
var hostileTexts = []string{
	"\n}\nfunc init() { println(\"injected\") }\ntype x struct {\n//", "*/ func init() {} /*", "`+func() string { panic(1) }()+`", "\r\nfunc init() {}\r\n//",
	"\u2028func init() {}", "\u202e\u2066}", "\x00", "\ufeff", "\x85func init() {}", "\v\f\x1b[2J", "\"", `\`, "%d%s%!", "\n//go:build ignore\n", "\xff\xfe",
	"line /etc/passwd:1", "\n//line x.go:1\n", "+build ignore", "\n\n\tx\n\n# y", "", " ", "\t", "日本", "e\u0301", "type", "a b", "'", "x:1", "//", "0",
}

// quotedIDL returns text as a string of the language.
func quotedIDL(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteString(`\` + string(r))
		case r < ' ':
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	return `"` + b.String() + `"`
}

// filled returns the positions with the text at the places that a function chooses. Every place has a kind; the names of the
// case are one place. The text ends differently at each, so that no name stands twice.
func filled(text string, chosen func(place int, kind string) bool) string {
	var b strings.Builder
	for i, part := range strings.Split(positions, "«") {
		if i == 0 {
			b.WriteString(part)
			continue
		}
		kind, rest, _ := strings.Cut(part, "»")
		place := i
		if kind == "case" {
			place = 0
		}
		here := chosen(place, kind)
		switch {
		case here && (kind == "string" || kind == "case"):
			b.WriteString(quotedIDL(fmt.Sprintf("%s %d", text, place)))
		case here:
			b.WriteString(text)
		case kind == "string":
			fmt.Fprintf(&b, `"plain %d"`, i)
		case kind == "case", kind == "doc":
			b.WriteString("plain")
		}
		b.WriteString(rest)
	}
	return b.String()
}

// declared returns what a schema declares in Go at the level of the package. The code must have no comment that a tool obeys.
func declared(t *testing.T, schema *idl.Schema) string {
	t.Helper()
	files, err := Generate(schema, Options{})
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := parser.ParseFile(token.NewFileSet(), "x.go", files[0].Content, parser.SkipObjectResolution|parser.ParseComments)
	if err != nil {
		t.Fatalf("%v in\n%s", err, files[0].Content)
	}
	for _, group := range parsed.Comments {
		for _, c := range group.List {
			if c.Text != "//" && !strings.HasPrefix(c.Text, "// ") && !strings.HasPrefix(c.Text, "//\t") || strings.HasPrefix(c.Text, "// +build") {
				t.Errorf("the comment %q may be a directive", c.Text)
			}
		}
	}
	var out []string
	for _, d := range parsed.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			recv := ""
			if d.Recv != nil {
				recv = types.ExprString(d.Recv.List[0].Type)
			}
			out = append(out, "func "+recv+" "+d.Name.Name)
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					out = append(out, "type "+spec.Name.Name)
				case *ast.ValueSpec:
					out = append(out, "const "+spec.Names[0].Name)
				}
			}
		}
	}
	return strings.Join(out, "\n")
}

// loadPositions returns the schema of a description, nil if it has errors.
func loadPositions(src string) (*idl.Schema, []idl.Error) {
	loader := idl.Loader{ReadFile: func(string) ([]byte, error) { return []byte(src), nil }}
	return loader.Load("dir/x.ocapn")
}

// poison replaces every text in a value but those that are names in Go, or words of package idl.
func poison(v reflect.Value, text string, seen map[any]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && !seen[v.Interface()] {
			seen[v.Interface()] = true
			poison(v.Elem(), text, seen)
		}
	case reflect.Interface:
		poison(v.Elem(), text, seen)
	case reflect.Slice:
		for i := range v.Len() {
			poison(v.Index(i), text, seen)
		}
	case reflect.Struct:
		if l, ok := v.Interface().(idl.Literal); ok && l.Kind != idl.LitString && l.Kind != idl.LitSymbol && l.Kind != idl.LitEnum {
			return
		}
		for i := range v.NumField() {
			if name := v.Type().Field(i).Name; !strings.HasPrefix(name, "Go") && name != "Absent" {
				poison(v.Field(i), text, seen)
			}
		}
	case reflect.String:
		if v.Type() == reflect.TypeFor[string]() {
			v.SetString(text)
		}
	}
}

// FuzzHostileText puts texts that try to become code into every place of a description that takes one. The checker may refuse the
// file; if it does not, what is declared does not depend on the text.
func FuzzHostileText(f *testing.F) {
	for _, text := range hostileTexts {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		schema, errs := loadPositions(filled("", func(int, string) bool { return false }))
		if len(errs) > 0 {
			t.Fatal(errs)
		}
		want := declared(t, schema)
		kinds, accepted := map[int]string{}, map[int]bool{}
		filled("", func(place int, kind string) bool { kinds[place] = kind; return false })
		for place, kind := range kinds {
			schema, errs := loadPositions(filled(text, func(n int, _ string) bool { return n == place }))
			accepted[place] = len(errs) == 0
			if accepted[place] && kind == "part" { // of a Go name, perhaps
				accepted[place] = false
				declared(t, schema)
			}
		}
		hostile, errs := loadPositions(filled(text, func(n int, _ string) bool { return accepted[n] }))
		if len(errs) > 0 {
			t.Fatalf("%q is accepted at each place alone: %v", text, errs)
		}
		if got := declared(t, hostile); got != want {
			t.Errorf("with %q where it may be (-want +got):\n%s", text, cmp.Diff(want, got))
		}
		// What the checker would have refused is no code either, nor is the name of the file.
		poison(reflect.ValueOf(schema), text, map[any]bool{})
		if got := declared(t, schema); got != want {
			t.Errorf("with %q everywhere (-want +got):\n%s", text, cmp.Diff(want, got))
		}
	})
}

// TestErrorsAreShort checks that code which does not parse is not part of the error.
func TestErrorsAreShort(t *testing.T) {
	schema := schemaOf(t, "struct a { b: int } struct c { d: int }")
	schema.Structs[0].GoName = "A }; func x() { /* "
	files, err := Generate(schema, Options{})
	if err == nil || len(err.Error()) > 200 || strings.Contains(err.Error(), "\n") {
		t.Errorf("error %v, files %v", err, files)
	}
}
