// Package flow tells which way the values of declared types travel: with calls, with answers, or both. A change of a type, or a
// strict one, matters to different people in each case.
package flow

import "github.com/ocapn-go/ocapn/idl"

// Flow knows the declarations whose values methods and callables take and answer. Declarations are the pointers *[idl.Struct],
// *[idl.Enum], *[idl.Union] and *[idl.ErrorDecl].
type Flow struct{ taken, answered map[any]bool }

// Of returns the flow of what schemas declare.
func Of(schemas ...*idl.Schema) *Flow {
	f := &Flow{map[any]bool{}, map[any]bool{}}
	for _, s := range schemas {
		for _, it := range s.Interfaces {
			for _, m := range it.Methods {
				f.signature(m.Params, m.Result, m.Raises)
			}
		}
		for _, c := range s.Callables {
			f.signature(c.Params, c.Result, c.Raises)
		}
		for _, e := range s.Errors {
			f.raised(e)
		}
	}
	return f
}

// Taken reports whether values of the declaration are sent with calls, inside of others or alone.
func (f *Flow) Taken(decl any) bool { return f.taken[decl] }

// Answered reports whether values of the declaration are sent with answers, inside of others or alone.
func (f *Flow) Answered(decl any) bool { return f.answered[decl] }

// signature follows what a method or a callable takes and answers.
func (f *Flow) signature(params []*idl.Param, result *idl.Type, raises []*idl.TypeRef) {
	for _, p := range params {
		follow(p.Type, f.taken)
	}
	follow(result, f.answered)
	for _, r := range raises {
		f.raised(r.Error)
	}
}

// raised follows what an error carries.
func (f *Flow) raised(e *idl.ErrorDecl) {
	f.answered[e] = true
	followFields(e.Fields, f.answered)
}

// follow marks the declarations whose values a t holds.
func follow(t *idl.Type, marked map[any]bool) {
	if t == nil {
		return
	}
	follow(t.Elem, marked)
	for _, e := range t.Elems {
		follow(e, marked)
	}
	switch {
	case t.Kind == idl.KindEnum:
		marked[t.Ref.Enum] = true
	case t.Kind == idl.KindStruct && !marked[t.Ref.Struct]:
		marked[t.Ref.Struct] = true
		followFields(t.Ref.Struct.Fields, marked)
	case t.Kind == idl.KindUnion && !marked[t.Ref.Union]:
		marked[t.Ref.Union] = true
		for _, v := range t.Ref.Union.Variants {
			follow(v.Type, marked)
			followFields(v.Fields, marked)
		}
	}
}

// followFields marks the declarations whose values fields hold.
func followFields(fields []*idl.Field, marked map[any]bool) {
	for _, f := range fields {
		follow(f.Type, marked)
	}
}
