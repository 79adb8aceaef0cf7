package syrup_test

import (
	"errors"
	"io"
	"math"
	"math/big"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// decoder returns a decoder of wire in tolerant mode.
func decoder(wire string) *syrup.Decoder {
	d := new(syrup.Decoder)
	d.Reset([]byte(wire), syrup.Options{})
	return d
}

func TestReadEverything(t *testing.T) {
	d := new(syrup.Decoder)
	wire := "<4'testtf12+7-18446744073709551615+18446744073709551616-D?\xf0\x00\x00\x00\x00\x00\x00F?\x80\x00\x00" +
		"2\"ab3'sym2:xy2\"cd1'e1:z[1+]{1\"k2+}#3+$[9+[8+]]{}>"
	d.Reset([]byte(wire), syrup.Options{Strict: true})
	var kinds []syrup.Kind
	next := func() { kinds = append(kinds, d.Kind()) }
	var got []any
	add := func(v any) { got = append(got, v); next() }

	next()
	d.Record()
	next()
	add(d.Symbol())
	add(d.Bool())
	add(d.Bool())
	add(d.Int64())
	add(d.Int64())
	add(d.Uint64())
	add(d.BigInt())
	add(d.Float64())
	add(d.Float32())
	add(d.String())
	add(d.Symbol())
	add(d.Bytes())
	add(string(d.StringBytes()))
	add(string(d.SymbolBytes()))
	add(string(d.RawBytes()))
	d.List()
	add(d.Uint64())
	d.End()
	d.Dict()
	add(d.Any())
	add(d.Int64())
	d.End()
	d.Set()
	add(d.Depth())
	d.SkipRest()
	add(string(d.Raw()))
	d.Skip()
	next()
	more := d.More()
	next()
	if err := d.Finish(); err != nil {
		t.Fatal(err)
	}
	if more {
		t.Error("More at the end of the record")
	}
	want := []any{
		syrup.Symbol("test"), true, false, int64(12), int64(-7), uint64(math.MaxUint64), bigNumber("-18446744073709551616"), 1.0,
		float32(1), "ab", syrup.Symbol("sym"), []byte("xy"), "cd", "e", "z", uint64(1), "k", int64(2), 2, "[9+[8+]]",
	}
	if diff := cmp.Diff(want, got, equalValues); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	wantKinds := []syrup.Kind{
		syrup.RecordKind, syrup.SymbolKind, syrup.Bool, syrup.Bool, syrup.Int, syrup.Int, syrup.Int, syrup.Int, syrup.Float64,
		syrup.Float32, syrup.String, syrup.SymbolKind, syrup.Bytes, syrup.String, syrup.SymbolKind, syrup.Bytes, syrup.List,
		syrup.Close, syrup.Int, syrup.Close, syrup.Int, syrup.DictKind, syrup.Close, syrup.EndOfInput,
	}
	if diff := cmp.Diff(wantKinds, kinds); diff != "" {
		t.Errorf("kinds (-want +got):\n%s", diff)
	}
}

// TestErrors reads the wrong thing, and compares the error word by word, path included.
func TestErrors(t *testing.T) {
	anything := func(d *syrup.Decoder) { d.Any() }
	tests := []struct {
		name, wire string
		read       func(d *syrup.Decoder)
		want       string
	}{
		{"empty", "", anything, "syrup: unexpected EOF at offset 0"},
		{"cut digits", "[12", anything, "syrup: unexpected EOF at [0] (offset 3)"},
		{"cut list", "[1+2+", anything, "syrup: unexpected EOF at [2] (offset 5)"},
		{"octet", "[1+ 2+]", anything, `syrup: unexpected octet ' ' at [1] (offset 3)`},
		{"nested", `[t{5"image<3'img4"data?>}]`, anything, `syrup: unexpected octet '?' at [1].image<img>.1 (offset 22)`},
		{"deep in a dictionary", `{1"a{3"b c[t?]}}`, anything, `syrup: unexpected octet '?' at .a["b c"][1] (offset 12)`},
		{"in a key", `{1"atx}`, anything, `syrup: unexpected octet 'x' at {1} (offset 5)`},
		{"by another key", `{12+x}`, anything, `syrup: unexpected octet 'x' at {"12+"} (offset 4)`},
		{"in a label", `<x>`, anything, `syrup: unexpected octet 'x' at <> (offset 1)`},
		{"label of another kind", `<1+x>`, anything, `syrup: unexpected octet 'x' at <"1+">.0 (offset 3)`},
		{"in a set", `#t?$`, anything, `syrup: unexpected octet '?' at #1 (offset 2)`},
		{"after values", `tt[?`, func(d *syrup.Decoder) { d.Bool(); d.Bool(); d.Any() }, `syrup: unexpected octet '?' at [0] (offset 3)`},
		{"bracket", `[(]`, anything, `syrup: unexpected octet '(' at [0] (offset 1)`},
		{"wrong bracket", `[t}`, anything, `syrup: wrong closing bracket '}' at [1] (offset 2)`},
		{"duplicate", `{1"at1"at}`, anything, `syrup: duplicate key or member at {1} (offset 5)`},
		{"duplicate of many", `{1"bt1"at1"bf}`, anything, `syrup: duplicate key or member at {2} (offset 9)`},
		{"UTF-8", "[1\"\xff]", anything, `syrup: invalid UTF-8 at [0] (offset 1)`},
		{"length", "[999:]", anything, `syrup: unexpected EOF at [0] (offset 6)`},
		{"endless length", "[" + strings.Repeat("0", 21) + ":]", anything, `syrup: length of 21 digits at [0] (offset 1)`},
		{"length that wraps", "18446744073709551621:abcde", anything, `syrup: more than MaxBytes = 16777216 at offset 0`},

		{"type", `[t]`, func(d *syrup.Decoder) { d.List(); d.Int64() }, `syrup: boolean where integer is expected at [0] (offset 1)`},
		{"container type", `[{}]`, func(d *syrup.Decoder) { d.List(); d.Set() }, `syrup: dictionary where set is expected at [0] (offset 1)`},
		{"text type", `[1'a]`, func(d *syrup.Decoder) { d.List(); _ = d.String() }, `syrup: symbol where string is expected at [0] (offset 1)`},
		{"missing field", `<1'a>`, func(d *syrup.Decoder) { d.Record(); d.Skip(); d.Bool() }, `syrup: closing bracket where boolean is expected at <a>.0 (offset 4)`},
		{"extra field", `<1'at>`, func(d *syrup.Decoder) { d.Record(); d.Skip(); d.End() }, `syrup: boolean where end of container is expected at <a>.0 (offset 4)`},
		{"smallest int64 but one", `9223372036854775809-`, func(d *syrup.Decoder) { d.Int64() }, `syrup: integer out of the range of int64 at offset 0`},
		{"string for int64", `1"a`, func(d *syrup.Decoder) { d.Int64() }, `syrup: string where integer is expected at offset 0`},
		{"int64", `[9223372036854775808+]`, func(d *syrup.Decoder) { d.List(); d.Int64() }, `syrup: integer out of the range of int64 at [0] (offset 1)`},
		{"uint64", `[1-]`, func(d *syrup.Decoder) { d.List(); d.Uint64() }, `syrup: integer out of the range of uint64 at [0] (offset 1)`},
		{"value", `[1-t]`, func(d *syrup.Decoder) { d.List(); d.Skip(); d.Fail(io.ErrNoProgress) }, `syrup: multiple Read calls return no data or error at [1] (offset 3)`},
		{"value read before", `{1"a1-1"bt}`, func(d *syrup.Decoder) {
			d.Dict()
			d.Skip()
			start := d.Offset()
			d.Int64()
			d.Skip()
			d.FailAt(start, io.ErrNoProgress)
		}, `syrup: multiple Read calls return no data or error at .a (offset 4)`},
		{"rest of nothing", `t`, func(d *syrup.Decoder) { d.SkipRest() }, `syrup: boolean where container to leave is expected at offset 0`},
		{"seek back", `[tt]`, func(d *syrup.Decoder) { d.List(); d.Bool(); d.Seek(1) }, `syrup: seek to offset 1 at [1] (offset 2)`},
		{"not finished", `[tt]`, func(d *syrup.Decoder) { d.List() }, `syrup: octets after the value at [0] (offset 1)`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := decoder(tt.wire)
			tt.read(d)
			err := d.Finish()
			if err == nil {
				t.Fatal("no error")
			}
			if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
			wantStuck(t, d)
		})
	}
}

