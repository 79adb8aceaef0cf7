package captp

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/big"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// Symbol is a Syrup symbol: a selector, a value of an enumeration.
type Symbol = syrup.Symbol

// Marshaler is implemented by generated types that write themselves as one value.
type Marshaler interface {
	EncodeOCapN(e *Encoder)
}

// Encoder writes the arguments of a message or the result of a method, one value after another, as Syrup.
//
// The first error sticks: it is reported before anything is sent, by breaking the answer, and what is written after it is
// lost. An Encoder that [Pipe.Begin] returned is used up by what sends it, such as [Call]; one that was passed to a [Handler]
// is used up when Dispatch returns. It is not to be kept or used by several goroutines.
//
// Spec: Model#value.
type Encoder struct {
	buf    []byte
	long   *chunk // whose buffer buf is, nil if buf is the encoder's own
	short  []byte // the encoder's own, as long as it has a long one
	head   int    // bytes of buf that a message begins with, before its arguments
	slots  []core.Slot
	err    error
	depth  int // of the values that hold others: see enter
	vat    *Vat
	target core.Cap                 // of the message that is being written
	raises func(*BrokenError) error // see Raises; nil if nothing is raised
	ctx    context.Context          // bounds how long the message may wait for room; nil if it does not

	// What the message counts for, and where, if nobody answers it and it counts.
	session *core.Session
	charge  core.Charge
}

// reset makes e ready for the next value.
func (e *Encoder) reset() {
	clear(e.slots)
	*e = Encoder{buf: e.buf[:0], slots: e.slots[:0], vat: e.vat, long: e.long, short: e.short}
}

// grow makes room for so many bytes. What is long has a buffer that is lent to the encoder until it was used, so that one that waits for
// a method to write little holds little.
func (e *Encoder) grow(n int) {
	need := len(e.buf) + n
	if need <= max(cap(e.buf), maxPooled) || e.vat == nil {
		return
	}
	long := e.vat.chunk(need)
	long.buf = append(slices.Grow(long.buf[:0], need), e.buf...)
	if e.long != nil {
		e.long.buf = e.buf
		e.vat.putChunk(e.long)
	} else {
		e.short = e.buf
	}
	e.buf, e.long = long.buf, long
}

// Err returns the first error, or nil.
func (e *Encoder) Err() error { return e.err }

// Fail records err as the reason why the value cannot be sent, unless there is one already. The path of an *[EncodeError] starts where
// the next value would stand.
func (e *Encoder) Fail(err error) {
	if e.err != nil {
		return
	}
	if bad, ok := err.(*EncodeError); ok {
		err = &EncodeError{Path: joinPath(e.path(), bad.Path), Reason: bad.Reason}
	}
	e.err = err
}

// Bool writes a boolean.
func (e *Encoder) Bool(v bool) { e.buf = syrup.AppendBool(e.buf, v) }

// Int writes an integer.
func (e *Encoder) Int(v int64) { e.buf = syrup.AppendInt(e.buf, v) }

// Uint writes an integer.
func (e *Encoder) Uint(v uint64) { e.buf = syrup.AppendUint(e.buf, v) }

// BigInt writes an integer of any size; nil is an error.
func (e *Encoder) BigInt(v *big.Int) {
	if v == nil {
		e.Fail(&EncodeError{Reason: "nil *big.Int"})
		return
	}
	e.buf = syrup.AppendBigInt(e.buf, v)
}

// Float64 writes a number as a Float64, integral or not. Minus zero becomes zero and every NaN the same one, so that equal
// numbers have equal bytes.
func (e *Encoder) Float64(v float64) {
	if v == 0 {
		v = 0 // minus zero too
	} else if math.IsNaN(v) {
		v = math.NaN()
	}
	e.buf = syrup.AppendFloat64(e.buf, v)
}

// String writes a string. Invalid UTF-8 is an error.
func (e *Encoder) String(v string) {
	if !utf8.ValidString(v) {
		e.Fail(&EncodeError{Reason: "string is not UTF-8"})
		return
	}
	e.grow(len(v) + maxHead)
	e.buf = syrup.AppendString(e.buf, v)
}

// Symbol writes a symbol. Invalid UTF-8 is an error.
func (e *Encoder) Symbol(v Symbol) {
	if !utf8.ValidString(string(v)) {
		e.Fail(&EncodeError{Reason: "symbol is not UTF-8"})
		return
	}
	e.buf = syrup.AppendSymbol(e.buf, v)
}

// Bytes writes a byte array. A nil slice is an empty array.
func (e *Encoder) Bytes(v []byte) {
	e.grow(len(v) + maxHead)
	e.buf = syrup.AppendBytes(e.buf, v)
}

// maxHead is how many bytes there are around the content of a byte array or string, and behind it in a message, at the most.
const maxHead = 32

// Undefined writes the value that stands for no value.
func (e *Encoder) Undefined() { e.buf = append(e.buf, syntaxUndefined...) }

// Null writes the null value, which is not the undefined one.
func (e *Encoder) Null() { e.buf = append(e.buf, syntaxNull...) }

// False writes false where an absent value is written so.
func (e *Encoder) False() { e.buf = append(e.buf, 'f') }

// Ref writes a reference. The zero reference is an error, and so is one of another vat: *[ForeignError].
//
// Spec: Model#target, Model#promise.
func (e *Encoder) Ref(r Ref) {
	switch {
	case r.node == nil:
		e.Fail(&EncodeError{Reason: "zero reference"})
	case e.vat == nil || r.node.Vat() != e.vat.core:
		e.Fail(&ForeignError{})
	default:
		start := len(e.buf)
		e.buf = append(e.buf, core.Placeholder...)
		e.slots = append(e.slots, core.Slot{Start: start, End: len(e.buf), Cap: r.node})
	}
}

