package captp

import (
	"bytes"
	"fmt"
	"maps"
	"math/big"
	"reflect"
	"slices"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// Null is the null value inside of an any; undefined is nil.
type Null struct{}

// Tagged is a value with a tag, as [Encoder.Any] and [Decoder.Any] know it.
//
// Spec: Model#tagged.
type Tagged struct {
	Tag   string
	Value any
}

// RemoteError is an error as data: a value that a peer sent, mostly as the reason of a broken promise.
//
// Spec: Model#error.
type RemoteError struct {
	// Message is what the peer said; "" if it said nothing.
	Message string
}

func (e *RemoteError) Error() string {
	if e.Message == "" {
		return "remote error"
	}
	return cut(e.Message)
}

// Any writes a dynamic value: nil (undefined), [Null], bool, all Go integers, *big.Int, float32, float64, string, [Symbol],
// []byte, [Tagged], *[RemoteError], [locator.SturdyRef], references, promises and pipes, [Marshaler], and slices and
// string-keyed maps of these. Anything else is an *[EncodeError] that says where it stands.
func (e *Encoder) Any(v any) {
	if !e.enter() {
		return
	}
	if !e.anyScalar(v) {
		e.anyCompound(v)
	}
	e.depth--
}

// anyScalar writes v if it is a value without parts, and reports whether it is.
func (e *Encoder) anyScalar(v any) bool {
	switch v := v.(type) {
	case nil:
		e.Undefined()
	case Null:
		e.Null()
	case bool:
		e.Bool(v)
	case int:
		e.Int(int64(v))
	case int64:
		e.Int(v)
	case int32:
		e.Int(int64(v))
	case int16:
		e.Int(int64(v))
	case int8:
		e.Int(int64(v))
	case uint:
		e.Uint(uint64(v))
	case uint64:
		e.Uint(v)
	case uint32:
		e.Uint(uint64(v))
	case uint16:
		e.Uint(uint64(v))
	case uint8:
		e.Uint(uint64(v))
	case *big.Int:
		e.BigInt(v)
	case float64:
		e.Float64(v)
	case float32:
		e.Float64(float64(v))
	case string:
		e.String(v)
	case Symbol:
		e.Symbol(v)
	case []byte:
		e.Bytes(v)
	default:
		return false
	}
	return true
}

// anyCompound writes a value that has parts, refers to something, or writes itself.
func (e *Encoder) anyCompound(v any) {
	if isNilPointer(v) {
		e.Fail(&EncodeError{Reason: fmt.Sprintf("nil %T", v)})
		return
	}
	switch v := v.(type) {
	case Marshaler:
		v.EncodeOCapN(e)
	case reference:
		e.Ref(v.reference())
	case locator.SturdyRef:
		e.SturdyRef(v)
	case *RemoteError:
		e.Error(v)
	case Tagged:
		e.Raw(syntaxTagged)
		e.Symbol(Symbol(v.Tag))
		e.Any(v.Value)
		e.Raw(">")
	case []any:
		e.Raw("[")
		for _, item := range v {
			e.Any(item)
		}
		e.Raw("]")
	case map[string]any:
		e.anyStruct(v)
	default:
		e.anyReflected(v)
	}
}

func (e *Encoder) anyStruct(fields map[string]any) {
	e.Raw("{")
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		e.String(name)
		e.Any(fields[name])
	}
	e.Raw("}")
}

// anyReflected writes slices and maps of other element types.
func (e *Encoder) anyReflected(v any) {
	r := reflect.ValueOf(v)
	switch {
	case r.Kind() == reflect.Slice || r.Kind() == reflect.Array:
		e.Raw("[")
		for i := range r.Len() {
			e.Any(r.Index(i).Interface())
		}
		e.Raw("]")
	case r.Kind() == reflect.Map && r.Type().Key().Kind() == reflect.String:
		fields := make(map[string]any, r.Len())
		for _, key := range r.MapKeys() {
			fields[key.String()] = r.MapIndex(key).Interface()
		}
		e.anyStruct(fields)
	default:
		e.Fail(&EncodeError{Reason: fmt.Sprintf("a %T cannot be sent", v)})
	}
}

func isNilPointer(v any) bool {
	r := reflect.ValueOf(v)
	return r.Kind() == reflect.Pointer && r.IsNil()
}

// maxAnyDepth bounds the nesting of values that [Encoder.Any] writes, and so ends the writing of a value that holds itself.
const maxAnyDepth = 256

// Any reads a dynamic value: nil (undefined), [Null], bool, int64, *big.Int when larger, float64, string, [Symbol], []byte,
// []any, map[string]any, [Tagged], [Ref], *[RemoteError], [locator.SturdyRef]. Records of other labels, sets, and structs
// with keys that are no strings are refused with an *[ArgError].
func (d *Decoder) Any() any {
	if !d.spend(anyCost) {
		return nil
	}
	if _, ok := d.slot(); ok {
		return d.Ref()
	}
	switch d.in.Kind() {
	case syrup.Bool:
		return d.Bool()
	case syrup.Int:
		return d.anyInt()
	case syrup.Float64:
		return d.Float64()
	case syrup.String:
		return d.String()
	case syrup.SymbolKind:
		return d.Symbol()
	case syrup.Bytes:
		return d.Bytes()
	case syrup.List:
		return DecodeList(d, (*Decoder).Any)
	case syrup.DictKind:
		return DecodeMap(d, (*Decoder).Any)
	case syrup.RecordKind:
		return d.anyRecord()
	default:
		d.mismatch("a passable value")
	}
	return nil
}

// anyInt reads an integer as the smaller type that holds it.
func (d *Decoder) anyInt() any {
	const short = 18 // every integer of so many digits is an int64
	rest := d.in.Data()[d.in.Offset():]
	if i := bytes.IndexAny(rest[:min(len(rest), short+1)], "+-"); i >= 0 {
		return d.Int64()
	}
	n := d.BigInt()
	switch {
	case n == nil:
		return nil
	case n.IsInt64():
		return n.Int64()
	default:
		return n
	}
}

// anyRecord reads one of the records that stand for values. Peers differ in how they write them.
func (d *Decoder) anyRecord() any {
	if d.IsUndefined() {
		return nil
	}
	if d.IsNull() {
		return Null{}
	}
	switch string(d.recordLabel()) {
	case "ocapn-sturdyref":
		return d.SturdyRef()
	case labelTagged, labelTag, labelUserRecord:
		if v := d.Untagged(d.Tag()); d.err == nil {
			return v
		}
		return nil
	case labelError, labelMystery:
		return d.remoteError()
	default:
		d.mismatch("a passable value")
		return nil
	}
}

// remoteError reads an error; what stands after its message is dropped.
func (d *Decoder) remoteError() *RemoteError {
	d.enterRecord()
	out := &RemoteError{}
	if d.More() {
		out.Message = d.String()
		d.SkipRest()
	}
	if d.Err() != nil {
		return nil
	}
	return out
}
