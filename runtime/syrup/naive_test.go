package syrup_test

import (
	"encoding/binary"
	"errors"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// A naiveReader reads Syrup word for word as the draft has it, without a thought of speed, and shares no code with the
// package: it is the judge of everything that reads.
type naiveReader struct {
	in     string
	at     int
	limits syrup.Limits
	order  syrup.KeyOrder
	// keys says that those of a dictionary, and the members of a set, have to be canonical, and distinct.
	keys  bool
	depth int
	// want says which records are found, and found where they are, the outermost ones.
	want   func(label string) bool
	found  []syrup.Span
	inside int
}

// longestLength bounds the digits of a length, zeros in front included.
const longestLength = 20

var errNaive = errors.New("refused")

// read returns the value that comes next, or an error.
func (r *naiveReader) read() (v any, err error) {
	defer func() {
		if problem := recover(); problem == errNaive { //nolint:errorlint // it is the one that refuse panics with
			v, err = nil, errNaive
		} else if problem != nil {
			panic(problem)
		}
	}()
	return r.value(), nil
}

func (r *naiveReader) refuse(unless bool) {
	if !unless {
		panic(errNaive)
	}
}

// take returns the next n octets.
func (r *naiveReader) take(n int) string {
	r.refuse(n <= len(r.in)-r.at)
	r.at += n
	return r.in[r.at-n : r.at]
}

func (r *naiveReader) value() any {
	start := r.at
	switch c := r.take(1); c {
	case "t":
		return true
	case "f":
		return false
	case "D":
		return math.Float64frombits(binary.BigEndian.Uint64([]byte(r.take(8))))
	case "F":
		return math.Float32frombits(binary.BigEndian.Uint32([]byte(r.take(4))))
	case "[":
		return r.items("]")
	case "{":
		return r.dict()
	case "#":
		return r.set()
	case "<":
		return r.record(start)
	default:
		r.at = start
		return r.counted()
	}
}

// counted reads what begins with digits.
func (r *naiveReader) counted() any {
	start := r.at
	c := r.take(1)
	for c >= "0" && c <= "9" {
		c = r.take(1)
	}
	digits := r.in[start : r.at-1]
	r.refuse(digits != "")
	n, _ := new(big.Int).SetString(digits, 10)
	if c == "+" || c == "-" {
		r.refuse(len(digits) <= r.limits.MaxDigits)
	}
	switch c {
	case "+":
		return smallest(n)
	case "-":
		return smallest(n.Neg(n))
	}
	r.refuse(len(digits) <= longestLength)
	r.refuse(c == ":" || c == `"` || c == "'")
	r.refuse(n.IsInt64() && n.Int64() <= int64(len(r.in)))
	text := r.take(int(n.Int64()))
	if c == ":" {
		return []byte(text)
	}
	r.refuse(utf8.ValidString(text))
	if c == `"` {
		return text
	}
	return syrup.Symbol(text)
}

func smallest(n *big.Int) any {
	if n.IsInt64() {
		return n.Int64()
	}
	return n
}

// items reads values up to a bracket.
func (r *naiveReader) items(end string) []any {
	r.depth++
	r.refuse(r.depth <= r.limits.MaxDepth)
	most := r.limits.MaxItems
	if end == "}" {
		most *= 2
	}
	all := []any{}
	for !strings.HasPrefix(r.in[r.at:], end) {
		r.refuse(len(all) < most)
		start := r.at
		v := r.value()
		if r.keys && (end == "$" || end == "}" && len(all)%2 == 0) {
			r.refuse(naiveWire(v, r.order) == r.in[start:r.at])
		}
		all = append(all, v)
	}
	r.take(1)
	r.depth--
	return all
}

func (r *naiveReader) dict() any {
	all := r.items("}")
	r.refuse(len(all)%2 == 0)
	d, keys := syrup.Dict{}, []any{}
	for i := 0; i < len(all); i += 2 {
		d, keys = append(d, syrup.Entry{Key: all[i], Value: all[i+1]}), append(keys, all[i])
	}
	r.distinct(keys)
	return d
}

func (r *naiveReader) set() any {
	all := r.items("$")
	r.distinct(all)
	return syrup.Set(all)
}

// distinct refuses values of which one occurs twice.
func (r *naiveReader) distinct(all []any) {
	wires := naiveWires(all, r.order)
	slices.Sort(wires)
	r.refuse(!r.keys || len(slices.Compact(wires)) == len(all))
}

// record reads a record, and takes down whether it is one that is looked for. Its label has to be known before what is in it.
func (r *naiveReader) record(start int) any {
	ahead := naiveReader{in: r.in, at: r.at, limits: r.limits}
	symbol, ok := ahead.symbol()
	isFound := ok && r.want != nil && r.want(symbol) && r.inside == 0
	if isFound {
		r.inside++
	}
	all := r.items(">")
	r.refuse(len(all) > 0)
	if isFound {
		r.inside--
		r.found = append(r.found, syrup.Span{Start: start, End: r.at})
	}
	return syrup.Record{Label: all[0], Fields: all[1:]}
}

// symbol reads a symbol, if one comes next.
func (r *naiveReader) symbol() (string, bool) {
	if r.at == len(r.in) || r.in[r.at] < '0' || r.in[r.at] > '9' {
		return "", false
	}
	v, _ := r.read()
	symbol, ok := v.(syrup.Symbol)
	return string(symbol), ok
}

// naiveWire returns the canonical form of a value.
func naiveWire(v any, order syrup.KeyOrder) string {
	switch v := v.(type) {
	case bool:
		return map[bool]string{true: "t", false: "f"}[v]
	case int64:
		return naiveWire(big.NewInt(v), order)
	case *big.Int:
		return new(big.Int).Abs(v).String() + map[bool]string{true: "-", false: "+"}[v.Sign() < 0]
	case float64:
		bits := math.Float64bits(v)
		if v != v { //nolint:staticcheck // NaN
			bits = 0x7ff8 << 48
		}
		return "D" + string(binary.BigEndian.AppendUint64(nil, bits))
	case float32:
		bits := math.Float32bits(v)
		if v != v { //nolint:staticcheck // NaN
			bits = 0x7fc0 << 16
		}
		return "F" + string(binary.BigEndian.AppendUint32(nil, bits))
	case []byte:
		return strconv.Itoa(len(v)) + ":" + string(v)
	case string:
		return strconv.Itoa(len(v)) + `"` + v
	case syrup.Symbol:
		return strconv.Itoa(len(v)) + "'" + string(v)
	case []any:
		return "[" + strings.Join(naiveWires(v, order), "") + "]"
	case syrup.Record:
		return "<" + naiveWire(v.Label, order) + strings.Join(naiveWires(v.Fields, order), "") + ">"
	case syrup.Set:
		all := naiveWires(v, order)
		slices.Sort(all)
		return "#" + strings.Join(all, "") + "$"
	}
	d := slices.Clone(v.(syrup.Dict))
	slices.SortStableFunc(d, func(a, b syrup.Entry) int {
		return strings.Compare(naiveRank(a.Key, order), naiveRank(b.Key, order))
	})
	parts := []any{}
	for _, e := range d {
		parts = append(parts, e.Key, e.Value)
	}
	return "{" + strings.Join(naiveWires(parts, order), "") + "}"
}

func naiveWires(all []any, order syrup.KeyOrder) []string {
	out := []string{}
	for _, v := range all {
		out = append(out, naiveWire(v, order))
	}
	return out
}

// naiveRank returns what a key is sorted by, as text that sorts octet by octet. In RawOrder that is the contents of texts and byte
// arrays, each octet behind a 1 so that a 0 can end them, and their kind, with a 2 in front of everything else.
func naiveRank(key any, order syrup.KeyOrder) string {
	text, kind := "", ""
	switch key := key.(type) {
	case string:
		text, kind = key, "a"
	case syrup.Symbol:
		text, kind = string(key), "b"
	case []byte:
		text, kind = string(key), "c"
	}
	if order == syrup.EncodedOrder || kind == "" {
		return "2" + naiveWire(key, order)
	}
	rank := []byte{}
	for _, octet := range []byte(text) {
		rank = append(rank, '1', octet)
	}
	return string(rank) + "0" + kind
}
