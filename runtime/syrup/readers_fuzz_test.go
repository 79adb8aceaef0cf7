package syrup_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"math/big"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// FuzzReaders reads anything in each way there is, and wants each to say what the naive reader says: whether it is a value, which, and
// where it ends, within the same limits.
func FuzzReaders(f *testing.F) {
	seed(f, func(wire []byte) { f.Add(wire, byte(0)) })
	seedVectors(f, func(wire []byte) { f.Add(wire, byte(2)) })
	for _, wire := range []string{`{1'at1"bt}`, `{1"at1'at1:at1+t}`, `{1:at1"at}`, `{2"aat1'bt}`} {
		f.Add([]byte(wire), byte(0))
		f.Add([]byte(wire), byte(1))
	}
	for _, over := range []int{0, 1} { // at each limit, and one beyond
		depth, digits, items := fuzzLimits.MaxDepth+over, fuzzLimits.MaxDigits+over, fuzzLimits.MaxItems+over
		for _, wire := range []string{
			strings.Repeat("[", depth) + strings.Repeat("]", depth),
			strings.Repeat("9", digits) + "-", strings.Repeat("9", 7+over) + "+", strings.Repeat("0", longestLength+over) + ":",
			"[" + strings.Repeat("t", items) + "]", "<" + strings.Repeat("t", items) + ">",
			fmt.Sprintf("%d:%s", fuzzLimits.MaxBytes-5+over, strings.Repeat("x", fuzzLimits.MaxBytes-5+over)),
		} {
			f.Add([]byte(wire), byte(0))
			f.Add([]byte(wire), byte(2))
		}
		dict, set := syrup.Dict{}, syrup.Set{}
		for i := range items {
			dict, set = append(dict, syrup.Entry{Key: int64(i), Value: true}), append(set, int64(i))
		}
		f.Add([]byte(naiveWire(dict, syrup.RawOrder)), byte(1))
		f.Add([]byte(naiveWire(set, syrup.EncodedOrder)), byte(0))
	}
	f.Fuzz(func(t *testing.T, data []byte, how byte) {
		limits := fuzzLimits
		if how&2 != 0 {
			limits.MaxDigits = 7 // fewer than the quick ways for short numbers take
		}
		opts := syrup.Options{Limits: limits, Order: syrup.KeyOrder(how & 1)}
		if len(data) > 2*limits.MaxBytes {
			return // the judge is slow
		}
		judge := naiveReader{in: string(data), limits: limits, order: opts.Order, keys: true}
		want, wantErr := judge.read()
		isWhole := wantErr == nil && judge.at == len(data) && len(data) <= limits.MaxBytes

		checkDynamic(t, data, opts, want, isWhole)
		if len(data) <= limits.MaxBytes {
			checkTyped(t, data, opts, how>>2, want, wantErr, judge.at)
			checkWrongTypes(t, data, opts)
		}
		checkSkim(t, data, limits)
	})
}

// seedVectors adds what other implementations wrote.
func seedVectors(f *testing.F, add func(wire []byte)) {
	f.Helper()
	for _, name := range []string{"testdata/syrup.json", "testdata/invalid.json"} {
		var vectors []struct {
			Hex string `json:"hex"`
		}
		readJSON(f, name, &vectors)
		for _, v := range vectors {
			if wire := unhex(f, v.Hex); len(wire) < 400 {
				add(wire)
			}
		}
	}
}

// checkDynamic decodes to dynamic values, and encodes those.
func checkDynamic(t *testing.T, data []byte, opts syrup.Options, want any, isWhole bool) {
	t.Helper()
	var got any
	var err error
	cost := allocated(func() { got, err = syrup.Decode(data, opts) })
	if most := allowance(data, opts.Limits.MaxDepth); cost > most {
		t.Fatalf("%d octets allocated for %d, more than %d", cost, len(data), most)
	}
	if (err == nil) != isWhole {
		t.Fatalf("Decode: %v; the judge: %t", err, isWhole)
	}
	isCanonical := false
	if isWhole {
		if !sameValue(got, want) {
			t.Fatalf("Decode: %v; the judge: %v", got, want)
		}
		wire, err := syrup.Append(nil, got, opts.Order)
		if err != nil || string(wire) != naiveWire(want, opts.Order) {
			t.Fatalf("encoded %q, %v; the judge: %q", wire, err, naiveWire(want, opts.Order))
		}
		isCanonical = string(wire) == string(data)
	}
	if err := syrup.CheckCanonical(data, opts.Order, opts.Limits); (err == nil) != isCanonical {
		t.Fatalf("CheckCanonical: %v; the judge: %t", err, isCanonical)
	}
}

