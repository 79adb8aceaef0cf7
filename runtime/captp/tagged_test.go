package captp

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// shape is what generated code makes of
//
//	union shape { dot  frame(shape)  row(list<shape>) }
type shape interface {
	Marshaler
	isShape()
}

type (
	shapeDot     struct{}
	shapeFrame   struct{ Value shape }
	shapeRow     []shape
	shapeUnknown Tagged
)

func (shapeDot) isShape()     {}
func (shapeFrame) isShape()   {}
func (shapeRow) isShape()     {}
func (shapeUnknown) isShape() {}

func (shapeDot) EncodeOCapN(e *Encoder) { e.Raw("<11'desc:tagged3'dot<4'void>>") }

func (s shapeFrame) EncodeOCapN(e *Encoder) {
	EncodeTagged(e, "frame", s.Value, EncodeUnion[shape])
}

func (s shapeRow) EncodeOCapN(e *Encoder) {
	EncodeTagged(e, "row", s, func(e *Encoder, v shapeRow) { EncodeList(e, v, EncodeUnion[shape]) })
}

func (s shapeUnknown) EncodeOCapN(e *Encoder) { e.Any(Tagged(s)) }

func decodeShape(d *Decoder) (v shape) {
	switch tag := d.Tag(); string(tag) {
	case "dot":
		v = shapeDot{}
	case "frame":
		v = shapeFrame{decodeShape(d.At("<frame>"))}
	case "row":
		v = shapeRow(DecodeList(d.At("<row>"), decodeShape))
	default:
		return shapeUnknown(d.Untagged(tag))
	}
	d.EndTag()
	return v
}

func TestUnion(t *testing.T) {
	values := []shape{
		shapeDot{},
		shapeFrame{shapeFrame{shapeDot{}}},
		shapeRow{},
		shapeRow{shapeDot{}, shapeFrame{shapeRow{shapeDot{}}}},
		shapeUnknown{Tag: "star", Value: []any{int64(5), Tagged{Tag: "x"}}},
	}
	for _, v := range values {
		e := &Encoder{}
		EncodeUnion(e, v)
		if e.err != nil {
			t.Fatal(e.err)
		}
		d := newDecoder(core.Body{Data: e.buf})
		if diff := cmp.Diff(v, decodeShape(d)); diff != "" || d.Err() != nil || d.depth != 0 {
			t.Errorf("%s: error %v, depth %d (-want +got):\n%s", e.buf, d.Err(), d.depth, diff)
		}
		for n := range len(e.buf) {
			d := newDecoder(core.Body{Data: e.buf[:n]})
			if decodeShape(d); d.Err() == nil {
				t.Errorf("no error for %q", e.buf[:n])
			}
		}
	}
}

func FuzzUnion(f *testing.F) {
	for _, seed := range []string{
		"<11'desc:tagged3'dotf>", "<8'desc:tag5\"frame<11'user-record3'dot>>", "<11'desc:tagged3'row[<11'desc:tagged1'x{1\"a<4'null>}>]>",
		"<11'desc:tagged4'star[<10'desc:error1\"x><16'exn:fail:mystery>D\x40\x45\x00\x00\x00\x00\x00\x001-t]1+>",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		d := newDecoder(core.Body{Data: data})
		v := decodeShape(d)
		if d.Err() != nil {
			return
		}
		first := &Encoder{}
		EncodeUnion(first, v)
		d = newDecoder(core.Body{Data: first.buf})
		second := &Encoder{}
		EncodeUnion(second, decodeShape(d))
		if first.err != nil || d.Err() != nil || !bytes.Equal(first.buf, second.buf) {
			t.Errorf("errors %v, %v; once %q, twice %q", first.err, d.Err(), first.buf, second.buf)
		}
	})
}

