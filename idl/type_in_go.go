package idl

import "slices"

// ReferenceMethods returns the Go names that every generated reference or its eventual view has already, in alphabetical order. No
// method of an interface has one of them.
func ReferenceMethods() []string {
	return []string{"Await", "Begin", "Cap", "Done", "E", "IsZero", "Pipe", "Ref"}
}

// IsRef reports whether a value of t that is not absent is one reference, or the promise of one, which in Go is the same.
func (t *Type) IsRef() bool {
	switch t.Kind {
	case KindTarget, KindInterface, KindCallable:
		return true
	case KindPromise:
		return t.Elem.IsRef() && len(t.Elem.Absent) == 0
	default:
		return false
	}
}

// ZeroIsAbsent reports whether the zero value of the Go type of t stands for no value, so that an optional one needs no captp.Opt
// around it.
func (t *Type) ZeroIsAbsent() bool {
	switch t.Kind {
	case KindBigInt, KindBytes, KindAny, KindTarget, KindError, KindList, KindMap, KindPromise, KindInterface, KindCallable, KindUnion:
		return true
	case KindTagged: // nil behind a tag is not the same as no tag
		return t.Elem.ZeroIsAbsent() && len(t.Elem.Absent) == 0
	default:
		return false
	}
}

// LeadsToRef reports whether a path of typed steps, of fields, elements and variants, leads from a value of t to a reference: then
// the value has an eventual view. What any, an unknown variant or a field that is kept may hold has none. A nil type leads nowhere.
func (t *Type) LeadsToRef() bool { return t.leadsToRef(map[any]bool{}) }

// leadsToRef is LeadsToRef; seen are the structs, unions and variants that were looked at or are being looked at. None of them leads
// to a reference by another way than those that are tried anyway.
func (t *Type) leadsToRef(seen map[any]bool) bool {
	if t == nil {
		return false
	}
	switch t.Kind {
	case KindInterface, KindCallable, KindTarget:
		return true
	case KindStruct:
		return fieldsLeadToRef(t.Ref.Struct, t.Ref.Struct.Fields, seen)
	case KindUnion:
		u := t.Ref.Union
		if seen[u] {
			return false
		}
		seen[u] = true
		return slices.ContainsFunc(u.Variants, func(v *Variant) bool {
			return v.Type.leadsToRef(seen) || fieldsLeadToRef(v, v.Fields, seen)
		})
	default:
		return t.Elem.leadsToRef(seen) || slices.ContainsFunc(t.Elems, func(e *Type) bool { return e.leadsToRef(seen) })
	}
}

// fieldsLeadToRef reports whether a path leads from one of the fields of owner to a reference.
func fieldsLeadToRef(owner any, fields []*Field, seen map[any]bool) bool {
	if seen[owner] {
		return false
	}
	seen[owner] = true
	return slices.ContainsFunc(fields, func(f *Field) bool { return f.Type.leadsToRef(seen) })
}
