// Package bench measures this module against others on the same work.
package bench

import (
	"bytes"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/fxamacker/cbor/v2"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// A tuple is the workload as both encodings write it without field names: a Syrup record, a CBOR array.
type tuple struct {
	_    struct{} `cbor:",toarray"`
	Name string
	ID   int64
	Tags []string
	Blob []byte
}

// A named is the same with field names: a Syrup dictionary, a CBOR map.
type named struct {
	Name string   `cbor:"name"`
	ID   int64    `cbor:"id"`
	Tags []string `cbor:"tags"`
	Blob []byte   `cbor:"blob"`
}

func tuples(n int) []tuple {
	all := make([]tuple, n)
	for i := range all {
		all[i] = tuple{
			Name: fmt.Sprintf("file number %d", i),
			ID:   int64(i) * 7919,
			Tags: []string{"red", "green", "ultraviolet"},
			Blob: fmt.Appendf(nil, "%064d", i),
		}
	}
	return all
}

func nameds(n int) []named {
	all := make([]named, n)
	for i, t := range tuples(n) {
		all[i] = named{t.Name, t.ID, t.Tags, t.Blob}
	}
	return all
}

func (t *tuple) appendTo(dst []byte) []byte {
	dst = append(dst, "<4'file"...)
	dst = syrup.AppendString(dst, t.Name)
	dst = syrup.AppendInt(dst, t.ID)
	dst = append(dst, syrup.ListStart)
	for _, tag := range t.Tags {
		dst = syrup.AppendString(dst, tag)
	}
	dst = append(dst, syrup.ListEnd)
	dst = syrup.AppendBytes(dst, t.Blob)
	return append(dst, syrup.RecordEnd)
}

func (t *tuple) decode(d *syrup.Decoder) {
	d.Record()
	if string(d.SymbolBytes()) != "file" {
		d.Fail(errLabel)
	}
	t.Name = d.String()
	t.ID = d.Int64()
	t.Tags = decodeTags(d)
	t.Blob = d.Bytes()
	d.End()
}

func (n *named) appendTo(dst []byte) []byte {
	dst = append(dst, `{2"id`...)
	dst = syrup.AppendInt(dst, n.ID)
	dst = append(dst, `4"blob`...)
	dst = syrup.AppendBytes(dst, n.Blob)
	dst = append(dst, `4"name`...)
	dst = syrup.AppendString(dst, n.Name)
	dst = append(dst, `4"tags[`...)
	for _, tag := range n.Tags {
		dst = syrup.AppendString(dst, tag)
	}
	return append(dst, "]}"...)
}

func (n *named) decode(d *syrup.Decoder) {
	for d.Dict(); d.More(); {
		switch string(d.StringBytes()) {
		case "name":
			n.Name = d.String()
		case "id":
			n.ID = d.Int64()
		case "tags":
			n.Tags = decodeTags(d)
		case "blob":
			n.Blob = d.Bytes()
		default:
			d.Skip()
		}
	}
}

func decodeTags(d *syrup.Decoder) []string {
	tags := make([]string, 0, 4)
	for d.List(); d.More(); {
		tags = append(tags, d.String())
	}
	return tags
}

var errLabel = errors.New("another label")

func BenchmarkCodec(b *testing.B) {
	mode, err := cbor.EncOptions{}.UserBufferEncMode()
	if err != nil {
		b.Fatal(err)
	}
	manyTuples, manyNamed := tuples(1000), nameds(1000)
	oneTuple, oneNamed := manyTuples[500], manyNamed[500]
	var syrupBuf []byte
	var cborBuf bytes.Buffer
	marshal := func(v any) error {
		cborBuf.Reset()
		return mode.MarshalToBuffer(v, &cborBuf)
	}
	compare(b, "Encode/Tuple", 1000, func() error {
		syrupBuf = oneTuple.appendTo(syrupBuf[:0])
		return nil
	}, func() error { return marshal(&oneTuple) })
	compare(b, "Encode/Named", 1000, func() error {
		syrupBuf = oneNamed.appendTo(syrupBuf[:0])
		return nil
	}, func() error { return marshal(&oneNamed) })
	compare(b, "Encode/Tuples1000", 1, func() error {
		syrupBuf = appendTuples(syrupBuf[:0], manyTuples)
		return nil
	}, func() error { return marshal(manyTuples) })
	compare(b, "Encode/Named1000", 1, func() error {
		syrupBuf = appendNamed(syrupBuf[:0], manyNamed)
		return nil
	}, func() error { return marshal(manyNamed) })

	syrupTuple, cborTuple := oneTuple.appendTo(nil), cborOf(b, oneTuple)
	compare(b, "Decode/Tuple", 1000, func() error {
		var d syrup.Decoder
		var v tuple
		d.Reset(syrupTuple, syrup.Options{})
		v.decode(&d)
		return d.Finish()
	}, func() error {
		var v tuple
		return cbor.Unmarshal(cborTuple, &v)
	})
	syrupNamed, cborNamed := oneNamed.appendTo(nil), cborOf(b, oneNamed)
	compare(b, "Decode/Named", 1000, func() error {
		var d syrup.Decoder
		var v named
		d.Reset(syrupNamed, syrup.Options{})
		v.decode(&d)
		return d.Finish()
	}, func() error {
		var v named
		return cbor.Unmarshal(cborNamed, &v)
	})
	syrupTuples, cborTuples := appendTuples(nil, manyTuples), cborOf(b, manyTuples)
	compare(b, "Decode/Tuples1000", 1, func() error {
		var d syrup.Decoder
		var all []tuple
		d.Reset(syrupTuples, syrup.Options{})
		for d.List(); d.More(); {
			all = append(all, tuple{})
			all[len(all)-1].decode(&d)
		}
		return d.Finish()
	}, func() error {
		var all []tuple
		return cbor.Unmarshal(cborTuples, &all)
	})
	syrupNameds, cborNameds := appendNamed(nil, manyNamed), cborOf(b, manyNamed)
	compare(b, "Decode/Named1000", 1, func() error {
		var d syrup.Decoder
		var all []named
		d.Reset(syrupNameds, syrup.Options{})
		for d.List(); d.More(); {
			all = append(all, named{})
			all[len(all)-1].decode(&d)
		}
		return d.Finish()
	}, func() error {
		var all []named
		return cbor.Unmarshal(cborNameds, &all)
	})
}

func appendTuples(dst []byte, all []tuple) []byte {
	dst = append(dst, syrup.ListStart)
	for i := range all {
		dst = all[i].appendTo(dst)
	}
	return append(dst, syrup.ListEnd)
}

func appendNamed(dst []byte, all []named) []byte {
	dst = append(dst, syrup.ListStart)
	for i := range all {
		dst = all[i].appendTo(dst)
	}
	return append(dst, syrup.ListEnd)
}

func cborOf(b *testing.B, v any) []byte {
	b.Helper()
	wire, err := cbor.Marshal(v)
	if err != nil {
		b.Fatal(err)
	}
	return wire
}

// compare lets the two do the same work in turn, many times, and reports the quickest round of each and their ratio: above
// 1, Syrup is the faster one. A round is so short that whatever else the machine does spoils some rounds, not all.
func compare(b *testing.B, name string, repeat int, ours, theirs func() error) {
	b.Run(name, func(b *testing.B) {
		best := [2]time.Duration{time.Hour, time.Hour}
		for b.Loop() {
			for i, work := range []func() error{ours, theirs} {
				start := time.Now()
				for range repeat {
					if err := work(); err != nil {
						b.Fatal(err)
					}
				}
				best[i] = min(best[i], time.Since(start))
			}
		}
		perOp := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / float64(repeat) }
		b.ReportMetric(0, "ns/op") // of both together: of no interest
		b.ReportMetric(perOp(best[0]), "syrup-ns")
		b.ReportMetric(perOp(best[1]), "cbor-ns")
		b.ReportMetric(perOp(best[1])/perOp(best[0]), "cbor/syrup")
		b.ReportMetric(testing.AllocsPerRun(10, func() { _ = ours() }), "syrup-allocs")
		b.ReportMetric(testing.AllocsPerRun(10, func() { _ = theirs() }), "cbor-allocs")
	})
}
