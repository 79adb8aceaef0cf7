package captp

// This file holds what the eventual views of data are made of. Where a result holds references, a message to one of them
// need not wait for the result: generated code has a type for each such struct, with a method per member that leads to one.
//
//	type TicketE struct{ *captp.Promise[Ticket] }
//
//	func (e TicketE) Owner() UserE { return captp.ViewRef[UserE](e.Get("owner")) }

// CallParts is [Call] for a result with parts that can be sent messages, or stepped into, before the result is here: see
// [Promise.Get].
//
// Spec: CapTP#opdeliver, CapTP#promise-pipelining.
func CallParts[T any](m *Encoder, decode func(*Decoder) T) *Promise[T] {
	return call(m, decode, true)
}

// PromiseOf returns p as the promise of a T, which decode reads. It does not wait.
func PromiseOf[T, S any](p *Promise[S], decode func(*Decoder) T) *Promise[T] {
	out := &Promise[T]{f: future{vat: p.f.vat, node: p.f.node, raises: p.f.raises}, decode: decode}
	if out.f.node == nil {
		out.f.fail(p.f.err)
	} else {
		out.f.unwatched.Store(true)
	}
	return out
}

// PipeOf returns p as the eventual view of the reference that p will be. Messages to it travel at once; if p is fulfilled with
// something else, they break.
func PipeOf[C Capability, S any](p *Promise[S]) Pipe[C] {
	if p.f.node == nil {
		return Pipe[C]{stopped: p.f.err}
	}
	return Pipe[C]{node: p.f.node, raises: p.f.raises}
}

// ViewRef is [PipeOf] for the generated view of a reference, such as UserE.
func ViewRef[E interface{ ~struct{ Pipe[C] } }, C Capability](p *Promise[any]) E {
	return E(struct{ Pipe[C] }{PipeOf[C](p)})
}

// ViewData is [PromiseOf] for the generated view of a struct, such as TicketE.
func ViewData[E interface{ ~struct{ *Promise[T] } }, T any, P interface {
	*T
	Unmarshaler
}](p *Promise[any]) E {
	return E(struct{ *Promise[T] }{PromiseOf(p, Decode[T, P])})
}

// ListView is the eventual view of a list whose items have views of type E.
type ListView[T, E any] struct {
	*Promise[[]T]
	item func(*Promise[any]) E
}

// ViewList returns the view of a list. item makes the view of an item, of what [Promise.Index] returns.
func ViewList[T, E any](p *Promise[[]T], item func(*Promise[any]) E) ListView[T, E] {
	return ListView[T, E]{p, item}
}

// At returns the view of the item i, counted from zero. It does not wait. If the list is shorter, what is sent to the result
// breaks: see [Promise.Get].
func (l ListView[T, E]) At(i int64) E { return l.item(l.Index(i)) }

// MapView is the eventual view of a map whose values have views of type E.
type MapView[T, E any] struct {
	*Promise[map[string]T]
	item func(*Promise[any]) E
}

// ViewMap returns the view of a map. item makes the view of a value, of what [Promise.Get] returns.
func ViewMap[T, E any](p *Promise[map[string]T], item func(*Promise[any]) E) MapView[T, E] {
	return MapView[T, E]{p, item}
}

// Get returns the view of the value under a key. It does not wait. If there is none, what is sent to the result breaks: see
// [Promise.Get].
func (m MapView[T, E]) Get(key string) E { return m.item(m.Promise.Get(key)) }

// OptView is the eventual view of a result that may be absent, and has a view of type E if it is not.
type OptView[T, E any] struct {
	*Promise[T]
	present func(*Promise[any]) E
}

// ViewOpt returns the view of a result that may be absent. present makes the view of the value.
func ViewOpt[T, E any](p *Promise[T], present func(*Promise[any]) E) OptView[T, E] {
	return OptView[T, E]{p, present}
}

// Present returns the view of the value. It does not wait. If the value is absent, what is sent to the result breaks.
func (o OptView[T, E]) Present() E { return o.present(PromiseOf(o.Promise, (*Decoder).Any)) }
