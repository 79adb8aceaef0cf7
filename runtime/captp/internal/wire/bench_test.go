package wire

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

const (
	callBytes   = "<10'op:deliver<11'desc:export5+>[12'send-message5\"hello42+]123+<18'desc:import-object124+>>"
	passBytes   = "<10'op:deliver<11'desc:export5+>[9'subscribe<18'desc:import-object125+>]f<18'desc:import-object124+>>"
	fulfilBytes = "<10'op:deliver<11'desc:export124+>[7'fulfill{4\"name5\"alice3\"age42+}]ff>"
)

func decoded(tb testing.TB, data string) *Deliver {
	tb.Helper()
	op, _, err := Decode([]byte(data), Limits{})
	if err != nil {
		tb.Fatal(err)
	}
	return op.(*Deliver)
}

func resolve(tb testing.TB) *Resolve {
	tb.Helper()
	op := decoded(tb, fulfilBytes)
	_, at, ok := Resolution(op.Args.Data)
	if !ok {
		tb.Fatal("no resolution")
	}
	return &Resolve{To: op.To, Value: part(op.Args, at)}
}

func TestAllocs(t *testing.T) {
	call, pass, fulfil := decoded(t, callBytes), decoded(t, passBytes), resolve(t)
	buf := make([]byte, 0, 1024)
	decode := func(data string) func() {
		input := []byte(data)
		var d Decoder
		return func() {
			if _, _, err := d.Decode(input, Limits{}); err != nil {
				t.Fatal(err)
			}
			d.Reset()
		}
	}
	for _, tt := range []struct {
		name string
		want float64
		f    func()
	}{
		{"decode a call", 0, decode(callBytes)},
		{"decode a call with a reference", 0, decode(passBytes)},
		{"decode a resolution", 0, decode(fulfilBytes)},
		{"append a call", 0, func() { buf = Modern.Append(buf[:0], call) }},
		{"append a call with a reference", 0, func() { buf = Modern.Append(buf[:0], pass) }},
		{"append a resolution", 0, func() { buf = SuiteMain.Append(buf[:0], fulfil) }},
		{"append a new operation", 0, func() { buf = Modern.Append(buf[:0], &Listen{To: call.To, Resolver: call.Resolver}) }},
		{"read a resolution", 0, func() { Resolution(fulfilArgs.Data) }},
	} {
		if got := testing.AllocsPerRun(100, tt.f); got != tt.want {
			t.Errorf("%s: %v allocations, want %v", tt.name, got, tt.want)
		}
	}
}

var fulfilArgs = body("[7'fulfill{4\"name5\"alice3\"age42+}]")

func benchmarkDecode(b *testing.B, data string) {
	input := []byte(data)
	var d Decoder
	b.SetBytes(int64(len(input)))
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := d.Decode(input, Limits{}); err != nil {
			b.Fatal(err)
		}
		d.Reset()
	}
}

func BenchmarkDecodeCall(b *testing.B)              { benchmarkDecode(b, callBytes) }
func BenchmarkDecodeCallWithReference(b *testing.B) { benchmarkDecode(b, passBytes) }
func BenchmarkDecodeFulfil(b *testing.B)            { benchmarkDecode(b, fulfilBytes) }

func benchmarkAppend(b *testing.B, op Op) {
	buf := make([]byte, 0, 1024)
	b.ReportAllocs()
	for b.Loop() {
		buf = Modern.Append(buf[:0], op)
	}
	b.SetBytes(int64(len(buf)))
}

func BenchmarkAppendCall(b *testing.B)              { benchmarkAppend(b, decoded(b, callBytes)) }
func BenchmarkAppendCallWithReference(b *testing.B) { benchmarkAppend(b, decoded(b, passBytes)) }
func BenchmarkAppendFulfil(b *testing.B)            { benchmarkAppend(b, resolve(b)) }

func BenchmarkResolution(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, _, ok := Resolution(fulfilArgs.Data); !ok {
			b.Fatal("no resolution")
		}
	}
}

// longValues are values of 64 KiB that take long to walk over.
var longValues = map[string][]byte{
	"items of 1 byte": longValue("[", "t", "]"),
	"empty lists":     longValue("[", "[]", "]"),
	"a long text":     []byte("[65000:" + strings.Repeat("x", 65000) + "]"),
	"deep":            []byte(strings.Repeat("[", 32<<10) + strings.Repeat("]", 32<<10)),
	"short fields":    longValue("{", "1+t", "}"),
	"long fields":     longValue("{", "9\"field0000100+", "}"),
}

func longValue(open, item, close string) []byte {
	return []byte(open + strings.Repeat(item, (64<<10)/len(item)) + close)
}

func BenchmarkStep(b *testing.B) {
	for _, name := range slices.Sorted(maps.Keys(longValues)) {
		value := longValues[name]
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(value)))
			for b.Loop() {
				if value[0] == '{' {
					FieldOf(value, "missing")
				} else {
					ElementOf(value, 1<<20)
				}
			}
		})
	}
}
