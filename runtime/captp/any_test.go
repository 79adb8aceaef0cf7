package captp

import (
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// anyCases are values and their bytes; both directions are tested, and all of them are seeds.
var anyCases = []struct {
	name  string
	value any
	wire  string
}{
	{"undefined", nil, "<4'void>"},
	{"null", Null{}, "<4'null>"},
	{"true", true, "t"},
	{"false", false, "f"},
	{"zero", int64(0), "0+"},
	{"positive", int64(42), "42+"},
	{"negative", int64(-7), "7-"},
	{"largest int64", int64(math.MaxInt64), "9223372036854775807+"},
	{"smallest int64", int64(math.MinInt64), "9223372036854775808-"},
	{"big", new(big.Int).Lsh(big.NewInt(1), 64), "18446744073709551616+"},
	{"float", 1.5, "D\x3f\xf8\x00\x00\x00\x00\x00\x00"},
	{"zero float", 0.0, "D\x00\x00\x00\x00\x00\x00\x00\x00"},
	{"infinity", math.Inf(1), "D\x7f\xf0\x00\x00\x00\x00\x00\x00"},
	{"string", "hé", `3"hé`},
	{"empty string", "", `0"`},
	{"symbol", Symbol("fetch"), "5'fetch"},
	{"bytes", []byte{0, 255}, "2:\x00\xff"},
	{"empty list", []any{}, "[]"},
	{"list", []any{int64(1), "a", []any{true}}, `[1+1"a[t]]`},
	{"empty struct", map[string]any{}, "{}"},
	{"struct", map[string]any{"b": int64(1), "a": nil}, `{1"a<4'void>1"b1+}`},
	{"tagged", Tagged{Tag: "text", Value: "x"}, `<11'desc:tagged4'text1"x>`},
	{"nested tagged", Tagged{Tag: "a", Value: []any{Tagged{Tag: "b", Value: nil}}}, "<11'desc:tagged1'a[<11'desc:tagged1'b<4'void>>]>"},
	{"error", &RemoteError{Message: "no"}, `<10'desc:error2"no>`},
}

func TestAny(t *testing.T) {
	for _, tt := range anyCases {
		t.Run(tt.name, func(t *testing.T) {
			e := new(Encoder)
			e.Any(tt.value)
			if e.Err() != nil {
				t.Fatal(e.Err())
			}
			if diff := cmp.Diff(tt.wire, string(e.buf)); diff != "" {
				t.Errorf("encoded (-want +got):\n%s", diff)
			}
			d := newDecoder(core.Body{Data: []byte(tt.wire)})
			got := d.Any()
			if d.Err() != nil {
				t.Fatal(d.Err())
			}
			if diff := cmp.Diff(tt.value, got, cmp.Comparer(func(a, b *big.Int) bool { return a.Cmp(b) == 0 })); diff != "" {
				t.Errorf("decoded (-want +got):\n%s", diff)
			}
			for end := range len(tt.wire) {
				d := newDecoder(core.Body{Data: []byte(tt.wire[:end])})
				if got := d.Any(); d.Err() == nil {
					t.Errorf("%q decodes to %v, want an error", tt.wire[:end], got)
				}
			}
		})
	}
}

func TestAnyEncodesGoValues(t *testing.T) {
	type flags []bool
	tests := []struct {
		name  string
		value any
		wire  string
	}{
		{"int", 5, "5+"},
		{"uint8", uint8(5), "5+"},
		{"uint64", uint64(math.MaxUint64), "18446744073709551615+"},
		{"float32", float32(0.5), "D\x3f\xe0\x00\x00\x00\x00\x00\x00"},
		{"minus zero", math.Copysign(0, -1), "D\x00\x00\x00\x00\x00\x00\x00\x00"},
		{"nan", math.Float64frombits(0x7ff8000000000123), "D\x7f\xf8\x00\x00\x00\x00\x00\x00"},
		{"strings", []string{"a", "b"}, `[1"a1"b]`},
		{"named slice", flags{true, false}, "[tf]"},
		{"array", [2]int{1, 2}, "[1+2+]"},
		{"map of ints", map[string]int{"z": 1, "aa": 2}, `{2"aa2+1"z1+}`},
		{"symbols", []Symbol{"ok"}, "[2'ok]"},
		{"reason", ReasonValue(Symbol("oh-no")), "5'oh-no"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := new(Encoder)
			e.Any(tt.value)
			if e.Err() != nil {
				t.Fatal(e.Err())
			}
			if diff := cmp.Diff(tt.wire, string(e.buf)); diff != "" {
				t.Errorf("encoded (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnyRefusesToEncode(t *testing.T) {
	circle := []any{nil}
	circle[0] = circle
	tests := []struct {
		name  string
		value any
		path  string
	}{
		{"channel", make(chan int), ""},
		{"struct", struct{ A int }{1}, ""},
		{"nil big", (*big.Int)(nil), ""},
		{"invalid string", "\xff", ""},
		{"invalid symbol", Symbol("\xff"), ""},
		{"invalid key", map[string]any{"\xff": 1}, ""},
		{"zero reference", Ref{}, ""},
		{"zero sturdyref", locator.SturdyRef{}, ""},
		{"nil error", (*RemoteError)(nil), ""},
		{"nil promise", (*Promise[any])(nil), ""},
		{"nil reference", (*AnyRef)(nil), ""},
		{"nil marshaler", (*reasonValue)(nil), ""},
		{"deep", []any{1, map[string]any{"x": []any{func() {}}}}, "[1].x[0]"},
		{"in a tag", Tagged{Tag: "t", Value: []any{func() {}}}, "<t>[0]"},
		{"map with other keys", map[int]string{1: "a"}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := new(Encoder)
			e.Any(tt.value)
			var err *EncodeError
			if !asError(e.Err(), &err) {
				t.Fatalf("got error %v, want *EncodeError", e.Err())
			}
			if diff := cmp.Diff(tt.path, err.Path); diff != "" {
				t.Errorf("path (-want +got):\n%s", diff)
			}
		})
	}
	e := new(Encoder)
	e.Any(circle)
	if e.Err() == nil {
		t.Error("a value that holds itself can be encoded")
	}
}

func TestAnyAccepts(t *testing.T) {
	tests := []struct {
		name string
		wire string
		want any
	}{
		{"tag as string", `<11'desc:tagged1"t1+>`, Tagged{Tag: "t", Value: int64(1)}},
		{"desc:tag", `<8'desc:tag1"t1+>`, Tagged{Tag: "t", Value: int64(1)}},
		{"user record", `<11'user-record1't1+>`, Tagged{Tag: "t", Value: int64(1)}},
		{"error with more fields", `<10'desc:error1"m2:id{}>`, &RemoteError{Message: "m"}},
		{"mystery", `<16'exn:fail:mystery>`, &RemoteError{}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDecoder(core.Body{Data: []byte("[" + tt.wire + "5+]")})
			d.List()
			got := d.Any()
			after := d.Int64()
			d.EndList()
			if d.Err() != nil {
				t.Fatal(d.Err())
			}
			if diff := cmp.Diff([]any{tt.want, int64(5)}, []any{got, after}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnyRefuses(t *testing.T) {
	tests := []struct{ name, wire, want string }{
		{"unknown record", "[<3'foo1+>]", "[0]: want a passable value, got a record"},
		{"set", "#1+$", "the value: want a passable value, got a set"},
		{"integer keys", `{1+2+}`, "the value: want the name of a field, got an integer"},
		{"error without text", `<10'desc:error5+>`, "the value: want a string, got an integer"},
		{"tagged without value", `<11'desc:tagged1't>`, "<t>: want a passable value, got nothing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDecoder(core.Body{Data: []byte(tt.wire)})
			d.Any()
			var err *ArgError
			if !asError(d.Err(), &err) {
				t.Fatalf("got error %v, want *ArgError", d.Err())
			}
			if diff := cmp.Diff(tt.want, err.PublicReason()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAnyBudget(t *testing.T) {
	data := []byte("[" + strings.Repeat("[]", 2000) + "]")
	var d Decoder
	d.reset(core.Body{Data: data}, syrup.Limits{}, 1000*anyCost)
	d.Any()
	if d.Err() == nil {
		t.Error("a value over the limit was decoded")
	}
}

func FuzzAny(f *testing.F) {
	for _, tt := range anyCases {
		f.Add([]byte(tt.wire))
	}
	f.Add([]byte("[<3'foo1+>]"))
	f.Add([]byte("<4'void"))
	f.Add([]byte("<11'desc:tagged1't<t>>"))
	f.Fuzz(func(t *testing.T, data []byte) {
		d := newDecoder(core.Body{Data: data})
		v := d.Any()
		if d.Err() != nil {
			return
		}
		e := new(Encoder)
		e.Any(v)
		if e.Err() != nil {
			t.Fatalf("decoded to %#v, which cannot be encoded: %v", v, e.Err())
		}
		again := newDecoder(core.Body{Data: e.buf})
		w := again.Any()
		if again.Err() != nil {
			t.Fatalf("encoded %#v to %q, which cannot be decoded: %v", v, e.buf, again.Err())
		}
		if diff := cmp.Diff(v, w, cmp.Comparer(sameFloat), cmp.Comparer(sameBig), cmp.AllowUnexported(locator.SturdyRef{})); diff != "" {
			t.Fatalf("(-first +second):\n%s", diff)
		}
	})
}

func sameFloat(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }
func sameBig(a, b *big.Int) bool  { return a.Cmp(b) == 0 }
