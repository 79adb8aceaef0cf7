package exercise

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/ocapn-go/ocapn/idl"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// sampler writes arguments that a description allows, but for a value here and there.
type sampler struct {
	r   *rand.Rand
	odd int // one in so many values is not what the description says; 0 is none
	// pump is how many items the first list, rest or struct of any fields that comes next has, 0 for a few. They are all the same, and
	// as short as they can be.
	pump int
}

// Bomb returns arguments for [Octets.Send] that are long because of many short items, or nil if the method takes no such arguments.
func (o *Octets) Bomb(r *rand.Rand, method, items int) []byte {
	s := sampler{r: r, pump: items}
	var b []byte
	for _, p := range o.methods[method%len(o.methods)].params {
		if p.Rest && s.pump > 0 {
			b = s.pumped(b, p.Type)
		} else if !p.Rest {
			b = s.value(b, p.Type, depth)
		}
	}
	if s.pump > 0 {
		return nil
	}
	return b
}

// pumped appends items.
func (s *sampler) pumped(b []byte, t *idl.Type) []byte {
	n := s.pump
	s.pump = 0
	var item []byte
	for range 8 {
		if other := s.value(nil, t, 0); item == nil || len(other) < len(item) {
			item = other
		}
	}
	return append(b, bytes.Repeat(item, n)...)
}

// pumpedFields appends fields with names of their own.
func (s *sampler) pumpedFields(b []byte, t *idl.Type) []byte {
	n := s.pump
	s.pump = 0
	item := s.value(nil, t, 0)
	for i := range n {
		b = append(syrup.AppendString(b, fmt.Sprintf("%06d", i)), item...)
	}
	return b
}

// Sample returns arguments for [Octets.Send]: mostly such as the method takes.
func (o *Octets) Sample(r *rand.Rand, method int) []byte {
	s := sampler{r: r, odd: []int{0, 40, 10}[r.IntN(3)]}
	var b []byte
	for _, p := range o.methods[method%len(o.methods)].params {
		switch {
		case p.Rest:
			for range r.IntN(4) {
				b = s.value(b, p.Type, depth)
			}
		case p.Optional && s.chance(4):
			b = append(b, undefined...)
		case p.Optional && s.chance(4):
			return b
		default:
			b = s.value(b, p.Type, depth)
		}
	}
	if s.chance(10) {
		b = s.wrong(b)
	}
	return b
}

// Spoil returns octets with a few of them changed.
func (o *Octets) Spoil(r *rand.Rand, args []byte) []byte {
	args = slices.Clone(args)
	for range r.IntN(3) {
		if len(args) == 0 {
			break
		}
		at := r.IntN(len(args))
		switch r.IntN(4) {
		case 0:
			args[at] ^= 1 << r.IntN(8)
		case 1: // without a part
			args = slices.Delete(args, at, min(len(args), at+1+r.IntN(8)))
		case 2: // with a part twice
			args = slices.Insert(args, at, args[at:min(len(args), at+1+r.IntN(30))]...)
		default:
			const meaningful = "<>[]{}DFtf+-:\"'0123456789"
			args[at] = meaningful[r.IntN(len(meaningful))]
		}
	}
	return args
}

const (
	undefined = "<4'void>"
	reference = "<3'ref>"
)

func (s *sampler) chance(n int) bool { return s.r.IntN(n) == 0 }

// wrong is a value of any kind.
func (s *sampler) wrong(b []byte) []byte {
	values := []string{
		undefined, "<4'null>", "t", "f", "0+", "1-", "300+", "99999999999999999999+", "D\x40\x45\x00\x00\x00\x00\x00\x00", "D\x7f\xf8\x00\x00\x00\x00\x00\x00", "0\"",
		"1\"a", "1'a", "1:a", "[]", "[t]", "{}", `{1"at}`, "<11'desc:tagged1't1+>", "<10'desc:error1\"e>", "<1'x>", "#1+$", reference, "F\x00\x00\x00\x00",
		"{1+t}", "<>",
	}
	return append(b, values[s.r.IntN(len(values))]...)
}

