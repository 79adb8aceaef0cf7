package lint

import (
	"slices"

	"github.com/ocapn-go/ocapn/idl"
)

// eachType calls visit with every type that is part of t, t first.
func eachType(t *idl.Type, visit func(*idl.Type)) {
	if t == nil {
		return
	}
	visit(t)
	eachType(t.Elem, visit)
	for _, e := range t.Elems {
		eachType(e, visit)
	}
}

// first returns the first part of t of which holds is true, or nil.
func first(t *idl.Type, holds func(*idl.Type) bool) *idl.Type {
	var found *idl.Type
	eachType(t, func(part *idl.Type) {
		if found == nil && holds(part) {
			found = part
		}
	})
	return found
}

// optional reports whether the element may be left out.
func (e *element) optional() bool {
	switch n := e.node.(type) {
	case *idl.Field:
		return n.Optional
	case *idl.Param:
		return n.Optional || n.Rest
	default:
		return false
	}
}

// absentAmbiguous reports promises for which a value in their place may be what they are fulfilled with, or that there is none.
func absentAmbiguous(f *file) {
	for _, e := range f.elements {
		for _, use := range e.types {
			eachType(use.t, func(t *idl.Type) {
				if t.Kind != idl.KindPromise {
					return
				}
				for _, absent := range t.Absent {
					if hasValue(t.Elem, absent) {
						f.report(e, use.src.Span(), "ABSENT_AMBIGUOUS", "%s may be the outcome of the promise, or say that there is no promise", absent).
							Note = "a promise that has been kept is received as its outcome; let only one of the two be absent"
					}
				}
			})
		}
	}
}

// hasValue reports whether the singleton is a value of t.
func hasValue(t *idl.Type, singleton string) bool {
	return t.Kind == idl.KindAny || t.Kind == idl.KindBool && singleton == "false" || slices.Contains(t.Absent, singleton)
}

// boolOrAbsent reports bools that have a third value.
func boolOrAbsent(f *file) {
	for _, e := range f.elements {
		for _, use := range e.types {
			if t := first(use.t, func(t *idl.Type) bool { return t.Kind == idl.KindBool && len(t.Absent) > 0 }); t != nil {
				f.report(e, use.src.Span(), "BOOL_OR_ABSENT", "a bool or %s has three values, and most code asks for two", t.Absent[0]).
					Note = "in JavaScript absent counts as false, in Scheme as true; write an enum that names the three"
			}
		}
	}
}
