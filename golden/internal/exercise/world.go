package exercise

import (
	"context"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ocapn-go/ocapn/idl"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// typeName names a type of generated code.
type typeName struct{ pkgPath, name string }

// world is two vats with objects of everything that the descriptions name.
type world struct {
	tb     testing.TB
	vats   [2]*captp.Vat
	schema *idl.Schema

	// Immutable once the objects are made.
	references map[typeName]Reference
	promises   map[reflect.Type]Promise
	unions     map[reflect.Type]Union // by the type of the interface
	errors     map[typeName]reflect.Type
	objects    []*object
	byType     map[reflect.Type][]*object

	values atomic.Int64 // how many were made

	mu       sync.Mutex
	ids      map[captp.Ref]any    // the objects by what leads to them, in both vats. Guarded by mu.
	promised map[uintptr]promised // the promises that were made. Guarded by mu.
	visits   []*visit             // the calls that are expected, the next one first. Guarded by mu.
}

// object is an object with the references to it in both vats.
type object struct {
	id   int
	host int // the side that it lives on
	refs [2]captp.Ref
	// typ is the type of references to it, nil for one that nothing is declared of.
	typ reflect.Type
}

// home returns the import path that a reference of the description to a Go package means.
func (w *world) home(goImport string) string {
	if goImport == "" {
		return w.schema.GoImport
	}
	return goImport
}

// newWorld returns two vats without objects.
func newWorld(tb testing.TB, schema *idl.Schema, files []File) *world {
	link := captptest.NewLink(tb)
	w := &world{
		tb: tb, schema: schema, vats: [2]*captp.Vat{link.A, link.B}, references: map[typeName]Reference{}, promises: map[reflect.Type]Promise{},
		unions: map[reflect.Type]Union{}, errors: map[typeName]reflect.Type{},
		byType: map[reflect.Type][]*object{}, ids: map[captp.Ref]any{}, promised: map[uintptr]promised{},
	}
	for _, f := range files {
		for _, r := range f.References {
			rt := reflect.TypeOf(r.Zero)
			w.references[typeName{rt.PkgPath(), rt.Name()}] = r
		}
		for _, p := range f.Promises {
			w.promises[p.typ] = p
		}
		for _, u := range f.Unions {
			w.unions[reflect.TypeOf(u.Zero).Elem()] = u
		}
		for _, e := range f.Errors {
			rt := reflect.TypeOf(e).Elem()
			w.errors[typeName{rt.PkgPath(), rt.Name()}] = rt
		}
	}
	return w
}

// add makes a reference of the vat of one side one of both.
func (w *world) add(host int, typ reflect.Type, ref captp.Ref) *object {
	o := &object{id: len(w.objects), host: host, typ: typ}
	o.refs[host] = ref
	o.refs[1-host] = captptest.Carry(w.tb, w.vats[host], w.vats[1-host], captp.AnyRef{Ref: ref}).Ref
	w.objects = append(w.objects, o)
	w.byType[typ] = append(w.byType[typ], o)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ids[o.refs[0]], w.ids[o.refs[1]] = o.id, o.id
	return o
}

// id returns the number of the object that a reference of either vat leads to, or how it breaks.
func (w *world) id(ref captp.Ref) (any, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	id, ok := w.ids[ref]
	return id, ok
}

// populate makes objects of everything that a description declares, in both vats.
func (w *world) populate() {
	schema := w.schema
	for host, v := range w.vats {
		w.add(host, nil, captp.NewObject(v, captp.HandlerFunc(func(context.Context, []any) (any, error) { return nil, nil })))
		for _, i := range schema.Interfaces {
			r := w.references[typeName{schema.GoImport, i.GoName}]
			w.add(host, reflect.TypeOf(r.Zero), w.newServer(host, i, r))
		}
		for _, c := range schema.Callables {
			r := w.references[typeName{schema.GoImport, c.GoName}]
			constructor := reflect.ValueOf(r.New)
			f := w.handler(len(w.objects), host, callableSignature(c), constructor.Type().In(1))
			w.add(host, reflect.TypeOf(r.Zero), construct(constructor, v, f))
		}
	}
}

// newServer makes an object of an interface.
func (w *world) newServer(host int, i *idl.Interface, r Reference) captp.Ref {
	funcs := reflect.New(reflect.TypeOf(r.Funcs)).Elem()
	suffix := funcSuffix(i, funcs.Type())
	for _, m := range i.All {
		field := funcs.FieldByName(m.GoName + suffix)
		field.Set(w.handler(len(w.objects), host, methodSignature(i, m), field.Type()))
	}
	return construct(reflect.ValueOf(r.New), w.vats[host], funcs)
}

// construct calls a constructor.
func construct(constructor reflect.Value, v *captp.Vat, server reflect.Value) captp.Ref {
	return refOf(constructor.Call([]reflect.Value{reflect.ValueOf(v), server})[0])
}

// funcSuffix returns what the fields of functions are called after the names of the methods: Func, or a longer word if there is a
// method of such a name.
func funcSuffix(i *idl.Interface, funcs reflect.Type) string {
	for suffix := "Func"; ; suffix += "tion" {
		found := 0
		for _, m := range i.All {
			if _, ok := funcs.FieldByName(m.GoName + suffix); ok {
				found++
			}
		}
		if found == len(i.All) || len(suffix) > 40 {
			return suffix
		}
	}
}

// refOf returns the reference that a value of the Go type of a reference is.
func refOf(v reflect.Value) captp.Ref {
	if ref, ok := v.Interface().(captp.Ref); ok {
		return ref
	}
	return v.FieldByName("Ref").Interface().(captp.Ref)
}

// setRef makes v a reference.
func (w *world) setRef(v reflect.Value, ref captp.Ref) {
	if v.Type() != reflect.TypeFor[captp.Ref]() {
		v = v.FieldByName("Ref")
	}
	v.Set(reflect.ValueOf(ref))
}

// object returns an object, mostly one with references of type rt.
func (m *maker) object(rt reflect.Type) *object {
	list := m.w.byType[rt]
	if len(list) == 0 || m.chance(6) {
		list = m.w.objects
	}
	return list[m.r.IntN(len(list))]
}

// ref returns a reference of the sending vat.
func (m *maker) ref(rt reflect.Type) captp.Ref {
	if m.chance(8) {
		return m.promiseRef(rt)
	}
	return m.object(rt).refs[m.from]
}