// wantStuck calls everything on a decoder with an error, and wants nothing of it.
func wantStuck(t *testing.T, d *syrup.Decoder) {
	t.Helper()
	err, off := d.Err(), d.Offset()
	for _, enter := range []func(){d.List, d.Dict, d.Record, d.Set, d.End, d.SkipRest, d.Skip} {
		enter()
	}
	d.Seek(off + 1)
	d.Fail(errors.New("another"))
	got := []any{
		d.Bool(), d.Int64(), d.Uint64(), d.Float64(), d.Float32(), d.String(), d.Symbol(), d.More(), d.Any(), d.Kind(),
		d.BigInt() == nil, d.Bytes() == nil, d.StringBytes() == nil, d.SymbolBytes() == nil, d.RawBytes() == nil, d.Raw() == nil,
	}
	want := []any{
		false, int64(0), uint64(0), 0.0, float32(0), "", syrup.Symbol(""), false, nil, syrup.Invalid,
		true, true, true, true, true, true,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("after the error (-want +got):\n%s", diff)
	}
	if d.Err() != err || d.Offset() != off || d.Finish() != err {
		t.Errorf("error became %v at %d", d.Err(), d.Offset())
	}
}

func TestErrorTypes(t *testing.T) {
	var (
		syntax *syrup.SyntaxError
		kind   *syrup.TypeError
		rng    *syrup.RangeError
		limit  *syrup.LimitError
		value  *syrup.ValueError
	)
	tests := []struct {
		wire   string
		read   func(d *syrup.Decoder)
		target any
	}{
		{"?", func(d *syrup.Decoder) { d.Skip() }, &syntax},
		{"t", func(d *syrup.Decoder) { d.Int64() }, &kind},
		{"1-", func(d *syrup.Decoder) { d.Uint64() }, &rng},
		{"99999999:", func(d *syrup.Decoder) { d.Skip() }, &limit},
		{"t", func(d *syrup.Decoder) { d.Fail(io.EOF) }, &value},
	}
	for _, tt := range tests {
		d := decoder(tt.wire)
		tt.read(d)
		if !errors.As(d.Err(), tt.target) {
			t.Errorf("%q: error %T", tt.wire, d.Err())
		}
	}
	if !errors.Is(value, io.EOF) {
		t.Errorf("%v does not wrap what Fail was given", value)
	}
}

