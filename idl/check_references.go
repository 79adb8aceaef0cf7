package idl

import "slices"

// holdsRefs is [Type.HasRefs] for a type of a file that has been looked at by findRefs.
func (s *session) holdsRefs(t *Type) bool {
	if t == nil {
		return false
	}
	switch t.Kind {
	case KindAny, KindTarget, KindInterface, KindCallable, KindPromise:
		return true
	case KindList, KindMap, KindTagged:
		return s.holdsRefs(t.Elem)
	case KindTuple:
		return slices.ContainsFunc(t.Elems, s.holdsRefs)
	case KindStruct:
		return s.refs[t.Ref.Struct]
	case KindUnion:
		return s.refs[t.Ref.Union]
	}
	return false
}

// findRefs enters the structs and unions among the declarations whose values may hold references into the session. Each is looked at
// once, and then those that are made of it, so that a long chain of them takes no longer than a short one many times.
func (s *session) findRefs(decls []Decl) {
	holders := map[Decl][]Decl{} // by what they are made of
	var found []Decl
	mark := func(d Decl) {
		if !s.refs[d] {
			s.refs[d] = true
			found = append(found, d)
		}
	}
	for _, d := range decls {
		types, open := contents(d)
		if open || slices.ContainsFunc(types, s.holdsRefs) {
			mark(d)
		}
		for _, t := range types {
			for _, part := range components(t, nil) {
				holders[part] = append(holders[part], d)
			}
		}
	}
	for len(found) > 0 {
		d := found[0]
		found = found[1:]
		for _, h := range holders[d] {
			mark(h)
		}
	}
}

// contents returns the types that a value of the struct or union d is made of. open says that it may hold anything else.
func contents(d Decl) (types []*Type, open bool) {
	add := func(fields []*Field) {
		for _, f := range fields {
			types = append(types, f.Type)
		}
	}
	switch d := d.(type) {
	case *Struct:
		add(d.Fields)
		return types, d.Keep
	case *Union:
		for _, v := range d.Variants {
			types = append(types, v.Type)
			add(v.Fields)
		}
		return types, !d.Closed
	default:
		return nil, false
	}
}

// components appends the structs and unions that t names to out.
func components(t *Type, out []Decl) []Decl {
	if t == nil {
		return out
	}
	switch t.Kind {
	case KindStruct:
		out = append(out, t.Ref.Struct)
	case KindUnion:
		out = append(out, t.Ref.Union)
	}
	out = components(t.Elem, out)
	for _, e := range t.Elems {
		out = components(e, out)
	}
	return out
}
