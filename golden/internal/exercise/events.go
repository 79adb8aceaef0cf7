package exercise

import (
	"context"
	"reflect"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/idl"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// events sends messages to an object whose messages are a sequence, if the interface has such objects.
func (run *run) events(rt reflect.Type, i *idl.Interface) {
	r := run.references[typeName{run.schema.GoImport, i.GoName}]
	if r.Events == nil || run.tb.Failed() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	const n = 5
	out := reflect.ValueOf(r.Events).Call([]reflect.Value{reflect.ValueOf(ctx), reflect.ValueOf(run.vats[1]), reflect.ValueOf(n)})
	far := reflect.New(rt).Elem()
	run.setRef(far, captptest.Carry(run.tb, run.vats[1], run.vats[0], captp.AnyRef{Ref: refOf(out[0])}).Ref)
	m := &maker{w: run.world, r: run.r}
	var want, got []any
	for range n {
		s := methodSignature(i, i.All[m.r.IntN(len(i.All))])
		if run.skips(s) {
			continue
		}
		f := far.MethodByName(s.goName)
		args := m.arguments(s, f.Type(), 1)
		want = append(want, map[string]any{i.GoName + s.goName: reader{w: run.world, ctx: ctx, arriving: true}.sent(s, args)})
		if err := m.send(f, append([]reflect.Value{reflect.ValueOf(ctx)}, args...))[0]; !err.IsNil() {
			run.tb.Errorf("%s: %v", s.name, err)
			return
		}
		run.report.Calls++
	}
	yield := reflect.MakeFunc(out[1].Type().In(0), func(in []reflect.Value) []reflect.Value {
		got = append(got, reader{w: run.world, ctx: ctx, side: 1}.event(i, in[0].Elem()))
		return []reflect.Value{reflect.ValueOf(len(got) < len(want))}
	})
	if len(want) > 0 {
		out[1].Call([]reflect.Value{yield})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		run.tb.Errorf("%s: events (-sent +received):\n%s", i.Name, diff)
	}
}

// event returns an event with the name of its type.
func (r reader) event(i *idl.Interface, v reflect.Value) any {
	name := v.Type().Name()
	for _, m := range i.All {
		s := methodSignature(i, m)
		if i.GoName+s.goName == name {
			fields := make([]reflect.Value, v.NumField())
			for k := range fields {
				fields[k] = v.Field(k)
			}
			return map[string]any{name: r.arguments(s, fields, true)}
		}
	}
	return "an event of the type " + name
}
