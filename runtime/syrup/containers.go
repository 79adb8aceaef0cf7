package syrup

import (
	"fmt"
	"io"
)

// List enters a list.
//
// Spec: Syrup#sequences.
func (d *Decoder) List() { d.enter(ListStart, ListEnd, "list") }

// Dict enters a dictionary. Its keys and values are read in turn.
//
// Spec: Syrup#dictionaries.
func (d *Decoder) Dict() { d.enter(DictStart, DictEnd, "dictionary") }

// Record enters a record. The first value is its label.
//
// Spec: Syrup#records.
func (d *Decoder) Record() { d.enter(RecordStart, RecordEnd, "record") }

// Set enters a set.
//
// Spec: Syrup#sets.
func (d *Decoder) Set() { d.enter(SetStart, SetEnd, "set") }

// More reports whether the container has another item. If it has not, the closing bracket is consumed and the container
// left. Outside of containers it reports whether any input is left.
func (d *Decoder) More() bool {
	if d.off < len(d.data) {
		if c := d.data[d.off]; c != ListEnd && c != DictEnd && c != RecordEnd && c != SetEnd {
			return true
		}
		d.leave()
		return false
	}
	if d.depth > 0 {
		d.syntax(len(d.data), io.ErrUnexpectedEOF)
	}
	return false
}

// End demands that the container ends here, and leaves it.
func (d *Decoder) End() {
	if d.off < len(d.data) && d.data[d.off] == d.top.close {
		d.leave()
		return
	}
	d.mismatch("end of container")
}

// SkipRest skips what is left of the container, and leaves it.
func (d *Decoder) SkipRest() {
	if d.depth == 0 {
		d.mismatch("container to leave")
		return
	}
	for d.More() {
		d.Skip()
	}
}

// Skip skips one value. It checks it as if it were read.
func (d *Decoder) Skip() {
	base := d.depth
	for {
		if d.off < len(d.data) && kindOfOctet(d.data[d.off]) == Close {
			if d.depth == base {
				d.mismatch("value")
				return
			}
			d.leave()
		} else {
			d.token()
		}
		if d.depth <= base || d.err != nil {
			return
		}
	}
}

// token reads an atom, or enters a container.
func (d *Decoder) token() {
	if d.off == len(d.data) {
		d.mismatch("value")
		return
	}
	switch c := d.data[d.off]; c {
	case ListStart, DictStart, RecordStart, SetStart:
		d.enter(c, closing(c), "")
	case 't', 'f':
		d.Bool()
	case 'D':
		d.Float64()
	case 'F':
		d.Float32()
	default:
		d.number()
	}
}

// Raw skips one value and returns its octets, which alias the input.
func (d *Decoder) Raw() []byte {
	start := d.off
	d.Skip()
	if d.err != nil {
		return nil
	}
	return d.data[start:d.off:d.off]
}

// enter opens a container.
func (d *Decoder) enter(open, close byte, want string) {
	if d.off == len(d.data) || d.data[d.off] != open {
		d.mismatch(want)
		return
	}
	if d.depth == d.limits.MaxDepth {
		d.limit("MaxDepth", d.limits.MaxDepth, d.off)
		return
	}
	if d.depth < inlineFrames {
		d.frames[d.depth] = d.top
	} else {
		d.spill = append(d.spill, d.top)
	}
	strict := d.top.strict || d.top.expectsKey()
	d.top = frame{start: int32(d.off), close: close, strict: strict, order: d.order}
	if close == ListEnd || close == RecordEnd {
		d.top.bound = int32(d.limits.MaxItems)
	} else {
		d.top.keys = d.keys.open()
		if close == SetEnd {
			d.top.order = EncodedOrder
		}
	}
	d.depth++
	d.off++
}

// leave closes the container at its closing bracket, which is there, though it may be another's.
func (d *Decoder) leave() {
	f := &d.top
	if err := closeError(d.data[d.off], f.close, f.n); err != nil {
		if d.depth == 0 {
			err = unexpectedByte(d.data[d.off])
		}
		d.syntax(d.off, err)
		return
	}
	if f.close == DictEnd || f.close == SetEnd {
		if f.mixed {
			if key, ok := d.keys.duplicate(f.keys, d.data); ok {
				d.syntax(int(key.start), ErrDuplicateKey)
				return
			}
		}
		d.keys.close(f.keys)
	}
	start := int(f.start)
	d.off++
	d.depth--
	if d.depth < inlineFrames {
		d.top = d.frames[d.depth]
	} else {
		d.top = d.spill[len(d.spill)-1]
		d.spill = d.spill[:len(d.spill)-1]
	}
	d.done(start)
}

// expectsKey reports whether a key of a dictionary or the member of a set comes next.
func (f *frame) expectsKey() bool {
	return f.close == SetEnd || f.close == DictEnd && f.n&1 == 0
}

// done counts the value that began at start and ends at the present offset.
func (d *Decoder) done(start int) {
	d.top.n++
	if d.top.n > d.top.bound {
		d.member(start, false)
	}
}

// member checks the value that began at start against the rules of its container: not too many, keys in order. canonical says that it is
// known to be an atom as an encoder would write it.
func (d *Decoder) member(start int, canonical bool) {
	f := &d.top
	items := int(f.n)
	if f.close == DictEnd {
		items = (items + 1) / 2
		f.bound = f.n + 1 // the value that follows is of no interest
	}
	if items > d.limits.MaxItems {
		d.limit("MaxItems", d.limits.MaxItems, start)
		return
	}
	if f.close == DictEnd || f.close == SetEnd {
		key := d.data[start:d.off]
		if !f.strict && !canonical && !canonicalAtom(key) {
			// Two spellings of one key could not be told apart by their octets.
			d.syntax(start, fmt.Errorf("key %w", ErrNotCanonical))
			return
		}
		d.key(keySpan{int32(start), int32(d.off)}, items == 1)
	}
}

// key checks a key against the one before it.
func (d *Decoder) key(span keySpan, first bool) {
	f := &d.top
	if !first {
		switch c := compareKeys(f.prev.in(d.data), span.in(d.data), f.order); {
		case c < 0:
		case c == 0:
			d.syntax(int(span.start), ErrDuplicateKey)
			return
		case f.strict:
			d.syntax(int(span.start), fmt.Errorf("%w: key or member out of order", ErrNotCanonical))
			return
		case !f.mixed:
			d.reorder(span)
		}
	}
	f.prev = span
	if !f.strict {
		d.keys.push(&f.keys, span)
	}
}

// reorder goes on in the other order of keys, if all that there are so far, and the next one, ascend in that. In either order, no two that
// ascend are the same.
func (d *Decoder) reorder(next keySpan) {
	f := &d.top
	f.mixed = true
	if f.close == SetEnd || f.order != d.order {
		return
	}
	other := RawOrder - d.order
	if ascend(d.data, d.keys.of(f.keys), other) && compareKeys(f.prev.in(d.data), next.in(d.data), other) < 0 {
		f.order, f.mixed = other, false
	}
}