// checkTyped reads the value that comes first by the methods for each type.
func checkTyped(t *testing.T, data []byte, opts syrup.Options, how byte, want any, wantErr error, end int) {
	t.Helper()
	var d syrup.Decoder
	d.Reset(data, opts)
	got := (&typedReader{t: t, d: &d, how: how}).value()
	if (d.Err() == nil) != (wantErr == nil) {
		t.Fatalf("typed reads: %v; the judge: %v", d.Err(), wantErr)
	}
	if wantErr == nil && (!sameValue(got, want) || d.Offset() != end || d.Depth() != 0) {
		t.Fatalf("typed reads: %v up to %d, at depth %d; the judge: %v up to %d", got, d.Offset(), d.Depth(), want, end)
	}
	d.Reset(data, opts)
	if d.Skip(); (d.Err() == nil) != (wantErr == nil) || wantErr == nil && d.Offset() != end {
		t.Fatalf("Skip: %v, to %d; the judge: %v, to %d", d.Err(), d.Offset(), wantErr, end)
	}
}

// checkSkim looks for the end of the value that comes first, and for records in it. Skimming does not look at keys.
func checkSkim(t *testing.T, data []byte, limits syrup.Limits) {
	t.Helper()
	want := func(label string) bool { return len(label)%2 == 0 }
	judge := naiveReader{in: string(data[:min(len(data), limits.MaxBytes)]), limits: limits, want: want}
	_, wantErr := judge.read()
	spans, end, err := syrup.Skim(nil, data, 0, limits, func(label []byte) bool { return want(string(label)) })
	if (err == nil) != (wantErr == nil) {
		t.Fatalf("Skim: %v; the judge: %v", err, wantErr)
	}
	if err == nil && (end != judge.at || !slices.Equal(spans, judge.found)) {
		t.Fatalf("Skim: to %d, %v; the judge: to %d, %v", end, spans, judge.at, judge.found)
	}
	if err != nil && spans != nil {
		t.Fatalf("spans %v with the error %v", spans, err)
	}
	scanned, scanErr := scanCut(data, byte(len(data)), limits)
	switch {
	case errors.Is(scanErr, io.ErrUnexpectedEOF) && len(data) < limits.MaxBytes && wantErr != nil: // it waits for more
	case (scanErr == nil) != (wantErr == nil) || wantErr == nil && scanned != judge.at:
		t.Fatalf("Scan: %v, to %d; the judge: %v, to %d", scanErr, scanned, wantErr, judge.at)
	}
}

// checkWrongTypes reads the value that comes first as each type. What it is not ends in an error that says what it is, and in a zero value.
func checkWrongTypes(t *testing.T, data []byte, opts syrup.Options) {
	t.Helper()
	reads := map[syrup.Kind]func(*syrup.Decoder) bool{
		syrup.Bool:       func(d *syrup.Decoder) bool { return !d.Bool() },
		syrup.Int:        func(d *syrup.Decoder) bool { return d.Int64() == 0 },
		syrup.Float64:    func(d *syrup.Decoder) bool { return d.Float64() == 0 },
		syrup.Float32:    func(d *syrup.Decoder) bool { return d.Float32() == 0 },
		syrup.Bytes:      func(d *syrup.Decoder) bool { return d.Bytes() == nil },
		syrup.String:     func(d *syrup.Decoder) bool { return d.String() == "" },
		syrup.SymbolKind: func(d *syrup.Decoder) bool { return d.Symbol() == "" },
		syrup.List:       func(d *syrup.Decoder) bool { d.List(); return d.Depth() == 0 },
		syrup.DictKind:   func(d *syrup.Decoder) bool { d.Dict(); return d.Depth() == 0 },
		syrup.RecordKind: func(d *syrup.Decoder) bool { d.Record(); return d.Depth() == 0 },
		syrup.SetKind:    func(d *syrup.Decoder) bool { d.Set(); return d.Depth() == 0 },
	}
	for asked, read := range reads {
		var d syrup.Decoder
		d.Reset(data, opts)
		is := d.Kind()
		isZero := read(&d)
		mismatch, isMismatch := errors.AsType[*syrup.TypeError](d.Err())
		_, isRange := errors.AsType[*syrup.RangeError](d.Err())
		switch {
		case asked != is && is > syrup.Close && (!isMismatch || mismatch.Got != is) && !isLimit(d.Err()) && !isSyntax(d.Err()):
			t.Fatalf("%v read as %v: %v", is, asked, d.Err())
		case d.Err() == nil && asked != is, d.Err() != nil && !isZero, isRange && is != syrup.Int:
			t.Fatalf("%v read as %v: %v, zero: %t", is, asked, d.Err(), isZero)
		}
		if first := d.Err(); first != nil {
			if at := d.Offset(); d.Any() != nil || d.More() || d.Err() != first || d.Offset() != at { //nolint:errorlint // the same one
				t.Fatalf("read on after %v: now %v", first, d.Err())
			}
		}
	}
}