// value appends a value of a type.
func (s *sampler) value(b []byte, t *idl.Type, depth int) []byte {
	if s.odd > 0 && s.chance(s.odd) {
		return s.wrong(b)
	}
	if len(t.Absent) > 0 && s.pump == 0 && (depth <= 0 || s.chance(3)) {
		absent := map[string]string{"undefined": undefined, "null": "<4'null>", "false": "f"}
		return append(b, absent[t.Absent[s.r.IntN(len(t.Absent))]]...)
	}
	switch t.Kind {
	case idl.KindList:
		b = append(b, '[')
		if s.pump > 0 && t.Max == 0 {
			return append(s.pumped(b, t.Elem), ']')
		}
		for range s.length(t, depth) {
			b = s.value(b, t.Elem, depth-1)
		}
		return append(b, ']')
	case idl.KindTuple:
		b = append(b, '[')
		for _, e := range t.Elems {
			b = s.value(b, e, depth-1)
		}
		return append(b, ']')
	case idl.KindMap:
		b = append(b, '{')
		if s.pump > 0 && t.Max == 0 {
			return append(s.pumpedFields(b, t.Elem), '}')
		}
		for i := range s.length(t, depth) {
			b = s.value(syrup.AppendString(b, string(rune('a'+i))), t.Elem, depth-1)
		}
		return append(b, '}')
	case idl.KindStruct:
		return s.fields(b, t.Ref.Struct.Fields, depth)
	case idl.KindTagged:
		b = syrup.AppendSymbol(append(b, "<11'desc:tagged"...), t.Tag)
		return append(s.value(b, t.Elem, depth-1), '>')
	case idl.KindUnion:
		return s.union(b, t.Ref.Union, depth)
	default:
		return s.atom(b, t)
	}
}

// length is how long a list or map is.
func (s *sampler) length(t *idl.Type, depth int) int {
	if depth <= 0 {
		return 0
	}
	n := s.r.IntN(4)
	if t.Max > 0 {
		n = min(n, t.Max)
	}
	return n
}

func (s *sampler) fields(b []byte, fields []*idl.Field, depth int) []byte {
	b = append(b, '{')
	for _, i := range s.r.Perm(len(fields)) {
		f := fields[i]
		if f.Optional && s.pump == 0 && (depth <= 0 || s.chance(2)) || s.odd > 0 && s.chance(s.odd) {
			continue
		}
		b = s.value(syrup.AppendString(b, f.Wire), f.Type, depth-1)
	}
	if s.chance(6) {
		b = s.wrong(syrup.AppendString(b, "of another version"))
	}
	return append(b, '}')
}

func (s *sampler) union(b []byte, u *idl.Union, depth int) []byte {
	if len(u.Variants) == 0 {
		return append(b, "<11'desc:tagged1'tt>"...)
	}
	v := u.Variants[s.r.IntN(len(u.Variants))]
	if depth <= 0 { // one that ends
		for _, other := range u.Variants {
			if other.Form == idl.VariantBare {
				v = other
			}
		}
	}
	wire := v.Wire
	if s.odd > 0 && s.chance(s.odd) {
		wire = "unheard-of"
	}
	b = syrup.AppendSymbol(append(b, "<11'desc:tagged"...), wire)
	switch {
	case depth < -10: // it has no end
		b = append(b, undefined...)
	case v.Form == idl.VariantValue:
		b = s.value(b, v.Type, depth-1)
	case v.Form == idl.VariantFields:
		b = s.fields(b, v.Fields, depth-1)
	default:
		b = append(b, undefined...)
	}
	return append(b, '>')
}

// atom appends a value without parts.
func (s *sampler) atom(b []byte, t *idl.Type) []byte {
	texts := []string{"", "a", "ada", "größer", strings.Repeat("long ", 10)}
	text := texts[s.r.IntN(len(texts))]
	switch t.Kind {
	case idl.KindBool:
		return syrup.AppendBool(b, s.chance(2))
	case idl.KindFloat64, idl.KindNumber:
		return syrup.AppendFloat64(b, s.r.NormFloat64())
	case idl.KindString:
		return syrup.AppendString(b, text)
	case idl.KindSymbol:
		return syrup.AppendSymbol(b, text)
	case idl.KindBytes:
		return syrup.AppendBytes(b, []byte(text))
	case idl.KindEnum:
		if cases := t.Ref.Enum.Cases; len(cases) > 0 {
			text = cases[s.r.IntN(len(cases))].Wire
		}
		return syrup.AppendSymbol(b, text)
	case idl.KindAny:
		return s.wrong(b)
	case idl.KindTarget, idl.KindInterface, idl.KindCallable, idl.KindPromise:
		return append(b, reference...)
	case idl.KindSturdyRef:
		return append(b, "<15'ocapn-sturdyref<10'ocapn-peer6'memory1\"af>3:abc>"...)
	case idl.KindError:
		return append(syrup.AppendString(append(b, "<10'desc:error"...), text), '>')
	default: // an integer, mostly one of seven bits
		return syrup.AppendUint(b, s.r.Uint64N(1<<s.r.IntN([]int{8, 8, 63}[s.r.IntN(3)])))
	}
}
