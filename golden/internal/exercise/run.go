package exercise

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/idl"
	"github.com/ocapn-go/ocapn/runtime/captp"
)

// Plan is what Run does.
type Plan struct {
	Source string // path of the description
	Seed   uint64
	Calls  int // of each method
}

// Report is what Run did.
type Report struct {
	Methods int // which were called
	Skipped int // which were not, for want of a promise
	Calls   int
	Paths   int // through views of results
	Refused int // calls with wrong arguments
	Values  int // that were made, parts of others among them
}

// String returns the report in words, in a form that other programs can read.
func (r Report) String() string {
	return fmt.Sprintf("methods %d skipped %d calls %d paths %d refused %d values %d", r.Methods, r.Skipped, r.Calls, r.Paths, r.Refused,
		r.Values)
}

// Run calls everything that a description declares. files are those of the description, and of all that it imports.
func Run(t *testing.T, plan Plan, files ...File) Report {
	t.Helper()
	schema, errs := idl.Load(plan.Source)
	if len(errs) > 0 {
		t.Fatal(errs[0])
	}
	checkConstants(t, schema, files[0])
	run := &run{world: newWorld(t, schema, files), r: rand.New(rand.NewPCG(plan.Seed, 2)), plan: plan}
	run.populate()
	for _, i := range schema.Interfaces {
		rt := reflect.TypeOf(run.references[typeName{schema.GoImport, i.GoName}].Zero)
		for _, m := range i.All {
			run.method(rt, methodSignature(i, m))
		}
		run.checkBases(rt, i)
		run.events(rt, i)
	}
	for _, c := range schema.Callables {
		run.method(reflect.TypeOf(run.references[typeName{schema.GoImport, c.GoName}].Zero), callableSignature(c))
	}
	run.octets(files)
	run.report.Values = int(run.values.Load())
	return run.report
}

// octets sends every method octets that nobody has generated.
func (run *run) octets(files []File) {
	all := NewOctets(run.tb)
	if missing := all.Add(run.schema, files...); len(missing) > 0 {
		run.tb.Errorf("the files lack %v", missing)
	}
	for method := range all.Methods() {
		for range 2 * run.plan.Calls {
			all.Send(method, all.Spoil(run.r, all.Sample(run.r, method)))
		}
		if args := all.Bomb(run.r, method, 5000); args != nil {
			all.Send(method, args)
		}
	}
}

// run is one call of Run.
type run struct {
	*world
	r      *rand.Rand
	plan   Plan
	report Report
}

// checkConstants compares the constants of generated code with those of the description.
func checkConstants(t *testing.T, schema *idl.Schema, file File) {
	t.Helper()
	for _, c := range schema.Consts {
		got := reader{}.read(c.Type, reflect.ValueOf(file.Constants[c.Name]))
		if diff := cmp.Diff(literal(c.Type, c.Value), got); diff != "" {
			t.Errorf("constant %s (-want +got):\n%s", c.Name, diff)
		}
	}
}

// checkBases compares a reference with what its conversions to extended interfaces return.
func (run *run) checkBases(rt reflect.Type, i *idl.Interface) {
	ref := reflect.New(rt).Elem()
	o := run.byType[rt][0]
	run.setRef(ref, o.refs[0])
	for _, base := range i.Extends {
		convert := ref.MethodByName(base.GoName)
		if !convert.IsValid() || convert.Type().NumIn() > 0 { // a method has the name
			continue
		}
		if id, ok := run.id(refOf(convert.Call(nil)[0])); !ok || id != o.id {
			run.tb.Errorf("%s.%s leads to another object", i.GoName, base.GoName)
		}
	}
}

// method calls a method several times.
func (run *run) method(rt reflect.Type, s *signature) {
	if run.skips(s) {
		run.report.Skipped++
		return
	}
	run.report.Methods++
	run.unimplemented(rt, s)
	for range run.plan.Calls {
		if run.tb.Failed() {
			return
		}
		run.call(rt, s)
		run.report.Calls++
	}
}

// skips reports whether a method cannot be called.
func (run *run) skips(s *signature) bool {
	return s.result != nil && !run.can(s.result) ||
		slices.ContainsFunc(s.required(), func(p *idl.Param) bool { return !run.can(p.Type) })
}

// timeout bounds a call.
const timeout = 20 * time.Second

