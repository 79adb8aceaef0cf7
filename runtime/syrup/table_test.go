package syrup_test

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"
	"math/big"
	"strings"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// A pair is a value and its canonical form, with keys in EncodedOrder.
type pair struct {
	name  string
	value any
	wire  string
}

// pairs feed the tests of encoding, decoding, canonical form and truncation, and the fuzz targets.
var pairs = []pair{
	{"true", true, "t"},
	{"false", false, "f"},

	{"zero", int64(0), "0+"},
	{"one digit", int64(9), "9+"},
	{"two digits", int64(10), "10+"},
	{"negative", int64(-5), "5-"},
	{"three digits", int64(-100), "100-"},
	{"four digits", int64(1234), "1234+"},
	{"largest int32", int64(math.MaxInt32), "2147483647+"},
	{"largest int64", int64(math.MaxInt64), "9223372036854775807+"},
	{"smallest int64", int64(math.MinInt64), "9223372036854775808-"},
	{"beyond int64", bigNumber("9223372036854775808"), "9223372036854775808+"},
	{"beyond negative int64", bigNumber("-9223372036854775809"), "9223372036854775809-"},
	{"largest uint64", bigNumber("18446744073709551615"), "18446744073709551615+"},
	{"beyond uint64", bigNumber("18446744073709551616"), "18446744073709551616+"},
	{"2^70", bigNumber("1180591620717411303424"), "1180591620717411303424+"},
	{"-10^40", bigNumber("-1" + strings.Repeat("0", 40)), "1" + strings.Repeat("0", 40) + "-"},

	{"double zero", 0.0, "D\x00\x00\x00\x00\x00\x00\x00\x00"},
	{"negative double zero", math.Copysign(0, -1), "D\x80\x00\x00\x00\x00\x00\x00\x00"},
	{"double", 3.2, "D@\x09\x99\x99\x99\x99\x99\x9a"},
	{"infinity", math.Inf(1), "D\x7f\xf0\x00\x00\x00\x00\x00\x00"},
	{"NaN", math.NaN(), "D\x7f\xf8\x00\x00\x00\x00\x00\x00"},
	{"single", float32(1.5), "F\x3f\xc0\x00\x00"},
	{"single NaN", float32(math.NaN()), "F\x7f\xc0\x00\x00"},
	{"double of closing brackets", math.Float64frombits(0x5d7d3e245d7d3e24), "D]}>$]}>$"},

	{"no octets", []byte{}, "0:"},
	{"octets", []byte("cat"), "3:cat"},
	{"ten octets", []byte("0123456789"), "10:0123456789"},
	{"hundred octets", bytes.Repeat([]byte{0xff}, 100), "100:" + strings.Repeat("\xff", 100)},
	{"octets that look like more", []byte("]}>$"), "4:]}>$"},

	{"empty string", "", `0"`},
	{"string", "bear", `4"bear`},
	{"Latin", "björn", "6\"björn"},
	{"Chinese", "熊", "3\"熊"},
	{"beyond the BMP", "🐻", "4\"🐻"},
	{"NUL", "\x00", "1\"\x00"},
	{"BOM", "\ufeff", "3\"\ufeff"},
	{"noncharacter", "\uffff", "3\"\uffff"},
	{"long string", strings.Repeat("ab", 100), `200"` + strings.Repeat("ab", 100)},
	{"character after eight", "12345678é", "10\"12345678é"},
	{"character across eight", "1234567é", "9\"1234567é"},

	{"empty symbol", syrup.Symbol(""), "0'"},
	{"symbol", syrup.Symbol("fetch"), "5'fetch"},
	{"symbol of two octets", syrup.Symbol("ä"), "2'ä"},

	{"empty list", []any{}, "[]"},
	{"list", []any{int64(1), "a", []byte("b"), syrup.Symbol("c"), true, 0.5}, "[1+1\"a1:b1'ctD?\xe0\x00\x00\x00\x00\x00\x00]"},
	{"nested lists", []any{[]any{[]any{}}, []any{}}, "[[[]][]]"},
	// No deeper: comparing by package cmp takes time exponential in the depth.
	{"deep list", deep(8), "[[[[[[[[]]]]]]]]"},

	{"empty dictionary", syrup.Dict{}, "{}"},
	{"dictionary", syrup.Dict{{"age", int64(30)}, {"name", "Alice"}, {"isAlive", true}}, `{3"age30+4"name5"Alice7"isAlivet}`},
	{"lengths sort as text", syrup.Dict{{"z", true}, {"0123456789", false}, {"aa", true}}, `{1"zt10"0123456789f2"aat}`},
	{"keys of each kind", syrup.Dict{
		{syrup.Set{}, int64(5)},
		{"a", int64(1)},
		{syrup.Symbol("a"), int64(2)},
		{int64(1), int64(3)},
		{[]byte("a"), int64(4)},

		{syrup.Record{Label: true, Fields: []any{}}, int64(6)},
		{0.0, int64(7)},
		{float32(0), int64(8)},
		{[]any{}, int64(9)},
		{false, int64(10)},
		{true, int64(11)},
		{syrup.Dict{}, int64(12)},
	}, "{#$5+1\"a1+1'a2+1+3+1:a4+<t>6+D\x00\x00\x00\x00\x00\x00\x00\x007+F\x00\x00\x00\x008+[]9+f10+t11+{}12+}"},
	{"dictionary in a key", syrup.Dict{{syrup.Dict{{"a", true}, {"b", true}}, false}}, `{{1"at1"bt}f}`},

	{"record", syrup.Record{Label: syrup.Symbol("person"), Fields: []any{"Alice", int64(30), true}}, `<6'person5"Alice30+t>`},
	{"record without fields", syrup.Record{Label: syrup.Symbol("void"), Fields: []any{}}, "<4'void>"},
	{"record labelled by a record", syrup.Record{Label: syrup.Record{Label: int64(1), Fields: []any{}}, Fields: []any{true}}, "<<1+>t>"},

	{"empty set", syrup.Set{}, "#$"},
	{"set", syrup.Set{int64(1), int64(2), int64(3)}, "#1+2+3+$"},
	{"set of lists", syrup.Set{[]any{int64(1)}, []any{}}, "#[1+][]$"},
	{"many members", many(40), "#" + manyWire(40) + "$"},
}

