package idl

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files")

func TestSchemaGolden(t *testing.T) {
	schema, errs := Load("testdata/chat/goblin-chat.ocapn")
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	var got bytes.Buffer
	out := json.NewEncoder(&got)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	if err := out.Encode(schema); err != nil {
		t.Fatal(err)
	}
	const path = "testdata/chat/schema.json"
	if *update {
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("the schema differs from %s (-want +got); run with -update:\n%s", path, diff)
	}
}

// decl returns a declaration by its name.
func decl[D Decl](t testing.TB, s *Schema, name string) D {
	t.Helper()
	for _, d := range s.Decls {
		if d, ok := d.(D); ok && d.DeclName() == name {
			return d
		}
	}
	t.Fatalf("no declaration %q", name)
	panic("unreachable")
}

func TestLeadsToRef(t *testing.T) {
	schema, errs := loadText(t, `
interface i { }
callable c()
enum e { x }
struct plain { a: int, b: list<plain>, e: e }
union u { a(int) }
@keep struct kept { }
struct deep { a: map<list<i | null>> }
struct s {
  int: int
  text: list<map<string>>
  plain: plain
  enum: e
  sturdy: sturdyref
  tuple: tuple<int, string>
  any: any
  promise: promise<int>
  unknown: u
  kept: kept
  target: list<target>
  promised: promise<i | null>
  interface: i
  callable: map<c>
  deep: deep
  deep-tuple: tuple<int, deep>
}`)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	for i, f := range decl[*Struct](t, schema, "s").Fields {
		if got, want := f.Type.LeadsToRef(), i >= 10; got != want {
			t.Errorf("LeadsToRef of %s = %v, want %v", f.Name, got, want)
		}
	}
}

// TestTypes checks what the words before and after a type leave in the schema.
func TestTypes(t *testing.T) {
	schema, errs := loadText(t, `
@lenient package p
type id = u32
@max(9) type short = string | null
struct s {
  a: id
  b: short | undefined
  @max(3) c: short
  d: list<tuple<id, bool>>
  e: number
  f: string
}`)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	want := []*Type{
		{Kind: KindU32, Lenient: true},
		{Kind: KindString, Max: 9, Absent: []string{"null", "undefined"}},
		{Kind: KindString, Max: 3, Absent: []string{"null"}},
		{Kind: KindList, Elem: &Type{Kind: KindTuple, Elems: []*Type{{Kind: KindU32, Lenient: true}, {Kind: KindBool}}}},
		{Kind: KindNumber},
		{Kind: KindString},
	}
	var got []*Type
	for _, f := range decl[*Struct](t, schema, "s").Fields {
		got = append(got, f.Type)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("types (-want +got):\n%s", diff)
	}
	if got := decl[*Alias](t, schema, "short").Type.Absent; !cmp.Equal(got, []string{"null"}) {
		t.Errorf("using an alias changed it: %v", got)
	}
}

func TestLiterals(t *testing.T) {
	schema, errs := loadText(t, `
enum color { red, "dark green" }
@as(string) enum mood { @wire("MAD") mad }
struct s {
  a: bool = true
  b: i8 = -128
  c: bigint = 0123456789012345678901234567890
  d: float64 = 1
  e: number | null = null
  f: string = "é\n"
  g: symbol = 'a-b?
  h: color = "dark green"
  i: mood = mad
  j: list<list<color>> = [[red], []]
  k: float64 = -1.5e3
  l: bool | undefined = undefined
  m: string | false = false
}`)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	want := []Literal{
		{Kind: LitBool, Text: "true"},
		{Kind: LitInt, Text: "-128"},
		{Kind: LitInt, Text: "123456789012345678901234567890"},
		{Kind: LitFloat, Text: "1"},
		{Kind: LitAbsent, Text: "null"},
		{Kind: LitString, Text: "é\n"},
		{Kind: LitSymbol, Text: "a-b?"},
		{Kind: LitEnum, Text: "dark green", GoName: "ColorDarkGreen"},
		{Kind: LitEnum, Text: "MAD", GoName: "MoodMad"},
		{Kind: LitList, Elems: []Literal{
			{Kind: LitList, Elems: []Literal{{Kind: LitEnum, Text: "red", GoName: "ColorRed"}}},
			{Kind: LitList},
		}},
		{Kind: LitFloat, Text: "-1.5e3"},
		{Kind: LitAbsent, Text: "undefined"},
		{Kind: LitAbsent, Text: "false"},
	}
	var got []Literal
	for _, f := range decl[*Struct](t, schema, "s").Fields {
		if !f.Optional {
			t.Errorf("field %s has a default and is not optional", f.Name)
		}
		got = append(got, *f.Default)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("defaults (-want +got):\n%s", diff)
	}
}

// methodNames returns the wire names of methods and where they come from.
func methodNames(methods []*Method) []string {
	out := make([]string, len(methods))
	for i, m := range methods {
		out[i] = m.From.Name + "." + m.Wire
	}
	return out
}

func TestExtends(t *testing.T) {
	schema, errs := loadText(t, `
interface bottom extends left, right { own(); l() }
interface left extends top { l(); same(a: int) -> top }
interface right extends top { r(); same(a: int) -> top }
interface top { oneway t(); "t2"(x?: string) }
`)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	bottom := decl[*Interface](t, schema, "bottom")
	want := []string{"top.t", "top.t2", "bottom.l", "left.same", "right.r", "bottom.own"}
	if diff := cmp.Diff(want, methodNames(bottom.All)); diff != "" {
		t.Errorf("all methods (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"bottom.own", "bottom.l"}, methodNames(bottom.Methods)); diff != "" {
		t.Errorf("own methods (-want +got):\n%s", diff)
	}
	if !bottom.All[0].OneWay || !bottom.All[1].Params[0].Optional {
		t.Error("inherited methods are not complete")
	}
}
