package syrup_test

import (
	"fmt"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

func Example() {
	buf := append([]byte(nil), "<6'person"...)
	buf = syrup.AppendString(buf, "Alice")
	buf = syrup.AppendInt(buf, 30)
	buf = append(buf, syrup.RecordEnd)
	fmt.Printf("%s\n", buf)

	var d syrup.Decoder
	d.Reset(buf, syrup.Options{})
	d.Record()
	label, name, age := d.Symbol(), d.String(), d.Int64()
	d.End()
	fmt.Println(label, name, age, d.Finish())
	// Output:
	// <6'person5"Alice30+>
	// person Alice 30 <nil>
}

func ExampleAppend() {
	animal := map[string]any{"name": "Tabatha", "age": 12, "eats": syrup.Set{"mice", "fish"}}
	buf, err := syrup.Append(nil, animal, syrup.EncodedOrder)
	fmt.Printf("%s %v\n", buf, err)

	_, err = syrup.Append(nil, []any{1, struct{}{}}, syrup.EncodedOrder)
	fmt.Println(err)
	// Output:
	// {3"age12+4"eats#4"fish4"mice$4"name7"Tabatha} <nil>
	// syrup: cannot encode [1]: struct {} has no form in Syrup
}

func ExampleDecode() {
	value, err := syrup.Decode([]byte(`[1+5"hello4'void<1'xD?`+"\xf8\x00\x00\x00\x00\x00\x00"+`>]`), syrup.Options{})
	fmt.Printf("%#v %v\n", value, err)

	_, err = syrup.Decode([]byte(`{4"name5"Alice4"tags[3"abc?]}`), syrup.Options{})
	fmt.Println(err)
	// Output:
	// []interface {}{1, "hello", "void", syrup.Record{Label:"x", Fields:[]interface {}{1.5}}} <nil>
	// syrup: unexpected octet '?' at .tags[1] (offset 26)
}

func ExampleDecoder_More() {
	var d syrup.Decoder
	d.Reset([]byte(`{3"red1+4"blue2+}`), syrup.Options{})
	for d.Dict(); d.More(); {
		fmt.Println(d.String(), d.Int64())
	}
	fmt.Println(d.Finish())
	// Output:
	// red 1
	// blue 2
	// <nil>
}

func ExampleSkim() {
	args := []byte(`[5"hello<11'desc:export3+>{2"me<11'desc:export4+>}]next`)
	export := func(label []byte) bool { return string(label) == "desc:export" }
	spans, end, err := syrup.Skim(nil, args, 0, syrup.Limits{}, export)
	for _, s := range spans {
		fmt.Printf("%s\n", args[s.Start:s.End])
	}
	fmt.Printf("then %s, %v\n", args[end:], err)
	// Output:
	// <11'desc:export3+>
	// <11'desc:export4+>
	// then next, <nil>
}

func ExampleScanner() {
	var s syrup.Scanner
	for _, piece := range []string{`[5"he`, `llo`, `]12+`} {
		n, done, err := s.Scan([]byte(piece))
		fmt.Println(n, done, err)
	}
	// Output:
	// 5 false <nil>
	// 3 false <nil>
	// 1 true <nil>
}

func ExampleCheckCanonical() {
	for _, wire := range []string{`{1"at1"bt}`, `{1"bt1"at}`, `[007+]`} {
		fmt.Println(syrup.CheckCanonical([]byte(wire), syrup.EncodedOrder, syrup.Limits{}))
	}
	// Output:
	// <nil>
	// syrup: not canonical: key or member out of order at {1} (offset 5)
	// syrup: not canonical: integer with zero in front, or negative zero at [0] (offset 1)
}