// tolerated is what tolerant mode reads and strict mode refuses.
var tolerated = []struct {
	name, wire, canonical string
}{
	{"integer with zeros in front", "007+", "7+"},
	{"many zeros in front", "00000000000000000000000000000000000000007+", "7+"},
	{"negative zero", "0-", "0+"},
	{"length with zero in front", `03"abc`, `3"abc`},
	{"zero length with zero in front", "00:", "0:"},
	{"NaN with payload", "D\x7f\xf8\x00\x00\x00\x00\x00\x01", "D\x7f\xf8\x00\x00\x00\x00\x00\x00"},
	{"negative NaN", "D\xff\xf8\x00\x00\x00\x00\x00\x00", "D\x7f\xf8\x00\x00\x00\x00\x00\x00"},
	{"signalling single NaN", "F\x7f\x80\x00\x01", "F\x7f\xc0\x00\x00"},
	{"unsorted dictionary", `{1"bt1"at}`, `{1"at1"bt}`},
	{"dictionary in raw order", `{2"aat1"bt}`, `{1"bt2"aat}`},
	{"unsorted set", "#2+10+$", "#10+2+$"},
	{"unsorted dictionary in a list", `[{1"bt1"at}]`, `[{1"at1"bt}]`},
	{"unsorted dictionary with many keys", `{9+t8+t7+t6+t5+t4+t3+t2+t1+t0+t}`, `{0+t1+t2+t3+t4+t5+t6+t7+t8+t9+t}`},
	{"length of twenty digits", `[00000000000000000003"abc00000000000000000001:x]`, `[3"abc1:x]`},
	{"integer of twenty digits", "[00000000000000000003+000000000000000000003-]", "[3+3-]"},
	{"value with zero in front", `{1"a01+}`, `{1"a1+}`},
}

