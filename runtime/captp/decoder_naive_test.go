package captp

import (
	"math"
	"math/big"
	"slices"
	"strings"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// naivePart is a value of a message as package syrup decodes it, with its parts: the label of a record before its fields, keys and values
// in turn.
type naivePart struct {
	value any
	parts []naivePart
	ref   Ref // if it is one; its parts are of no interest then
}

// labelRef is that of the records that are references.
const labelRef = "desc:export"

// partOf returns the part that a value is. refs are the references in the order of the message, and loses those that were found.
func partOf(value any, refs *[]Ref) naivePart {
	p := naivePart{value: value}
	var parts []any
	switch v := value.(type) {
	case []any:
		parts = v
	case syrup.Set:
		parts = v
	case syrup.Dict:
		for _, e := range v {
			parts = append(parts, e.Key, e.Value)
		}
	case syrup.Record:
		if v.Label == syrup.Symbol(labelRef) {
			p.ref, *refs = (*refs)[0], (*refs)[1:]
			return p
		}
		parts = append([]any{v.Label}, v.Fields...)
	}
	for _, v := range parts {
		p.parts = append(p.parts, partOf(v, refs))
	}
	return p
}

// isRecord reports whether the part is a record with one of the labels.
func (p naivePart) isRecord(labels ...string) bool {
	r, ok := p.value.(syrup.Record)
	for _, label := range labels {
		if ok && p.ref == (Ref{}) && r.Label == syrup.Symbol(label) {
			return true
		}
	}
	return false
}

// isAtom reports whether the part is a record of its label alone.
func (p naivePart) isAtom(label string) bool { return p.isRecord(label) && len(p.parts) == 1 }

// naiveDecoder reads what a [Decoder] does, from the parts of the whole message.
type naiveDecoder struct {
	open   [][]naivePart // what is left of each open container, the message itself first
	budget int
	failed bool
}

// clone returns a decoder that is where m is, nil if m is.
func (m *naiveDecoder) clone() *naiveDecoder {
	if m == nil {
		return nil
	}
	return &naiveDecoder{open: slices.Clone(m.open), budget: m.budget, failed: m.failed}
}

func (m *naiveDecoder) fail() { m.failed = true }

// left returns what is left of the innermost container.
func (m *naiveDecoder) left() []naivePart {
	if m.failed {
		return nil
	}
	return m.open[len(m.open)-1]
}

// next returns what comes next, and consumes nothing.
func (m *naiveDecoder) next() naivePart {
	if left := m.left(); len(left) > 0 {
		return left[0]
	}
	return naivePart{value: struct{}{}} // which nobody wants
}

func (m *naiveDecoder) drop() { m.open[len(m.open)-1] = m.left()[1:] }

func (m *naiveDecoder) spend(n int) bool {
	if !m.failed {
		m.budget -= n
		m.failed = m.budget < 0
	}
	return !m.failed
}

// naive reads an atom of one type.
func naive[T any](m *naiveDecoder) (v T) {
	v, ok := m.next().value.(T)
	if !ok {
		m.fail()
		return v
	}
	m.drop()
	return v
}

// enter opens the next part if it is a T, without its first parts.
func naiveEnter[T any](m *naiveDecoder, without int) {
	p := m.next()
	if _, ok := p.value.(T); !ok || p.ref != (Ref{}) {
		m.fail()
		return
	}
	m.drop()
	m.open = append(m.open, p.parts[without:])
}

func (m *naiveDecoder) more() bool {
	if m.failed || len(m.left()) > 0 {
		return !m.failed
	}
	if len(m.open) > 1 {
		m.open = m.open[:len(m.open)-1]
	}
	return false
}

func (m *naiveDecoder) endList() {
	if m.more() {
		m.fail()
	}
}

func (m *naiveDecoder) skipRest() {
	if m.failed || len(m.open) == 1 {
		m.fail()
		return
	}
	m.open = m.open[:len(m.open)-1]
}

func (m *naiveDecoder) skip() {
	if len(m.left()) == 0 {
		m.fail()
		return
	}
	m.drop()
}

// is consumes the next part if isIt says so.
func (m *naiveDecoder) is(isIt bool) bool {
	if isIt {
		m.drop()
	}
	return isIt
}

func (m *naiveDecoder) isUndefined() bool { return m.is(m.next().isAtom("void")) }
func (m *naiveDecoder) isNull() bool      { return m.is(m.next().isAtom("null")) }
func (m *naiveDecoder) isFalse() bool     { return m.is(m.next().value == false) }

func (m *naiveDecoder) ref() Ref {
	ref := m.next().ref
	if ref == (Ref{}) {
		m.fail()
		return ref
	}
	m.drop()
	return ref
}

// text reads a symbol or a string.
func (m *naiveDecoder) text() string {
	if s, ok := m.next().value.(syrup.Symbol); ok {
		m.drop()
		return string(s)
	}
	return naive[string](m)
}

// enumSymbol reads a symbol or string that is not empty.
func (m *naiveDecoder) enumSymbol() Symbol {
	name := Symbol(m.text())
	if name == "" {
		m.fail()
	}
	return name
}

// selector enters a list, and reads the text that it begins with, if it does.
func (m *naiveDecoder) selector() string {
	naiveEnter[[]any](m, 0)
	switch m.next().value.(type) {
	case syrup.Symbol, string:
		return m.text()
	}
	return ""
}

// integer reads an integer, or a Float64 that is one.
func (m *naiveDecoder) integer() *big.Int {
	switch v := m.next().value.(type) {
	case int64:
		m.drop()
		return big.NewInt(v)
	case *big.Int:
		m.drop()
		return v
	case float64:
		if n, accuracy := big.NewFloat(zeroIfNaN(v)).Int(nil); v == v && accuracy == big.Exact && n != nil && n.CmpAbs(big.NewInt(1<<53)) <= 0 {
			m.drop()
			return n
		}
	}
	m.fail()
	return nil
}

func zeroIfNaN(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return v
}

// within reads an integer that is none below least and above most.
func (m *naiveDecoder) within(least, most *big.Int) *big.Int {
	n := m.integer()
	if n == nil || n.Cmp(least) < 0 || n.Cmp(most) > 0 {
		m.fail()
		return new(big.Int)
	}
	return n
}

// powerOfTwo returns 2 to the n, and something more.
func powerOfTwo(n int, more int64) *big.Int {
	p := new(big.Int).Lsh(big.NewInt(1), uint(n))
	return p.Add(p, big.NewInt(more))
}

func (m *naiveDecoder) int(bits int) int64 {
	return m.within(new(big.Int).Neg(powerOfTwo(bits-1, 0)), powerOfTwo(bits-1, -1)).Int64()
}

func (m *naiveDecoder) uint(bits int) uint64 {
	return m.within(new(big.Int), powerOfTwo(bits, -1)).Uint64()
}

func (m *naiveDecoder) number() float64 {
	n, ok := m.next().value.(int64)
	if !ok {
		return naive[float64](m)
	}
	m.drop()
	if n < -1<<53 || n > 1<<53 {
		m.fail()
	}
	return float64(n)
}

func (m *naiveDecoder) remoteError() *RemoteError {
	if !m.next().isRecord(labelError, labelMystery) {
		m.fail()
		return nil
	}
	naiveEnter[syrup.Record](m, 1)
	e := &RemoteError{}
	if len(m.left()) > 0 {
		e.Message = naive[string](m)
	}
	m.skipRest()
	return e
}

// sturdyRef has package locator read the record alone.
func (m *naiveDecoder) sturdyRef() (s locator.SturdyRef) {
	wire, err := syrup.Append(nil, m.next().value, syrup.EncodedOrder)
	if err != nil || m.next().ref != (Ref{}) {
		m.fail()
		return s
	}
	var d syrup.Decoder
	d.Reset(wire, syrup.Options{})
	if s = locator.DecodeSturdyRef(&d); d.Err() != nil {
		m.fail()
		return locator.SturdyRef{}
	}
	m.drop()
	return s
}

func (m *naiveDecoder) tag() string {
	if !m.spend(anyCost) || !m.next().isRecord(labelTagged, labelTag, labelUserRecord) {
		m.fail()
		return ""
	}
	naiveEnter[syrup.Record](m, 1)
	return m.text()
}

func (m *naiveDecoder) tagged() Tagged {
	v := Tagged{Tag: m.tag()}
	v.Value = m.any()
	m.skipRest()
	return v
}

// keep reads a field as any does, and drops it if it is none of that.
func (m *naiveDecoder) keep(fields map[string]any, name string) {
	if !m.spend(anyCost + len(name)) {
		return
	}
	trial := &naiveDecoder{open: [][]naivePart{m.left()}, budget: m.budget}
	v := trial.any()
	if m.budget = trial.budget; m.budget < 0 {
		m.fail()
		return
	}
	if m.drop(); !trial.failed {
		fields[name] = v
	}
}

func (m *naiveDecoder) errorText(tag string) (text string, isError bool) {
	switch p := m.next(); {
	case p.isRecord(labelError, labelMystery):
		if e := m.remoteError(); e != nil {
			text = e.Message
		}
	default:
		var isText bool
		if text, isText = p.value.(string); !isText {
			return "", false
		}
		m.drop()
	}
	rest, found := strings.CutPrefix(text, tag)
	if message, is := strings.CutPrefix(rest, ": "); is {
		rest = message
	} else if rest != "" {
		found = false
	}
	if !found {
		m.fail()
	}
	return rest, true
}
