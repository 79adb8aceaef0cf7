package gen

import (
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/ocapn-go/ocapn/idl"
)

// decode returns the expression that reads a t from the decoder d. How long it may be is left to check.
//
//	d.String()
//	int8(d.Int(8))
//	captp.DecodeList(d, (*captp.Decoder).String)
//	captp.DecodeOpt(d, (*captp.Decoder).IsNull, (*captp.Decoder).String)
func (g *generator) decode(t *idl.Type, d *jen.Statement) *jen.Statement {
	if len(t.Absent) > 0 {
		each := present(t)
		each.Max = 0
		opt := g.captp("DecodeOpt").Call(d, g.isAbsentFunc(t), g.decodeFunc(each, true))
		if t.ZeroIsAbsent() {
			return opt.Dot("Value")
		}
		return opt
	}
	switch t.Kind {
	case idl.KindInt, idl.KindI64:
		return d.Dot("Int64").Call()
	case idl.KindUint, idl.KindU64:
		return d.Dot("Uint").Call(jen.Lit(64))
	case idl.KindI8, idl.KindI16, idl.KindI32:
		return jen.Id(sizedName(t.Kind)).Parens(d.Dot("Int").Call(bits(t.Kind)))
	case idl.KindU8, idl.KindU16, idl.KindU32:
		return jen.Id(sizedName(t.Kind)).Parens(d.Dot("Uint").Call(bits(t.Kind)))
	case idl.KindList:
		return g.captp("DecodeList").Call(d, g.decodeFunc(t.Elem, false))
	case idl.KindMap:
		return g.captp("DecodeMap").Call(d, g.decodeFunc(t.Elem, false))
	case idl.KindPromise:
		if !t.IsRef() {
			return g.captp("DecodePromise").Call(d, g.decodeFunc(t.Elem, false))
		}
		return g.decode(t.Elem, d)
	case idl.KindUnion:
		return unionDecoder(t.Ref).Call(d)
	case idl.KindTagged:
		return g.captp("DecodeTagged").Call(d, jen.Lit(t.Tag), g.decodeFunc(t.Elem, false))
	case idl.KindStruct, idl.KindEnum:
		return g.captp("Decode").Index(named(t.Ref)).Call(d)
	case idl.KindInterface, idl.KindCallable:
		return g.captp("DecodeCap").Index(named(t.Ref)).Call(d)
	case idl.KindTuple:
		return jen.Add(g.decodeFunc(t, false)).Call(d)
	default:
		return d.Dot(decoderMethod(t)).Call()
	}
}

// decoderMethod returns the name of the method without arguments that reads a t and returns its Go type, "" if there is none.
func decoderMethod(t *idl.Type) string {
	switch t.Kind {
	case idl.KindInt, idl.KindI64:
		return "Int64"
	case idl.KindFloat64:
		if t.Lenient {
			return "Number"
		}
		return "Float64"
	case idl.KindNumber:
		return "Number"
	case idl.KindBool, idl.KindString, idl.KindSymbol, idl.KindBytes, idl.KindAny, idl.KindBigInt, idl.KindTarget,
		idl.KindSturdyRef, idl.KindError:
		return coderMethod(t.Kind)
	default:
		return ""
	}
}

// bits returns the size of an integer type.
func bits(k idl.Kind) *jen.Statement {
	n, err := strconv.Atoi(string(k[1:]))
	if err != nil {
		n = 64
	}
	return jen.Lit(n)
}

// isAbsentFunc returns an expression of type func(*captp.Decoder) bool that reports whether a t is absent.
//
//	(*captp.Decoder).IsNull
//	func(d *captp.Decoder) bool { return d.IsUndefined() || d.IsNull() }
func (g *generator) isAbsentFunc(t *idl.Type) *jen.Statement {
	if len(t.Absent) == 1 {
		return g.decoderFunc("Is" + absentMethod[t.Absent[0]])
	}
	condition := jen.Null()
	for i, a := range t.Absent {
		if i > 0 {
			condition.Op("||")
		}
		condition.Id("d").Dot("Is" + absentMethod[a]).Call()
	}
	return g.funcOfDecoder(jen.Bool()).Add(oneLine(jen.Return(condition)))
}

// decoderFunc returns a method of a decoder as a function.
func (g *generator) decoderFunc(method string) *jen.Statement {
	return jen.Parens(jen.Op("*").Add(g.captp("Decoder"))).Dot(method)
}

// funcOfDecoder returns the start of a function literal.
func (g *generator) funcOfDecoder(result *jen.Statement) *jen.Statement {
	return jen.Func().Params(jen.Id("d").Op("*").Add(g.captp("Decoder"))).Add(result)
}

