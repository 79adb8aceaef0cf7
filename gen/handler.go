package gen

import (
	"slices"
	"strconv"

	"github.com/dave/jennifer/jen"

	"github.com/ocapn-go/ocapn/idl"
)

// server adds the interface that a program implements:
//
//	type ChatroomServer interface {
//		// Join ...
//		Join(ctx context.Context, who User) (Channel, error)
//	}
func (g *generator) server(it *iface) {
	g.decl(it.name+"Server is implemented by the objects of a program that are given to others as ["+it.name+"]. The methods of an "+
		"object are started one at a time, in the order in which messages arrive; see [captp.NewObject]. An error breaks the promise "+
		"of the caller, who is told of it only if it is declared or [captp.Public].",
		jen.Type().Id(it.name+"Server").InterfaceFunc(func(group *jen.Group) {
			for _, m := range it.methods {
				names := m.names(g.scope(signatureNames...))
				for _, line := range commentLines(m.subject().describe("answers "+m.spoken()+".", m.raisesText()...)) {
					group.Comment(line)
				}
				group.Id(m.name).Params(append([]jen.Code{ctxParam()}, g.params(m, names)...)...).Add(resultList(g.results(m, true)))
			}
		}))
}

// handlerName returns the name of the type that runs the messages for an object. It is not exported.
func handlerName(name string) string { return unexported(name) + "Handler" }

// unexported returns an exported Go name with a small first letter.
func unexported(name string) string {
	first, rest := name[:1], name[1:]
	if first >= "A" && first <= "Z" {
		first = string(name[0] - 'A' + 'a')
	}
	return first + rest
}

// constructor adds the function that makes an object:
//
//	func NewChatroom(v *captp.Vat, s ChatroomServer, opts ...captp.ObjectOption) Chatroom {
//		return captp.As[Chatroom](captp.NewObject(v, chatroomHandler{s}, opts...))
//	}
func (g *generator) constructor(it *iface) {
	g.decl("New"+it.name+" makes s an object of v and returns the reference to it, which can be given to anybody. The object is gone "+
		"when nobody has a reference.",
		g.newObject(it.name, jen.Id("s").Id(it.name+"Server"), jen.Id(handlerName(it.name)).Values(jen.Id("s"))))
}

// newObject returns the function that makes an object of what impl declares, run by handler.
func (g *generator) newObject(name string, impl, handler jen.Code) jen.Code {
	return jen.Func().Id("New"+name).
		Params(jen.Id("v").Op("*").Add(g.captp("Vat")), impl, jen.Id("opts").Op("...").Add(g.captp("ObjectOption"))).Id(name).
		Block(jen.Return(g.captp("As").Index(jen.Id(name)).Call(
			g.captp("NewObject").Call(jen.Id("v"), handler, jen.Id("opts").Op("...")))))
}

// dispatch adds the type that runs the messages for an object of an interface:
//
//	func (h chatroomHandler) Dispatch(ctx context.Context, args *captp.Decoder, result *captp.Encoder) error {
//		switch string(args.Selector()) {
//		case "join":
//			who := captp.DecodeCap[User](args.At("who"))
//			if err := args.Close(); err != nil {
//				return err
//			}
//			r, err := h.s.Join(ctx, who)
//			result.Ref(r.Ref)
//			return err
//		}
//		return captp.NoMethod(args)
//	}
func (g *generator) dispatch(it *iface) {
	name := handlerName(it.name)
	g.decl(name+" reads messages and calls the server.", jen.Type().Id(name).Add(embed(jen.Id("s").Id(it.name+"Server"))))
	g.decl("Unwrap lets [captp.Local] find the server.",
		jen.Func().Params(jen.Id("h").Id(name)).Id("Unwrap").Params().Any().Add(oneLine(jen.Return(jen.Id("h").Dot("s")))))
	var cases []jen.Code
	for _, m := range it.methods {
		call := func(names []jen.Code) *jen.Statement {
			return jen.Id("h").Dot("s").Dot(m.name).Call(append([]jen.Code{jen.Id("ctx")}, names...)...)
		}
		cases = append(cases, jen.Case(jen.Lit(m.wire)).Block(g.serve(m, g.scope("h", "ctx", "args", "result"), call)...))
	}
	var body []jen.Code
	if len(cases) == 0 {
		body = []jen.Code{jen.Id("args").Dot("Selector").Call()}
	} else {
		body = []jen.Code{jen.Switch(jen.String().Parens(jen.Id("args").Dot("Selector").Call())).Block(cases...)}
	}
	body = append(body, jen.Return(g.captp("NoMethod").Call(jen.Id("args"))))
	g.decl("Dispatch implements [captp.Handler].", g.dispatchMethod("h", name, body))
}

func (g *generator) dispatchMethod(recv, name string, body []jen.Code) jen.Code {
	return jen.Func().Params(jen.Id(recv).Id(name)).Id("Dispatch").
		Params(ctxParam(), jen.Id("args").Op("*").Add(g.captp("Decoder")), jen.Id("result").Op("*").Add(g.captp("Encoder"))).
		Error().Block(body...)
}