func isLimit(err error) bool {
	_, ok := errors.AsType[*syrup.LimitError](err)
	return ok
}

func isSyntax(err error) bool {
	_, ok := errors.AsType[*syrup.SyntaxError](err)
	return ok
}

// A typedReader reads any value by the methods that know the type, of which how chooses where there are several.
type typedReader struct {
	t   *testing.T
	d   *syrup.Decoder
	how byte
}

// choose returns a number below n.
func (r *typedReader) choose(n int) int {
	r.how = r.how*29 + 7
	return int(r.how>>2) % n
}

func (r *typedReader) value() any {
	d := r.d
	if r.choose(8) == 0 {
		return decodeRaw(d.Raw())
	}
	switch d.Kind() {
	case syrup.Bool:
		return d.Bool()
	case syrup.Int:
		return r.integer()
	case syrup.Float64:
		return d.Float64()
	case syrup.Float32:
		return d.Float32()
	case syrup.Bytes:
		if r.choose(2) == 0 {
			return slices.Clone(d.RawBytes())
		}
		return d.Bytes()
	case syrup.String:
		if r.choose(2) == 0 {
			return string(d.StringBytes())
		}
		return d.String()
	case syrup.SymbolKind:
		if r.choose(2) == 0 {
			return syrup.Symbol(d.SymbolBytes())
		}
		return d.Symbol()
	default:
		return r.container()
	}
}

// integer reads an integer of any size, after it was read as the types of a fixed one.
func (r *typedReader) integer() any {
	asInt, asUint := *r.d, *r.d
	small, unsigned := asInt.Int64(), asUint.Uint64()
	n := r.d.BigInt()
	switch {
	case (asInt.Err() == nil) != (n != nil && n.IsInt64()), (asUint.Err() == nil) != (n != nil && n.IsUint64()):
		r.t.Fatalf("%v read as int64: %v, as uint64: %v", n, asInt.Err(), asUint.Err())
	case n == nil:
		return nil
	case n.IsInt64() && n.Int64() != small, n.IsUint64() && n.Uint64() != unsigned:
		r.t.Fatalf("%v read as int64 is %d, as uint64 %d", n, small, unsigned)
	}
	return smallest(n)
}

func (r *typedReader) container() any {
	d := r.d
	switch d.Kind() {
	case syrup.List:
		d.List()
		return r.items()
	case syrup.SetKind:
		d.Set()
		return syrup.Set(r.items())
	case syrup.RecordKind:
		d.Record()
		if all := r.items(); len(all) > 0 {
			return syrup.Record{Label: all[0], Fields: all[1:]}
		}
		return nil
	case syrup.DictKind:
		d.Dict()
		out := syrup.Dict{}
		for d.More() {
			out = append(out, syrup.Entry{Key: r.value(), Value: r.value()})
		}
		return out
	default:
		return d.Any() // which is to find out what is wrong
	}
}

func (r *typedReader) items() []any {
	all := []any{}
	for r.d.More() {
		all = append(all, r.value())
	}
	return all
}

// decodeRaw decodes a part that was checked already.
func decodeRaw(raw []byte) any {
	v, _ := syrup.Decode(raw, syrup.Options{})
	return v
}

// sameValue says whether two values are the same to the last bit, and of the same types. (Package cmp takes time exponential in the
// depth.)
func sameValue(a, b any) bool {
	switch a := a.(type) {
	case *big.Int:
		b, ok := b.(*big.Int)
		return ok && a.Cmp(b) == 0
	case float64:
		b, ok := b.(float64)
		return ok && math.Float64bits(a) == math.Float64bits(b)
	case float32:
		b, ok := b.(float32)
		return ok && math.Float32bits(a) == math.Float32bits(b)
	case []byte:
		b, ok := b.([]byte)
		return ok && bytes.Equal(a, b)
	case []any:
		b, ok := b.([]any)
		return ok && slices.EqualFunc(a, b, sameValue)
	case syrup.Set:
		b, ok := b.(syrup.Set)
		return ok && slices.EqualFunc(a, b, sameValue)
	case syrup.Record:
		b, ok := b.(syrup.Record)
		return ok && sameValue(a.Label, b.Label) && slices.EqualFunc(a.Fields, b.Fields, sameValue)
	case syrup.Dict:
		b, ok := b.(syrup.Dict)
		return ok && slices.EqualFunc(a, b, func(a, b syrup.Entry) bool { return sameValue(a.Key, b.Key) && sameValue(a.Value, b.Value) })
	default: // bool, int64, string, Symbol
		return a == b
	}
}

// allowance is what reading may allocate, in octets: so much for each of the input, and for each level of depth.
func allowance(data []byte, depth int) uint64 {
	return 8<<10 + 64*uint64(len(data)) + 512*uint64(depth)
}

// allocated returns how many octets are allocated meanwhile.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
