package syrup_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

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

func TestAppend(t *testing.T) {
	for _, p := range pairs {
		t.Run(p.name, func(t *testing.T) {
			got, err := syrup.Append([]byte("before"), p.value, syrup.EncodedOrder)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff("before"+p.wire, string(got)); diff != "" {
				t.Errorf("Append (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDecode(t *testing.T) {
	for _, p := range pairs {
		for _, strict := range []bool{true, false} {
			t.Run(p.name, func(t *testing.T) {
				got, err := syrup.Decode([]byte(p.wire), syrup.Options{Strict: strict})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(p.value, got, equalValues); diff != "" {
					t.Errorf("Decode, strict %v (-want +got):\n%s", strict, diff)
				}
			})
		}
	}
}

func TestSkim(t *testing.T) {
	for _, p := range pairs {
		t.Run(p.name, func(t *testing.T) {
			const before, after = "\x00", "]+"
			_, end, err := syrup.Skim(nil, []byte(before+p.wire+after), len(before), syrup.Limits{}, nil)
			if err != nil {
				t.Fatal(err)
			}
			if want := len(before + p.wire); end != want {
				t.Errorf("end = %d, want %d", end, want)
			}
		})
	}
}

func TestScan(t *testing.T) {
	for _, p := range pairs {
		t.Run(p.name, func(t *testing.T) {
			for size := range 12 {
				var s syrup.Scanner
				stream := []byte(p.wire + p.wire + "after")
				for range 2 {
					n, err := scan(&s, stream, size+1)
					if err != nil {
						t.Fatal(err)
					}
					if n != len(p.wire) {
						t.Fatalf("in pieces of %d: end = %d, want %d", size+1, n, len(p.wire))
					}
					stream = stream[n:]
				}
			}
		})
	}
}

func TestCheckCanonical(t *testing.T) {
	for _, p := range pairs {
		t.Run(p.name, func(t *testing.T) {
			if err := syrup.CheckCanonical([]byte(p.wire), syrup.EncodedOrder, syrup.Limits{}); err != nil {
				t.Error(err)
			}
		})
	}
	for _, c := range tolerated {
		t.Run(c.name, func(t *testing.T) {
			err := syrup.CheckCanonical([]byte(c.wire), syrup.EncodedOrder, syrup.Limits{})
			if !errors.Is(err, syrup.ErrNotCanonical) {
				t.Errorf("error = %v, want %v", err, syrup.ErrNotCanonical)
			}
		})
	}
}

func TestTolerated(t *testing.T) {
	for _, c := range tolerated {
		t.Run(c.name, func(t *testing.T) {
			value, err := syrup.Decode([]byte(c.wire), syrup.Options{})
			if err != nil {
				t.Fatal(err)
			}
			got, err := syrup.Append(nil, value, syrup.EncodedOrder)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.canonical, string(got)); diff != "" {
				t.Errorf("encoded again (-want +got):\n%s", diff)
			}
			if _, end, err := syrup.Skim(nil, []byte(c.wire), 0, syrup.Limits{}, nil); err != nil || end != len(c.wire) {
				t.Errorf("Skim = %d, %v", end, err)
			}
		})
	}
}

func TestRefused(t *testing.T) {
	for _, c := range refused {
		t.Run(c.name, func(t *testing.T) {
			wantRefused(t, c.wire, c.want)
			if c.want == syrup.ErrTrailing {
				return
			}
			if _, _, err := syrup.Skim(nil, []byte(c.wire), 0, syrup.Limits{}, nil); !errors.Is(err, c.want) {
				t.Errorf("Skim: error = %v, want %v", err, c.want)
			}
			var s syrup.Scanner
			if _, err := scan(&s, []byte(c.wire), 1); !errors.Is(err, c.want) {
				t.Errorf("Scan: error = %v, want %v", err, c.want)
			}
		})
	}
	for _, c := range refusedByKeys {
		t.Run(c.name, func(t *testing.T) { wantRefused(t, c.wire, c.want) })
	}
	for _, c := range unordered {
		t.Run(c.name, func(t *testing.T) {
			if _, err := syrup.Decode([]byte(c.wire), syrup.Options{}); !errors.Is(err, syrup.ErrDuplicateKey) {
				t.Errorf("error = %v, want %v", err, syrup.ErrDuplicateKey)
			}
			if _, err := syrup.Decode([]byte(c.wire), syrup.Options{Strict: true}); !errors.Is(err, syrup.ErrNotCanonical) {
				t.Errorf("strict: error = %v, want %v", err, syrup.ErrNotCanonical)
			}
		})
	}
}

// TestLongLengths is about errors behind lengths of twenty digits, which strict mode does not get to.
func TestLongLengths(t *testing.T) {
	for wire, want := range map[string]error{
		"00000000000000000001\"\xff": syrup.ErrInvalidUTF8,
		"00000000000000000009:x":     io.ErrUnexpectedEOF,
	} {
		for name, read := range readers(syrup.Limits{}) {
			if name == "CheckCanonical" {
				continue
			}
			if err := read([]byte(wire)); !errors.Is(err, want) {
				t.Errorf("%s(%q): error = %v, want %v", name, wire, err, want)
			}
		}
	}
}

// wantRefused decodes in both modes and wants this error.
func wantRefused(t *testing.T, wire string, want error) {
	t.Helper()
	for _, strict := range []bool{true, false} {
		value, err := syrup.Decode([]byte(wire), syrup.Options{Strict: strict})
		var e *syrup.SyntaxError
		if !errors.Is(err, want) || !errors.As(err, &e) {
			t.Errorf("strict %v: value %v, error %v; want %v", strict, value, err, want)
		}
	}
}

// TestPrefixes cuts each encoded value at every octet. No part of one is a value, and each says that it was cut.
func TestPrefixes(t *testing.T) {
	for _, p := range pairs {
		t.Run(p.name, func(t *testing.T) {
			for n := range len(p.wire) {
				cut := []byte(p.wire[:n])
				if _, err := syrup.Decode(cut, syrup.Options{}); !errors.Is(err, io.ErrUnexpectedEOF) {
					t.Errorf("Decode(%q): error = %v", cut, err)
				}
				if err := syrup.CheckCanonical(cut, syrup.EncodedOrder, syrup.Limits{}); !errors.Is(err, io.ErrUnexpectedEOF) {
					t.Errorf("CheckCanonical(%q): error = %v", cut, err)
				}
				if _, _, err := syrup.Skim(nil, cut, 0, syrup.Limits{}, nil); !errors.Is(err, io.ErrUnexpectedEOF) {
					t.Errorf("Skim(%q): error = %v", cut, err)
				}
				var s syrup.Scanner
				if consumed, done, err := s.Scan(cut); consumed != n || done || err != nil {
					t.Errorf("Scan(%q) = %d, %v, %v", cut, consumed, done, err)
				}
			}
		})
	}
}

// equalValues compares dynamic values: any two NaNs are equal, the two zeros are not.
var equalValues = cmp.Options{
	cmp.Comparer(func(x, y float64) bool {
		return math.Float64bits(x) == math.Float64bits(y) || x != x && y != y
	}),
	cmp.Comparer(func(x, y float32) bool {
		return math.Float32bits(x) == math.Float32bits(y) || x != x && y != y
	}),
	cmp.Comparer(func(x, y *big.Int) bool { return x.Cmp(y) == 0 }),
	cmpopts.EquateEmpty(),
}

// scan feeds the scanner pieces of the given size until a value ends, and returns its length. Input that ends too early
// is io.ErrUnexpectedEOF.
func scan(s *syrup.Scanner, data []byte, size int) (int, error) {
	total := 0
	for total < len(data) {
		piece := data[total:min(len(data), total+size)]
		n, done, err := s.Scan(piece)
		total += n
		if err != nil || done {
			return total, err
		}
	}
	return total, io.ErrUnexpectedEOF
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
