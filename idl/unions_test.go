package idl

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestUnions(t *testing.T) {
	schema, errs := loadText(t, `
@lenient package p
/// What is said.
closed union content {
  /// Words.
  @max(9) text(string)
  "a number"(int)
  image { mime: symbol, alt?: string }
  @wire("react") @since("2") reaction { }
  @go(Nothing) none
  many(tagged<"many", list<content | null>>)
}
union open { }`)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	content := decl[*Union](t, schema, "content")
	want := &Union{
		Name: "content", GoName: "Content", Doc: "What is said.", Closed: true,
		Variants: []*Variant{
			{
				Name: "text", Wire: "text", GoName: "ContentText", Doc: "Words.", Form: VariantValue,
				Type: &Type{Kind: KindString, Max: 9},
			},
			{Name: "a number", Wire: "a number", GoName: "ContentANumber", Form: VariantValue, Type: &Type{Kind: KindInt, Lenient: true}},
			{Name: "image", Wire: "image", GoName: "ContentImage", Form: VariantFields, Fields: []*Field{
				{Name: "mime", Wire: "mime", GoName: "Mime", Type: &Type{Kind: KindSymbol}},
				{Name: "alt", Wire: "alt", GoName: "Alt", Type: &Type{Kind: KindString}, Optional: true},
			}},
			{Name: "reaction", Wire: "react", GoName: "ContentReaction", Notes: Notes{Since: "2"}, Form: VariantFields},
			{Name: "none", Wire: "none", GoName: "Nothing", Form: VariantBare},
			{Name: "many", Wire: "many", GoName: "ContentMany", Form: VariantValue, Type: &Type{
				Kind: KindTagged, Tag: "many", Elem: &Type{Kind: KindList, Elem: &Type{
					Kind: KindUnion, Absent: []string{"null"},
					Ref: &TypeRef{Name: "content", GoName: "Content", Package: "p", GoPackage: "p", Union: content},
				}},
			}},
		},
	}
	noPlaces := cmp.Options{
		cmpopts.IgnoreTypes(Pos{}), cmpopts.EquateEmpty(),
		cmp.Comparer(func(a, b *TypeRef) bool { return sameRef(a, b) && (a == nil || a.GoName == b.GoName) }),
	}
	if diff := cmp.Diff(want, content, noPlaces); diff != "" {
		t.Errorf("union (-want +got):\n%s", diff)
	}
	if got := content.Variants[1].Pos; got != (Pos{7, 3}) {
		t.Errorf("place of a variant = %v", got)
	}
	if open := decl[*Union](t, schema, "open"); open.Closed || len(schema.Unions) != 2 {
		t.Error("the open union is not there, or not open")
	}
}

func TestErrorDeclarations(t *testing.T) {
	schema, errs := loadText(t, `
error banned { until?: int = 4, message: string }
@wire("no such") error no-such-error
@strict @go(Terrible) error terror
interface room {
  join() raises banned, no-such-error
  oneway tell()
  stream upload(chunk: bytes) raises banned
}
callable c(...a: int) -> int raises terror`)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	var got []string
	for _, d := range schema.Errors {
		got = append(got, fmt.Sprint(d.Name, " ", d.Wire, " ", d.GoName, " ", len(d.Fields), " ", d.Strict))
	}
	want := []string{"banned banned BannedError 2 false", "no-such-error no such NoSuchError 0 false", "terror terror Terrible 0 true"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("errors (-want +got):\n%s", diff)
	}
	methods := decl[*Interface](t, schema, "room").Methods
	raised := methods[0].Raises
	if len(raised) != 2 || raised[0].Error != schema.Errors[0] || raised[1].Error != schema.Errors[1] || raised[1].GoName != "NoSuchError" {
		t.Errorf("join raises %v", raised)
	}
	if !methods[2].Stream || methods[2].OneWay || len(methods[2].Raises) != 1 || methods[1].Stream {
		t.Error("the stream is not one, or another method is")
	}
	if c := schema.Callables[0]; len(c.Raises) != 1 || c.Raises[0].Error != schema.Errors[2] {
		t.Errorf("the callable raises %v", c.Raises)
	}
}

