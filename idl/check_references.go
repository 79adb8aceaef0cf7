package idl

import "slices"

// leadsToRef is [Type.LeadsToRef] for a type of a file that has been looked at by findRefs.
func (s *session) leadsToRef(t *Type) bool {
	if t == nil {
		return false
	}
	switch t.Kind {
	case KindTarget, KindInterface, KindCallable:
		return true
	case KindStruct:
		return s.refs[t.Ref.Struct]
	case KindUnion:
		return s.refs[t.Ref.Union]
	default:
		return s.leadsToRef(t.Elem) || slices.ContainsFunc(t.Elems, s.leadsToRef)
	}
}

// findRefs enters the structs and unions among the declarations whose values lead to references into the session. Each is looked at
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
		types := contents(d)
		if slices.ContainsFunc(types, s.leadsToRef) {
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

// contents returns the types that a value of the struct or union d is made of.
func contents(d Decl) (types []*Type) {
	add := func(fields []*Field) {
		for _, f := range fields {
			types = append(types, f.Type)
		}
	}
	switch d := d.(type) {
	case *Struct:
		add(d.Fields)
	case *Union:
		for _, v := range d.Variants {
			types = append(types, v.Type)
			add(v.Fields)
		}
	}
	return types
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
