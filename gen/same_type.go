package gen

import (
	"strings"

	"github.com/ocapn-go/ocapn/idl"
)

// sameGoType reports whether the Go types of a and b are the same, so that two parameters can share the name of their type.
func sameGoType(a, b *idl.Type) bool { return typeText(a) == typeText(b) }

// typeText returns a text that is the same for types with the same Go type. It follows [generator.goType], without rendering
// anything.
func typeText(t *idl.Type) string {
	if wrapped(t, false) {
		return "Opt[" + presentText(t) + "]"
	}
	return presentText(t)
}

// presentText is typeText of the values of t that are not absent. It follows [generator.present].
func presentText(t *idl.Type) string {
	switch t.Kind {
	case idl.KindInt:
		return string(idl.KindI64)
	case idl.KindUint:
		return string(idl.KindU64)
	case idl.KindNumber:
		return string(idl.KindFloat64)
	case idl.KindList:
		return "[]" + typeText(t.Elem)
	case idl.KindMap:
		return "map[]" + typeText(t.Elem)
	case idl.KindTuple:
		var b strings.Builder
		b.WriteString("struct{")
		for i, name := range tupleNames(t) {
			b.WriteString(name + " " + typeText(t.Elems[i]) + ";")
		}
		return b.String() + "}"
	case idl.KindTagged:
		return typeText(t.Elem)
	case idl.KindPromise:
		if t.IsRef() {
			return presentText(t.Elem)
		}
		return "*Promise[" + typeText(t.Elem) + "]"
	default:
		if t.Ref != nil {
			return t.Ref.GoImport + "." + t.Ref.GoName
		}
		return string(t.Kind)
	}
}
