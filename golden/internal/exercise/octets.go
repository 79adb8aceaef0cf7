package exercise

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/big"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/idl"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// Octets sends the objects of generated code arguments that nobody has generated. What is accepted must survive being sent on: the
// values are written, read and written once more, and come out the same.
type Octets struct {
	// Accepted and Refused count the messages that were sent, and Resent the accepted ones whose values were sent on.
	Accepted, Refused, Resent int

	tb      testing.TB
	ctx     context.Context
	vat     *captp.Vat
	any     captp.Ref
	methods []*octetMethod
	came    []reflect.Value // the arguments that an object has been called with last, nil if none has
	dynamic any             // the arguments that a recorder was called with last
}

// octetMethod is a method with an object that has it, and a recorder, which takes messages to it down.
type octetMethod struct {
	name             string
	oneWay           bool
	params           []*idl.Param
	start            string // of a message: the list and the selector
	object, recorder captp.Ref
	client           reflect.Value // the method of a reference that leads to the object, and then of one that leads to the recorder
	record           reflect.Value
}

// NewOctets returns one without methods.
func NewOctets(tb testing.TB) *Octets {
	tb.Helper()
	v, err := captp.New(captp.WithLimits(captp.Limits{DecodedBytes: decodedBytes}))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { v.Close() })
	o := &Octets{tb: tb, ctx: context.Background(), vat: v}
	o.any = captp.NewObject(v, captp.HandlerFunc(func(context.Context, []any) (any, error) { return nil, nil }))
	return o
}

// In returns o with the test that fails from now on.
func (o *Octets) In(tb testing.TB) *Octets {
	o.tb = tb
	return o
}

// Add makes an object of everything that a schema declares. Reflection finds the types in the files; the names of those that it does
// not find are returned.
func (o *Octets) Add(schema *idl.Schema, files ...File) (missing []string) {
	references := map[typeName]Reference{}
	for _, f := range files {
		for _, r := range f.References {
			rt := reflect.TypeOf(r.Zero)
			references[typeName{rt.PkgPath(), rt.Name()}] = r
		}
	}
	for _, i := range schema.Interfaces {
		if r, ok := references[typeName{schema.GoImport, i.GoName}]; ok {
			o.addInterface(i, r)
		} else {
			missing = append(missing, i.GoName)
		}
	}
	for _, c := range schema.Callables {
		if r, ok := references[typeName{schema.GoImport, c.GoName}]; ok {
			constructor := reflect.ValueOf(r.New)
			o.add(r, callableSignature(c), construct(constructor, o.vat, o.handler(constructor.Type().In(1))), "[")
		} else {
			missing = append(missing, c.GoName)
		}
	}
	return missing
}

func (o *Octets) addInterface(i *idl.Interface, r Reference) {
	funcs := reflect.New(reflect.TypeOf(r.Funcs)).Elem()
	suffix := funcSuffix(i, funcs.Type())
	for _, m := range i.All {
		field := funcs.FieldByName(m.GoName + suffix)
		field.Set(o.handler(field.Type()))
	}
	object := construct(reflect.ValueOf(r.New), o.vat, funcs)
	for _, m := range i.All {
		o.add(r, methodSignature(i, m), object, string(syrup.AppendSymbol([]byte("["), m.Wire)))
	}
}

// add adds a method of an object.
func (o *Octets) add(r Reference, s *signature, object captp.Ref, start string) {
	m := &octetMethod{name: s.name, oneWay: s.oneWay, params: s.params, start: start, object: object}
	m.recorder = captp.NewObject(o.vat, captp.HandlerFunc(func(_ context.Context, args []any) (any, error) {
		if len(args) == 0 || args[0] != any(marker) {
			o.dynamic = args
		}
		return nil, errCaptured
	}))
	if !s.stream {
		w := &world{}
		for ref, method := range map[captp.Ref]*reflect.Value{m.object: &m.client, m.recorder: &m.record} {
			typed := reflect.New(reflect.TypeOf(r.Zero)).Elem()
			w.setRef(typed, ref)
			*method = typed.MethodByName(s.goName)
		}
	}
	o.methods = append(o.methods, m)
}

// decodedBytes is Limits.DecodedBytes of the vat: low, so that it is reached.
const decodedBytes = 1 << 20

// allowance is how much sending so many octets may allocate, in octets: 64 times as much, or, where short items become values of
// large types, twice what the limit says for the values, and a little for each octet.
func allowance(n int) uint64 { return 64<<10 + max(64*uint64(n), 2*decodedBytes+32*uint64(n)) }

// errCaptured is how every method of an object ends.
var errCaptured = captp.Public(errors.New("captured"))