// serve returns the statements that read the arguments of a method, call it and write its answer. What is written when the
// method returns an error is dropped by the runtime.
func (g *generator) serve(m *method, s *scope, call func([]jen.Code) *jen.Statement) []jen.Code {
	out, passed := g.readArgs(m, s)
	closing := "Close"
	if m.strict {
		closing = "CloseExact"
	}
	if len(out) > 0 || m.strict { // what nobody reads cannot be wrong
		out = append(out, jen.If(jen.Err().Op(":=").Id("args").Dot(closing).Call(), jen.Err().Op("!=").Nil()).
			Block(jen.Return(jen.Err())))
	}
	switch m.answer() {
	case answerNone, answerStream, answerVoid:
		return append(out, jen.Return(call(passed)))
	case answerTuple:
		return append(out, g.answerTuple(m, s, call(passed))...)
	}
	r, err := s.name("r"), s.name("err")
	out = append(out, jen.List(jen.Id(r), jen.Id(err)).Op(":=").Add(call(passed)))
	out = append(out, g.encode(m.result, "result", id(r))...)
	return append(out, jen.Return(jen.Id(err)))
}

// answerTuple returns the statements that call a method with several results and write them.
//
//	r0, r1, err := h.s.Subscribe(ctx, who)
//	ChannelSubscribeResult{r0, r1}.EncodeOCapN(result)
//	return err
func (g *generator) answerTuple(m *method, s *scope, call *jen.Statement) []jen.Code {
	var vars, values []jen.Code
	for i, field := range tupleNames(m.result) {
		name := s.name("r" + strconv.Itoa(i))
		vars = append(vars, jen.Id(name))
		value := jen.Id(name)
		if m.home != "" {
			value = jen.Id(field).Op(":").Add(value)
		}
		values = append(values, value)
	}
	err := s.name("err")
	return []jen.Code{
		jen.List(append(vars, jen.Id(err))...).Op(":=").Add(call),
		m.resultType().Values(values...).Dot("EncodeOCapN").Call(jen.Id("result")),
		jen.Return(jen.Id(err)),
	}
}

// readArgs returns the statements that read the arguments of a method, and the arguments of the call to it.
func (g *generator) readArgs(m *method, s *scope) (read, passed []jen.Code) {
	for _, p := range m.required {
		name := s.name(p.GoName)
		read = append(read, jen.Id(name).Op(":=").Add(g.decode(p.Type, at(p.Name))))
		if check := g.check(p.Type, jen.Id("args"), id(name), wrapped(p.Type, false)); check != nil {
			read = append(read, check)
		}
		passed = append(passed, jen.Id(name))
	}
	if m.hasOpts() {
		opts := s.name("opts")
		read = append(read, g.declareOpts(m, opts))
		for _, p := range m.optional {
			read = append(read, g.readOptional(m, p, opts))
		}
		passed = append(passed, jen.Op("&").Id(opts))
		if m.rest != nil {
			read = append(read, jen.Id(opts).Dot(m.field(m.rest)).Op("=").Add(g.decodeRest(m)))
		}
		return read, passed
	}
	if m.rest != nil {
		name := s.name(m.rest.GoName)
		read = append(read, jen.Id(name).Op(":=").Add(g.decodeRest(m)))
		passed = append(passed, jen.Id(name).Op("..."))
	}
	return slices.Clip(read), passed
}

// at names an argument and returns the decoder.
func at(name string) *jen.Statement { return jen.Id("args").Dot("At").Call(jen.Lit(name)) }

// decodeRest reads the arguments that are left.
func (g *generator) decodeRest(m *method) *jen.Statement {
	return g.captp("DecodeRest").Call(at(m.rest.Name), g.decodeFunc(m.rest.Type, false))
}

// declareOpts returns the statement that declares the optional arguments as they are if none is there.
//
//	opts := RichRoomHistoryOpts{Limit: captp.Some(int64(50))}
func (g *generator) declareOpts(m *method, opts string) jen.Code {
	var defaults []jen.Code
	for _, p := range m.optional {
		if p.Default != nil && p.Default.Kind != idl.LitAbsent {
			defaults = append(defaults, jen.Id(m.field(p)).Op(":").Add(g.defaultValue(p.Type, *p.Default)))
		}
	}
	if len(defaults) == 0 {
		return jen.Var().Id(opts).Add(m.optsType())
	}
	return jen.Id(opts).Op(":=").Add(m.optsType()).Values(defaults...)
}

// readOptional returns the statement that reads an optional argument.
//
//	if args.At("limit").Given() {
//		opts.Limit = captp.Some(args.Int64())
//	}
func (g *generator) readOptional(m *method, p *idl.Param, opts string) jen.Code {
	return jen.If(at(p.Name).Dot("Given").Call()).
		Block(g.assignOptional(p.Type, id(opts).dot(m.field(p)), "args", jen.Id("args"))...)
}
