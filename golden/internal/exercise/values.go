package exercise

import (
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"

	"github.com/ocapn-go/ocapn/idl"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// maker makes values for one message that one vat sends.
type maker struct {
	w      *world
	r      *rand.Rand
	from   int      // the side that sends
	breaks bool     // promises may break
	later  []func() // what settles the promises in the values
}

func (m *maker) chance(n int) bool { return m.r.IntN(n) == 0 }

// settle settles all promises that were made.
func (m *maker) settle() {
	for _, f := range m.later {
		f()
	}
	m.later = nil
}

// depth is how many levels of containers a value has at most, where something may be left out.
const depth = 4

// value returns a random value of the Go type rt that t becomes.
func (m *maker) value(t *idl.Type, rt reflect.Type, depth int) reflect.Value {
	v := reflect.New(rt).Elem()
	if len(t.Absent) > 0 {
		if m.chance(3) || depth <= 0 || !m.w.can(present(t)) {
			return v
		}
		m.set(v, present(t), depth)
		return v
	}
	m.fill(v, t, depth)
	return v
}

// optional returns a random value of a field or an argument that may be left out.
func (m *maker) optional(t *idl.Type, rt reflect.Type, depth int) reflect.Value {
	v := reflect.New(rt).Elem()
	if m.chance(2) || depth <= 0 || !m.w.can(present(t)) {
		return v
	}
	m.set(v, present(t), depth)
	return v
}

// set fills v with a value that is there, in its captp.Opt if it has one.
func (m *maker) set(v reflect.Value, t *idl.Type, depth int) {
	if isOpt(v.Type()) {
		v.FieldByName("Set").SetBool(true)
		v = v.FieldByName("Value")
	}
	m.fill(v, t, depth)
	if t.Kind == idl.KindAny && v.IsNil() { // nil is no value
		v.Set(reflect.ValueOf("something"))
	}
}

// present returns t without its alternatives.
func present(t *idl.Type) *idl.Type {
	out := *t
	out.Absent = nil
	return &out
}

// isOpt reports whether rt is a captp.Opt.
func isOpt(rt reflect.Type) bool {
	return rt.Kind() == reflect.Struct && strings.HasPrefix(rt.Name(), "Opt[") && rt.PkgPath() == reflect.TypeFor[captp.Ref]().PkgPath()
}

// fill gives v a random value of t, which is not absent.
func (m *maker) fill(v reflect.Value, t *idl.Type, depth int) {
	m.w.values.Add(1)
	switch t.Kind {
	case idl.KindList:
		n := m.length(t, depth, m.w.can(t.Elem))
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			v.Index(i).Set(m.value(t.Elem, v.Type().Elem(), depth-1))
		}
	case idl.KindMap:
		v.Set(reflect.MakeMap(v.Type()))
		for range m.length(t, depth, m.w.can(t.Elem)) {
			v.SetMapIndex(reflect.ValueOf(m.text(8)), m.value(t.Elem, v.Type().Elem(), depth-1))
		}
	case idl.KindTuple:
		for i, e := range t.Elems {
			v.Field(i).Set(m.value(e, v.Field(i).Type(), depth-1))
		}
	case idl.KindStruct:
		m.fields(v, t.Ref.Struct.Fields, depth-1)
		if t.Ref.Struct.Keep {
			m.extra(v.FieldByName("Extra"), t.Ref.Struct.Fields, depth-1)
		}
	case idl.KindUnion:
		m.union(v, t.Ref.Union, depth-1)
	case idl.KindTagged:
		v.Set(m.value(t.Elem, v.Type(), depth-1))
	case idl.KindEnum:
		v.SetString(m.enumCase(t.Ref.Enum))
	case idl.KindPromise:
		m.promise(v, t, depth)
	case idl.KindTarget, idl.KindInterface, idl.KindCallable:
		m.w.setRef(v, m.ref(v.Type()))
	case idl.KindAny:
		if value := m.any(depth); value != nil {
			v.Set(reflect.ValueOf(value))
		}
	default:
		m.scalar(v, t)
	}
}

// length returns how many items a list or a map gets.
func (m *maker) length(t *idl.Type, depth int, can bool) int {
	if depth <= 0 || !can {
		return 0
	}
	most := 3
	if t.Max > 0 {
		most = min(most, t.Max)
	}
	return m.r.IntN(most + 1)
}

// fields gives the fields of v random values.
func (m *maker) fields(v reflect.Value, fields []*idl.Field, depth int) {
	for _, f := range fields {
		field := v.FieldByName(f.GoName)
		if f.Optional {
			field.Set(m.optional(f.Type, field.Type(), depth))
		} else {
			field.Set(m.value(f.Type, field.Type(), depth))
		}
	}
}

// extra gives a struct fields that are not declared.
func (m *maker) extra(v reflect.Value, fields []*idl.Field, depth int) {
	if depth <= 0 || m.chance(2) {
		return
	}
	out := map[string]any{}
	for range m.r.IntN(4) {
		name := m.text(6)
		if !slices.ContainsFunc(fields, func(f *idl.Field) bool { return f.Wire == name }) {
			out[name] = m.any(depth)
		}
	}
	v.Set(reflect.ValueOf(out))
}