// handler returns a function of the type rt that keeps its arguments.
func (o *Octets) handler(rt reflect.Type) reflect.Value {
	return reflect.MakeFunc(rt, func(in []reflect.Value) []reflect.Value {
		o.came = in[1:]
		return zeroResults(rt, errCaptured)
	})
}

// octetLimits are those of a vat.
var octetLimits = syrup.Limits{MaxDepth: 256}

// Methods returns how many methods there are.
func (o *Octets) Methods() int { return len(o.methods) }

// Send sends a method arguments, which are values in Syrup, one after the other. A record with the label ref stands for a reference. Octets
// that no message can have are not sent.
func (o *Octets) Send(method int, args []byte) {
	m := o.methods[method%len(o.methods)]
	message := append([]byte(m.start), args...)
	message = append(message, ']')
	isPlaceholder := func(label []byte) bool { return string(label) == "ref" }
	places, end, err := syrup.Skim(nil, message, 0, octetLimits, isPlaceholder)
	if err != nil || end != len(message) {
		return
	}
	cost := allocated(func() { o.send(m, message[:end-1], places) })
	if cost > allowance(len(args)) {
		o.tb.Errorf("%s: %d octets are allocated for %d: %.300q", m.name, cost, len(args), args)
	}
	came := o.came
	if came == nil {
		o.Refused++
		return
	}
	o.Accepted++
	if !m.client.IsValid() || !fits(m.client.Type(), came) {
		return // what arrives is another type than what is sent
	}
	if len(args) > decodedBytes/128 {
		return // the recorder, which knows no types, might come to a limit
	}
	o.Resent++
	o.resend(m, came, args)
	// What was left out has become what it stands for, so that only from now on nothing changes.
	first := o.resend(m, o.came, args)
	o.resend(m, o.came, args)
	same := cmp.Options{cmp.Comparer(sameNumbers), cmp.Comparer(sameBigs), cmp.Comparer(func(captp.Ref, captp.Ref) bool { return true })}
	if diff := cmp.Diff(first, o.dynamic, same); diff != "" {
		o.tb.Errorf("%s: %.300q is sent on as something else (-first +second):\n%s", m.name, args, diff)
	}
}

// send sends a message, with references in some places, and waits until it was dealt with.
func (o *Octets) send(m *octetMethod, message []byte, places []syrup.Span) {
	o.came = nil
	e := captp.Eventually(o.ctx, captp.AnyRef{Ref: m.object}).Begin(m.start)
	at := len(m.start)
	for _, p := range places {
		e.Raw(string(message[at:p.Start]))
		e.Ref(o.any)
		at = p.End
	}
	e.Raw(string(message[at:]))
	_, err := captp.CallVoid(e).Await(o.ctx)
	if o.came != nil {
		return
	}
	var broken *captp.BrokenError
	if !errors.As(err, &broken) || strings.Contains(fmt.Sprint(broken.Reason), "internal error") {
		o.tb.Errorf("%s: %.300q is answered with %v", m.name, message, err)
	}
}

// resend writes values, to the recorder and to the object, and returns what the recorder has seen.
func (o *Octets) resend(m *octetMethod, values []reflect.Value, args []byte) any {
	o.dynamic = nil
	o.call(m, m.record, m.recorder, values)
	if o.dynamic == nil {
		o.tb.Errorf("%s: %.300q is accepted, and cannot be written", m.name, args)
		return nil
	}
	o.came = nil
	o.call(m, m.client, m.object, values)
	if o.came == nil {
		o.tb.Errorf("%s: %.300q is accepted, but not when it is sent on", m.name, args)
		o.came = values
	}
	return o.dynamic
}

// call calls a method of a reference, and waits until the message was dealt with.
func (o *Octets) call(m *octetMethod, method reflect.Value, to captp.Ref, values []reflect.Value) {
	in := append([]reflect.Value{reflect.ValueOf(o.ctx)}, values...)
	if method.Type().IsVariadic() {
		method.CallSlice(in)
	} else {
		method.Call(in)
	}
	if m.oneWay { // messages arrive in order
		captp.Invoke(o.ctx, to, marker).Await(o.ctx)
	}
}

// marker is the selector of a message that comes after another one. No description has it.
const marker = captp.Symbol("marker of the exercise")

// fits reports whether a method can be called with what another one was called with.
func fits(method reflect.Type, values []reflect.Value) bool {
	if method.NumIn() != len(values)+1 {
		return false
	}
	for i, v := range values {
		if !v.Type().AssignableTo(method.In(i + 1)) {
			return false
		}
	}
	return true
}

func sameNumbers(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }
func sameBigs(a, b *big.Int) bool   { return a.Cmp(b) == 0 }

// allocated returns how many octets are allocated meanwhile.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
