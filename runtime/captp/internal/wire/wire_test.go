package wire

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestDecode(t *testing.T) {
	for _, e := range entries {
		t.Run(e.name, func(t *testing.T) {
			// What follows an operation is not its business.
			for _, behind := range []string{"", e.wire, "garbage"} {
				got, n, err := Decode([]byte(e.wire+behind), Limits{})
				if err != nil {
					t.Fatalf("Decode: %v", err)
				}
				if n != len(e.wire) {
					t.Errorf("length %d, want %d", n, len(e.wire))
				}
				if diff := cmp.Diff(e.op, got, samePeer); diff != "" {
					t.Errorf("Decode (-want +got):\n%s", diff)
				}
			}
		})
	}
}

func TestAppend(t *testing.T) {
	for _, e := range entries {
		t.Run(e.name, func(t *testing.T) {
			for _, d := range dialects {
				ops := []Op{e.op}
				if e.sent != nil {
					ops = append(ops, e.sent)
				}
				for _, op := range ops {
					got := string(d.Append([]byte("before"), op))
					switch same := got == "before"+e.wire; {
					case slices.Contains(e.by, d) && !same:
						t.Errorf("%s: %T\n got %q\nwant %q", d.Name, op, got, e.wire)
					case !slices.Contains(e.by, d) && same:
						t.Errorf("%s: %T is written in a form that the dialect does not have", d.Name, op)
					}
				}
			}
		})
	}
}

// TestAppendDecodes checks that whatever a dialect writes is read as the same operation.
func TestAppendDecodes(t *testing.T) {
	for _, e := range entries {
		t.Run(e.name, func(t *testing.T) {
			for _, d := range dialects {
				want := e.op
				if op, ok := want.(*Deliver); ok && d.DeliverOnly && op.Resolver.Kind == None {
					want = &Deliver{To: op.To, Args: op.Args} // the answer position is lost
				}
				data := d.Append(nil, e.op)
				if d.GC == GCOne && isSeveralGC(e.op) {
					continue // see TestGCOne
				}
				got, n, err := Decode(data, Limits{})
				if err != nil || n != len(data) {
					t.Fatalf("%s: Decode(%q): n %d, %v", d.Name, data, n, err)
				}
				if diff := cmp.Diff(want, got, samePeer); diff != "" {
					t.Errorf("%s (-want +got):\n%s", d.Name, diff)
				}
			}
		})
	}
}

func isSeveralGC(op Op) bool {
	g, ok := op.(*GCExports)
	return ok && len(g.Pos) > 1
}

func TestGCOne(t *testing.T) {
	got := Goblins.Append(nil, &GCExports{Pos: []uint64{1, 5}, Delta: []uint64{2, 3}})
	got = Goblins.Append(got, &GCAnswers{Pos: []uint64{7, 8}})
	want := "<12'op:gc-export1+2+><12'op:gc-export5+3+><12'op:gc-answer7+><12'op:gc-answer8+>"
	if string(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestDecodePrefixes(t *testing.T) {
	for _, e := range entries {
		t.Run(e.name, func(t *testing.T) {
			for n := range len(e.wire) {
				op, _, err := Decode([]byte(e.wire[:n]), Limits{})
				if _, ok := errors.AsType[*DecodeError](err); !ok || op != nil {
					t.Fatalf("Decode(%q) = %v, %v, want a DecodeError", e.wire[:n], op, err)
				}
			}
		})
	}
}

// TestDecodeTolerates has forms that no known peer of today writes.
func TestDecodeTolerates(t *testing.T) {
	for _, tt := range []struct {
		name, wire string
		want       Op
	}{
		{"plural label, one position", "<13'op:gc-exports1+2+>", &GCExports{Pos: []uint64{1}, Delta: []uint64{2}}},
		{"plural label, one answer", "<13'op:gc-answers1+>", &GCAnswers{Pos: []uint64{1}}},
		{"list and number", "<12'op:gc-export[1+]2+>", &GCExports{Pos: []uint64{1}, Delta: []uint64{2}}},
		{"nothing to collect", "<13'op:gc-exports[][]>", &GCExports{}},
		{"leading zeros", "<010'op:deliver<011'desc:export01+>[]ff>", &Deliver{To: export1, Args: body("[]")}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, n, err := Decode([]byte(tt.wire), Limits{})
			if err != nil || n != len(tt.wire) {
				t.Fatalf("n %d, %v", n, err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestDesc(t *testing.T) {
	for _, tt := range []struct {
		desc         Desc
		wire, String string
	}{
		{Desc{}, "f", "<none>"},
		{Desc{Kind: ImportObject, Pos: 123}, "<18'desc:import-object123+>", "<desc:import-object 123>"},    // A1
		{Desc{Kind: ImportPromise, Pos: 123}, "<19'desc:import-promise123+>", "<desc:import-promise 123>"}, // A2
		{Desc{Kind: Export, Pos: 123}, "<11'desc:export123+>", "<desc:export 123>"},                        // A3
		{Desc{Kind: Answer, Pos: 123}, "<11'desc:answer123+>", "<desc:answer 123>"},                        // A4
		{Desc{Kind: Give, Raw: []byte(give)}, give, "<desc:handoff-give>"},
	} {
		if got := string(AppendDesc(nil, tt.desc)); got != tt.wire {
			t.Errorf("AppendDesc(%v) = %q, want %q", tt.desc, got, tt.wire)
		}
		if got := tt.desc.String(); got != tt.String {
			t.Errorf("String = %q, want %q", got, tt.String)
		}
	}
}

func TestAppendError(t *testing.T) {
	for _, tt := range []struct {
		dialect    *Dialect
		text, want string
	}{
		{&Modern, "boom", "<10'desc:error4\"boom>"},
		{&Modern, "b\xffm", "<10'desc:error5\"b\uFFFDm>"},
		{&SuitePR, "boom", "4\"boom"},
		{&SuiteMain, "", "0\""},
		{&Goblins, "boom", "<16'exn:fail:mystery>"},
	} {
		if got := string(tt.dialect.AppendError(nil, tt.text)); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.dialect.Name, got, tt.want)
		}
	}
}
