package gen

import (
	"github.com/dave/jennifer/jen"

	"github.com/ocapn-go/ocapn/idl"
)

// expr makes an expression; statements of jennifer are used once, so whoever needs an expression twice makes it twice.
type expr func() *jen.Statement

// id returns the expression that is an identifier.
func id(name string) expr { return func() *jen.Statement { return jen.Id(name) } }

// dot returns the expression x.name.
func (x expr) dot(name string) expr { return func() *jen.Statement { return x().Dot(name) } }

// encode returns the statements that write v, which has the Go type of t, to the encoder named enc.
//
//	captp.EncodeOpt(enc, v, (*captp.Encoder).String, "n")
//
//	if v != nil {
//		captp.EncodeList(enc, v, (*captp.Encoder).String)
//	} else {
//		enc.Null()
//	}
func (g *generator) encode(t *idl.Type, enc string, v expr) []jen.Code {
	if len(t.Absent) == 0 {
		return []jen.Code{g.encodePresent(t, enc, v)}
	}
	return []jen.Code{g.encodeAbsent(t, enc, v, t.Absent[0])}
}

// encodeAbsent returns the statement that writes v, or the singleton in its place if v is absent.
func (g *generator) encodeAbsent(t *idl.Type, enc string, v expr, singleton string) jen.Code {
	if !t.ZeroIsAbsent() {
		return g.captp("EncodeOpt").Call(jen.Id(enc), v(), g.encodeFunc(present(t)), jen.Lit(absentSyntax[singleton]))
	}
	return jen.If(g.isSet(t, v)).Block(g.encodePresent(t, enc, v)).Else().Block(jen.Id(enc).Dot(absentMethod[singleton]).Call())
}

// The methods of an encoder that write the singletons, and the syntax of these.
var (
	absentMethod = map[string]string{"undefined": "Undefined", "null": "Null", "false": "False"}
	absentSyntax = map[string]string{"undefined": "<4'void>", "null": "<4'null>", "false": "f"}
)

// present returns t without its alternatives.
func present(t *idl.Type) *idl.Type {
	out := *t
	out.Absent = nil
	return &out
}

// isSet returns the condition under which v, which may be absent, is not.
func (g *generator) isSet(t *idl.Type, v expr) *jen.Statement {
	switch {
	case !t.ZeroIsAbsent():
		return v().Dot("Set")
	case untagged(t).IsRef():
		return jen.Op("!").Add(v()).Dot("IsZero").Call()
	default:
		return v().Op("!=").Nil()
	}
}

// isUnset returns the condition under which v, which may be absent, is.
func (g *generator) isUnset(t *idl.Type, v expr) *jen.Statement {
	if t.ZeroIsAbsent() && !untagged(t).IsRef() {
		return v().Op("==").Nil()
	}
	if t.ZeroIsAbsent() {
		return v().Dot("IsZero").Call()
	}
	return jen.Op("!").Add(v()).Dot("Set")
}

// encodePresent returns the statement that writes v, which is not absent.
func (g *generator) encodePresent(t *idl.Type, enc string, v expr) jen.Code {
	e := func() *jen.Statement { return jen.Id(enc) }
	switch t.Kind {
	case idl.KindI8, idl.KindI16, idl.KindI32:
		return e().Dot("Int").Call(jen.Int64().Parens(v()))
	case idl.KindU8, idl.KindU16, idl.KindU32:
		return e().Dot("Uint").Call(jen.Uint64().Parens(v()))
	case idl.KindStruct, idl.KindEnum:
		return v().Dot("EncodeOCapN").Call(e())
	case idl.KindInterface, idl.KindCallable:
		return e().Dot("Ref").Call(v().Dot("Ref"))
	case idl.KindUnion:
		return g.captp("EncodeUnion").Call(e(), v())
	case idl.KindTagged:
		return g.captp("EncodeTagged").Call(e(), jen.Lit(t.Tag), v(), g.encodeFunc(t.Elem))
	case idl.KindList:
		return g.captp("EncodeList").Call(e(), v(), g.encodeFunc(t.Elem))
	case idl.KindMap:
		return g.captp("EncodeMap").Call(e(), v(), g.encodeFunc(t.Elem))
	case idl.KindPromise:
		if t.IsRef() {
			return g.encodePresent(t.Elem, enc, v)
		}
		return g.captp("EncodePromise").Call(e(), v())
	case idl.KindTuple:
		return jen.Add(g.encodeFunc(present(t))).Call(e(), v())
	default:
		return e().Dot(coderMethod(t.Kind)).Call(v())
	}
}

