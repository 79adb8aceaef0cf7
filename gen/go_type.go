package gen

import (
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/ocapn-go/ocapn/idl"
)

// captp returns a name of package captp.
func (g *generator) captp(name string) *jen.Statement { return jen.Qual(g.runtime+"/captp", name) }

// qualified returns a name of the Go package with the import path home, "" being the package of the schema.
func qualified(home, name string) *jen.Statement {
	if home == "" {
		return jen.Id(name)
	}
	return jen.Qual(home, name)
}

// named returns the Go type that a reference names.
func named(ref *idl.TypeRef) *jen.Statement { return qualified(ref.GoImport, ref.GoName) }

// goType returns the Go type of t: captp.Opt[T] if values of t may be absent and T has no value for that.
func (g *generator) goType(t *idl.Type) *jen.Statement {
	if wrapped(t, false) {
		return g.captp("Opt").Index(g.present(t))
	}
	return g.present(t)
}

// optionalType returns the Go type of a field or an argument of type t that may be left out.
func (g *generator) optionalType(t *idl.Type) *jen.Statement {
	if wrapped(t, true) {
		return g.captp("Opt").Index(g.present(t))
	}
	return g.present(t)
}

// wrapped reports whether a value of t is in a captp.Opt. optional says that it may also be left out.
func wrapped(t *idl.Type, optional bool) bool {
	return (optional || len(t.Absent) > 0) && !t.ZeroIsAbsent()
}

// untagged returns the type of what stands behind the tag of a t, and t itself if it has no tag.
func untagged(t *idl.Type) *idl.Type {
	for t.Kind == idl.KindTagged {
		t = t.Elem
	}
	return t
}

// present returns the Go type of the values of t that are not absent.
func (g *generator) present(t *idl.Type) *jen.Statement {
	switch t.Kind {
	case idl.KindInt, idl.KindI64:
		return jen.Int64()
	case idl.KindUint, idl.KindU64:
		return jen.Uint64()
	case idl.KindI8, idl.KindI16, idl.KindI32, idl.KindU8, idl.KindU16, idl.KindU32:
		return jen.Id(sizedName(t.Kind))
	case idl.KindBigInt:
		return jen.Op("*").Qual("math/big", "Int")
	case idl.KindFloat64, idl.KindNumber:
		return jen.Float64()
	case idl.KindBool, idl.KindString, idl.KindAny:
		return jen.Id(string(t.Kind))
	case idl.KindSymbol:
		return g.captp("Symbol")
	case idl.KindBytes:
		return jen.Index().Byte()
	case idl.KindTarget:
		return g.captp("Ref")
	case idl.KindSturdyRef:
		return jen.Qual(g.runtime+"/locator", "SturdyRef")
	case idl.KindError:
		return jen.Op("*").Add(g.captp("RemoteError"))
	case idl.KindList:
		return jen.Index().Add(g.goType(t.Elem))
	case idl.KindMap:
		return jen.Map(jen.String()).Add(g.goType(t.Elem))
	case idl.KindTuple:
		return g.tupleType(t)
	case idl.KindTagged:
		return g.goType(t.Elem)
	case idl.KindPromise:
		if t.IsRef() {
			return g.present(t.Elem)
		}
		return jen.Op("*").Add(g.captp("Promise")).Index(g.goType(t.Elem))
	default:
		return named(t.Ref)
	}
}

// tupleType returns the type of a tuple that is not the result of a method:
//
//	struct {
//		Ack         Ack
//		Unsubscribe Unsubscribe
//	}
func (g *generator) tupleType(t *idl.Type) *jen.Statement {
	return jen.StructFunc(func(group *jen.Group) {
		for i, name := range tupleNames(t) {
			group.Id(name).Add(g.goType(t.Elems[i]))
		}
	})
}

// tupleNames returns the names of the Go fields for the elements of a tuple: those of their types, numbered from the second
// of a name on, so that adding an element at the end renames none.
func tupleNames(t *idl.Type) []string {
	out := make([]string, len(t.Elems))
	taken, numbers := map[string]bool{}, map[string]int{} // the last number of a name
	for i, e := range t.Elems {
		want := elementName(e)
		name := want
		for n := max(numbers[want]+1, 2); taken[name]; n++ {
			name = want + strconv.Itoa(n)
			numbers[want] = n
		}
		taken[name], out[i] = true, name
	}
	return out
}

// elementName returns the name of a field for an element of type t.
func elementName(t *idl.Type) string {
	switch t.Kind {
	case idl.KindStruct, idl.KindEnum, idl.KindInterface, idl.KindCallable, idl.KindUnion:
		return t.Ref.GoName
	case idl.KindTagged:
		return elementName(t.Elem)
	case idl.KindList, idl.KindMap, idl.KindPromise:
		return elementName(t.Elem) + map[idl.Kind]string{idl.KindList: "List", idl.KindMap: "Map", idl.KindPromise: "Promise"}[t.Kind]
	case idl.KindSturdyRef:
		return "SturdyRef"
	case idl.KindBigInt:
		return "BigInt"
	default:
		return idl.ExportedName(string(t.Kind))
	}
}

// sizedName returns the Go name of an integer type with a size.
func sizedName(k idl.Kind) string {
	if k[0] == 'u' {
		return "uint" + string(k[1:])
	}
	return "int" + string(k[1:])
}

// zero returns the zero value of goType(t) as an expression.
func (g *generator) zero(t *idl.Type) *jen.Statement {
	switch {
	case wrapped(t, false):
		return g.goType(t).Values()
	case t.Kind == idl.KindTagged:
		return g.zero(t.Elem)
	case t.IsRef(), t.Kind == idl.KindStruct, t.Kind == idl.KindTuple, t.Kind == idl.KindSturdyRef:
		return g.present(t).Values()
	case t.ZeroIsAbsent():
		return jen.Nil()
	}
	switch t.Kind {
	case idl.KindBool:
		return jen.False()
	case idl.KindString, idl.KindSymbol, idl.KindEnum:
		return jen.Lit("")
	default:
		return jen.Lit(0)
	}
}