func TestDepthOfUnion(t *testing.T) {
	for _, n := range []int{200, 300, 100_000} {
		data := strings.Repeat("<11'desc:tagged5'frame", n) + "<11'desc:tagged3'dotf>" + strings.Repeat(">", n)
		for name, read := range map[string]func(*Decoder){
			"variants": func(d *Decoder) { decodeShape(d) },
			"unknown":  func(d *Decoder) { d.Any() },
		} {
			d := newDecoder(core.Body{Data: []byte(data)})
			if read(d); (d.Err() == nil) != (n < syrup.DefaultMaxDepth) {
				t.Errorf("%s, %d levels: error %v", name, n, d.Err())
			}
		}
	}
}

// What an unknown tag holds is bounded like everything that is read without a type.
func TestBudgetOfUnion(t *testing.T) {
	limits := DefaultLimits()
	for name, data := range map[string]string{
		"unknown":  "<11'desc:tagged1'x[" + strings.Repeat("t", 1000) + "]>",
		"variants": "<11'desc:tagged3'row[" + strings.Repeat("<11'desc:tagged3'dotf>", 200) + "]>",
	} {
		d := new(Decoder)
		d.reset(core.Body{Data: []byte(data)}, limits.syrup(), 200*anyCost)
		decodeShape(d)
		if got := fmt.Sprint(d.Err()); !strings.HasSuffix(got, "want a value within Limits.DecodedBytes, got a larger one") {
			t.Errorf("%s: got error %s", name, got)
		}
	}
}

func TestTagCostsNothing(t *testing.T) {
	body := core.Body{Data: []byte("<11'desc:tagged5'frame<11'desc:tagged5'frame5+>>")}
	limits := DefaultLimits()
	d := new(Decoder)
	got := testing.AllocsPerRun(100, func() {
		d.reset(body, limits.syrup(), limits.DecodedBytes)
		d.Untag("frame")
		if string(d.Tag()) != "frame" || d.Int64() != 5 {
			t.Error("not what was written")
		}
		d.EndTag()
		d.EndTag()
		if d.Err() != nil {
			t.Error(d.Err())
		}
	})
	if got != 0 {
		t.Errorf("%v allocations", got)
	}
}

func TestKeep(t *testing.T) {
	read := func(data string, budget int) (map[string]any, error) {
		limits := DefaultLimits()
		d := new(Decoder)
		d.reset(core.Body{Data: []byte(data)}, limits.syrup(), budget)
		var fields map[string]any
		for d.Dict(); d.More(); {
			d.Keep(&fields, d.Key())
		}
		return fields, d.Err()
	}
	got, err := read(`{1"af1"b[1+]}`, 1<<20)
	if diff := cmp.Diff(map[string]any{"a": false, "b": []any{int64(1)}}, got); err != nil || diff != "" {
		t.Errorf("error %v (-want +got):\n%s", err, diff)
	}
	if got, err := read(`{}`, 1<<20); got != nil || err != nil {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := read(`{1"af1"bf}`, 3*anyCost); err == nil {
		t.Error("two fields fit the budget of one")
	}
	got, err = read(`{1"a<3'foo[1+]>1"b#1+$1"c[{1'a1+}]1"d1+}`, 1<<20)
	if diff := cmp.Diff(map[string]any{"d": int64(1)}, got); err != nil || diff != "" {
		t.Errorf("values that are none: error %v (-want +got):\n%s", err, diff)
	}
	for _, malformed := range []string{`{1"a[1+}`, `{1"a<>}`, `{1"a3"x}`} {
		if _, err := read(malformed, 1<<20); err == nil {
			t.Errorf("%s was read", malformed)
		}
	}
}

func TestExtraCostsNothing(t *testing.T) {
	e := &Encoder{}
	got := testing.AllocsPerRun(100, func() {
		e.buf = e.buf[:0]
		extra := e.Extra(nil)
		e.Raw("{")
		extra.Before("a")
		e.Raw(`1"a`)
		e.Bool(true)
		extra.Rest()
		e.Raw("}")
	})
	if got != 0 {
		t.Errorf("%v allocations", got)
	}
}
