package breaking

import (
	"slices"

	"github.com/ocapn-go/ocapn/idl"
)

// viewOf says what kind of eventual view the result of a Go method has beside that of its type: none, one that may turn out to be of
// nothing, or a plain one.
func viewOf(result *idl.Type) string {
	if result == nil || !hasView(result) {
		return ""
	}
	t := outcome(result)
	for t.Kind == idl.KindTagged && len(t.Absent) == 0 {
		t = t.Elem
	}
	if len(t.Absent) > 0 && !slices.Contains([]idl.Kind{idl.KindList, idl.KindMap, idl.KindUnion}, t.Kind) {
		return "optional view"
	}
	return "view"
}

// hasView reports whether a value of t leads to a reference, by its fields, elements and so on.
func hasView(t *idl.Type) bool {
	seen := map[idl.Decl]bool{}
	var reaches func(t *idl.Type) bool
	fields := func(fields []*idl.Field) bool {
		return slices.ContainsFunc(fields, func(f *idl.Field) bool { return reaches(f.Type) })
	}
	reaches = func(t *idl.Type) bool {
		if t == nil {
			return false
		}
		switch t.Kind {
		case idl.KindInterface, idl.KindCallable, idl.KindTarget:
			return true
		case idl.KindStruct, idl.KindUnion:
			d := declOf(t.Ref)
			if seen[d] {
				return false
			}
			seen[d] = true
			if t.Kind == idl.KindStruct {
				return fields(t.Ref.Struct.Fields)
			}
			return slices.ContainsFunc(t.Ref.Union.Variants, func(v *idl.Variant) bool { return reaches(v.Type) || fields(v.Fields) })
		default:
			return reaches(t.Elem) || slices.ContainsFunc(t.Elems, reaches)
		}
	}
	return reaches(t)
}
