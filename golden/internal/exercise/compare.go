package exercise

import (
	"context"
	"errors"
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"strconv"

	"github.com/ocapn-go/ocapn/idl"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// reader turns values into what is compared: plain data in which references are numbers of objects and promises are what
// they come to.
type reader struct {
	w    *world
	ctx  context.Context
	side int // the vat to which the values belong
	// arriving says that the values are still to be sent: what is left out becomes what it stands for.
	arriving bool
}

// read returns a value of t as data.
func (r reader) read(t *idl.Type, v reflect.Value) any {
	if isOpt(v.Type()) {
		if !v.FieldByName("Set").Bool() {
			return nil
		}
		return r.read(present(t), v.FieldByName("Value"))
	}
	switch t.Kind {
	case idl.KindTarget, idl.KindInterface, idl.KindCallable:
		return r.ref(v)
	case idl.KindPromise:
		return r.promise(t, v)
	case idl.KindTuple:
		var out []any
		for i, e := range t.Elems {
			out = append(out, r.read(e, v.Field(i)))
		}
		return out
	case idl.KindStruct:
		out := r.fields(t.Ref.Struct.Fields, v)
		if extra := v.FieldByName("Extra"); t.Ref.Struct.Keep && extra.Len() > 0 {
			out["Extra"] = r.container(extra)
		}
		return out
	case idl.KindTagged:
		return r.read(t.Elem, v)
	}
	if canBeNil(v) && v.IsNil() {
		return nil
	}
	switch t.Kind {
	case idl.KindList:
		out := []any{}
		for i := range v.Len() {
			out = append(out, r.read(t.Elem, v.Index(i)))
		}
		return out
	case idl.KindMap:
		out := map[string]any{}
		for _, key := range v.MapKeys() {
			out[key.String()] = r.read(t.Elem, v.MapIndex(key))
		}
		return out
	case idl.KindUnion:
		return r.union(t.Ref.Union, v)
	default:
		return r.plain(v)
	}
}

// union returns a variant with its name.
func (r reader) union(u *idl.Union, v reflect.Value) any {
	types := r.w.unions[v.Type()].Variants
	v = v.Elem()
	i := slices.IndexFunc(types, func(variant any) bool { return reflect.TypeOf(variant) == v.Type() })
	switch {
	case i < 0:
		return fmt.Sprintf("a %s, which is no variant", v.Type())
	case i == len(u.Variants):
		return map[string]any{"unknown " + v.FieldByName("Tag").String(): r.dynamic(v.FieldByName("Value").Interface())}
	}
	variant := u.Variants[i]
	var value any
	switch {
	case variant.Form == idl.VariantFields:
		value = r.fields(variant.Fields, v)
	case variant.Form == idl.VariantValue && v.Kind() == reflect.Struct:
		value = r.read(variant.Type, v.Field(0))
	case variant.Form == idl.VariantValue:
		value = r.read(variant.Type, v)
	}
	return map[string]any{variant.Name: value}
}

func canBeNil(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map, reflect.Pointer, reflect.Interface:
		return true
	default:
		return false
	}
}

// fields returns the fields of a struct.
func (r reader) fields(fields []*idl.Field, v reflect.Value) map[string]any {
	out := map[string]any{}
	for _, f := range fields {
		out[f.GoName] = r.optional(f.Type, f.Default, v.FieldByName(f.GoName))
	}
	return out
}

// optional returns a value that may be left out.
func (r reader) optional(t *idl.Type, value *idl.Literal, v reflect.Value) any {
	out := r.read(t, v)
	if out == nil && value != nil && r.arriving {
		return literal(t, *value)
	}
	return out
}

// literal returns a value that is written down in a description.
func literal(t *idl.Type, l idl.Literal) any {
	switch l.Kind {
	case idl.LitAbsent:
		return nil
	case idl.LitList:
		out := []any{}
		for _, e := range l.Elems {
			out = append(out, literal(t.Elem, e))
		}
		return out
	case idl.LitBool:
		return l.Text == "true"
	case idl.LitInt:
		n, _ := new(big.Int).SetString(l.Text, 10)
		return number(n)
	case idl.LitFloat:
		f, _ := strconv.ParseFloat(l.Text, 64)
		return float(f)
	default:
		return text(l.Text)
	}
}

