package captp

import (
	"bytes"
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
)

// asError is errors.As, for tests that want one type.
func asError[E error](err error, target *E) bool { return errors.As(err, target) }

func TestDecoderScalars(t *testing.T) {
	tests := []struct {
		name string
		wire string
		read func(*Decoder) any
		want any
		err  string
	}{
		{"int8", "127+", func(d *Decoder) any { return d.Int(8) }, int64(127), ""},
		{"int8 too large", "128+", func(d *Decoder) any { return d.Int(8) }, nil, "the value: want an integer of 8 bits, got one out of range"},
		{"int8 smallest", "128-", func(d *Decoder) any { return d.Int(8) }, int64(-128), ""},
		{"int8 too small", "129-", func(d *Decoder) any { return d.Int(8) }, nil, "the value: want an integer of 8 bits, got one out of range"},
		{"int64 from an integral float", "D\x40\x45\x00\x00\x00\x00\x00\x00", func(d *Decoder) any { return d.Int64() }, int64(42), ""},
		{"int64 from another float", "D\x3f\xf8\x00\x00\x00\x00\x00\x00", func(d *Decoder) any { return d.Int64() }, nil, "the value: want an integer, got a Float64 that is none"},
		{"int64 from a huge float", "D\x7f\xe0\x00\x00\x00\x00\x00\x00", func(d *Decoder) any { return d.Int64() }, nil, "the value: want an integer, got a Float64 that is none"},
		{"int64 from NaN", "D\x7f\xf8\x00\x00\x00\x00\x00\x00", func(d *Decoder) any { return d.Int64() }, nil, "the value: want an integer, got a Float64 that is none"},
		{"int64 from a cut float", "D\x40\x45", func(d *Decoder) any { return d.Int64() }, nil, "the value: want a Float64: malformed"},
		{"int64 from nothing", "", func(d *Decoder) any { return d.Int64() }, nil, "the value: want an integer of 64 bits: malformed"},
		{"int64 after an error", "42+", func(d *Decoder) any { return [2]any{d.Bool(), d.Int64()} }, nil, "the value: want a boolean, got an integer"},
		{"int64 from a string", `1"a`, func(d *Decoder) any { return d.Int64() }, nil, "the value: want an integer of 64 bits, got a string"},
		{"uint8", "255+", func(d *Decoder) any { return d.Uint(8) }, uint64(255), ""},
		{"uint8 too large", "256+", func(d *Decoder) any { return d.Uint(8) }, nil, "the value: want an unsigned integer of 8 bits, got one out of range"},
		{"uint64 largest", "18446744073709551615+", func(d *Decoder) any { return d.Uint(64) }, uint64(1<<64 - 1), ""},
		{"uint from a float", "D\x40\x45\x00\x00\x00\x00\x00\x00", func(d *Decoder) any { return d.Uint(8) }, uint64(42), ""},
		{"uint from a negative float", "D\xc0\x45\x00\x00\x00\x00\x00\x00", func(d *Decoder) any { return d.Uint(8) }, nil, "the value: want an unsigned integer, got a negative one"},
		{"float", "D\x3f\xf8\x00\x00\x00\x00\x00\x00", func(d *Decoder) any { return d.Float64() }, 1.5, ""},
		{"float from an integer", "1+", func(d *Decoder) any { return d.Float64() }, nil, "the value: want a Float64, got an integer"},
		{"number from an integer", "3-", func(d *Decoder) any { return d.Number() }, -3.0, ""},
		{"number from a large integer", "9007199254740993+", func(d *Decoder) any { return d.Number() }, nil, "the value: want a number that a Float64 holds, got a larger integer"},
		{"enum as symbol", "2'OK", func(d *Decoder) any { return d.EnumSymbol() }, Symbol("OK"), ""},
		{"enum as string", `2"OK`, func(d *Decoder) any { return d.EnumSymbol() }, Symbol("OK"), ""},
		{"enum without a name", "0'", func(d *Decoder) any { return d.EnumSymbol() }, nil, "the value: want the name of a case, got an empty one"},
		{"enum as a string without a name", `0"`, func(d *Decoder) any { return d.EnumSymbol() }, nil, "the value: want the name of a case, got an empty one"},
		{"enum from data", "1+", func(d *Decoder) any { return d.EnumSymbol() }, nil, "the value: want a symbol, got an integer"},
		{"symbol as string", `2"OK`, func(d *Decoder) any { return d.Symbol() }, nil, "the value: want a symbol, got a string"},
		{"bool", "t", func(d *Decoder) any { return d.Bool() }, true, ""},
		{"bytes as string", `1"a`, func(d *Decoder) any { return d.Bytes() }, nil, "the value: want a byte array, got a string"},
		{"reference as data", "1+", func(d *Decoder) any { return d.Ref() }, nil, "the value: want a reference, got an integer"},
		{"record as reference", "<3'foo>", func(d *Decoder) any { return d.Ref() }, nil, "the value: want a reference, got a record"},
		{"sturdyref as data", "1+", func(d *Decoder) any { return d.SturdyRef() }, nil, "the value: want a sturdyref, got an integer"},
		{"error", `<10'desc:error1"x>`, func(d *Decoder) any { return d.Error() }, &RemoteError{Message: "x"}, ""},
		{"error as string", `1"x`, func(d *Decoder) any { return d.Error() }, nil, "the value: want an error, got a string"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDecoder(core.Body{Data: []byte(tt.wire)})
			got := tt.read(d)
			if tt.err != "" {
				var err *ArgError
				if !asError(d.Err(), &err) {
					t.Fatalf("got %v and error %v, want *ArgError", got, d.Err())
				}
				if diff := cmp.Diff(tt.err, err.PublicReason()); diff != "" {
					t.Errorf("error (-want +got):\n%s", diff)
				}
				return
			}
			if d.Err() != nil {
				t.Fatal(d.Err())
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestDecoderKeepsNothing overwrites what was read: strings, symbols and byte arrays are the caller's own.
func TestDecoderKeepsNothing(t *testing.T) {
	data := []byte(`3"ada3'bob5:carol4"dave3'eve`)
	d := newDecoder(core.Body{Data: data})
	got := []any{d.String(), d.Symbol(), d.Bytes(), d.String(), d.Symbol()}
	if d.Err() != nil {
		t.Fatal(d.Err())
	}
	clear(data)
	if diff := cmp.Diff([]any{"ada", Symbol("bob"), []byte("carol"), "dave", Symbol("eve")}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestDecoderArguments(t *testing.T) {
	tests := []struct {
		name     string
		wire     string
		selector string
		err      string
	}{
		{"as declared", `[4'join3"ada7+]`, "join", ""},
		{"selector as string", `[4"join3"ada7+]`, "join", ""},
		{"extra argument", `[4'join3"ada7+t]`, "join", ""},
		{"missing argument", `[4'join3"ada]`, "join", "age: want an integer of 16 bits, got nothing"},
		{"wrong argument", `[4'join5+7+]`, "join", "who: want a string, got an integer"},
		{"no selector", `[5+]`, "", "who: want a string, got an integer"},
		{"no arguments", `[]`, "", "who: want a string, got nothing"},
		{"no list", `5+`, "", "the value: want a list, got an integer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDecoder(core.Body{Data: []byte(tt.wire)})
			if diff := cmp.Diff(tt.selector, string(d.Selector())); diff != "" {
				t.Errorf("selector (-want +got):\n%s", diff)
			}
			who := d.At("who").String()
			age := d.At("age").Int(16)
			err := d.Close()
			if tt.err == "" {
				if err != nil || who != "ada" || age != 7 {
					t.Errorf("got %q, %d, %v", who, age, err)
				}
				return
			}
			var arg *ArgError
			if !asError(err, &arg) {
				t.Fatalf("got error %v, want *ArgError", err)
			}
			if diff := cmp.Diff(tt.err, arg.PublicReason()); diff != "" {
				t.Errorf("error (-want +got):\n%s", diff)
			}
		})
	}
}

// A list that does not begin with a selector has none, whatever was read before.
func TestDecoderSelectorAgain(t *testing.T) {
	d := newDecoder(core.Body{Data: []byte("[4'join[5+]]")})
	if got := string(d.Selector()); got != "join" {
		t.Errorf("got %q", got)
	}
	if got := d.Selector(); got != nil || d.Err() != nil {
		t.Errorf("got %q, error %v", got, d.Err())
	}
}

func TestDecoderCloseExact(t *testing.T) {
	for wire, want := range map[string]bool{"[1'a]": true, "[1'a1+]": false} {
		d := newDecoder(core.Body{Data: []byte(wire)})
		d.Selector()
		if err := d.CloseExact(); (err == nil) != want {
			t.Errorf("%s: %v", wire, err)
		}
	}
}

func TestDecoderOptionalArguments(t *testing.T) {
	tests := []struct {
		name  string
		wire  string
		limit Opt[int64]
		rest  []string
		err   string
	}{
		{"all", `[4'list7+1"a1"b]`, Some(int64(7)), []string{"a", "b"}, ""},
		{"no rest", `[4'list7+]`, Some(int64(7)), nil, ""},
		{"nothing", `[4'list]`, Opt[int64]{}, nil, ""},
		{"left out", `[4'list<4'void>1"a]`, Opt[int64]{}, []string{"a"}, ""},
		{"wrong", `[4'list1"x]`, Opt[int64]{}, nil, "limit: want an integer of 64 bits, got a string"},
		{"wrong rest", `[4'list7+1"a5+]`, Opt[int64]{}, nil, "[1]: want a string, got an integer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDecoder(core.Body{Data: []byte(tt.wire)})
			d.Selector()
			var limit Opt[int64]
			if d.At("limit").Given() {
				limit = Some(d.Int64())
			}
			rest := DecodeRest(d, (*Decoder).String)
			err := d.CloseExact()
			if tt.err != "" {
				var arg *ArgError
				if !asError(err, &arg) {
					t.Fatalf("got error %v, want *ArgError", err)
				}
				if diff := cmp.Diff(tt.err, arg.PublicReason()); diff != "" {
					t.Errorf("error (-want +got):\n%s", diff)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.limit, limit); diff != "" {
				t.Errorf("limit (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.rest, rest); diff != "" {
				t.Errorf("rest (-want +got):\n%s", diff)
			}
		})
	}
}

// person is what generated code makes of a struct.
type person struct {
	name string
	tags []string
	born Opt[int64]
}

func (p *person) DecodeOCapN(d *Decoder) {
	var hasName bool
	d.Dict()
	for d.More() {
		switch string(d.Key()) {
		case "name":
			p.name, hasName = d.At("name").String(), true
		case "tags":
			p.tags = DecodeList(d.At("tags"), (*Decoder).String)
		case "born":
			p.born = DecodeOpt(d.At("born"), (*Decoder).IsNull, (*Decoder).Int64)
		default:
			d.Skip()
		}
	}
	if !hasName {
		d.Missing("name")
	}
}

func (p person) EncodeOCapN(e *Encoder) {
	e.Raw(`{4"born`)
	EncodeOpt(e, p.born, (*Encoder).Int, "<4'null>")
	e.Raw(`4"name`)
	e.String(p.name)
	e.Raw(`4"tags`)
	EncodeList(e, p.tags, (*Encoder).String)
	e.Raw("}")
}

func TestStructs(t *testing.T) {
	tests := []struct {
		name string
		wire string
		want []person
		err  string
	}{
		{"all fields", `[{4"born7+4"name3"ada4"tags[1"x]}]`, []person{{"ada", []string{"x"}, Some(int64(7))}}, ""},
		{"null", `[{4"born<4'null>4"name3"ada4"tags[]}]`, []person{{name: "ada", tags: []string{}}}, ""},
		{"unknown fields", `[{3"foo[{1"a1+}]4"name3"ada}]`, []person{{name: "ada"}}, ""},
		{"missing field", `[{4"name1"a}{}]`, nil, "people[1].name: want a value, got nothing"},
		{"wrong field", `[{4"name1"a4"tags[1"a5+]}]`, nil, "people[0].tags[1]: want a string, got an integer"},
		{"no struct", `[5+]`, nil, "people[0]: want a struct, got an integer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			d := newDecoder(core.Body{Data: []byte("[" + tt.wire + "]")})
			d.Args()
			got := DecodeList(d.At("people"), Decode[person])
			err := d.Close()
			if tt.err != "" {
				var arg *ArgError
				if !asError(err, &arg) {
					t.Fatalf("got error %v, want *ArgError", err)
				}
				if diff := cmp.Diff(tt.err, arg.PublicReason()); diff != "" {
					t.Errorf("error (-want +got):\n%s", diff)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(person{})); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
	e := new(Encoder)
	EncodeList(e, []person{{"ada", []string{"x"}, Some(int64(7))}, {name: "bob"}}, Encode[person])
	if diff := cmp.Diff(`[{4"born7+4"name3"ada4"tags[1"x]}{4"born<4'null>4"name3"bob4"tags[]}]`, string(e.buf)); diff != "" {
		t.Errorf("encoded (-want +got):\n%s", diff)
	}
}

func TestDecoderReferences(t *testing.T) {
	v := core.New(core.Config{})
	a, b := v.NewObject(nil), v.NewObject(nil)
	// A placeholder and a descriptor as it came, one of them inside of a struct.
	data := `[2'hi<t>{3"who<11'desc:export5+>}t]`
	body := core.Body{Data: []byte(data), Slots: []core.Slot{{Start: 5, End: 8, Cap: a}, {Start: 14, End: 32, Cap: b}}}

	d := newDecoder(body)
	d.Selector()
	first := d.Ref()
	d.Dict()
	d.More()
	d.Key()
	second := d.Ref()
	d.EndList()
	last := d.Bool()
	if err := d.CloseExact(); err != nil || first.node != a || second.node != b || !last {
		t.Errorf("got %v, %v, %v, %v", first, second, last, err)
	}

	d = newDecoder(body)
	if diff := cmp.Diff([]any{Symbol("hi"), Ref{a}, map[string]any{"who": Ref{b}}, true}, d.Any(), cmp.Comparer(func(a, b Ref) bool { return a == b })); diff != "" {
		t.Errorf("as any (-want +got):\n%s", diff)
	}

	d = newDecoder(body)
	d.Selector()
	_ = d.At("who").String()
	if diff := cmp.Diff("captp: who: want a string, got a reference", d.Err().Error()); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}

	d = newDecoder(body)
	d.Selector()
	d.Skip()
	d.Skip()
	if !d.Bool() || d.Err() != nil {
		t.Errorf("skipped references: %v", d.Err())
	}
}

// A promise among many references costs no more than one among few.
func TestPartsOfManyReferences(t *testing.T) {
	const promises = 5_000
	cost := func(references int) time.Duration {
		body := core.Body{Data: bytes.Repeat([]byte("1+"), promises)}
		for range references {
			body.Data = append(body.Data, "<1'r>"...)
			end := len(body.Data)
			body.Slots = append(body.Slots, core.Slot{Start: end - 5, End: end, Cap: nil})
		}
		d, e := newDecoder(body), Encoder{}
		best := time.Duration(math.MaxInt64)
		for range 5 {
			start := time.Now()
			for i := range promises {
				e.reset()
				d.appendPart(&e, 2*i, 2*i+2)
			}
			best = min(best, time.Since(start))
		}
		return best
	}
	if few, many := cost(1), cost(20_000); many > 50*few {
		t.Errorf("%d parts beside one reference take %v, beside 20,000 %v", promises, few, many)
	}
}