// coderMethod returns the name of the method with which an encoder writes values of a kind that has a method of its own.
// Decoders call it the same, except for integers.
func coderMethod(k idl.Kind) string {
	switch k {
	case idl.KindInt, idl.KindI64:
		return "Int"
	case idl.KindUint, idl.KindU64:
		return "Uint"
	case idl.KindBigInt:
		return "BigInt"
	case idl.KindFloat64, idl.KindNumber:
		return "Float64"
	case idl.KindTarget:
		return "Ref"
	case idl.KindSturdyRef:
		return "SturdyRef"
	default:
		return idl.ExportedName(string(k)) // Bool, String, Symbol, Bytes, Any, Error
	}
}

// encodeFunc returns an expression of type func(*captp.Encoder, T) that writes a t.
//
//	(*captp.Encoder).String
//	captp.EncodeCap[User]
//	func(e *captp.Encoder, v int8) { e.Int(int64(v)) }
func (g *generator) encodeFunc(t *idl.Type) *jen.Statement {
	if len(t.Absent) == 0 {
		switch t.Kind {
		case idl.KindStruct, idl.KindEnum:
			return g.captp("Encode").Index(named(t.Ref))
		case idl.KindUnion:
			return g.captp("EncodeUnion").Index(named(t.Ref))
		case idl.KindInterface, idl.KindCallable:
			return g.captp("EncodeCap").Index(named(t.Ref))
		case idl.KindBool, idl.KindString, idl.KindSymbol, idl.KindBytes, idl.KindAny, idl.KindInt, idl.KindI64, idl.KindUint,
			idl.KindU64, idl.KindBigInt, idl.KindFloat64, idl.KindNumber, idl.KindTarget, idl.KindSturdyRef:
			return jen.Parens(jen.Op("*").Add(g.captp("Encoder"))).Dot(coderMethod(t.Kind))
		case idl.KindPromise:
			if t.IsRef() {
				return g.encodeFunc(t.Elem)
			}
			return g.captp("EncodePromise").Index(g.goType(t.Elem))
		case idl.KindTuple:
			return g.encodeTupleFunc(t)
		}
	}
	body := g.encode(t, "e", id("v"))
	signature := jen.Func().Params(jen.Id("e").Op("*").Add(g.captp("Encoder")), jen.Id("v").Add(g.goType(t)))
	if len(t.Absent) == 0 || !t.ZeroIsAbsent() {
		return signature.Add(oneLine(body...))
	}
	return signature.Block(body...)
}

// encodeTupleFunc returns the function that writes a tuple:
//
//	func(e *captp.Encoder, v struct{ ... }) {
//		e.Raw("[")
//		e.String(v.String)
//		e.Raw("]")
//	}
func (g *generator) encodeTupleFunc(t *idl.Type) *jen.Statement {
	return jen.Func().Params(jen.Id("e").Op("*").Add(g.captp("Encoder")), jen.Id("v").Add(g.tupleType(t))).
		Block(g.encodeTuple(t, "e", id("v"))...)
}

// encodeTuple returns the statements that write v, a struct with the elements of the tuple t, as a list.
func (g *generator) encodeTuple(t *idl.Type, enc string, v expr) []jen.Code {
	out := []jen.Code{jen.Id(enc).Dot("Raw").Call(jen.Lit("["))}
	for i, name := range tupleNames(t) {
		out = append(out, g.encode(t.Elems[i], enc, v.dot(name))...)
	}
	return append(out, jen.Id(enc).Dot("Raw").Call(jen.Lit("]")))
}

// oneLine returns a block on one line: { return x }. The printer breaks it if it is long.
func oneLine(body ...jen.Code) *jen.Statement {
	out := jen.Op("{")
	for i, code := range body {
		if i > 0 {
			out.Op(";")
		}
		out.Add(code)
	}
	return out.Op("}")
}