// TestPathIsBounded makes paths of the peer's names, which may be long and many.
func TestPathIsBounded(t *testing.T) {
	long := strings.Repeat("ä", 500)
	wire := strings.Repeat("{1000\""+long, 200) + "?"
	_, err := syrup.Decode([]byte(wire), syrup.Options{})
	var e *syrup.SyntaxError
	if !errors.As(err, &e) || len(e.Path) > 700 || len(e.Path) < 100 || strings.Contains(e.Path, "\ufffd") {
		t.Errorf("path of %d octets: %s", len(e.Path), e.Path)
	}
}

func TestSeek(t *testing.T) {
	wire := `[[t<1'at>]{1"b<1'a2+>}]`
	spans, end, err := syrup.Skim(nil, []byte(wire), 0, syrup.Limits{}, func(label []byte) bool { return string(label) == "a" })
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]syrup.Span{{3, 9}, {14, 21}}, spans); diff != "" {
		t.Errorf("spans (-want +got):\n%s", diff)
	}
	if end != len(wire) {
		t.Errorf("end = %d, want %d", end, len(wire))
	}
	d := decoder(wire)
	d.List()
	d.List()
	d.Bool()
	if got := d.Data()[d.Offset():spans[0].End]; string(got) != "<1'at>" {
		t.Errorf("seek over %q", got)
	}
	d.Seek(spans[0].End)
	d.End()
	d.Dict()
	key := d.String()
	d.Seek(spans[1].End)
	d.End()
	d.End()
	if err := d.Finish(); err != nil || key != "b" {
		t.Errorf("key %q, error %v", key, err)
	}
}

// TestSeekAstray goes where no value ends.
func TestSeekAstray(t *testing.T) {
	for off := 2; off < 12; off++ {
		d := decoder("{Dxxxxxxxx1+Fxxxx1+}")
		d.Dict()
		d.Seek(off)
		d.Skip()
		d.SkipRest()
		if err := d.Finish(); (err == nil) != (off == 10) {
			t.Errorf("Seek(%d): %v", off, err)
		}
	}
}