// union gives v a random variant. Where there is no room for parts, it is one without.
func (m *maker) union(v reflect.Value, u *idl.Union, depth int) {
	types := m.w.unions[v.Type()].Variants
	var fit []int
	for i, variant := range u.Variants {
		if (depth > 0 || variant.Form == idl.VariantBare) && m.w.canVariant(variant) {
			fit = append(fit, i)
		}
	}
	if !u.Closed {
		fit = append(fit, len(u.Variants))
	}
	if len(fit) == 0 { // the variants hold nothing that holds the union
		for i, variant := range u.Variants {
			if m.w.canVariant(variant) {
				fit = append(fit, i)
			}
		}
	}
	i := fit[m.r.IntN(len(fit))]
	out := reflect.New(reflect.TypeOf(types[i])).Elem()
	switch {
	case i == len(u.Variants):
		out.FieldByName("Tag").SetString("unheard-of " + m.text(6))
		if value := m.any(depth); value != nil {
			out.FieldByName("Value").Set(reflect.ValueOf(value))
		}
	case u.Variants[i].Form == idl.VariantFields:
		m.fields(out, u.Variants[i].Fields, depth)
	case u.Variants[i].Form == idl.VariantValue && out.Kind() == reflect.Struct:
		out.Field(0).Set(m.value(u.Variants[i].Type, out.Field(0).Type(), depth))
	case u.Variants[i].Form == idl.VariantValue:
		m.fill(out, u.Variants[i].Type, depth)
	}
	v.Set(out)
}

// enumCase returns one of the cases, or another one if there may be others.
func (m *maker) enumCase(e *idl.Enum) string {
	if len(e.Cases) == 0 || !e.Closed && m.chance(4) {
		return "unheard-of " + m.text(6)
	}
	return e.Cases[m.r.IntN(len(e.Cases))].Wire
}

// scalar gives v a random value without parts.
func (m *maker) scalar(v reflect.Value, t *idl.Type) {
	switch t.Kind {
	case idl.KindBool:
		v.SetBool(m.chance(2))
	case idl.KindFloat64, idl.KindNumber:
		v.SetFloat(m.float())
	case idl.KindString, idl.KindSymbol:
		v.SetString(m.text(maxOr(t, 20)))
	case idl.KindBytes:
		b := make([]byte, m.r.IntN(maxOr(t, 20)+1))
		for i := range b {
			b[i] = byte(m.r.Uint32())
		}
		v.SetBytes(b)
	case idl.KindBigInt:
		v.Set(reflect.ValueOf(m.bigInt()))
	case idl.KindSturdyRef:
		v.Set(reflect.ValueOf(m.sturdyRef()))
	case idl.KindError:
		v.Set(reflect.ValueOf(&captp.RemoteError{Message: m.text(20)}))
	default:
		if v.CanInt() {
			v.SetInt(m.int(v.Type().Bits()))
		} else {
			v.SetUint(uint64(m.int(64)) >> (64 - v.Type().Bits()))
		}
	}
}

// maxOr returns the bound of t, or another one if t has none.
func maxOr(t *idl.Type, other int) int {
	if t.Max > 0 {
		return min(t.Max, 200)
	}
	return other
}

// int returns a number of so many bits, often one of the ends.
func (m *maker) int(bits int) int64 {
	switch m.r.IntN(5) {
	case 0:
		return 0
	case 1:
		return math.MinInt64 >> (64 - bits)
	case 2:
		return math.MaxInt64 >> (64 - bits)
	default:
		return int64(m.r.Uint64()) >> (64 - bits) >> m.r.IntN(bits)
	}
}

func (m *maker) float() float64 {
	special := []float64{0, 1, -1, 0.1, math.Inf(1), math.Inf(-1), math.NaN(), math.MaxFloat64, math.SmallestNonzeroFloat64, 1 << 53}
	if m.chance(2) {
		return special[m.r.IntN(len(special))]
	}
	return m.r.NormFloat64()
}

func (m *maker) bigInt() *big.Int {
	n := new(big.Int).Lsh(big.NewInt(m.int(64)), uint(m.r.IntN(100)))
	return n
}

// text returns a string of at most so many characters.
func (m *maker) text(most int) string {
	runes := []rune("abcxyz 0-\"'\\\n\t\x00{}[]<>äß日本\U0001F600\uFFFD")
	var b strings.Builder
	for range m.r.IntN(most + 1) {
		b.WriteRune(runes[m.r.IntN(len(runes))])
	}
	return b.String()
}

func (m *maker) sturdyRef() locator.SturdyRef {
	uri := fmt.Sprintf("ocapn://peer%d.tcp-testing-only/s/%s?host=127.0.0.1&port=%d", m.r.IntN(9), "c3dpc3MtbnVtYmVyLXRlc3Q", 1+m.r.IntN(999))
	s, err := locator.ParseSturdyRef(uri)
	if err != nil {
		m.w.tb.Errorf("sturdyref: %v", err)
	}
	return s
}

// any returns a dynamic value, in the form in which it is read.
func (m *maker) any(depth int) any {
	switch n := m.r.IntN(16); {
	case n == 0:
		return nil
	case n == 1:
		return captp.Null{}
	case n == 2:
		return m.chance(2)
	case n == 3:
		return m.int(64)
	case n == 4:
		return new(big.Int).Add(new(big.Int).SetUint64(math.MaxUint64), big.NewInt(int64(m.r.IntN(9))))
	case n == 5:
		return m.float()
	case n == 6:
		return captp.Symbol(m.text(8))
	case n == 7:
		return []byte(m.text(8))
	case n == 8:
		return m.sturdyRef()
	case n == 9:
		return &captp.RemoteError{Message: m.text(8)}
	case n == 10:
		return m.ref(reflect.TypeFor[captp.Ref]())
	case n == 11 && depth > 0:
		return captp.Tagged{Tag: m.text(8), Value: m.any(depth - 1)}
	case n == 12 && depth > 0:
		list := make([]any, m.r.IntN(3))
		for i := range list {
			list[i] = m.any(depth - 1)
		}
		return list
	case n == 13 && depth > 0:
		fields := map[string]any{}
		for range m.r.IntN(3) {
			fields[m.text(8)] = m.any(depth - 1)
		}
		return fields
	default:
		return m.text(12)
	}
}
