package captp

import (
	"bytes"
	"math"
	"math/big"
	"math/rand/v2"
	"reflect"
	"regexp"
	"runtime"
	"slices"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// FuzzDecoder reads any message by methods that the fuzzer chooses. Of a message that is well-formed each returns, or refuses, what a
// reader does who has all of it as values, and leaves as much. Whatever the message is, what is read may take up no more than the budget
// allows.
func FuzzDecoder(f *testing.F) {
	for i := range 400 {
		rng := rand.New(rand.NewPCG(uint64(i), 12))
		random := func(n int) []byte {
			b := make([]byte, n)
			for j := range b {
				b[j] = byte(rng.Uint32())
			}
			return b
		}
		f.Add(random(50+i/2), random(80), byte(i), false)
	}
	for _, message := range []string{
		`[4'join3"ada7+]`, `[0'0"1'a]`, "[<11'desc:export5+>{3\"who<11'desc:export1+>}t<4'null>]", `{1"a<3'foo[1+]>1"b#1+$1"c{1'a1+}1"d1+}`, "[[[1+", "]", "<", `{4"namet1"z[tttttttttt]}`,
		"<11'desc:tagged1't<8'desc:tag1\"u[]>>", "<10'desc:error5+", "<+4'void>", "[<4'void", "<11'desc:tag", "<11'desc:export5+",
	} {
		for how := range byte(4) {
			f.Add([]byte(message), bytes.Repeat([]byte{how, 200 + 7*how}, 10), how<<6, true)
		}
	}
	f.Fuzz(func(t *testing.T, data, choices []byte, budget byte, isRaw bool) {
		const longest = 4000 // octets
		if !isRaw {
			data = (&messages{choices: data}).message()
		}
		if len(data) > longest || len(choices) > 100 || zerosInLabel.Match(data) {
			return
		}
		r := &decoderRace{t: t, body: core.Body{Data: slices.Clip(bytes.Clone(data))}, budget: int(budget)*int(budget)/8 + anyCost}
		var refs []Ref
		r.body.Slots, refs = slotsOf(data)
		if v, err := syrup.Decode(data, syrup.Options{Limits: fuzzedLimits}); err == nil {
			r.naive = &naiveDecoder{open: [][]naivePart{{partOf(v, &refs)}}, budget: r.budget}
		}
		r.run(choices)
		r.checkAllocation(data)
	})
}

// zerosInLabel matches a length with zeros in front of it, of a label: readers know labels in the one way that everybody writes them.
var zerosInLabel = regexp.MustCompile(`<0\d`)

// fuzzedLimits are low enough to be reached.
var fuzzedLimits = syrup.Limits{MaxBytes: 3900, MaxDepth: 20, MaxDigits: 40, MaxItems: 1000}

// slotsOf returns where references stand in a message, and the references.
func slotsOf(data []byte) (slots []core.Slot, refs []Ref) {
	spans, _, err := syrup.Skim(nil, data, 0, fuzzedLimits, func(label []byte) bool { return string(label) == labelRef })
	if err != nil {
		return nil, nil
	}
	v := core.New(core.Config{})
	for _, s := range spans {
		o := v.NewObject(nil)
		slots = append(slots, core.Slot{Start: s.Start, End: s.End, Cap: o})
		refs = append(refs, Ref{o})
	}
	return slots, refs
}

// decoderRace is a message that is read by a decoder, and by a naive one if it is well-formed.
type decoderRace struct {
	t       *testing.T
	body    core.Body
	budget  int
	decoder *Decoder
	naive   *naiveDecoder // nil if the message is malformed
	read    []decoderRead // so far, and one more at the end that has failed
	results []decoderResult
}

type decoderResult struct {
	name      string
	got, want any
}

func (r *decoderRace) newDecoder() *Decoder {
	d := new(Decoder)
	d.reset(r.body, fuzzedLimits, r.budget)
	return d
}

// run reads what the choices say. What fails is forgotten, since nothing can be read behind it.
func (r *decoderRace) run(choices []byte) {
	r.decoder = r.newDecoder()
	for _, c := range choices {
		read := choose(r.decoder, c)
		if read.inside && r.decoder.in.Depth() == 0 {
			continue
		}
		before, naiveBefore := *r.decoder, r.naive.clone()
		if !r.try(read) {
			r.checkFailed(c)
			r.decoder, r.naive = &before, naiveBefore
		}
	}
	if r.naive != nil {
		r.checkRest()
	}
	clear(r.decoder.in.Data())
	for i, v := range r.results {
		if !sameRead(v.got, v.want) {
			r.t.Fatalf("result %d, %s: got %#v; the judge: %#v", i, v.name, v.got, v.want)
		}
	}
}

// try reads, and reports whether that did not fail.
func (r *decoderRace) try(read decoderRead) bool {
	r.t.Helper()
	if len(r.read) > len(r.results) {
		r.read = r.read[:len(r.results)]
	}
	r.read = append(r.read, read)
	result := decoderResult{name: read.name, got: read.decoder(r.decoder)}
	err := r.decoder.Err()
	if r.naive == nil {
		result.got = nil // there is nothing to compare it with
	} else if result.want = read.naive(r.naive); (err != nil) != r.naive.failed {
		r.t.Fatalf("%+v behind %d more, error %v; the judge failed: %t", result, len(r.results), err, r.naive.failed)
	}
	if err == nil {
		if r.naive != nil && r.decoder.budget != r.naive.budget {
			r.t.Fatalf("%+v behind %d more, which leaves a budget of %d; the judge: %d", result, len(r.results), r.decoder.budget, r.naive.budget)
		}
		r.results = append(r.results, result)
	}
	return err == nil
}

// checkFailed checks that the error says what is wrong, and that nothing is read behind it.
func (r *decoderRace) checkFailed(c byte) {
	r.t.Helper()
	d, first := r.decoder, r.decoder.Err()
	var arg *ArgError
	if !asError(first, &arg) || arg.Want == "" || arg.Got == "" {
		r.t.Fatalf("error %#v", first)
	}
	read := decoderReads[int(c)%len(decoderReads)]
	if got := read.decoder(d); !isZero(got) || d.Err() != first { //nolint:errorlint // the same one
		r.t.Fatalf("%s after error %v: got %v and error %v", read.name, first, got, d.Err())
	}
}

// choose returns what is read next: mostly something that fits.
func choose(d *Decoder, c byte) decoderRead {
	const mostly = 192
	if c < mostly {
		var fitting []decoderRead
		_, isRef := d.slot()
		for _, read := range decoderReads {
			if isRef && read.fits == kindOfRef || !isRef && read.fits == d.in.Kind() {
				fitting = append(fitting, read)
			}
		}
		if len(fitting) > 0 {
			return fitting[int(c)%len(fitting)]
		}
	}
	return decoderReads[int(c)%len(decoderReads)]
}

// checkRest compares what is left, from the innermost container on.
func (r *decoderRace) checkRest() {
	d := r.decoder
	for depth := len(r.naive.open) - 1; depth >= 0; depth-- {
		if got := d.in.Depth(); got != depth {
			r.t.Fatalf("in %d containers; the judge: %d", got, depth)
		}
		for d.More() {
			got, err := syrup.Decode(d.in.Raw(), syrup.Options{Limits: fuzzedLimits})
			if want := r.naive.next().value; err != nil || !sameRead(got, want) {
				r.t.Fatalf("left: %v, error %v; the judge: %v", got, err, want)
			}
			r.naive.drop()
		}
		if r.naive.more() {
			r.t.Fatalf("nothing is left; the judge: %v", r.naive.next().value)
		}
	}
	if d.Err() != nil || d.in.Offset() != len(d.in.Data()) {
		r.t.Fatalf("left: error %v, at %d", d.Err(), d.in.Offset())
	}
}

// checkAllocation reads the same from a new decoder, and counts what is allocated. Others may allocate meanwhile, but not each time.
func (r *decoderRace) checkAllocation(data []byte) {
	const tries = 20
	r.body.Data = data
	most := 16<<10 + 8*uint64(r.budget) + 8*uint64(len(data)) + 256*uint64(len(r.read))
	var got uint64
	for range tries {
		if got = r.allocated(); got <= most {
			return
		}
	}
	r.t.Fatalf("%d octets are allocated for a message of %d and a budget of %d, more than %d", got, len(data), r.budget, most)
}

func (r *decoderRace) allocated() uint64 {
	d := r.newDecoder()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for _, read := range r.read {
		read.decoder(d)
	}
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// isZero reports whether what was read is nothing.
func isZero(v any) bool { return v == nil || reflect.ValueOf(v).IsZero() }

// sameRead compares values to the last bit. (Package cmp takes time exponential in the depth.)
func sameRead(a, b any) bool {
	switch a := a.(type) {
	case float64:
		b, ok := b.(float64)
		return ok && math.Float64bits(a) == math.Float64bits(b)
	case float32:
		b, ok := b.(float32)
		return ok && math.Float32bits(a) == math.Float32bits(b)
	case *big.Int:
		b, ok := b.(*big.Int)
		return ok && a.Cmp(b) == 0
	case []any:
		b, ok := b.([]any)
		return ok && (a == nil) == (b == nil) && slices.EqualFunc(a, b, sameRead)
	case map[string]any:
		b, ok := b.(map[string]any)
		for name, v := range a {
			if w, has := b[name]; !has || !sameRead(v, w) {
				return false
			}
		}
		return ok && len(a) == len(b)
	case Tagged:
		b, ok := b.(Tagged)
		return ok && a.Tag == b.Tag && sameRead(a.Value, b.Value)
	case syrup.Record:
		b, ok := b.(syrup.Record)
		return ok && sameRead(a.Label, b.Label) && slices.EqualFunc(a.Fields, b.Fields, sameRead)
	case syrup.Dict:
		b, ok := b.(syrup.Dict)
		return ok && slices.EqualFunc(a, b, func(a, b syrup.Entry) bool { return sameRead(a.Key, b.Key) && sameRead(a.Value, b.Value) })
	case syrup.Set:
		b, ok := b.(syrup.Set)
		return ok && slices.EqualFunc(a, b, sameRead)
	case locator.SturdyRef:
		b, ok := b.(locator.SturdyRef)
		return ok && a.URI() == b.URI()
	default:
		return reflect.DeepEqual(a, b)
	}
}
