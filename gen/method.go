package gen

import (
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/ocapn-go/ocapn/idl"
)

// method is a method of an interface, or what a callable does, as the parts of the generated code see it.
type method struct {
	name    string // Go name; Call for a callable
	wire    string // selector; unused for a callable
	idlName string
	doc     string
	notes   idl.Notes
	oneWay  bool
	stream  bool
	strict  bool
	bare    bool // it belongs to a callable: no selector is sent
	result  *idl.Type
	raises  []*idl.TypeRef

	required []*idl.Param
	optional []*idl.Param
	rest     *idl.Param

	owner  string // Go name of the interface or callable that declares the method
	home   string // import path of the Go package of the owner, "" for the package of the schema
	prefix string // what the names of its types for options and result start with
	base   *base  // for an inherited method, the extended interface through which it comes
}

// sortParams takes the parameters over.
func (m *method) sortParams(params []*idl.Param) {
	for _, p := range params {
		switch {
		case p.Rest:
			m.rest = p
		case p.Optional:
			m.optional = append(m.optional, p)
		default:
			m.required = append(m.required, p)
		}
	}
}

// hasOpts reports whether the method takes its optional arguments, and the rest after them, in a struct.
func (m *method) hasOpts() bool { return len(m.optional) > 0 }

// variadic reports whether the last parameter of the Go method is variadic.
func (m *method) variadic() bool { return m.rest != nil && !m.hasOpts() }

// optsType returns the type of the struct for optional arguments.
func (m *method) optsType() *jen.Statement { return qualified(m.home, m.prefix+"Opts") }

// resultType returns the type of the struct for a result of several values.
func (m *method) resultType() *jen.Statement { return qualified(m.home, m.prefix+"Result") }

// answer is what kind of answer a method has.
type answer int

const (
	answerNone    answer = iota + 1 // one-way: nobody waits
	answerStream                    // when it is done, no value; the caller sends many in a row
	answerVoid                      // when it is done, no value
	answerRef                       // a reference, to which messages can be sent at once
	answerTuple                     // several values
	answerPromise                   // a value that the method may promise
	answerValue                     // any other value
)

// answer returns the kind of answer of the method.
func (m *method) answer() answer {
	t := m.result
	switch {
	case m.oneWay:
		return answerNone
	case m.stream:
		return answerStream
	case t == nil:
		return answerVoid
	case len(t.Absent) > 0:
		return answerValue
	case t.IsRef():
		return answerRef
	case t.Kind == idl.KindTuple:
		return answerTuple
	case t.Kind == idl.KindPromise:
		return answerPromise
	default:
		return answerValue
	}
}

// head returns the constant start of the list of arguments: "[4'join" or "[".
func (m *method) head() string {
	if m.bare {
		return "["
	}
	return "[" + strconv.Itoa(len(m.wire)) + "'" + m.wire
}

// args are the names of the arguments of a method in one generated function.
type args struct {
	required []string
	opts     string // "" if there are no optional arguments
	rest     string // "" if the method is not variadic
}

// names takes names for the arguments from the scope.
func (m *method) names(s *scope) args {
	var out args
	for _, p := range m.required {
		out.required = append(out.required, s.name(p.GoName))
	}
	if m.hasOpts() {
		out.opts = s.name("opts")
	}
	if m.variadic() {
		out.rest = s.name(m.rest.GoName)
	}
	return out
}

// params returns the parameters of a method with these names.
//
//	who User, opts *RichRoomInviteOpts
func (g *generator) params(m *method, names args) []jen.Code {
	var out []jen.Code
	for i := 0; i < len(m.required); {
		group, t := []jen.Code{jen.Id(names.required[i])}, m.required[i].Type
		for i++; i < len(m.required) && sameGoType(t, m.required[i].Type); i++ {
			group = append(group, jen.Id(names.required[i]))
		}
		out = append(out, jen.List(group...).Add(g.goType(t)))
	}
	if m.hasOpts() {
		out = append(out, jen.Id(names.opts).Op("*").Add(m.optsType()))
	}
	if m.variadic() {
		out = append(out, jen.Id(names.rest).Op("...").Add(g.goType(m.rest.Type)))
	}
	return out
}

// forward returns the names as the arguments of a call.
func (names args) forward() []jen.Code {
	var out []jen.Code
	for _, name := range names.required {
		out = append(out, jen.Id(name))
	}
	if names.opts != "" {
		out = append(out, jen.Id(names.opts))
	}
	if names.rest != "" {
		out = append(out, jen.Id(names.rest).Op("..."))
	}
	return out
}

// ctxParam is the first parameter of whatever may wait.
func ctxParam() jen.Code { return jen.Id("ctx").Qual("context", "Context") }

// results returns the results of a method that waits: (Ack, Unsubscribe, error). server says that the method is the
// program's own, which may return a promise where callers get the value.
func (g *generator) results(m *method, server bool) []jen.Code {
	switch m.answer() {
	case answerNone, answerStream, answerVoid:
		return []jen.Code{jen.Error()}
	case answerTuple:
		var out []jen.Code
		for _, e := range m.result.Elems {
			out = append(out, g.goType(e))
		}
		return append(out, jen.Error())
	case answerPromise:
		if !server {
			return []jen.Code{g.goType(m.result.Elem), jen.Error()}
		}
	}
	return []jen.Code{g.goType(m.result), jen.Error()}
}

// resultList returns the results of a method after its parameters, without parentheses if it is only one.
func resultList(results []jen.Code) *jen.Statement {
	if len(results) == 1 {
		return jen.Add(results...)
	}
	return jen.Params(results...)
}
