package idl

import (
	"encoding/json"
	"go/token"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/idl/internal/pages"
)

// fuzzFiles are the files that a fuzzed one may import.
func fuzzFiles(src string) map[string]string {
	return map[string]string{
		"in.ocapn":      src,
		"sealers.ocapn": "package s go \"example.org/s\"\ncallable predicate()\ninterface x { f(a: u) -> t raises e }\ntype t = list<u>\nerror e\nunion u { a(t) }\n",
		"other.ocapn":   "callable predicate()\ninterface x extends x { }\ntype t = t\n",
		"parts.ocapn":   "import \"in.ocapn\"\n",
		"go.mod":        "module example.org/m\n",
	}
}

// FuzzLoad checks that no text makes the checker panic, that errors mark a part of the line that they show, that what is loaded is
// complete, that formatting does not change it, and that what is formatted stays as it is.
func FuzzLoad(f *testing.F) {
	for _, pattern := range []string{"testdata/chat/*.ocapn", "../golden/*/*.ocapn", "../golden/testdata/errors/*/in.ocapn"} {
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
	for _, id := range IDs() {
		page, _ := Explain(id)
		for _, marker := range []string{"wrong", "right"} {
			if src, ok := pages.Example(page, marker); ok {
				f.Add(src)
			}
		}
	}
	f.Fuzz(func(t *testing.T, src string) {
		schema, errs := memory(fuzzFiles(src)).Load("in.ocapn")
		if (schema == nil) == (len(errs) == 0) {
			t.Fatalf("schema %v with errors %v", schema, errs)
		}
		for _, e := range errs {
			checkError(t, fuzzFiles(src)[e.File], e)
		}
		if !slices.IsSortedFunc(errs, func(a, b Error) int {
			if a.File != b.File {
				return strings.Compare(a.File, b.File)
			}
			return a.Line - b.Line
		}) {
			t.Errorf("errors are not in order: %v", errs)
		}
		if err := PrintErrors(io.Discard, errs, 10); err != nil {
			t.Fatal(err)
		}
		if schema != nil {
			checkSchema(t, schema)
			checkFormatted(t, schema, src)
		}
	})
}

// checkError checks that an error is complete and marks a part of its file.
func checkError(t *testing.T, src string, e Error) {
	t.Helper()
	if _, ok := Explain(e.ID); !ok || e.Message == "" {
		t.Errorf("no page or no message: %+v", e)
	}
	if e.Line == 0 {
		return
	}
	lines := strings.Split(strings.TrimPrefix(src, "\ufeff"), "\n")
	switch {
	case e.Line < 0 || e.Line > len(lines):
		t.Errorf("a file of %d lines has no line %d: %+v", len(lines), e.Line, e)
	case e.Excerpt != strings.TrimSuffix(lines[e.Line-1], "\r"):
		t.Errorf("line %d is %q: %+v", e.Line, lines[e.Line-1], e)
	case e.Col < 1 || e.EndCol <= e.Col || e.Col > len(e.Excerpt)+2 || e.EndCol > max(len(e.Excerpt)+1, e.Col+1):
		t.Errorf("bad place in %+v", e)
	}
}

// checkSchema checks what generators rely on.
func checkSchema(t *testing.T, s *Schema) {
	t.Helper()
	if s.Version != SchemaVersion || !token.IsIdentifier(s.GoPackage) || s.Package == "" {
		t.Errorf("package %q of Go package %q", s.Package, s.GoPackage)
	}
	names := map[string]bool{}
	for _, d := range s.declared() {
		goName := HeadingOf(d).GoName
		if names[goName] || !token.IsExported(goName) || !token.IsIdentifier(goName) {
			t.Errorf("bad or repeated Go name %q", goName)
		}
		names[goName] = true
	}
	walkTypes(reflect.ValueOf(s), map[any]bool{}, func(typ *Type) {
		needsElem := slices.Contains([]Kind{KindList, KindMap, KindPromise, KindTagged}, typ.Kind)
		needsRef := slices.Contains([]Kind{KindStruct, KindEnum, KindUnion, KindInterface, KindCallable}, typ.Kind)
		if typ.Kind == "" || (typ.Elem != nil) != needsElem || (len(typ.Elems) > 0) != (typ.Kind == KindTuple) ||
			(typ.Ref != nil) != needsRef || (typ.Tag != "") != (typ.Kind == KindTagged) {
			t.Errorf("incomplete type %+v", typ)
		}
		if typ.Ref != nil && typ.Ref.GoImport == s.GoImport && s.GoImport != "" {
			t.Errorf("%+v imports its own package", typ.Ref)
		}
		typ.LeadsToRef()
	})
	for _, i := range s.Interfaces {
		if len(i.All) < len(i.Methods) {
			t.Errorf("interface %q has %d methods of its own and %d in all", i.Name, len(i.Methods), len(i.All))
		}
		for _, m := range i.All {
			if m.From == nil || m.OneWay && (m.Result != nil || len(m.Raises) > 0) || m.Stream && m.Result != nil {
				t.Errorf("bad method %+v", m)
			}
		}
	}
}

// walkTypes calls f with every type that v holds, those of declarations in other files left out. A nil type where there should be
// one is passed on as an empty one.
func walkTypes(v reflect.Value, seen map[any]bool, f func(*Type)) {
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() || seen[v.Interface()] {
			return
		}
		seen[v.Interface()] = true
		if typ, ok := v.Interface().(*Type); ok {
			f(typ)
		}
		walkTypes(v.Elem(), seen, f)
	case reflect.Slice:
		for i := range v.Len() {
			walkTypes(v.Index(i), seen, f)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[TypeRef]() {
			return
		}
		for i := range v.NumField() {
			switch field := v.Type().Field(i); {
			case field.Name == "From" || field.Name == "Decls":
			case field.Name == "Type" && field.Type == reflect.TypeFor[*Type]() && v.Field(i).IsNil() && v.Type() != reflect.TypeFor[Variant]():
				f(&Type{})
			default:
				walkTypes(v.Field(i), seen, f)
			}
		}
	}
}

// places matches the places in the JSON form of a schema.
var places = regexp.MustCompile(`"pos":\{[^}]*\},?`)

// checkFormatted checks that the formatted text has the schema that src has, but for places.
func checkFormatted(t *testing.T, want *Schema, src string) {
	t.Helper()
	formatted, errs := Format("in.ocapn", []byte(src))
	if len(errs) > 0 {
		t.Fatalf("cannot format what was loaded: %v", errs)
	}
	if again, errs := Format("in.ocapn", formatted); len(errs) > 0 || string(again) != string(formatted) {
		t.Errorf("formatted anew, error %v (-once +twice):\n%s", errs, cmp.Diff(string(formatted), string(again)))
	}
	got, errs := memory(fuzzFiles(string(formatted))).Load("in.ocapn")
	if len(errs) > 0 {
		t.Fatalf("the formatted text has errors: %v\n%s", errs, formatted)
	}
	text := func(s *Schema) string {
		text, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		return places.ReplaceAllString(string(text), "")
	}
	if diff := cmp.Diff(text(want), text(got)); diff != "" {
		t.Errorf("formatting changes the schema (-before +after):\n%s\n%s", diff, formatted)
	}
}
