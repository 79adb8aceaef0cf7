package exercise

import (
	"errors"
	"reflect"
	"slices"

	"github.com/ocapn-go/ocapn/idl"
	"github.com/ocapn-go/ocapn/runtime/captp"
)

// promised is a promise that a test has made.
type promised struct {
	elem  *idl.Type
	value reflect.Value
	err   error // it breaks
}

// broken returns an error for a promise once in a while, if promises may break.
func (m *maker) broken() error {
	if m.breaks && m.chance(8) {
		return captp.Public(errors.New("broken on purpose: " + m.text(8)))
	}
	return nil
}

// promise gives v a promise of a value. It is fulfilled now, or after everything was sent.
func (m *maker) promise(v reflect.Value, t *idl.Type, depth int) {
	if t.IsRef() {
		m.w.setRef(v, m.promiseRef(v.Type()))
		return
	}
	p, settle := m.w.promises[v.Type()].make(m.w.vats[m.from])
	value, err := m.value(t.Elem, promiseElem(v.Type()), depth-1), m.broken()
	m.w.mu.Lock()
	m.w.promised[p.Pointer()] = promised{t.Elem, value, err}
	m.w.mu.Unlock()
	v.Set(p)
	m.soon(func() { settle(value, err) })
}

// promiseElem returns T of a *captp.Promise[T].
func promiseElem(rt reflect.Type) reflect.Type {
	await, _ := rt.MethodByName("Await")
	return await.Type.Out(0)
}

// soon runs f now, or when the promises are settled.
func (m *maker) soon(f func()) {
	if m.chance(3) {
		f()
		return
	}
	m.later = append(m.later, f)
}

// promiseRef returns a reference to what will be an object, or is one.
func (m *maker) promiseRef(rt reflect.Type) captp.Ref {
	target := m.object(rt)
	if m.chance(3) {
		return target.refs[m.from]
	}
	p, resolver := captp.NewPromiseRef[captp.AnyRef](m.w.vats[m.from])
	err := m.broken()
	m.w.mu.Lock()
	m.w.ids[p.Ref] = target.id
	if err != nil {
		m.w.ids[p.Ref] = breaks(err)
	}
	m.w.mu.Unlock()
	m.soon(func() {
		if err != nil {
			resolver.Break(err)
			return
		}
		resolver.Fulfill(captp.AnyRef{Ref: target.refs[m.from]})
	})
	return p.Ref
}

// can reports whether a test can make a value of t.
func (w *world) can(t *idl.Type) bool {
	if len(t.Absent) > 0 {
		return true
	}
	switch t.Kind {
	case idl.KindPromise:
		return t.IsRef() || promisable(t.Elem) && w.can(t.Elem)
	case idl.KindTuple:
		for _, e := range t.Elems {
			if !w.can(e) {
				return false
			}
		}
	case idl.KindTagged:
		return w.can(t.Elem)
	case idl.KindStruct:
		return w.canFields(t.Ref.Struct.Fields)
	case idl.KindUnion: // one that is closed has a variant of lower rank, or a bare one
		return !t.Ref.Union.Closed || slices.ContainsFunc(t.Ref.Union.Variants, func(v *idl.Variant) bool {
			return v.Form == idl.VariantBare
		}) || slices.ContainsFunc(t.Ref.Union.Variants, w.canVariant)
	}
	return true
}

// canFields reports whether a test can make the fields that are needed.
func (w *world) canFields(fields []*idl.Field) bool {
	return !slices.ContainsFunc(fields, func(f *idl.Field) bool { return !f.Optional && !w.can(f.Type) })
}

// canVariant reports whether a test can make a variant.
func (w *world) canVariant(v *idl.Variant) bool {
	return (v.Type == nil || w.can(v.Type)) && w.canFields(v.Fields)
}

// promisable reports whether captp.Resolver writes a value of the Go type of t as t says. It writes what captp.Encoder.Any
// writes, which knows neither captp.Opt nor the anonymous structs that tuples are, nor the tags of tagged values, and takes a list of bytes for a byte array.
func promisable(t *idl.Type) bool {
	switch {
	case len(t.Absent) > 0, t.Kind == idl.KindTuple, t.Kind == idl.KindTagged:
		return false
	case t.Kind == idl.KindList && t.Elem.Kind == idl.KindU8:
		return false
	case t.Elem != nil:
		return promisable(t.Elem)
	default:
		return true
	}
}