// SturdyRef writes a sturdyref as data: the receiver may enliven it. It carries the swiss number, so whoever sees the value
// holds the object. A zero sturdyref is an error.
func (e *Encoder) SturdyRef(s locator.SturdyRef) {
	if s.Peer.IsZero() {
		e.Fail(&EncodeError{Reason: "zero sturdyref"})
		return
	}
	e.buf = s.AppendSyrup(e.buf)
}

// Error writes an error as data. Of the error, only what was meant for others travels: the message of a *[RemoteError], the
// text of an error that [Public] made or that is declared; any other error is written as "internal error". A nil error is itself an error.
//
// Spec: Model#error.
func (e *Encoder) Error(err error) {
	if err == nil || err == (*RemoteError)(nil) {
		e.Fail(&EncodeError{Reason: "nil error"})
		return
	}
	text := publicText(err)
	e.buf = append(e.buf, syntaxError...)
	e.String(text)
	e.buf = append(e.buf, syrup.RecordEnd)
}

// Raw writes constant Syrup syntax: a bracket, the label of a record, the key of a field. The caller sees to it that the
// result is well formed.
func (e *Encoder) Raw(s string) {
	e.grow(len(s))
	e.buf = append(e.buf, s...)
}

// Encode writes a generated type, in the form that [EncodeList] and [EncodeMap] want.
func Encode[T Marshaler](e *Encoder, v T) { v.EncodeOCapN(e) }

// EncodeCap writes a reference, as [Encoder.Ref] does, in the form that [EncodeList] and [EncodeMap] want.
func EncodeCap[C Capability](e *Encoder, c C) { e.Ref(RefOf(c)) }

// EncodeList writes v as a list; a nil slice is an empty list.
func EncodeList[T any](e *Encoder, v []T, each func(*Encoder, T)) {
	if !e.enter() {
		return
	}
	e.buf = append(e.buf, syrup.ListStart)
	for _, item := range v {
		if e.err != nil {
			break
		}
		each(e, item)
	}
	e.buf = append(e.buf, syrup.ListEnd)
	e.depth--
}

// enter counts a value that holds others, and reports whether it may be written: without an error before, and not nested so deeply
// that it could hold itself. Whoever is told true counts it out again.
func (e *Encoder) enter() bool {
	if e.err == nil && e.depth == maxAnyDepth {
		e.Fail(&EncodeError{Reason: "nested too deeply"})
	}
	if e.err != nil {
		return false
	}
	e.depth++
	return true
}

// EncodeMap writes v as a struct, its fields sorted by name; a nil map is an empty struct.
//
// Spec: Model#struct.
func EncodeMap[T any](e *Encoder, v map[string]T, each func(*Encoder, T)) {
	if !e.enter() {
		return
	}
	names := make([]string, 0, len(v))
	for name := range v {
		names = append(names, name)
	}
	slices.Sort(names)
	e.buf = append(e.buf, syrup.DictStart)
	for _, name := range names {
		if e.err != nil {
			break
		}
		e.String(name)
		each(e, v[name])
	}
	e.buf = append(e.buf, syrup.DictEnd)
	e.depth--
}

// EncodeOpt writes the value of o, or absent where there is none: constant syntax such as "f" or "<4'void>".
func EncodeOpt[T any](e *Encoder, o Opt[T], each func(*Encoder, T), absent string) {
	if o.Set {
		each(e, o.Value)
		return
	}
	e.Raw(absent)
}

// EncodePromise writes a promise, which the receiver can wait for. A nil promise is an error.
//
// Spec: Model#promise.
func EncodePromise[T any](e *Encoder, p *Promise[T]) {
	if p == nil {
		e.Fail(&EncodeError{Reason: "nil promise"})
		return
	}
	e.Ref(Ref{p.f.node})
}

// What an operation puts around a value that is sent: bytes, levels of nesting, and, for each reference, the bytes by which
// its descriptor may be longer than what stands for it.
const (
	messageFrame   = 256
	messageLevels  = 2
	referenceFrame = 64
)

// checkLimits fails if a peer with the limits of this vat would refuse what was written, which would cost the session.
func (e *Encoder) checkLimits() {
	if e.err != nil {
		return
	}
	l := &e.vat.limits
	if len(e.slots) > l.References {
		e.err = &EncodeError{Reason: fmt.Sprintf("more references than Limits.References (%d)", l.References)}
		return
	}
	if len(e.buf)+referenceFrame*len(e.slots)+messageFrame > l.MessageBytes {
		e.err = &EncodeError{Reason: fmt.Sprintf("longer than Limits.MessageBytes (%d)", l.MessageBytes)}
		return
	}
	// A level of nesting takes two bytes at least, a digit or an item one: most values are too short to be over a limit.
	if len(e.buf) <= min(2*(l.Depth-messageLevels), l.Digits, l.Items) {
		return
	}
	within := l.syrup()
	within.MaxDepth -= messageLevels
	_, _, err := syrup.Skim(nil, e.buf, 0, within, nil)
	if over, ok := errors.AsType[*syrup.LimitError](err); ok {
		e.err = &EncodeError{Reason: fmt.Sprintf("over Limits.%s", strings.TrimPrefix(over.Name, "Max"))}
	} else if err != nil {
		e.err = &EncodeError{Reason: "not well formed: " + err.Error()}
	}
}

// body returns what was written, in the memory of the encoder.
func (e *Encoder) body() core.Body { return core.Body{Data: e.buf, Slots: e.slots} }

// The syntax of the values that are records.
const (
	syntaxUndefined = "<4'void>"
	syntaxNull      = "<4'null>"
	syntaxError     = "<10'desc:error"
	syntaxTagged    = "<11'desc:tagged"
)