func TestSkimReportsOutermost(t *testing.T) {
	wire := `<1'a<1'b<1'bt>>[<1'c<1'b1+>>#<1'bf>$]{<1'bt>t}<<1'bt>1'b><1"b>>`
	want := []string{"<1'b<1'bt>>", "<1'b1+>", "<1'bf>", "<1'bt>", "<1'bt>"}
	before := []syrup.Span{{1, 2}}
	spans, _, err := syrup.Skim(before, []byte(wire), 0, syrup.Limits{}, func(label []byte) bool { return string(label) == "b" })
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range spans[1:] {
		got = append(got, wire[s.Start:s.End])
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	cut := wire[:len(wire)-1]
	spans, _, err = syrup.Skim(before, []byte(cut), 0, syrup.Limits{}, func([]byte) bool { return true })
	if !errors.Is(err, io.ErrUnexpectedEOF) || !slices.Equal(spans, before) {
		t.Errorf("Skim of cut input: %v, %v", spans, err)
	}
}

func TestOrders(t *testing.T) {
	value := map[string]any{"b": 1, "aa": 2, "": 3, "ccc": 4, "0123456789": 5}
	for order, want := range map[syrup.KeyOrder]string{
		syrup.EncodedOrder: `{0"3+1"b1+10"01234567895+2"aa2+3"ccc4+}`,
		syrup.RawOrder:     `{0"3+10"01234567895+2"aa2+1"b1+3"ccc4+}`,
	} {
		got, err := syrup.Append(nil, value, order)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, string(got)); diff != "" {
			t.Errorf("order %d (-want +got):\n%s", order, diff)
		}
		for _, other := range []syrup.KeyOrder{syrup.EncodedOrder, syrup.RawOrder} {
			err := syrup.CheckCanonical(got, other, syrup.Limits{})
			if (err == nil) != (other == order) {
				t.Errorf("CheckCanonical(%s) in order %d: %v", got, other, err)
			}
			if _, err := syrup.Decode(got, syrup.Options{Order: other}); err != nil {
				t.Errorf("tolerant Decode(%s) in order %d: %v", got, other, err)
			}
		}
	}
	mixed := syrup.Dict{
		{true, 9}, {syrup.Symbol("b"), 5}, {[]byte("b"), 6}, {"b", 4}, {int64(1), 7}, {syrup.Symbol("aa"), 2}, {"a", 1}, {[]any{}, 8}, {[]byte("aaa"), 3},
	}
	got, err := syrup.Append(nil, mixed, syrup.RawOrder)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(`{1"a1+2'aa2+3:aaa3+1"b4+1'b5+1:b6+1+7+[]8+t9+}`, string(got)); diff != "" {
		t.Errorf("mixed keys in RawOrder (-want +got):\n%s", diff)
	}
}

func TestAppendIntegers(t *testing.T) {
	var got []byte
	for _, v := range []any{
		int(-1), int8(-2), int16(-3), int32(-4), int64(-5), uint(1), uint8(2), uint16(3), uint32(4), uint64(math.MaxUint64), uintptr(6),
		big.NewInt(-7),
	} {
		var err error
		if got, err = syrup.Append(got, v, syrup.EncodedOrder); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff("1-2-3-4-5-1+2+3+4+18446744073709551615+6+7-", string(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestAppendRefuses(t *testing.T) {
	cyclic := []any{nil, nil}
	cyclic[0], cyclic[1] = cyclic, cyclic
	var limit *syrup.LimitError
	if _, err := syrup.Append(nil, cyclic, syrup.EncodedOrder); !errors.As(err, &limit) {
		t.Errorf("a value that contains itself: %v", err)
	}
	tests := []struct {
		value any
		want  string
	}{
		{nil, "syrup: cannot encode: nil has no form in Syrup"},
		{(*big.Int)(nil), "syrup: cannot encode: *big.Int has no form in Syrup"},
		{struct{}{}, "syrup: cannot encode: struct {} has no form in Syrup"},
		{[]any{1, []string{}}, "syrup: cannot encode [1]: []string has no form in Syrup"},
		{"\xff", "syrup: cannot encode: invalid UTF-8"},
		{syrup.Record{}, "syrup: cannot encode <>: nil has no form in Syrup"},
		{syrup.Record{Label: 1, Fields: []any{syrup.Set{syrup.Symbol("\xff")}}}, `syrup: cannot encode <"1+">.0#0: invalid UTF-8`},
		{map[string]any{"a": syrup.Dict{{1, nil}}}, `syrup: cannot encode .a{"1+"}: nil has no form in Syrup`},
		{syrup.Dict{{nil, 1}}, "syrup: cannot encode {}: nil has no form in Syrup"},
		{syrup.Dict{{"a", 1}, {"b", 2}, {"a", 3}}, "syrup: cannot encode .a: duplicate key or member"},
		{syrup.Set{1, int8(1)}, `syrup: cannot encode {"1+"}: duplicate key or member`},
	}
	for _, tt := range tests {
		got, err := syrup.Append([]byte("kept"), tt.value, syrup.EncodedOrder)
		var e *syrup.UnsupportedError
		if !errors.As(err, &e) || string(got) != "kept" {
			t.Errorf("Append(%v) = %q, %v", tt.value, got, err)
			continue
		}
		if diff := cmp.Diff(tt.want, err.Error()); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	}
}

func TestKindString(t *testing.T) {
	if got := syrup.SetKind.String(); got != "set" {
		t.Errorf("SetKind is %q", got)
	}
	if got := syrup.Kind(200).String(); got != "unknown kind" {
		t.Errorf("Kind(200) is %q", got)
	}
}
