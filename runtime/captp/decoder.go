package captp

import (
	"slices"
	"strconv"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// Unmarshaler is implemented by generated types that read themselves from one value.
type Unmarshaler interface {
	DecodeOCapN(d *Decoder)
}

// Decoder reads the arguments of a message or the result of a call, one value after another, straight from the bytes that
// came.
//
// The first error sticks: what is read after it is zero, More reports false, and Err, Close and CloseExact return it. So
// code reads everything and asks once. The error is an *[ArgError] that says where the value stands.
//
// A Decoder that was passed to a [Handler] is not to be used after Dispatch returned, nor by several goroutines. What its
// methods return may be kept, unless they say otherwise.
//
// Spec: Model#value.
type Decoder struct {
	in       syrup.Decoder
	slots    []core.Slot
	next     int  // index of the next slot that may be met
	vat      *Vat // nil outside of one
	err      error
	selector []byte
	own      bool // nobody else reads the data, now or later

	steps  [maxSteps]step // where the decoder is, for errors: one step per container
	depth  int
	budget int // what Any, Tag, DecodeList, DecodeMap and DecodePromise may still allocate, in bytes
}

// step is one step of a path: a name, the number of an item, counted from one, or a tag. The zero step is none.
type step struct {
	name string
	item int // itemTag says that the name is a tag
}

const itemTag = -1

func tagStep(tag string) step { return step{name: tag, item: itemTag} }

func (s step) String() string {
	switch {
	case s.item == itemTag:
		return "<" + s.name + ">"
	case s.name != "":
		return s.name
	case s.item != 0:
		return "[" + strconv.Itoa(s.item-1) + "]"
	default:
		return ""
	}
}

// joinPath returns the path of what stands at the path rest inside of what stands at first.
func joinPath(first, rest string) string {
	if first == "" || rest == "" || rest[0] == '[' {
		return first + rest
	}
	return first + "." + rest
}

// newDecoder returns a decoder of b outside of a vat, within the default limits.
func newDecoder(b core.Body) *Decoder {
	limits := DefaultLimits()
	d := new(Decoder)
	d.reset(b, limits.syrup(), limits.DecodedBytes)
	return d
}

func (d *Decoder) reset(b core.Body, limits syrup.Limits, budget int) {
	d.in.Reset(b.Data, syrup.Options{Limits: limits})
	d.slots, d.next, d.err, d.selector, d.depth, d.budget = b.Slots, 0, nil, nil, 0, budget
	d.steps[0] = step{}
	d.own = false
}

// Err returns the first error, or nil.
func (d *Decoder) Err() error { return d.err }

// Fail records err as the reason why the value is refused, unless there is one already.
func (d *Decoder) Fail(err error) {
	if d.err == nil && err != nil {
		d.err = err
		d.in.Fail(err)
	}
}

// Refuse records that a value that was read is not what the interface says, in words: see [ArgError].
func (d *Decoder) Refuse(want, got string) {
	if d.err == nil {
		d.Fail(&ArgError{Path: d.path(), Want: want, Got: got})
	}
}

// At names the argument or field that is read next, for errors, and returns d.
func (d *Decoder) At(name string) *Decoder {
	d.step(step{name: name})
	return d
}

func (d *Decoder) step(s step) {
	if d.depth < maxSteps {
		d.steps[d.depth] = s
	}
}

// path returns where the decoder is.
func (d *Decoder) path() string {
	out := ""
	for i := min(d.depth, maxSteps-1); i >= 0; i-- {
		out = joinPath(d.steps[i].String(), out)
	}
	return out
}

// mismatch records that something else stands here than what was wanted.
func (d *Decoder) mismatch(want string) {
	if d.err != nil {
		return
	}
	if err := d.in.Err(); err != nil {
		d.err = &ArgError{Path: d.path(), Want: want, Got: "malformed bytes", Err: err}
		return
	}
	d.Refuse(want, d.here())
}

// check turns an error of the Syrup decoder, which wanted what want says, into one of ours. It is small, so that it is compiled into its
// callers and costs next to nothing where there is no error.
func (d *Decoder) check(want string, at int) {
	if d.in.Err() != nil {
		d.adopt(want, at)
	}
}

// adopt is check where there is an error.
func (d *Decoder) adopt(want string, at int) {
	if d.err != nil {
		return
	}
	err := d.in.Err()
	if kind, ok := typeErrorKind(err); ok {
		got := kindName(kind)
		if d.slotAt(at) {
			got = "a reference"
		}
		d.err = &ArgError{Path: d.path(), Want: want, Got: got}
		return
	}
	d.err = &ArgError{Path: d.path(), Want: want, Got: "malformed bytes", Err: err}
}

// here says what stands at the present place.
func (d *Decoder) here() string {
	if _, ok := d.slot(); ok {
		return "a reference"
	}
	return kindName(d.in.Kind())
}

// slot returns the capability at the present place, if one stands there.
func (d *Decoder) slot() (core.Slot, bool) {
	if d.next == len(d.slots) {
		return core.Slot{}, false
	}
	off := d.in.Offset()
	for d.slots[d.next].Start < off {
		if d.next++; d.next == len(d.slots) {
			return core.Slot{}, false
		}
	}
	return d.slots[d.next], d.slots[d.next].Start == off
}

// appendPart writes the value between two offsets to e.
func (d *Decoder) appendPart(e *Encoder, from, to int) {
	start := len(e.buf)
	e.grow(to - from + maxHead)
	e.buf = append(e.buf, d.in.Data()[from:to]...)
	first, _ := d.findSlot(from)
	for _, s := range d.slots[first:] {
		if s.End > to {
			break
		}
		e.slots = append(e.slots, core.Slot{Start: s.Start - from + start, End: s.End - from + start, Cap: s.Cap})
	}
}

// findSlot returns the index of the first slot that starts at an offset or behind it, and whether it starts there.
func (d *Decoder) findSlot(off int) (int, bool) {
	return slices.BinarySearchFunc(d.slots, off, func(s core.Slot, off int) int { return s.Start - off })
}

func (d *Decoder) slotAt(off int) bool {
	_, found := d.findSlot(off)
	return found
}

// spend takes n bytes from the budget and reports whether there were as many.
func (d *Decoder) spend(n int) bool {
	if d.err != nil {
		return false
	}
	if d.budget -= n; d.budget < 0 {
		d.Refuse("a value within Limits.DecodedBytes", "a larger one")
		return false
	}
	return true
}

// Bool reads a boolean.
func (d *Decoder) Bool() bool {
	at := d.in.Offset()
	v := d.in.Bool()
	d.check("a boolean", at)
	return v
}

// String reads a string.
func (d *Decoder) String() string {
	at := d.in.Offset()
	v := d.in.String()
	d.check("a string", at)
	return v
}

// Symbol reads a symbol.
func (d *Decoder) Symbol() Symbol {
	at := d.in.Offset()
	v := d.in.Symbol()
	d.check("a symbol", at)
	return v
}

// EnumSymbol reads a symbol, or a string of the same text: peers differ in how they write the values of an enumeration. An empty one is
// refused: it stands for no value in Go, so nobody could send it on.
func (d *Decoder) EnumSymbol() Symbol {
	var name Symbol
	if d.in.Kind() == syrup.String {
		name = Symbol(d.String())
	} else {
		name = d.Symbol()
	}
	if name == "" {
		d.Refuse("the name of a case", "an empty one")
	}
	return name
}

// Bytes reads a byte array. The result is the caller's own: a copy, or, if it is most of a long message to an object, the memory in which
// that came.
func (d *Decoder) Bytes() []byte {
	at := d.in.Offset()
	v := d.in.RawBytes()
	d.check("a byte array", at)
	if v == nil || d.own && len(v) >= longBody && 2*len(v) >= len(d.in.Data()) {
		return v[:len(v):len(v)]
	}
	out := make([]byte, len(v)) // with copy next, the memory is not zeroed first, as it is if append follows
	copy(out, v)
	return out
}

// Ref reads a reference: an object or a promise.
func (d *Decoder) Ref() Ref {
	s, ok := d.slot()
	if !ok || d.err != nil {
		d.mismatch("a reference")
		return Ref{}
	}
	d.in.Seek(s.End)
	d.next++
	return Ref{s.Cap}
}

// Error reads an error as data. What it says beside its message is dropped.
//
// Spec: Model#error.
func (d *Decoder) Error() *RemoteError {
	switch string(d.recordLabel()) {
	case labelError, labelMystery:
		return d.remoteError()
	default:
		d.mismatch("an error")
		return nil
	}
}

// DecodeCap reads a reference as one of type C. What it leads to is not looked at: a message that the object has no method
// for breaks.
func DecodeCap[C Capability](d *Decoder) C { return As[C](d.Ref()) }

// SturdyRef reads a sturdyref. It is data: nothing is dialled.
func (d *Decoder) SturdyRef() locator.SturdyRef {
	if d.in.Kind() != syrup.RecordKind {
		d.mismatch("a sturdyref")
		return locator.SturdyRef{}
	}
	at := d.in.Offset()
	v := locator.DecodeSturdyRef(&d.in)
	d.check("a sturdyref", at)
	if d.err != nil {
		return locator.SturdyRef{}
	}
	return v
}

// Skip reads one value and drops it.
func (d *Decoder) Skip() {
	at := d.in.Offset()
	d.in.Skip()
	d.check("a value", at)
}

// IsUndefined reports whether the undefined value comes next, and consumes it if so.
func (d *Decoder) IsUndefined() bool { return d.isNext(syntaxUndefined) }

// IsNull reports whether the null value comes next, and consumes it if so.
func (d *Decoder) IsNull() bool { return d.isNext(syntaxNull) }

// IsFalse reports whether false comes next, and consumes it if so.
func (d *Decoder) IsFalse() bool { return d.isNext("f") }

func (d *Decoder) isNext(syntax string) bool {
	if d.err != nil {
		return false
	}
	off := d.in.Offset()
	if rest := d.in.Data()[off:]; len(rest) < len(syntax) || string(rest[:len(syntax)]) != syntax {
		return false
	}
	d.in.Seek(off + len(syntax))
	return true
}
