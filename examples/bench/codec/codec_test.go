package codec_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/examples/bench/codec"
)

// TestCodecs encodes every value twice, and decodes it twice: the second time it must not be found in the memory of the first.
func TestCodecs(t *testing.T) {
	sample := codec.Sample()
	for _, c := range codec.All() {
		for _, k := range codec.Kinds() {
			t.Run(c.Name()+"/"+k.String(), func(t *testing.T) {
				for range 2 {
					data, err := c.Encode(k)
					if err != nil {
						t.Fatal(err)
					}
					if err := c.Decode(k, data); err != nil {
						t.Fatal(err)
					}
					clear(data)
				}
				got, want := pick(k, c.Decoded(k)), pick(k, sample)
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("decoded (-want +got):\n%s", diff)
				}
			})
		}
	}
}

// pick returns the value of a kind.
func pick(k codec.Kind, v codec.Value) any {
	switch k {
	case codec.OneRecord:
		return v.One
	case codec.ManyRecords:
		return v.Many
	default:
		return v.Blob
	}
}

// TestSyrupAllocatesNothing encodes into memory that is there.
func TestSyrupAllocatesNothing(t *testing.T) {
	for _, c := range []codec.Codec{codec.NewSyrup(), codec.NewSyrupDict()} {
		for _, k := range codec.Kinds() {
			if _, err := c.Encode(k); err != nil {
				t.Fatal(err)
			}
			if got := testing.AllocsPerRun(100, func() { _, _ = c.Encode(k) }); got != 0 {
				t.Errorf("%s: a %v takes %v allocations", c.Name(), k, got)
			}
		}
	}
}
