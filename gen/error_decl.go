package gen

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"github.com/ocapn-go/ocapn/idl"
)

// begin returns the expression that starts the message of a method.
//
//	e.Begin("[9'subscribe")
//	e.Begin("[9'subscribe").Raises(captp.Raised[BannedError])
//	e.Begin("[9'subscribe").Raises(func(b *captp.BrokenError) error { return captp.AnyRaised(b, ...) })
func (g *generator) begin(m *method) *jen.Statement {
	begin := jen.Id("e").Dot("Begin").Call(jen.Lit(m.head()))
	var reads []jen.Code
	for _, ref := range m.raises {
		reads = append(reads, g.captp("Raised").Index(named(ref)))
	}
	switch len(reads) {
	case 0:
		return begin
	case 1:
		return begin.Dot("Raises").Call(reads[0])
	default:
		return begin.Dot("Raises").Call(jen.Func().Params(jen.Id("b").Op("*").Add(g.captp("BrokenError"))).Error().Add(oneLine(
			jen.Return(g.captp("AnyRaised").Call(append([]jen.Code{jen.Id("b")}, reads...)...)))))
	}
}

// raisesText returns what the comment of a method says of the errors that it raises, as paragraphs.
func (m *method) raisesText() []string {
	if len(m.raises) == 0 {
		return nil
	}
	links := make([]string, len(m.raises))
	for i, ref := range m.raises {
		links[i] = "*[" + errorLink(ref) + "]"
	}
	return []string{m.name + " raises " + strings.Join(links, ", ") + "."}
}

// errorLink returns the name of a declared error as documentation links spell it.
func errorLink(ref *idl.TypeRef) string {
	if ref.GoImport == "" {
		return ref.GoName
	}
	return ref.GoPackage + "." + ref.GoName
}