// number, float and text are how scalars are compared.
type (
	numberText string
	floatText  string
	plainText  string
)

func number(n *big.Int) any { return numberText(n.String()) }

// float returns a float; NaN equals itself, and zero has no sign.
func float(f float64) any {
	if f == 0 {
		f = 0
	}
	return floatText(strconv.FormatFloat(f, 'g', -1, 64))
}

func text(s string) any { return plainText(s) }

// plain returns a value that is neither a reference nor described any further.
func (r reader) plain(v reflect.Value) any {
	switch x := v.Interface().(type) {
	case captp.Ref:
		return r.ref(v)
	case *big.Int:
		return number(x)
	case *captp.RemoteError:
		return "error " + x.Message
	case locator.SturdyRef:
		return "sturdyref " + x.URI()
	case captp.Null:
		return "null"
	case captp.Tagged:
		return map[string]any{"tag": x.Tag, "value": r.dynamic(x.Value)}
	case []byte:
		return "bytes " + fmt.Sprintf("%x", x)
	}
	switch {
	case v.Kind() == reflect.Interface:
		return r.dynamic(v.Interface())
	case v.Kind() == reflect.Bool:
		return v.Bool()
	case v.Kind() == reflect.String:
		return text(v.String())
	case v.CanInt():
		return number(big.NewInt(v.Int()))
	case v.CanUint():
		return number(new(big.Int).SetUint64(v.Uint()))
	case v.CanFloat():
		return float(v.Float())
	default:
		return r.container(v)
	}
}

// container returns the parts of a value of which only the Go type is known.
func (r reader) container(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Slice:
		out := []any{}
		for i := range v.Len() {
			out = append(out, r.dynamic(v.Index(i).Interface()))
		}
		return out
	case reflect.Map:
		out := map[string]any{}
		for _, key := range v.MapKeys() {
			out[key.String()] = r.dynamic(v.MapIndex(key).Interface())
		}
		return out
	default:
		return fmt.Sprintf("a %s", v.Type())
	}
}

// dynamic returns a value with its type.
func (r reader) dynamic(v any) any {
	if v == nil {
		return nil
	}
	return map[string]any{fmt.Sprintf("%T", v): r.plain(reflect.ValueOf(v))}
}

// ref returns the object to which a reference leads.
func (r reader) ref(v reflect.Value) any {
	ref := refOf(v)
	if ref.IsZero() {
		return nil
	}
	if id, ok := r.w.id(ref); ok {
		return id
	}
	settled, err := captp.Resolve(r.ctx, captp.AnyRef{Ref: ref})
	if err != nil {
		return breaks(err)
	}
	if id, ok := r.w.id(settled.Ref); ok {
		return id
	}
	return "a reference to an unknown object"
}

// breaks returns a promise that broke.
func breaks(err error) any {
	var remote *captp.RemoteError
	if errors.As(err, &remote) {
		return "breaks: " + remote.Message
	}
	return "breaks: " + err.Error()
}

// promise returns the value to which a promise comes.
func (r reader) promise(t *idl.Type, v reflect.Value) any {
	if t.IsRef() {
		return r.ref(v)
	}
	if v.IsNil() {
		return nil
	}
	r.w.mu.Lock()
	made, ok := r.w.promised[v.Pointer()]
	r.w.mu.Unlock()
	switch {
	case ok && r.arriving && made.err != nil:
		return breaks(made.err)
	case ok && r.arriving:
		return r.read(made.elem, made.value)
	}
	out := v.MethodByName("Await").Call([]reflect.Value{reflect.ValueOf(r.ctx)})
	if err, ok := out[1].Interface().(error); ok {
		return breaks(err)
	}
	return r.read(t.Elem, out[0])
}
