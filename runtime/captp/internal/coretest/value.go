package coretest

import (
	"bytes"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
)

// valueKind says what a value is that is no reference.
type valueKind int

const (
	plain valueKind = iota
	list
	structure
	tagged
)

// value is a value that is no reference, but may hold some.
type value struct {
	kind  valueKind
	parts []*shadow // of a list, the fields of a struct, the payload of a tagged value
}

// fields are the names of the fields of structs, and tag the tag of tagged values.
var fields = []string{"a", "b", "c"}

const tag = "tag"

// plainShadow is the shadow of a plain value.
var plainShadow = &shadow{value: &value{}}

// take returns the shadow of what a step finds.
func (x *value) take(step core.Step) *shadow {
	switch step.Kind {
	case core.StepIndex:
		if x.kind == list && step.Index >= 0 && step.Index < int64(len(x.parts)) {
			return x.parts[step.Index]
		}
	case core.StepGet:
		for i, name := range fields {
			if x.kind == structure && name == step.Name && i < len(x.parts) {
				return x.parts[i]
			}
		}
	case core.StepUntag:
		if x.kind == tagged && step.Name == tag {
			return x.parts[0]
		}
	}
	return broke
}

// makeValue returns a value of some kind with references in it, and what is known of it. It becomes the outcome of the promise
// sh, so that nothing in it may wait for that, or hold it.
func (w *World) makeValue(v *Vat, sh *shadow) (core.Body, *value) {
	x := &value{kind: valueKind(w.choose(4))}
	var b bodyBuilder
	part := func() {
		r := w.pick(v)
		if w.choose(4) == 0 || r.shadow.waitsFor(sh) || w.makesRing(v, sh, r) {
			b.Data = append(b.Data, "1+"...)
			x.parts = append(x.parts, plainShadow)
			return
		}
		b.add(r.cap)
		x.parts = append(x.parts, r.shadow)
	}
	switch x.kind {
	case plain:
		b.Data = append(b.Data, `2"42`...)
	case list:
		b.Data = append(b.Data, '[')
		for range w.choose(4) {
			part()
		}
		b.Data = append(b.Data, ']')
	case structure:
		b.Data = append(b.Data, '{')
		for _, name := range fields[:w.choose(4)] {
			b.Data = append(b.Data, `1"`+name...)
			part()
		}
		b.Data = append(b.Data, '}')
	case tagged:
		b.Data = append(b.Data, "<11'desc:tagged3'"+tag...)
		part()
		b.Data = append(b.Data, '>')
	}
	return core.Body(b), x
}

// step returns a step that may find something or not.
func (w *World) step() core.Step {
	switch w.choose(4) {
	case 0:
		return core.Step{Kind: core.StepGet, Name: fields[w.choose(len(fields))]}
	case 1:
		return core.Step{Kind: core.StepUntag, Name: tag}
	default:
		return core.Step{Kind: core.StepIndex, Index: int64(w.choose(4)) - 1}
	}
}

// matches checks that b, which v got, is the value x, and returns references to what is in it.
func (w *World) matches(v *Vat, b core.Body, x *value) []*ref {
	first := map[valueKind]byte{plain: '2', list: '[', structure: '{', tagged: '<'}[x.kind]
	if isOne := x == plainShadow.value && bytes.Equal(b.Data, []byte("1+")); !isOne && b.Data[0] != first {
		w.fail("vat %d got %q in place of another value", v.index, b.Data)
		return nil
	}
	var refs []*ref
	for _, part := range x.parts {
		if part == plainShadow {
			continue
		}
		if len(b.Slots) == 0 {
			w.fail("vat %d got %q with a reference less", v.index, b.Data)
			return nil
		}
		refs = append(refs, w.received(v, b.Slots[0].Cap, part))
		b.Slots = b.Slots[1:]
	}
	if len(b.Slots) > 0 {
		w.fail("vat %d got %q with %d references more", v.index, b.Data, len(b.Slots))
	}
	return refs
}

// bodyBuilder builds a body.
type bodyBuilder core.Body

func (b *bodyBuilder) add(c core.Cap) {
	start := len(b.Data)
	b.Data = append(b.Data, core.Placeholder...)
	b.Slots = append(b.Slots, core.Slot{Start: start, End: len(b.Data), Cap: c})
}
