package exercise

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"

	"github.com/ocapn-go/ocapn/idl"
	"github.com/ocapn-go/ocapn/runtime/captp"
)

// refused checks that a call with a wrong argument failed and did not reach the object.
func (run *run) refused(ctx context.Context, want expected, v *visit, out []reflect.Value) {
	if want.eventually {
		out = out[0].MethodByName("Await").Call([]reflect.Value{reflect.ValueOf(ctx)})
	}
	run.report.Refused++
	err, _ := out[len(out)-1].Interface().(error)
	var encode *captp.EncodeError
	var remote *captp.RemoteError
	if !errors.As(err, &encode) && (!errors.As(err, &remote) || !strings.Contains(remote.Message, ": want ")) {
		run.tb.Errorf("%s: a wrong argument is answered with %v", want.name, err)
	}
	select {
	case <-v.done:
		run.tb.Errorf("%s: a wrong argument reached the object: %v", want.name, v.args)
	default:
		run.next()
	}
}

// unimplemented checks that a server without methods answers that it has none.
func (run *run) unimplemented(rt reflect.Type, s *signature) {
	r := run.references[typeName{rt.PkgPath(), rt.Name()}]
	if r.Unimplemented == nil || s.oneWay || s.stream {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	ref := reflect.New(rt).Elem()
	run.setRef(ref, construct(reflect.ValueOf(r.New), run.vats[0], reflect.ValueOf(r.Unimplemented)))
	f := ref.MethodByName(s.goName)
	m := &maker{w: run.world, r: run.r}
	out := m.send(f, append([]reflect.Value{reflect.ValueOf(ctx)}, m.arguments(s, f.Type(), 1)...))
	err, _ := out[len(out)-1].Interface().(error)
	var remote *captp.RemoteError
	if !errors.As(err, &remote) || !strings.HasPrefix(remote.Message, "no method ") {
		run.tb.Errorf("%s: a server that has not implemented it answers %v", s.name, err)
	}
}

// spoilOne makes one of the arguments wrong and reports whether there was a way to.
func (m *maker) spoilOne(params []*idl.Param, args []reflect.Value) bool {
	for _, i := range m.r.Perm(len(params)) {
		if m.spoil(params[i].Type, args[i]) {
			return true
		}
	}
	return false
}

// spoil makes a value of t, or a part of it, one that t does not have, and reports whether there was a way to.
func (m *maker) spoil(t *idl.Type, v reflect.Value) bool {
	if len(t.Absent) > 0 {
		if !isOpt(v.Type()) || !v.FieldByName("Set").Bool() {
			return false
		}
		return m.spoil(present(t), v.FieldByName("Value"))
	}
	if t.Max > 0 && m.chance(2) {
		return tooLong(t, v)
	}
	switch t.Kind {
	case idl.KindTarget, idl.KindInterface, idl.KindCallable, idl.KindBigInt, idl.KindError, idl.KindSturdyRef, idl.KindPromise:
		v.SetZero()
		return true
	case idl.KindString:
		v.SetString("\xff")
		return true
	case idl.KindEnum:
		v.SetString("")
		if t.Ref.Enum.Closed {
			v.SetString("unheard-of")
		}
		return true
	case idl.KindList:
		return v.Len() > 0 && m.spoil(t.Elem, v.Index(m.r.IntN(v.Len())))
	case idl.KindTagged:
		return m.spoil(t.Elem, v)
	case idl.KindTuple:
		i := m.r.IntN(len(t.Elems))
		return m.spoil(t.Elems[i], v.Field(i))
	case idl.KindStruct:
		return m.spoilField(t.Ref.Struct.Fields, v)
	case idl.KindUnion:
		return m.spoilUnion(t.Ref.Union, v)
	default:
		return false
	}
}

// spoilField makes one of the fields wrong that cannot be left out.
func (m *maker) spoilField(fields []*idl.Field, v reflect.Value) bool {
	needed := slices.DeleteFunc(slices.Clone(fields), func(f *idl.Field) bool { return f.Optional })
	if len(needed) == 0 {
		return false
	}
	f := needed[m.r.IntN(len(needed))]
	return m.spoil(f.Type, v.FieldByName(f.GoName))
}

// spoilUnion takes the variant away, or makes a part of it wrong.
func (m *maker) spoilUnion(u *idl.Union, v reflect.Value) bool {
	variant := reflect.New(v.Elem().Type()).Elem()
	variant.Set(v.Elem())
	i := slices.IndexFunc(m.w.unions[v.Type()].Variants, func(other any) bool { return reflect.TypeOf(other) == variant.Type() })
	spoilt := false
	switch {
	case i >= len(u.Variants) || m.chance(3):
	case u.Variants[i].Form == idl.VariantFields:
		spoilt = m.spoilField(u.Variants[i].Fields, variant)
	case u.Variants[i].Form == idl.VariantValue && variant.Kind() == reflect.Struct:
		spoilt = m.spoil(u.Variants[i].Type, variant.Field(0))
	case u.Variants[i].Form == idl.VariantValue:
		spoilt = m.spoil(u.Variants[i].Type, variant)
	}
	if spoilt {
		v.Set(variant)
	} else {
		v.SetZero()
	}
	return true
}

// tooLong makes v longer than t allows. A map is left as it is.
func tooLong(t *idl.Type, v reflect.Value) bool {
	switch t.Kind {
	case idl.KindString, idl.KindSymbol:
		v.SetString(strings.Repeat("ä", t.Max+1))
	case idl.KindBytes:
		v.SetBytes(make([]byte, t.Max+1))
	case idl.KindList:
		if v.Len() == 0 || t.Max > 20 {
			return false
		}
		long := reflect.MakeSlice(v.Type(), 0, t.Max+1)
		for range t.Max + 1 {
			long = reflect.Append(long, v.Index(0))
		}
		v.Set(long)
	default:
		return false
	}
	return true
}
