package wire

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// FuzzDecode checks of whatever decodes: it lies within the input, its slots are in order, and it survives being written and
// read again in every dialect.
func FuzzDecode(f *testing.F) {
	for _, e := range entries {
		f.Add([]byte(e.wire))
	}
	for _, value := range badSlots {
		f.Add([]byte(withArgument(value)))
	}
	for _, r := range recordings {
		for _, m := range recorded(f, r.name) {
			if len(m.data) < 1000 {
				f.Add(m.data)
			}
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		op, n, err := Decode(data, Limits{})
		checkQuick(t, data)
		if err != nil {
			checkError(t, op, n, len(data), err)
			return
		}
		if n <= 0 || n > len(data) {
			t.Fatalf("length %d of %d", n, len(data))
		}
		if op, ok := op.(*Deliver); ok {
			checkBody(t, op.Args)
			checkForward(t, op.Args)
		}
		for _, d := range dialects {
			checkAppend(t, d, op)
		}
	})
}

// checkQuick checks that the quick reader, where it recognises a message, reads what the other one reads.
func checkQuick(t *testing.T, data []byte) {
	t.Helper()
	lim := Limits{}.orDefault()
	var d Decoder
	d.limit(lim)
	quick, n := d.quickDeliver(data)
	if quick == nil {
		return
	}
	r := reader{data: data, lim: lim}
	r.d.Reset(data, syrup.Options{Limits: lim.syrup()})
	op := r.read()
	if r.failure() != nil || r.d.Offset() != n {
		t.Fatalf("%q was read quickly to %d, and else to %d, %v", data, n, r.d.Offset(), r.failure())
	}
	if diff := cmp.Diff(op, Op(quick)); diff != "" {
		t.Fatalf("%q was read quickly as something else (-want +got):\n%s", data, diff)
	}
}

func checkError(t *testing.T, op Op, n, size int, err error) {
	t.Helper()
	_, malformed := errors.AsType[*DecodeError](err)
	_, unknown := errors.AsType[*UnknownOpError](err)
	if op != nil || malformed == unknown || malformed && n != 0 || n > size {
		t.Errorf("%v, %d, %v", op, n, err)
	}
	if err.Error() == "" || err.(interface{ PublicReason() string }).PublicReason() == "" {
		t.Error("an error without a text")
	}
}

// checkBody checks that a body is one value and its slots are the descriptors in it.
func checkBody(t *testing.T, b Body) {
	t.Helper()
	end := 0
	for _, s := range b.Slots {
		if s.Start < end || s.End <= s.Start || s.End > len(b.Data) {
			t.Fatalf("slot %d:%d after %d, in %d bytes", s.Start, s.End, end, len(b.Data))
		}
		end = s.End
		if s.Desc.Kind == None || s.Desc.Kind > Give {
			t.Fatalf("slot of kind %v", s.Desc.Kind)
		}
		if s.Desc.Kind == Give && !bytes.Equal(s.Desc.Raw, b.Data[s.Start:s.End]) {
			t.Fatalf("a handoff that is not what stands in the body")
		}
	}
	if end, err := skimAll(b.Data); err != nil || end != len(b.Data) {
		t.Fatalf("a body that ends at %d of %d: %v", end, len(b.Data), err)
	}
}

// checkForward passes a body on with descriptors of ours, and checks that there are no others in it, even for a peer that
// takes labels of any kind.
func checkForward(t *testing.T, b Body) {
	t.Helper()
	slots := make([]Slot, len(b.Slots))
	for i, s := range b.Slots {
		slots[i] = Slot{Start: s.Start, End: s.End, Desc: Desc{Kind: ImportObject, Pos: uint64(1000 + i)}}
	}
	data := AppendBody(nil, b.Data, slots)
	v, err := syrup.Decode(data, syrup.Options{Limits: stepLimits})
	if err != nil {
		return // a dictionary with a key twice, which is for the receiver to find
	}
	var want []string
	for i := range slots {
		want = append(want, fmt.Sprint(1000+i))
	}
	if diff := cmp.Diff(want, references(v)); diff != "" {
		t.Fatalf("%q: references after passing it on (-want +got):\n%s", data, diff)
	}
}

// references returns the positions of the descriptors in a value, with labels of any kind.
func references(v any) (found []string) {
	walk := func(parts ...any) {
		for _, p := range parts {
			found = append(found, references(p)...)
		}
	}
	switch v := v.(type) {
	case syrup.Record:
		label := ""
		switch l := v.Label.(type) {
		case syrup.Symbol:
			label = string(l)
		case string:
			label = l
		case []byte:
			label = string(l)
		}
		if positions.has(kindOf([]byte(label))) {
			return []string{fmt.Sprint(v.Fields...)}
		}
		walk(v.Label)
		walk(v.Fields...)
	case []any:
		walk(v...)
	case syrup.Set:
		walk(v...)
	case syrup.Dict:
		for _, e := range v {
			walk(e.Key, e.Value)
		}
	}
	return found
}

func skimAll(data []byte) (end int, err error) {
	_, end, err = syrup.Skim(nil, data, 0, stepLimits, isDescriptor)
	return end, err
}

