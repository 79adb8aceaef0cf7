package gen

import (
	"github.com/dave/jennifer/jen"
)

// streamType returns the type of the stream of a method.
func (m *method) streamType() *jen.Statement { return qualified(m.home, m.prefix+"Stream") }

// streamOpts are the parameters of a method that begins a stream.
func (g *generator) streamOpts() jen.Code {
	return jen.Id("opts").Op("...").Add(g.captp("StreamOption"))
}

// plainStream adds the method of a reference that begins a stream:
//
//	func (c Upload) Chunk(opts ...captp.StreamOption) *UploadChunkStream {
//		return c.E(context.Background()).Chunk(opts...)
//	}
func (g *generator) plainStream(recv string, m *method) {
	begin := jen.Id("c").Dot("E").Call(jen.Qual("context", "Background").Call()).Dot(m.name).Call(jen.Id("opts").Op("..."))
	if m.base != nil {
		begin = named(m.base.ref).Parens(jen.Id("c")).Dot(m.name).Call(jen.Id("opts").Op("..."))
	}
	g.decl(m.subject().describe("returns a stream that sends "+m.spoken()+" many times, as fast as it is answered.", m.raisesText()...),
		jen.Func().Params(jen.Id("c").Id(recv)).Id(m.name).Params(g.streamOpts()).Op("*").Add(m.streamType()).
			Add(oneLine(jen.Return(begin))))
}

// eventualStream adds the method of an eventual view that begins a stream:
//
//	func (e UploadE) Chunk(opts ...captp.StreamOption) *UploadChunkStream {
//		return &UploadChunkStream{captp.NewStream(e.Pipe, opts...)}
//	}
func (g *generator) eventualStream(recv string, m *method) {
	body := jen.Op("&").Add(m.streamType()).Values(g.captp("NewStream").Call(jen.Id("e").Dot("Pipe"), jen.Id("opts").Op("...")))
	if m.base != nil {
		view := g.baseView(m.base.ref)
		if m.base.convert {
			view = jen.Id("e").Dot(m.base.ref.GoName).Call()
		}
		body = view.Dot(m.name).Call(jen.Id("opts").Op("..."))
	}
	g.decl(m.name+" is ["+recv+"."+m.name+"].",
		jen.Func().Params(jen.Id("e").Id(recv+"E")).Id(m.name).Params(g.streamOpts()).Op("*").Add(m.streamType()).
			Add(oneLine(jen.Return(body))))
}

// stream adds the type of a stream:
//
//	type UploadChunkStream struct{ captp.Stream[Upload] }
//
//	func (e *UploadChunkStream) Send(ctx context.Context, data []byte) error {
//		m := e.Begin("[5'chunk")
//		m.Bytes(data)
//		return e.Stream.Send(ctx, m)
//	}
func (g *generator) stream(m *method) {
	name := m.prefix + "Stream"
	g.decl(name+" is what "+m.link()+" returns: a stream of messages, with a bounded number of them under way. See [captp.Stream].",
		jen.Type().Id(name).Add(embed(g.captp("Stream").Index(jen.Id(m.owner)))))
	s := g.scope(signatureNames...)
	names := m.names(s)
	body, enc := g.message(m, names, s)
	g.decl("Send sends a message as soon as there is room for it, and does not wait for its answer. It returns the error of an earlier "+
		"one that failed, which is then the last: a *[captp.StreamError]. Flush waits for all answers.",
		jen.Func().Params(jen.Id("e").Op("*").Id(name)).Id("Send").
			Params(append([]jen.Code{ctxParam()}, g.params(m, names)...)...).Error().
			Block(append(body, jen.Return(jen.Id("e").Dot("Stream").Dot("Send").Call(jen.Id("ctx"), enc)))...))
}
