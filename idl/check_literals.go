package idl

import (
	"math"
	"math/big"
	"strconv"

	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

// plainLiteral returns a literal that no type has been checked against. Identifiers other than true and false are
// symbols.
func plainLiteral(l *syntax.Literal) Literal {
	switch {
	case l.String != nil:
		text, _ := syntax.Unquote(l.String.Value)
		return Literal{Kind: LitString, Text: text}
	case l.Symbol != nil:
		return Literal{Kind: LitSymbol, Text: l.Symbol.Value[1:]}
	case l.Float != nil:
		return Literal{Kind: LitFloat, Text: l.Float.Value}
	case l.Int != nil:
		n, _ := new(big.Int).SetString(l.Int.Value, 10)
		return Literal{Kind: LitInt, Text: n.String()}
	case l.Ident != nil:
		if text := l.Ident.Value; text == "true" || text == "false" {
			return Literal{Kind: LitBool, Text: text}
		}
		return Literal{Kind: LitSymbol, Text: l.Ident.Value}
	default:
		out := Literal{Kind: LitList}
		for _, e := range l.List {
			out.Elems = append(out.Elems, plainLiteral(e))
		}
		return out
	}
}

// literal returns l as a value of type t, or reports why it is none and returns false.
func (c *checker) literal(l *syntax.Literal, t *Type) (Literal, bool) {
	if l.Ident != nil {
		for _, absent := range t.Absent {
			if absent == l.Ident.Value {
				return Literal{Kind: LitAbsent, Text: absent}, true
			}
		}
	}
	if t.Kind == KindEnum {
		return c.enumLiteral(l, t)
	}
	lit := plainLiteral(l)
	switch {
	case t.Kind.Integer() && lit.Kind == LitInt:
		return lit, c.inRange(l, lit.Text, t.Kind)
	case (t.Kind == KindFloat64 || t.Kind == KindNumber) && (lit.Kind == LitInt || lit.Kind == LitFloat):
		f, err := strconv.ParseFloat(lit.Text, 64)
		if err != nil || math.IsInf(f, 0) {
			c.report(l.Span(), "LITERAL_RANGE", "this number is not in the range of %s", t.Kind)
			return lit, false
		}
		return Literal{Kind: LitFloat, Text: lit.Text}, true
	case t.Kind == KindBool && lit.Kind == LitBool, t.Kind == KindString && lit.Kind == LitString:
		return lit, true
	case t.Kind == KindSymbol && l.Symbol != nil:
		return lit, true
	case t.Kind == KindList && lit.Kind == LitList:
		return c.listLiteral(l, t)
	}
	c.misfit(l, t)
	return lit, false
}

// listLiteral checks the elements of a list.
func (c *checker) listLiteral(l *syntax.Literal, t *Type) (Literal, bool) {
	out, ok := Literal{Kind: LitList}, true
	for _, e := range l.List {
		if t.Elem == nil {
			return out, false
		}
		elem, fits := c.literal(e, t.Elem)
		out.Elems, ok = append(out.Elems, elem), ok && fits
	}
	return out, ok
}

// enumLiteral returns the case of an enum that a literal names, by name or as a symbol.
func (c *checker) enumLiteral(l *syntax.Literal, t *Type) (Literal, bool) {
	enum := t.Ref.Enum
	var name string
	switch {
	case l.Ident != nil:
		name = l.Ident.Value
	case l.String != nil:
		name, _ = syntax.Unquote(l.String.Value)
	default:
		c.misfit(l, t)
		return Literal{}, false
	}
	for _, k := range enum.Cases {
		if k.Name == name {
			return Literal{Kind: LitEnum, Text: k.Wire, GoName: k.GoName}, true
		}
	}
	c.report(l.Span(), "LITERAL_TYPE", "enum %q has no case %q", enum.Name, name).Hint = c.guess(name, func() []string {
		names := make([]string, len(enum.Cases))
		for i, k := range enum.Cases {
			names[i] = k.Name
		}
		return names
	})
	return Literal{}, false
}

// misfit reports a literal that is of another type than t.
func (c *checker) misfit(l *syntax.Literal, t *Type) {
	e := c.report(l.Span(), "LITERAL_TYPE", "this is not %s", valueOf(t))
	switch {
	case t.Kind == KindString && (l.Symbol != nil || l.Ident != nil):
		e.Note = `strings are written "in double quotes"`
	case t.Kind == KindSymbol:
		e.Note = "symbols are written 'like-this"
	case t.Kind == KindList:
		e.Note = "lists are written [a, b]"
	case !isData(t):
		e.Note = "only numbers, bools, strings, symbols, enums and lists of them can be written down"
	case t.Kind.Integer() && l.Float != nil:
		e.Note = "a whole number has no decimal point"
	}
}

// valueOf returns a type as what a literal should be: "a string".
func valueOf(t *Type) string {
	switch t.Kind {
	case KindEnum:
		return "a case of enum " + quoted(t.Ref.Name)
	case KindTagged:
		return "a tagged value"
	case KindStruct, KindUnion:
		return "a value of " + string(t.Kind) + " " + quoted(t.Ref.Name)
	case KindInt, KindI8, KindI16, KindI32, KindI64, KindAny, KindInterface, KindError:
		return "an " + string(t.Kind)
	default:
		return "a " + string(t.Kind)
	}
}

// isData reports whether values of type t can be written as literals.
func isData(t *Type) bool {
	switch t.Kind {
	case KindBool, KindFloat64, KindNumber, KindString, KindSymbol, KindEnum:
		return true
	case KindList:
		return t.Elem == nil || isData(t.Elem)
	default:
		return t.Kind.Integer()
	}
}

// inRange reports an integer that its type cannot hold.
func (c *checker) inRange(l *syntax.Literal, text string, kind Kind) bool {
	n, _ := new(big.Int).SetString(text, 10)
	lowest, highest, bounded := bounds(kind)
	if bounded && (n.Cmp(lowest) < 0 || n.Cmp(highest) > 0) {
		c.report(l.Span(), "LITERAL_RANGE", "this number is not in the range of %s", kind).
			Note = string(kind) + " holds " + lowest.String() + " to " + highest.String()
		return false
	}
	return true
}

// bounds returns the smallest and the largest value of an integer type; bounded is false for bigint.
func bounds(kind Kind) (lowest, highest *big.Int, bounded bool) {
	bits := map[Kind]int{
		KindInt: -64, KindI8: -8, KindI16: -16, KindI32: -32, KindI64: -64,
		KindUint: 64, KindU8: 8, KindU16: 16, KindU32: 32, KindU64: 64,
	}[kind]
	one := big.NewInt(1)
	switch {
	case bits < 0:
		highest = new(big.Int).Lsh(one, uint(-bits-1))
		lowest = new(big.Int).Neg(highest)
	case bits > 0:
		highest, lowest = new(big.Int).Lsh(one, uint(bits)), new(big.Int)
	default:
		return nil, nil, false
	}
	return lowest, highest.Sub(highest, one), true
}
