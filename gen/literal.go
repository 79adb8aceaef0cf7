package gen

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/ocapn-go/ocapn/idl"
)

// constant adds a constant, or a function that returns the value if Go has no constants of the type:
//
//	const RichRoomVersion int64 = 2
//
//	func Primes() []int64 { return []int64{2, 3, 5} }
func (g *generator) constant(d *idl.Const) {
	text := subject{d.GoName, d.Name, d.Doc, d.Notes, true, false}.describe("is " + literalText(d.Value) + ".")
	function := jen.Func().Id(d.GoName).Params().Add(g.goType(d.Type))
	_, small := smallInt(d.Value.Text)
	switch {
	case d.Type.Kind == idl.KindBigInt && !small:
		g.decl(text, function.Block(parseBigInt(d.Value.Text)...))
	case d.Type.ZeroIsAbsent():
		g.decl(text, function.Add(oneLine(jen.Return(g.value(d.Type, d.Value)))))
	default:
		g.decl(text, jen.Const().Id(d.GoName).Add(g.goType(d.Type)).Op("=").Add(g.scalar(d.Type, d.Value)))
	}
}

// plainName matches what stands for a case in the IDL without quotes.
var plainName = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$`)

// literalText returns a literal as the IDL writes it, a case of an enum by the name that is sent for it.
func literalText(l idl.Literal) string {
	switch l.Kind {
	case idl.LitString:
		return strconv.Quote(l.Text)
	case idl.LitEnum:
		if plainName.MatchString(l.Text) {
			return l.Text
		}
		return strconv.Quote(l.Text)
	case idl.LitSymbol:
		return visible("'" + l.Text)
	case idl.LitList:
		parts := make([]string, len(l.Elems))
		for i, e := range l.Elems {
			parts[i] = literalText(e)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	default:
		return l.Text
	}
}

// scalar returns a literal without parts as a Go constant expression.
func (g *generator) scalar(t *idl.Type, l idl.Literal) *jen.Statement {
	switch l.Kind {
	case idl.LitString, idl.LitSymbol:
		return jen.Lit(l.Text)
	case idl.LitEnum:
		return qualified(t.Ref.GoImport, l.GoName)
	default: // numbers and bools are written as in Go
		return jen.Id(l.Text)
	}
}

// value returns a literal as an expression of the type present(t).
func (g *generator) value(t *idl.Type, l idl.Literal) *jen.Statement {
	switch t.Kind {
	case idl.KindList:
		var elems []jen.Code
		for _, e := range l.Elems {
			elems = append(elems, g.element(t.Elem, e))
		}
		return g.present(t).Values(elems...)
	case idl.KindBigInt:
		return bigInt(l.Text)
	case idl.KindBool, idl.KindString, idl.KindEnum:
		return g.scalar(t, l)
	default:
		return g.present(t).Parens(g.scalar(t, l))
	}
}

// element returns a literal as an element of a list whose elements are of type t.
func (g *generator) element(t *idl.Type, l idl.Literal) *jen.Statement {
	switch {
	case l.Kind == idl.LitAbsent && t.ZeroIsAbsent():
		return jen.Nil()
	case l.Kind == idl.LitAbsent:
		return g.goType(t).Values()
	case wrapped(t, false):
		return g.captp("Some").Call(g.value(t, l))
	case t.ZeroIsAbsent():
		return g.value(t, l)
	default:
		return g.scalar(t, l)
	}
}

// bigInt returns a big integer as an expression.
//
//	big.NewInt(5)
//	func() *big.Int { ... }()
func bigInt(text string) *jen.Statement {
	if small, ok := smallInt(text); ok {
		return small
	}
	return jen.Func().Params().Op("*").Qual("math/big", "Int").Block(parseBigInt(text)...).Call()
}

// smallInt returns a big integer that fits 64 bits as an expression.
func smallInt(text string) (*jen.Statement, bool) {
	_, err := strconv.ParseInt(text, 10, 64)
	return jen.Qual("math/big", "NewInt").Call(jen.Id(text)), err == nil
}

// parseBigInt returns the statements that return a big integer.
//
//	n, _ := new(big.Int).SetString("100000000000000000000", 10)
//	return n
func parseBigInt(text string) []jen.Code {
	return []jen.Code{
		jen.List(jen.Id("n"), jen.Id("_")).Op(":=").New(jen.Qual("math/big", "Int")).Dot("SetString").Call(jen.Lit(text), jen.Lit(10)),
		jen.Return(jen.Id("n")),
	}
}

// defaultValue returns what an absent field or argument of type t stands for, as a value of optionalType(t).
func (g *generator) defaultValue(t *idl.Type, l idl.Literal) *jen.Statement {
	switch {
	case l.Kind == idl.LitAbsent && t.ZeroIsAbsent():
		return g.zero(t)
	case l.Kind == idl.LitAbsent:
		return g.optionalType(t).Values()
	case wrapped(t, true):
		return g.captp("Some").Call(g.value(t, l))
	default:
		return g.value(t, l)
	}
}

// assignOptional returns the statements that read an optional value into v. from is the decoder in the expression that reads,
// dec its name.
//
//	opts.Limit = captp.Some(args.Int64())
func (g *generator) assignOptional(t *idl.Type, v expr, dec string, from *jen.Statement) []jen.Code {
	value := g.decode(t, from)
	if len(t.Absent) == 0 && wrapped(t, true) {
		value = g.captp("Some").Call(value)
	}
	out := []jen.Code{v().Op("=").Add(value)}
	if check := g.check(t, jen.Id(dec), v, wrapped(t, true)); check != nil {
		out = append(out, check)
	}
	return out
}