// decodeFunc returns an expression of type func(*captp.Decoder) T that reads a t. nested says that it stands in the middle of
// an expression, where a function literal is broken into lines.
//
//	(*captp.Decoder).String
//	captp.Decode[Profile]
//	captp.ListOf(captp.Decode[Profile])
//	func(d *captp.Decoder) int8 { return int8(d.Int(8)) }
func (g *generator) decodeFunc(t *idl.Type, nested bool) *jen.Statement {
	if len(t.Absent) == 0 && t.Max == 0 {
		switch t.Kind {
		case idl.KindStruct, idl.KindEnum:
			return g.captp("Decode").Index(named(t.Ref))
		case idl.KindUnion:
			return unionDecoder(t.Ref)
		case idl.KindInterface, idl.KindCallable:
			return g.captp("DecodeCap").Index(named(t.Ref))
		case idl.KindTuple:
			return g.decodeTupleFunc(t)
		case idl.KindList:
			return g.captp("ListOf").Call(g.decodeFunc(t.Elem, nested))
		case idl.KindMap:
			return g.captp("MapOf").Call(g.decodeFunc(t.Elem, nested))
		case idl.KindPromise:
			if t.IsRef() {
				return g.decodeFunc(t.Elem, nested)
			}
		}
		if method := decoderMethod(t); method != "" {
			return g.decoderFunc(method)
		}
	}
	literal := g.funcOfDecoder(g.goType(t))
	check := g.check(t, jen.Id("d"), id("v"), wrapped(t, false))
	if check == nil {
		if body := jen.Return(g.decode(t, jen.Id("d"))); nested {
			return literal.Block(body)
		}
		return literal.Add(oneLine(jen.Return(g.decode(t, jen.Id("d")))))
	}
	return literal.Block(jen.Id("v").Op(":=").Add(g.decode(t, jen.Id("d"))), check, jen.Return(jen.Id("v")))
}

// check returns the statement that refuses v, which was just read, if it is longer than the type says, nil if the type
// says nothing. opt says that v is a captp.Opt.
//
//	if utf8.RuneCountInString(v) > 100 {
//		d.Refuse("at most 100 characters", "more")
//	}
func (g *generator) check(t *idl.Type, d *jen.Statement, v expr, opt bool) jen.Code {
	if t.Max == 0 {
		return nil
	}
	if opt {
		v = v.dot("Value")
	}
	length, unit := jen.Len(v()), "items"
	switch untagged(t).Kind {
	case idl.KindString:
		length, unit = jen.Qual("unicode/utf8", "RuneCountInString").Call(v()), "characters"
	case idl.KindSymbol:
		length, unit = jen.Qual("unicode/utf8", "RuneCountInString").Call(jen.String().Parens(v())), "characters"
	case idl.KindBytes:
		unit = "bytes"
	}
	want := "at most " + strconv.Itoa(t.Max) + " " + unit
	return jen.If(length.Op(">").Lit(t.Max)).Block(d.Dot("Refuse").Call(jen.Lit(want), jen.Lit("more")))
}

// decodeTupleFunc returns the function that reads a tuple:
//
//	func(d *captp.Decoder) (v struct{ ... }) {
//		d.List()
//		v.String = d.At("[0]").String()
//		d.SkipRest()
//		return v
//	}
func (g *generator) decodeTupleFunc(t *idl.Type) *jen.Statement {
	body := append(g.decodeTuple(t, id("v")), jen.Return(jen.Id("v")))
	return jen.Func().Params(jen.Id("d").Op("*").Add(g.captp("Decoder"))).Params(jen.Id("v").Add(g.tupleType(t))).Block(body...)
}

// decodeTuple returns the statements that read the elements of the tuple t into the struct v. Elements that the type does
// not name are dropped.
func (g *generator) decodeTuple(t *idl.Type, v expr) []jen.Code {
	out := []jen.Code{jen.Id("d").Dot("List").Call()}
	for i, name := range tupleNames(t) {
		at := jen.Id("d").Dot("At").Call(jen.Lit("[" + strconv.Itoa(i) + "]"))
		out = append(out, v.dot(name)().Op("=").Add(g.decode(t.Elems[i], at)))
		if check := g.check(t.Elems[i], jen.Id("d"), v.dot(name), wrapped(t.Elems[i], false)); check != nil {
			out = append(out, check)
		}
	}
	return append(out, jen.Id("d").Dot("SkipRest").Call())
}
