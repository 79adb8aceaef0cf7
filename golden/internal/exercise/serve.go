package exercise

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"

	"github.com/ocapn-go/ocapn/idl"
	"github.com/ocapn-go/ocapn/runtime/captp"
)

// visit is a call that is on its way: what is expected of it, and what came.
type visit struct {
	seed  uint64
	works bool          // it does not fail
	done  chan struct{} // closed when the server has been called

	// Set before done is closed.
	object  int
	called  *signature
	args    map[string]any
	results []any
	failure failure
}

// failure is how a call ends.
type failure struct {
	text  string         // what the caller is told, "" if it does not fail or with a declared error
	typ   reflect.Type   // of the declared error, or nil
	tag   string         // its tag
	known bool           // the method lists it
	data  map[string]any // its fields
}

// happened reports whether the call fails.
func (f failure) happened() bool { return f.text != "" || f.typ != nil }

// handler returns a function of the type rt that answers a method of an object.
func (w *world) handler(object, host int, s *signature, rt reflect.Type) reflect.Value {
	return reflect.MakeFunc(rt, func(in []reflect.Value) []reflect.Value {
		ctx := in[0].Interface().(context.Context)
		v := w.next()
		if v == nil {
			w.tb.Errorf("%s was called, which nobody did", s.name)
			return zeroResults(rt, errors.New("unexpected"))
		}
		defer close(v.done)
		v.object, v.called = object, s
		v.args = reader{w: w, ctx: ctx, side: host}.arguments(s, in[1:], rt.IsVariadic())
		m := &maker{w: w, r: rand.New(rand.NewPCG(v.seed, 1)), from: host}
		if err := m.failure(v, reader{w: w, ctx: ctx, side: host, arriving: true}); err != nil {
			go m.settle()
			return zeroResults(rt, err)
		}
		var out []reflect.Value
		for i, t := range s.results() {
			out = append(out, m.value(t, rt.Out(i), depth))
		}
		v.results = reader{w: w, ctx: ctx, side: host, arriving: true}.results(s.results(), out)
		go m.settle()
		return append(out, reflect.Zero(reflect.TypeFor[error]()))
	})
}

// next returns the call that is expected next, nil if there is none.
func (w *world) next() *visit {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.visits) == 0 {
		return nil
	}
	v := w.visits[0]
	w.visits = w.visits[1:]
	return v
}

// expect adds a call to those that are expected.
func (w *world) expect(v *visit) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.visits = append(w.visits, v)
}

// zeroResults returns the results of a function that fails.
func zeroResults(rt reflect.Type, err error) []reflect.Value {
	var out []reflect.Value
	for i := range rt.NumOut() - 1 {
		out = append(out, reflect.Zero(rt.Out(i)))
	}
	return append(out, reflect.ValueOf(&err).Elem())
}

// failure returns an error once in a while and notes what the caller is told.
func (m *maker) failure(v *visit, r reader) error {
	switch n := m.r.IntN(12); {
	case v.works:
		return nil
	case n == 0:
		v.failure.text = "no: " + m.text(10)
		return captp.Public(errors.New(v.failure.text))
	case n == 1:
		v.failure.text = "internal error"
		return errors.New("secret")
	case n < 4 && len(v.called.raises) > 0:
		ref := v.called.raises[m.r.IntN(len(v.called.raises))]
		v.failure.known = true
		return m.declared(v, r, ref.Error, m.w.errors[typeName{m.w.home(ref.GoImport), ref.GoName}])
	case n == 4 && len(m.w.schema.Errors) > 0 && !v.called.oneWay:
		d := m.w.schema.Errors[m.r.IntN(len(m.w.schema.Errors))]
		v.failure.known = slices.ContainsFunc(v.called.raises, func(ref *idl.TypeRef) bool { return ref.Error.Wire == d.Wire })
		if v.failure.known {
			return nil
		}
		return m.declared(v, r, d, m.w.errors[typeName{m.w.home(""), d.GoName}])
	default:
		return nil
	}
}

// declared returns a declared error with random fields.
func (m *maker) declared(v *visit, r reader, d *idl.ErrorDecl, typ reflect.Type) error {
	if !m.w.canFields(d.Fields) {
		v.failure.known = false
		return nil
	}
	value := reflect.New(typ)
	m.fields(value.Elem(), d.Fields, depth)
	v.failure.typ, v.failure.tag, v.failure.data = value.Type(), d.Wire, r.fields(d.Fields, value.Elem())
	err := value.Interface().(error)
	if m.chance(2) {
		err = fmt.Errorf("wrapped: %w", err)
	}
	return err
}

// arguments returns what a method was called with, by the names of the parameters.
func (r reader) arguments(s *signature, in []reflect.Value, variadic bool) map[string]any {
	out := map[string]any{}
	for i, p := range s.required() {
		out[p.Name] = r.read(p.Type, in[i])
	}
	in = in[len(s.required()):]
	rest := s.rest()
	if optional := s.optional(); len(optional) > 0 {
		opts := in[0].Elem()
		for _, p := range optional {
			out[p.Name] = r.optional(p.Type, p.Default, opts.FieldByName(optionField(p)))
		}
		if rest != nil {
			out[rest.Name] = r.list(rest.Type, opts.FieldByName(optionField(rest)))
		}
	} else if rest != nil && variadic {
		out[rest.Name] = r.list(rest.Type, in[0])
	}
	return out
}

// optionField returns the name of the field for a parameter that may be left out.
func optionField(p *idl.Param) string { return idl.ExportedName(p.Name) }

// list returns the items of a slice.
func (r reader) list(t *idl.Type, v reflect.Value) any {
	out := []any{}
	for i := range v.Len() {
		out = append(out, r.read(t, v.Index(i)))
	}
	return out
}

// results returns what a method answered.
func (r reader) results(types []*idl.Type, out []reflect.Value) []any {
	data := []any{}
	for i, t := range types {
		data = append(data, r.read(t, out[i]))
	}
	return data
}