// call calls a method once, from one of the vats, on an object of one of them.
func (run *run) call(rt reflect.Type, s *signature) {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	m := &maker{w: run.world, r: run.r, from: run.r.IntN(2), breaks: true}
	o := run.byType[rt][run.r.IntN(2)]
	ref := reflect.New(rt).Elem()
	run.setRef(ref, o.refs[m.from])
	want := expected{signature: s, object: o.id, from: m.from, eventually: m.chance(2)}
	receiver, in := ref, []reflect.Value{reflect.ValueOf(ctx)}
	if want.eventually {
		receiver, in = ref.MethodByName("E").Call(in)[0], nil
	}
	f := receiver.MethodByName(s.goName)
	if s.stream {
		run.stream(ctx, m, want, f.Call(nil)[0])
		return
	}
	v := run.visit()
	args := m.arguments(s, f.Type(), len(in))
	if !s.oneWay && m.chance(8) && m.spoilOne(s.required(), args) {
		run.refused(ctx, want, v, m.send(f, append(in, args...)))
		return
	}
	want.args = reader{w: run.world, ctx: ctx, side: m.from, arriving: true}.sent(s, args)
	out := m.send(f, append(in, args...))
	if want.eventually && !s.oneWay {
		view := out[0]
		out = view.MethodByName("Await").Call([]reflect.Value{reflect.ValueOf(ctx)})
		run.follow(ctx, m, want, v, view)
	}
	run.check(ctx, v, want, out)
}

// visit returns a call that is expected next.
func (run *run) visit() *visit {
	v := &visit{seed: run.r.Uint64(), done: make(chan struct{})}
	run.expect(v)
	return v
}

// send calls a function that sends values of m, and fulfils the promises in these.
func (m *maker) send(f reflect.Value, in []reflect.Value) []reflect.Value {
	settled := make(chan struct{})
	go func() {
		m.settle()
		close(settled)
	}()
	out := call(f, in)
	<-settled
	return out
}

// stream sends several messages on a stream and waits for their answers. Only the last may fail.
func (run *run) stream(ctx context.Context, m *maker, want expected, stream reflect.Value) {
	send := stream.MethodByName("Send")
	n := 1 + m.r.IntN(3)
	visits, wants := make([]*visit, n), make([]expected, n)
	for i := range n {
		visits[i], wants[i] = run.visit(), want
		visits[i].works = i < n-1
		args := m.arguments(want.signature, send.Type(), 1)
		wants[i].args = reader{w: run.world, ctx: ctx, side: m.from, arriving: true}.sent(want.signature, args)
		if err := m.send(send, append([]reflect.Value{reflect.ValueOf(ctx)}, args...))[0]; !err.IsNil() {
			run.tb.Errorf("%s: message %d of %d cannot be sent: %v", want.name, i, n, err)
			return
		}
	}
	flushed := stream.MethodByName("Flush").Call([]reflect.Value{reflect.ValueOf(ctx)})
	for i, v := range visits {
		out := flushed
		if i < n-1 {
			out = []reflect.Value{reflect.Zero(reflect.TypeFor[error]())}
		}
		run.check(ctx, v, wants[i], out)
	}
}

// call calls a function; what a variadic one takes last is a slice.
func call(f reflect.Value, in []reflect.Value) []reflect.Value {
	if f.Type().IsVariadic() {
		return f.CallSlice(in)
	}
	return f.Call(in)
}

// arguments returns random arguments for the function type rt, whose first ones, so many, are no arguments.
func (m *maker) arguments(s *signature, rt reflect.Type, skip int) []reflect.Value {
	var out []reflect.Value
	for i, p := range s.required() {
		out = append(out, m.value(p.Type, rt.In(skip+i), depth))
	}
	next := skip + len(out)
	rest := s.rest()
	if optional := s.optional(); len(optional) > 0 {
		opts := reflect.New(rt.In(next)).Elem()
		if m.chance(6) { // nil stands for none
			return append(out, opts)
		}
		opts.Set(reflect.New(rt.In(next).Elem()))
		for _, p := range optional {
			field := opts.Elem().FieldByName(optionField(p))
			field.Set(m.optional(p.Type, field.Type(), depth))
		}
		if rest != nil {
			field := opts.Elem().FieldByName(optionField(rest))
			field.Set(m.items(rest.Type, field.Type()))
		}
		return append(out, opts)
	}
	if rest != nil {
		out = append(out, m.items(rest.Type, rt.In(next)))
	}
	return out
}