// TestInheritedRaises checks that the errors and the unions of an inherited method are seen from the importing file.
func TestInheritedRaises(t *testing.T) {
	schema, errs := memory(map[string]string{
		"main.ocapn": `
package p go "example.org/p"
import "room.ocapn"
interface rich extends room.room { join(c: room.content) -> room.text raises room.full, room.banned }
interface richer extends rich, room.room { }
`,
		"room.ocapn": `
package room go "example.org/room"
import "more.ocapn"
import "back.ocapn"
error full
type banned-here = int
error banned
type text = tagged<"text", more.content>
union content { a }
interface room { join(c: content) -> text raises banned, full; leave(b: back.own) raises more.lost, back.gone }
`,
		"more.ocapn": `
package more go "example.org/more"
error lost
union content { a }
`,
		"back.ocapn": `
package back go "example.org/back"
error gone
closed union own { a }
`,
	}).Load("main.ocapn")
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	richer := decl[*Interface](t, schema, "richer")
	if diff := cmp.Diff([]string{"rich.join", "room.leave"}, methodNames(richer.All)); diff != "" {
		t.Fatalf("methods (-want +got):\n%s", diff)
	}
	var got []string
	for _, m := range richer.All {
		for _, r := range m.Raises {
			got = append(got, m.Name+" raises "+r.Name+" of "+r.GoImport)
		}
		for _, p := range m.Params {
			got = append(got, m.Name+" takes "+p.Type.Ref.Name+" of "+p.Type.Ref.GoImport)
		}
	}
	want := []string{
		"join raises full of example.org/room", "join raises banned of example.org/room", "join takes content of example.org/room",
		"leave raises lost of example.org/more", "leave raises gone of example.org/back", "leave takes own of example.org/back",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("what the methods need (-want +got):\n%s", diff)
	}
	if result := richer.All[0].Result; result.Tag != "text" || result.Elem.Ref.GoImport != "example.org/more" {
		t.Errorf("the result of join is %+v", result)
	}
	if len(richer.All[0].Raises[0].Error.GoName) == 0 || schema.Imports[0].GoImport != "example.org/room" {
		t.Error("a reference is not complete")
	}
}

// TestFindRefs checks that what the checker finds about whole files is what LeadsToRef finds about single types.
func TestFindRefs(t *testing.T) {
	const files = 400
	with := 0
	for seed := range uint64(files) {
		src := randomData(rand.New(rand.NewPCG(seed, 0)))
		s := newSession(new(Loader))
		file := s.check(source{name: "main.ocapn", key: "main.ocapn", text: []byte(src)})
		for _, e := range s.errs {
			if !strings.HasPrefix(e.ID, "RECURSIVE_") {
				t.Fatalf("%v\n%s", e, src)
			}
		}
		for _, d := range file.schema.Decls {
			typ := refer(&TypeRef{}, d)
			if got, want := s.refs[d], typ.LeadsToRef(); got != want {
				t.Fatalf("seed %d: %s leads to a reference: found %v, want %v\n%s", seed, d.DeclName(), got, want, src)
			}
			if s.refs[d] {
				with++
			}
		}
	}
	if with < files/2 || with > files*6 {
		t.Errorf("%d of %d declarations lead to references, so little was checked", with, files*8)
	}
}

// randomData returns a file with 8 structs and unions of one another.
func randomData(r *rand.Rand) string {
	var b strings.Builder
	typ := func() string {
		forms := []string{"int", "d%d", "list<d%d>", "tuple<int, d%d>", "tagged<\"t\", d%d>", "map<d%d | null>", "sturdyref"}
		form := forms[r.IntN(len(forms))]
		if r.IntN(12) == 0 {
			form = "target"
		}
		if strings.Contains(form, "%d") {
			return fmt.Sprintf(form, r.IntN(8))
		}
		return form
	}
	for i := range 8 {
		switch r.IntN(3) {
		case 0:
			fmt.Fprintf(&b, "closed union d%d { a(%s), b { x: %s }, c }\n", i, typ(), typ())
		case 1:
			fmt.Fprintf(&b, "struct d%d { x: %s }\n", i, typ())
		default:
			fmt.Fprintf(&b, "struct d%d { x?: %s, y: %s }\n", i, typ(), typ())
		}
	}
	return b.String()
}

// TestLongChains checks that the checker can follow a chain of declarations that fills a file, and in a time that grows with
// its length and not with its square.
func TestLongChains(t *testing.T) {
	const n = 3_000
	for last, want := range map[string]int{
		"a":          0, // the chain ends
		"a(u003000)": 1, // its last part does not
		"a(u000000)": n + 1,
	} {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, "closed union u%06d { a(s%06d) }\nstruct s%06d { x: u%06d }\n", i, i, i, i+1)
		}
		fmt.Fprintf(&b, "closed union u%06d { %s }\n", n, last)
		_, errs := loadText(t, b.String())
		if len(errs) != want || want > 0 && errs[0].ID != "RECURSIVE_UNION" {
			t.Errorf("a chain that ends in %s has %d errors, want %d", last, len(errs), want)
		}
	}
}
