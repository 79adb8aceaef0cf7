package captptest

import (
	"encoding/hex"
	"fmt"
	"math"
	"math/big"
	"strconv"
	"strings"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// Notation returns one Syrup value in the abstract notation in which the drafts write their examples, such as
//
//	<op:deliver <desc:export 5> ['beep] f <desc:import-object 1>>
//
// Bytes that are no Syrup come out quoted.
//
// Spec: Notation#value.
func Notation(data []byte) string {
	v, err := syrup.Decode(data, syrup.Options{})
	if err != nil {
		return strconv.Quote(string(data))
	}
	return valueNotation(v)
}

// valueNotation returns a decoded value in the notation.
func valueNotation(v any) string {
	var out strings.Builder
	writeValue(&out, v)
	return out.String()
}

func writeValue(out *strings.Builder, v any) {
	switch v := v.(type) {
	case bool:
		out.WriteString(map[bool]string{true: "t", false: "f"}[v])
	case int64:
		out.WriteString(strconv.FormatInt(v, 10))
	case *big.Int:
		out.WriteString(v.String())
	case float64:
		out.WriteString(floatNotation(v))
	case string:
		out.WriteString(strconv.Quote(v))
	case syrup.Symbol:
		out.WriteString("'" + string(v))
	case givenName:
		out.WriteString(string(v))
	case []byte:
		out.WriteString(":" + hex.EncodeToString(v))
	case []any:
		writeList(out, "[", v, "]")
	case syrup.Set:
		writeList(out, "#{", v, "}")
	case syrup.Record:
		writeRecord(out, v)
	case syrup.Dict:
		writeStruct(out, v)
	default:
		fmt.Fprint(out, v)
	}
}

func writeList(out *strings.Builder, start string, items []any, end string) {
	out.WriteString(start)
	for i, item := range items {
		if i > 0 {
			out.WriteByte(' ')
		}
		writeValue(out, item)
	}
	out.WriteString(end)
}

// writeRecord leaves the mark out of a label that is a symbol.
func writeRecord(out *strings.Builder, r syrup.Record) {
	out.WriteByte('<')
	if label, ok := r.Label.(syrup.Symbol); ok {
		out.WriteString(string(label))
	} else {
		writeValue(out, r.Label)
	}
	for _, field := range r.Fields {
		out.WriteByte(' ')
		writeValue(out, field)
	}
	out.WriteByte('>')
}

func writeStruct(out *strings.Builder, d syrup.Dict) {
	out.WriteByte('{')
	for i, entry := range d {
		if i > 0 {
			out.WriteString(", ")
		}
		writeValue(out, entry.Key)
		out.WriteString(": ")
		writeValue(out, entry.Value)
	}
	out.WriteByte('}')
}

func floatNotation(v float64) string {
	switch {
	case math.IsNaN(v):
		return "nan"
	case math.IsInf(v, 0):
		return map[bool]string{true: "inf", false: "-inf"}[v > 0]
	}
	text := strconv.FormatFloat(v, 'f', -1, 64)
	if !strings.Contains(text, ".") {
		text += ".0"
	}
	return text
}