// refused is what both modes refuse, and with what.
var refused = []struct {
	name, wire string
	want       error
}{
	{"nothing", "", io.ErrUnexpectedEOF},
	{"digits only", "12", io.ErrUnexpectedEOF},
	{"trailing value", "1+1+", syrup.ErrTrailing},
	{"trailing bracket", "[]]", syrup.ErrTrailing},
	{"white space", " 1+", syrup.ErrUnexpectedByte},
	{"white space in a list", "[1+ 2+]", syrup.ErrUnexpectedByte},
	{"sign in front", "-1", syrup.ErrUnexpectedByte},
	{"marker without length", ":", syrup.ErrUnexpectedByte},
	{"letter after digits", "1a", syrup.ErrUnexpectedByte},
	{"closing bracket only", "]", syrup.ErrUnexpectedByte},
	{"octet above ASCII", "\xb2+", syrup.ErrUnexpectedByte},
	{"letter after many digits", "00000000000000000000000001x", syrup.ErrUnexpectedByte},
	{"many digits only", "00000000000000000000000001", io.ErrUnexpectedEOF},
	{"wrong bracket", "[}", syrup.ErrBracket},
	{"wrong bracket of a set", "#]", syrup.ErrBracket},
	{"key without value", `{1"a}`, syrup.ErrMissingValue},
	{"record without label", "<>", syrup.ErrMissingLabel},
	{"invalid UTF-8", "1\"\xff", syrup.ErrInvalidUTF8},
	{"invalid UTF-8 in a symbol", "1'\xff", syrup.ErrInvalidUTF8},
	{"cut character", "1\"\xc3", syrup.ErrInvalidUTF8},
	{"surrogate", "3\"\xed\xa0\x80", syrup.ErrInvalidUTF8},
	{"overlong", "10\"12345678\xc0\x80", syrup.ErrInvalidUTF8},
	{"character that the length cuts", "[4\"abc\xc3]", syrup.ErrInvalidUTF8},
}

// refusedByKeys is what both modes of decoding refuse because of keys or members; skimming does not see it.
var refusedByKeys = []struct {
	name, wire string
	want       error
}{
	{"duplicate key", `{1"at1"at}`, syrup.ErrDuplicateKey},
	{"duplicate member", "#1+1+$", syrup.ErrDuplicateKey},
	{"duplicate set member", "#[1+][1+]$", syrup.ErrDuplicateKey},
	{"key with zero in front", "{01+t}", syrup.ErrNotCanonical},
	{"key with zero in front of its length", `{01"at}`, syrup.ErrNotCanonical},
	{"negative zero as a key", "{0-t}", syrup.ErrNotCanonical},
	{"NaN with payload as a member", "#D\x7f\xf8\x00\x00\x00\x00\x00\x01$", syrup.ErrNotCanonical},
	{"single NaN with payload as a member", "#F\x7f\xc0\x00\x01$", syrup.ErrNotCanonical},
	{"zero in front, deep in a key", `{[[01+]]t}`, syrup.ErrNotCanonical},
	{"unsorted dictionary in a key", `{{1"bt1"at}t}`, syrup.ErrNotCanonical},
}

// unordered is refused by both modes too; by strict mode, for the order it finds first.
var unordered = []struct{ name, wire string }{
	{"duplicate among unsorted", `{1"bt1"at1"bt}`},
	{"duplicate among many unsorted", `{9+t8+t7+t6+t5+t4+t3+t2+t1+t0+t5+t}`},
	{"duplicate after a nested dictionary", `{1"b{1"dt1"ct}1"at1"bt}`},
}

func bigNumber(digits string) *big.Int {
	v, ok := new(big.Int).SetString(digits, 10)
	if !ok {
		panic("not a number: " + digits)
	}
	return v
}

// deep returns n lists inside one another.
func deep(n int) []any {
	if n == 1 {
		return []any{}
	}
	return []any{deep(n - 1)}
}

// many returns a set of n byte arrays in ascending order, and manyWire their encoding.
func many(n int) syrup.Set {
	var s syrup.Set
	for i := range n {
		s = append(s, binary.BigEndian.AppendUint32(nil, uint32(i)))
	}
	return s
}

func manyWire(n int) string {
	var b []byte
	for i := range n {
		b = binary.BigEndian.AppendUint32(append(b, '4', ':'), uint32(i))
	}
	return string(b)
}