func checkAppend(t *testing.T, d *Dialect, op Op) {
	t.Helper()
	want := op
	switch op := op.(type) {
	case *Deliver:
		if d.DeliverOnly && op.Resolver.Kind == None {
			want = &Deliver{To: op.To, Args: op.Args}
		}
	case *GCExports:
		if d.GC == GCOne && len(op.Pos) != 1 {
			return
		}
	case *GCAnswers:
		if d.GC == GCOne && len(op.Pos) != 1 {
			return
		}
	}
	once := d.Append(nil, op)
	again, n, err := Decode(once, Limits{MessageBytes: 1 << 30})
	if err != nil || n != len(once) {
		t.Fatalf("%s: %q does not decode: n %d, %v", d.Name, once, n, err)
	}
	// What was written is canonical as far as this package goes, so writing it again changes nothing.
	if twice := d.Append(nil, again); !bytes.Equal(once, twice) {
		t.Fatalf("%s: %q is written again as %q", d.Name, once, twice)
	}
	if diff := cmp.Diff(want, again, samePeer, sameDescriptors); diff != "" {
		t.Fatalf("%s: (-want +got):\n%s", d.Name, diff)
	}
}

// sameDescriptors compares bodies without the offsets: a descriptor that came with leading zeros is written without.
var sameDescriptors = cmp.Comparer(func(a, b Body) bool {
	if len(a.Slots) != len(b.Slots) {
		return false
	}
	for i := range a.Slots {
		if !cmp.Equal(a.Slots[i].Desc, b.Slots[i].Desc) {
			return false
		}
	}
	return bytes.Equal(AppendBody(nil, a.Data, a.Slots), AppendBody(nil, b.Data, b.Slots))
})

// FuzzBodySteps takes steps into whatever decodes, and into whatever does not.
func FuzzBodySteps(f *testing.F) {
	for _, s := range steps {
		f.Add(s.from.Data, "a", int64(1))
	}
	f.Add([]byte("[1+[2+<11'desc:tagged5'hello{5\"hello<11'desc:export1+>}>]]"), "hello", int64(1))
	f.Fuzz(func(t *testing.T, data []byte, name string, i int64) {
		for _, take := range []func([]byte) (syrup.Span, error){field1(name), index(i), untag(name)} {
			// Malformed, perhaps: then no step leads out of the value, and that is all.
			if at, err := take(data); err == nil && (at.Start < 1 || at.End <= at.Start || at.End > len(data)) {
				t.Fatalf("%v of %d bytes", at, len(data))
			}
		}
		message := []byte("<10'op:deliver<11'desc:export1+>[" + string(data) + "]ff>")
		op, _, err := Decode(message, Limits{})
		if err != nil {
			return
		}
		args := op.(*Deliver).Args
		takeSteps(t, args, name, i, 0)
		if _, rest, err := Call(args.Data, 3); err == nil {
			for _, at := range rest {
				checkPart(t, part(args, at))
			}
		}
		if _, at, ok := Resolution(args.Data); ok {
			checkPart(t, part(args, at))
		}
	})
}

// checkSteps checks the steps that walk over a value against a decoder, which checks all of it.
func checkSteps(t *testing.T, value []byte, name string, i int64) {
	t.Helper()
	want, err := decodedField(value, name)
	if got, stepErr := FieldOf(value, name); err == nil && (got != want || (stepErr == nil) != (want != syrup.Span{})) {
		t.Fatalf("field %q of %q is %v, %v; want %v", name, value, got, stepErr, want)
	}
	want, err = decodedElement(value, i)
	if got, stepErr := ElementOf(value, i); err == nil && (got != want || (stepErr == nil) != (want != syrup.Span{})) {
		t.Fatalf("element %d of %q is %v, %v; want %v", i, value, got, stepErr, want)
	}
}

// decodedField returns where a field is, zero if there is none.
func decodedField(value []byte, name string) (at syrup.Span, _ error) {
	var d syrup.Decoder
	d.Reset(value, syrup.Options{Limits: stepLimits})
	for d.Dict(); d.More(); {
		key := syrup.Span{Start: d.Offset()}
		isString := d.Kind() == syrup.String
		d.Skip()
		key.End = d.Offset()
		d.Skip()
		if isString && strings.TrimLeft(string(value[key.Start:key.End]), "0") == strings.TrimLeft(string(syrup.AppendString(nil, name)), "0") {
			at = syrup.Span{Start: key.End, End: d.Offset()}
		}
	}
	return at, d.Err()
}

// decodedElement returns where an element is, zero if there is none.
func decodedElement(value []byte, i int64) (at syrup.Span, _ error) {
	var d syrup.Decoder
	d.Reset(value, syrup.Options{Limits: stepLimits})
	for d.List(); d.More(); i-- {
		start := d.Offset()
		d.Skip()
		if i == 0 {
			at = syrup.Span{Start: start, End: d.Offset()}
		}
	}
	return at, d.Err()
}

// takeSteps takes all steps, and steps from where they lead.
func takeSteps(t *testing.T, b Body, name string, i int64, depth int) {
	t.Helper()
	checkSteps(t, b.Data, name, i)
	for _, take := range []func([]byte) (syrup.Span, error){field1(name), index(i), index(0), untag(name)} {
		at, err := take(b.Data)
		if err != nil {
			if _, ok := errors.AsType[*StepError](err); !ok || at != (syrup.Span{}) {
				t.Fatalf("%v, %v", at, err)
			}
			continue
		}
		found := part(b, at)
		checkPart(t, found)
		if depth < 10 {
			takeSteps(t, found, name, i, depth+1)
		}
	}
}

// checkPart checks that a part of a body is a value whose slots are in place.
func checkPart(t *testing.T, b Body) {
	t.Helper()
	checkBody(t, b)
	for _, s := range b.Slots {
		if record := string(b.Data[s.Start:s.End]); !strings.HasPrefix(record, "<") || !strings.HasSuffix(record, ">") {
			t.Fatalf("slot at %q", record)
		}
	}
}