// items returns a slice of arguments.
func (m *maker) items(t *idl.Type, rt reflect.Type) reflect.Value {
	n := 0
	if m.w.can(t) {
		n = m.r.IntN(4)
	}
	out := reflect.MakeSlice(rt, n, n)
	for i := range n {
		out.Index(i).Set(m.value(t, rt.Elem(), depth))
	}
	return out
}

// sent returns what the arguments are when they arrive.
func (r reader) sent(s *signature, args []reflect.Value) map[string]any {
	if len(s.optional()) > 0 {
		if last := len(args) - 1; args[last].IsNil() {
			args = append(args[:last:last], reflect.New(args[last].Type().Elem()))
		}
	}
	return r.arguments(s, args, true)
}

// expected is what a call should have been.
type expected struct {
	*signature
	object     int
	args       map[string]any
	from       int // the side of the caller
	eventually bool
}

// check compares a call with what came of it. out is what the method returned.
func (run *run) check(ctx context.Context, v *visit, want expected, out []reflect.Value) {
	err, _ := out[len(out)-1].Interface().(error)
	select {
	case <-v.done:
	case <-ctx.Done():
		run.tb.Errorf("%s did not arrive: %v", want.name, err)
		return
	}
	if v.object != want.object || v.called.name != want.name {
		run.tb.Errorf("%s of object %d was called instead of %s of %d", v.called.name, v.object, want.name, want.object)
	}
	if diff := cmp.Diff(want.args, v.args); diff != "" {
		run.tb.Errorf("%s: arguments (-sent +received):\n%s", want.name, diff)
	}
	switch {
	case want.oneWay && err != nil:
		run.tb.Errorf("%s: %v", want.name, err)
	case want.oneWay:
	case v.failure.happened():
		run.checkFailure(ctx, v.failure, want, err)
	case err != nil:
		run.tb.Errorf("%s: %v", want.name, err)
	default:
		got := reader{w: run.world, ctx: ctx, side: want.from}.answers(want.signature, out[:len(out)-1], want.eventually)
		if diff := cmp.Diff(v.results, got); diff != "" {
			run.tb.Errorf("%s: results (-sent +received):\n%s", want.name, diff)
		}
	}
}

// checkFailure compares the error of a call with what the method returned.
func (run *run) checkFailure(ctx context.Context, f failure, want expected, err error) {
	switch {
	case f.typ == nil:
		var remote *captp.RemoteError
		if !errors.As(err, &remote) || remote.Message != f.text {
			run.tb.Errorf("%s: failed with %v, want %q", want.name, err, f.text)
		}
	case !f.known:
		var broken *captp.BrokenError
		if !errors.As(err, &broken) {
			run.tb.Errorf("%s: failed with %v, want one with the tag %q", want.name, err, f.tag)
		} else if tagged, ok := broken.Reason.(captp.Tagged); !ok || tagged.Tag != f.tag {
			run.tb.Errorf("%s: failed for the reason %v, want one with the tag %q", want.name, broken.Reason, f.tag)
		}
	default:
		target := reflect.New(f.typ)
		if !errors.As(err, target.Interface()) {
			run.tb.Errorf("%s: failed with %v, want a %v", want.name, err, f.typ)
			return
		}
		for _, ref := range want.raises {
			if ref.Error.Wire == f.tag {
				got := reader{w: run.world, ctx: ctx, side: want.from}.fields(ref.Error.Fields, target.Elem().Elem())
				if diff := cmp.Diff(f.data, got); diff != "" {
					run.tb.Errorf("%s: error (-sent +received):\n%s", want.name, diff)
				}
			}
		}
	}
}

// answers returns the results as a caller gets them: several of them or, eventually, a struct of several; a value that was
// promised.
func (r reader) answers(s *signature, out []reflect.Value, eventually bool) []any {
	types := s.results()
	switch {
	case s.result == nil:
		return []any{}
	case s.result.Kind == idl.KindTuple && len(s.result.Absent) == 0 && eventually:
		fields := make([]reflect.Value, len(types))
		for i := range types {
			fields[i] = out[0].Field(i)
		}
		out = fields
	case s.result.Kind == idl.KindPromise && len(s.result.Absent) == 0 && !s.result.IsRef():
		types = []*idl.Type{s.result.Elem}
	}
	return r.results(types, out)
}
