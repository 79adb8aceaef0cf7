package exercise

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/idl"
)

// hop is one step of a path through the eventual view of a result.
type hop struct {
	method string
	args   []reflect.Value
	pick   func(data any) any // what the step leads to; nil is nothing
}

// follow takes a random path through the view of a result to a reference, if it has any, and compares what is there.
func (run *run) follow(ctx context.Context, m *maker, want expected, v *visit, view reflect.Value) {
	t := want.result
	if t == nil || t.IsRef() && len(t.Absent) == 0 {
		return
	}
	path, ok := m.resultPath(t, view.Type())
	if !ok {
		return
	}
	run.report.Paths++
	var name strings.Builder
	name.WriteString(want.name)
	for _, h := range path {
		name.WriteString("." + h.method)
		step := view.MethodByName(h.method)
		if !step.IsValid() {
			run.tb.Errorf("%s: there is no such method of %s", name.String(), view.Type())
			return
		}
		view = step.Call(h.args)[0]
	}
	out := view.MethodByName("Await").Call([]reflect.Value{reflect.ValueOf(ctx)})
	err, _ := out[1].Interface().(error)
	var data any
	if !v.failure.happened() {
		if data = any(v.results); t.Kind != idl.KindTuple || len(t.Absent) > 0 {
			data = v.results[0]
		}
		for _, h := range path {
			if data != nil {
				data = h.pick(data)
			}
		}
	}
	switch {
	case data == nil && err == nil:
		run.tb.Errorf("%s leads to something where nothing is", name.String())
	case data == nil:
	case err != nil:
		run.tb.Errorf("%s: %v", name.String(), err)
	default:
		got := reader{w: run.world, ctx: ctx, side: m.from}.ref(out[0])
		if diff := cmp.Diff(data, got); diff != "" {
			run.tb.Errorf("%s leads to something else (-want +got):\n%s", name.String(), diff)
		}
	}
}

// resultPath returns a path through a result of type t, whose view is of the type rt.
func (m *maker) resultPath(t *idl.Type, rt reflect.Type) ([]hop, bool) {
	for t.Kind == idl.KindTagged && len(t.Absent) == 0 {
		t = t.Elem
	}
	if t.Kind == idl.KindPromise && len(t.Absent) == 0 {
		t = t.Elem
	}
	var path []hop
	if len(t.Absent) > 0 && !slices.Contains([]idl.Kind{idl.KindList, idl.KindMap, idl.KindUnion}, t.Kind) {
		if !reaches(t, nil) || t.Kind == idl.KindTuple {
			return nil, false
		}
		path = append(path, hop{method: "Present", pick: func(data any) any { return data }})
	} else if t.Kind == idl.KindTuple {
		return m.tuplePath(t, rt)
	}
	return m.path(path, t, 3)
}

// tuplePath returns a path through a result of several values.
func (m *maker) tuplePath(t *idl.Type, rt reflect.Type) ([]hop, bool) {
	await, ok := rt.MethodByName("Await")
	if !ok || await.Type.NumOut() != 2 || !strings.HasSuffix(rt.Name(), "ResultE") {
		return nil, false
	}
	result := await.Type.Out(0)
	i := m.r.IntN(len(t.Elems))
	if !reaches(t.Elems[i], nil) {
		return nil, false
	}
	return m.path([]hop{{method: result.Field(i).Name, pick: func(data any) any { return data.([]any)[i] }}}, t.Elems[i], 3)
}

// path continues a path through a value of t. ok is false if there is none, or none that is short.
func (m *maker) path(path []hop, t *idl.Type, depth int) (out []hop, ok bool) {
	if depth == 0 || !reaches(t, nil) {
		return nil, false
	}
	switch t.Kind {
	case idl.KindInterface, idl.KindCallable, idl.KindTarget:
		return path, len(path) > 0
	case idl.KindPromise, idl.KindTagged:
		return m.path(path, t.Elem, depth)
	case idl.KindList:
		i := m.r.IntN(2)
		return m.path(append(path, hop{"At", []reflect.Value{reflect.ValueOf(int64(i))}, func(data any) any {
			if list := data.([]any); i < len(list) {
				return list[i]
			}
			return nil
		}}), t.Elem, depth-1)
	case idl.KindMap:
		key := m.text(2)
		return m.path(append(path, hop{"Get", []reflect.Value{reflect.ValueOf(key)}, field(key)}), t.Elem, depth-1)
	case idl.KindStruct:
		return m.fieldPath(path, "", t.Ref.Struct.Fields, field, depth)
	default:
		u := t.Ref.Union
		if len(u.Variants) == 0 {
			return nil, false
		}
		v := u.Variants[m.r.IntN(len(u.Variants))]
		as := "As" + strings.TrimPrefix(v.GoName, u.GoName)
		variant := field(v.Name)
		if v.Form == idl.VariantValue {
			if !reaches(v.Type, nil) {
				return nil, false
			}
			return m.path(append(path, hop{method: as, pick: variant}), v.Type, depth-1)
		}
		return m.fieldPath(path, as, v.Fields, func(name string) func(any) any {
			return func(data any) any {
				if fields := variant(data); fields != nil {
					return field(name)(fields)
				}
				return nil
			}
		}, depth)
	}
}

// field returns a function that picks a field.
func field(name string) func(any) any {
	return func(data any) any { return data.(map[string]any)[name] }
}

// fieldPath continues a path through one of the fields.
func (m *maker) fieldPath(path []hop, prefix string, fields []*idl.Field, pick func(string) func(any) any, depth int) ([]hop, bool) {
	if len(fields) == 0 {
		return nil, false
	}
	f := fields[m.r.IntN(len(fields))]
	name := prefix + f.GoName
	if slices.Contains([]string{"AsRef", "Await", "Done", "Get", "Index", "Promise", "Untag"}, name) || !reaches(f.Type, nil) {
		return nil, false
	}
	return m.path(append(path, hop{method: name, pick: pick(f.GoName)}), f.Type, depth-1)
}

// reaches reports whether a path leads from a value of t to a reference; inside are the structs and unions that t is part of.
// Tuples that are no results have no view.
func reaches(t *idl.Type, inside []any) bool {
	if t == nil {
		return false
	}
	within := func(decl any, fields []*idl.Field) bool {
		return !slices.Contains(inside, decl) && slices.ContainsFunc(fields, func(f *idl.Field) bool {
			return reaches(f.Type, append(inside, decl))
		})
	}
	switch t.Kind {
	case idl.KindInterface, idl.KindCallable, idl.KindTarget:
		return true
	case idl.KindList, idl.KindMap, idl.KindPromise, idl.KindTagged:
		return reaches(t.Elem, inside)
	case idl.KindStruct:
		return within(t.Ref.Struct, t.Ref.Struct.Fields)
	case idl.KindUnion:
		u := t.Ref.Union
		return !slices.Contains(inside, any(u)) && slices.ContainsFunc(u.Variants, func(v *idl.Variant) bool {
			return reaches(v.Type, append(inside, u)) || within(v, v.Fields)
		})
	default:
		return false
	}
}
