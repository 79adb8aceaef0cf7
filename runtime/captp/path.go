package captp

import "github.com/ocapn-go/ocapn/runtime/captp/internal/core"

// Get returns the promise of the field name of the struct that p is fulfilled with. It does not wait: messages and further
// steps can be sent to the result at once. They travel with the call that p is the answer to, if the peer that has the value knows
// such steps; if not, they are sent when the value is here.
//
// If there is no such field, or the value is no struct, the result breaks: with *[StepError] if the step was taken here, with the
// *[BrokenError] that says the same if it was taken there. If the field is undefined, or anything else that is no reference, messages
// to the result break with *[TargetError], or with *[BrokenError].
//
// Spec: CapTP#opget.
func (p *Promise[T]) Get(name string) *Promise[any] {
	return p.derive(core.Step{Kind: core.StepGet, Name: name})
}

// Index returns the promise of the item i, counted from zero, of the list that p is fulfilled with. See [Promise.Get].
//
// Spec: CapTP#opindex.
func (p *Promise[T]) Index(i int64) *Promise[any] {
	return p.derive(core.Step{Kind: core.StepIndex, Index: i})
}

// Untag returns the promise of the value that p is fulfilled with, without the tag, which must be this one. See
// [Promise.Get].
//
// Spec: CapTP#opuntag.
func (p *Promise[T]) Untag(tag string) *Promise[any] {
	return p.derive(core.Step{Kind: core.StepUntag, Name: tag})
}

// AsRef returns p as a reference: if p is fulfilled with one, messages that are sent to it now arrive there.
func (p *Promise[T]) AsRef() Ref { return Ref{p.f.node} }

func (p *Promise[T]) derive(s core.Step) *Promise[any] {
	v := p.f.vat
	out := &Promise[any]{f: future{vat: v, raises: p.f.raises}, decode: (*Decoder).Any}
	if v == nil {
		out.f.fail(p.f.err)
		return out
	}
	node := out.begin(true)
	src := p.f.node
	node.SentBy(core.WayTo(src), 0)
	if !v.do(func() { v.core.Derive(src, s, node) }) {
		out.f.fail(ErrClosed)
	}
	return out
}
