package captp

import (
	"errors"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// Selector enters the list of arguments and reads the name of the method: a leading symbol, or a string of the same text.
// If the first argument is neither, or there is none, it stays unread and the result is nil. The result is valid as long as
// the decoder.
func (d *Decoder) Selector() []byte {
	d.List()
	d.selector = nil
	switch d.in.Kind() {
	case syrup.SymbolKind:
		d.selector = d.in.SymbolBytes()
	case syrup.String:
		d.selector = d.in.StringBytes()
	}
	d.check("a selector", d.in.Offset())
	return d.selector
}

// Args enters the list of arguments of an object that is called without a selector.
func (d *Decoder) Args() { d.List() }

// Close drops the arguments that are left, leaves the list, and returns the first error.
func (d *Decoder) Close() error {
	d.SkipRest()
	return d.Err()
}

// CloseExact is Close for a method that takes no further arguments: one that is left is an error.
func (d *Decoder) CloseExact() error {
	if d.More() {
		d.mismatch("no further argument")
	}
	return d.Err()
}

// More reports whether the list or struct that was entered has another item. If not, the decoder has left it.
func (d *Decoder) More() bool {
	if d.err != nil {
		return false
	}
	if d.in.More() {
		return true
	}
	d.check("the next item", d.in.Offset())
	d.leave()
	return false
}

// List enters a list.
func (d *Decoder) List() {
	at := d.in.Offset()
	d.in.List()
	d.check("a list", at)
	d.enter()
}

// EndList leaves a list, whose items must all have been read.
func (d *Decoder) EndList() {
	if d.More() {
		d.mismatch("the end of the list")
	}
}

// SkipRest drops the items that are left of a list or struct and leaves it.
func (d *Decoder) SkipRest() {
	if d.err != nil {
		return
	}
	d.in.SkipRest()
	d.check("the rest of the items", d.in.Offset())
	d.leave()
}

// Dict enters a struct. Its fields are read by [Decoder.Key] and a value in turn, as long as [Decoder.More] says so.
func (d *Decoder) Dict() {
	at := d.in.Offset()
	d.in.Dict()
	d.check("a struct", at)
	d.enter()
}

// Key reads the name of a field. The result is valid as long as the decoder.
func (d *Decoder) Key() []byte {
	at := d.in.Offset()
	v := d.in.StringBytes()
	d.check("the name of a field", at)
	return v
}

// Missing records that the struct that was just left lacks the fields that are named, if any are.
func (d *Decoder) Missing(names ...string) {
	if len(names) > 0 && d.err == nil {
		d.Fail(&ArgError{Path: joinPath(d.path(), names[0]), Want: "a value", Got: "nothing"})
	}
}

func (d *Decoder) enter() {
	d.depth++
	d.step(step{})
}

func (d *Decoder) leave() {
	if d.depth > 0 {
		d.depth--
	}
}

// Decode reads a generated type, in the form that [DecodeList], [DecodeMap] and [Call] want.
func Decode[T any, P interface {
	*T
	Unmarshaler
}](d *Decoder) T {
	var v T
	P(&v).DecodeOCapN(d)
	return v
}

// DecodeList reads a list whose items each reads. The result is nil only after an error.
func DecodeList[T any](d *Decoder, each func(*Decoder) T) []T {
	d.List()
	out := DecodeRest(d, each)
	d.EndList()
	switch {
	case d.err != nil:
		return nil
	case out == nil:
		return []T{}
	}
	return out
}

// DecodeMap reads a struct whose fields all have values that each reads. The result is nil only after an error.
func DecodeMap[T any](d *Decoder, each func(*Decoder) T) map[string]T {
	d.Dict()
	out := map[string]T{}
	cost := itemCost[T]()
	for d.More() {
		name := string(d.Key())
		if !d.spend(cost + len(name)) {
			return nil
		}
		d.At(name)
		at := d.in.Offset()
		v := each(d)
		d.advance(at)
		out[name] = v
	}
	if d.err != nil {
		return nil
	}
	return out
}

// ListOf returns [DecodeList] for items that each reads, in the form that [Call] wants.
func ListOf[T any](each func(*Decoder) T) func(*Decoder) []T {
	return func(d *Decoder) []T { return DecodeList(d, each) }
}

// MapOf returns [DecodeMap] for fields that each reads, in the form that [Call] wants.
func MapOf[T any](each func(*Decoder) T) func(*Decoder) map[string]T {
	return func(d *Decoder) map[string]T { return DecodeMap(d, each) }
}

// advance skips the value at the offset if nothing read it, so that a loop over items always comes to its end.
func (d *Decoder) advance(at int) {
	if d.err == nil && d.in.Offset() == at {
		d.Skip()
	}
}

// DecodeOpt reads a value that may be absent: undefined, null or false stand for that, whichever isAbsent looks for.
func DecodeOpt[T any](d *Decoder, isAbsent func(*Decoder) bool, each func(*Decoder) T) Opt[T] {
	if isAbsent(d) {
		return Opt[T]{}
	}
	return Some(each(d))
}

// typeErrorKind returns what stood where something else was wanted, if that is what err says.
func typeErrorKind(err error) (syrup.Kind, bool) {
	if t, ok := errors.AsType[*syrup.TypeError](err); ok {
		return t.Got, true
	}
	return 0, false
}

// kindName returns the name of a kind of value in errors.
func kindName(k syrup.Kind) string {
	switch k {
	case syrup.Bool:
		return "a boolean"
	case syrup.Int:
		return "an integer"
	case syrup.Float64, syrup.Float32:
		return "a float"
	case syrup.Bytes:
		return "a byte array"
	case syrup.String:
		return "a string"
	case syrup.SymbolKind:
		return "a symbol"
	case syrup.List:
		return "a list"
	case syrup.DictKind:
		return "a struct"
	case syrup.RecordKind:
		return "a record"
	case syrup.SetKind:
		return "a set"
	case syrup.Close, syrup.EndOfInput:
		return "nothing"
	default:
		return "malformed bytes"
	}
}
