package wire

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestDecoderUsesMemoryAgain decodes the same messages again and again with one decoder, beside each other and after a Reset. They are what
// they are when each is decoded by itself, and after the first time nothing is allocated.
func TestDecoderUsesMemoryAgain(t *testing.T) {
	d := &Modern
	var data [][]byte
	for n := range 20 {
		op := &Deliver{
			To: Desc{Kind: Export, Pos: uint64(n)}, Answer: 7, HasAnswer: n%2 == 0, Resolver: Desc{Kind: ImportObject, Pos: 3},
			Args: Body{Data: []byte("[1+]")},
		}
		for range n % 4 {
			op.Args = withSlot(op.Args, Desc{Kind: ImportPromise, Pos: uint64(100 + n)})
		}
		data = append(data, d.Append(nil, op))
	}
	var dec Decoder
	decodeAll := func() (ops []Op) {
		for _, msg := range data {
			op, n, err := dec.Decode(msg, Limits{})
			if err != nil || n != len(msg) {
				t.Fatalf("%q: %d, %v", msg, n, err)
			}
			ops = append(ops, op)
		}
		return ops
	}
	for range 3 {
		for i, got := range decodeAll() {
			want, _, _ := Decode(data[i], Limits{})
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%q (-by itself +among others):\n%s", data[i], diff)
			}
		}
		dec.Reset()
	}
	allocs := testing.AllocsPerRun(10, func() {
		for _, msg := range data {
			if _, _, err := dec.Decode(msg, Limits{}); err != nil {
				t.Fatal(err)
			}
		}
		dec.Reset()
	})
	if allocs > 0 {
		t.Errorf("%v allocations", allocs)
	}
}

// withSlot appends a descriptor to a list.
func withSlot(b Body, desc Desc) Body {
	const placeholder = "<t>"
	start := len(b.Data) - 1
	b.Data = append(b.Data[:start:start], placeholder+"]"...)
	b.Slots = append(b.Slots, Slot{Start: start, End: start + len(placeholder), Desc: desc})
	return b
}
