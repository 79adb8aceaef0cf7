package flow

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/idl"
)

func TestFlow(t *testing.T) {
	const src = `
enum taken-enum { a }
enum answered-enum { a }
enum unused { a }
struct query { e: list<taken-enum>, both: shared, again: list<query> }
struct reply { e: map<answered-enum>, both: shared }
struct shared { }
struct deep { }
union choice { value(tuple<deep, int>) fields { c: list<choice>, e: held } bare }
struct held { }
error banned { why: reason }
error quiet { why: reason }
struct reason { }
interface room {
  find(q: query) -> promise<reply> raises banned
  oneway tell(...cs: tagged<"t", choice>)
}
callable ask() -> choice | null
`
	loader := idl.Loader{ReadFile: func(string) ([]byte, error) { return []byte(src), nil }}
	schema, errs := loader.Load("in.ocapn")
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	f := Of(schema)
	var taken, answered []string
	for _, d := range schema.Decls {
		if f.Taken(d) {
			taken = append(taken, d.DeclName())
		}
		if f.Answered(d) {
			answered = append(answered, d.DeclName())
		}
	}
	slices.Sort(taken)
	slices.Sort(answered)
	if diff := cmp.Diff([]string{"choice", "deep", "held", "query", "shared", "taken-enum"}, taken); diff != "" {
		t.Errorf("taken (-want +got):\n%s", diff)
	}
	want := []string{"answered-enum", "banned", "choice", "deep", "held", "quiet", "reason", "reply", "shared"}
	if diff := cmp.Diff(want, answered); diff != "" {
		t.Errorf("answered (-want +got):\n%s", diff)
	}
}
