package breaking

import (
	"slices"

	"github.com/ocapn-go/ocapn/idl"
)

// comparableStruct reports whether Go can compare the values of a struct with ==, and use them as keys of a map. What is kept of
// unknown fields is a map, which it cannot.
func comparableStruct(s *idl.Struct) bool { return !s.Keep && comparableFields(s.Fields) }

// comparableFields reports whether Go can compare a struct with these fields.
func comparableFields(fields []*idl.Field) bool {
	return !slices.ContainsFunc(fields, func(f *idl.Field) bool { return !comparableType(f.Type) })
}

// comparableType reports whether Go can compare the values of t. References, promises and unions it compares by identity. It ends:
// a struct contains itself through a list, a map, a promise or a union only.
func comparableType(t *idl.Type) bool {
	switch t.Kind {
	case idl.KindBytes, idl.KindList, idl.KindMap, idl.KindSturdyRef: // a sturdyref has hints, which are a map
		return false
	case idl.KindTagged:
		return comparableType(t.Elem)
	case idl.KindTuple:
		return !slices.ContainsFunc(t.Elems, func(e *idl.Type) bool { return !comparableType(e) })
	case idl.KindStruct:
		return comparableStruct(t.Ref.Struct)
	default:
		return true
	}
}
