package wire

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// samples are values of every kind, and descriptors of every kind.
var samples = map[string]string{
	"true":             "t",
	"false":            "f",
	"zero":             "0+",
	"one":              "1+",
	"minus one":        "1-",
	"beyond 64 bits":   "18446744073709551616+",
	"float":            "D@\x09\x99\x99\x99\x99\x99\x9a",
	"bytes":            "1:x",
	"string":           "1\"x",
	"symbol":           "1'x",
	"list":             "[]",
	"list of one":      "[1+]",
	"list of minus 1":  "[1-]",
	"list of symbol":   "[1'x]",
	"struct":           "{}",
	"set":              "#$",
	"record":           "<1'x>",
	"export":           "<11'desc:export1+>",
	"export, two":      "<11'desc:export1+1+>",
	"export, none":     "<11'desc:export>",
	"export, text":     "<11'desc:export1\"x>",
	"export, minus":    "<11'desc:export1->",
	"export, large":    "<11'desc:export18446744073709551616+>",
	"export, string":   "<11\"desc:export1+>",
	"answer":           "<11'desc:answer1+>",
	"import-object":    "<18'desc:import-object1+>",
	"import-promise":   "<19'desc:import-promise1+>",
	"import-odd":       "<10'desc:thing1+>",
	"give":             give,
	"malformed":        "x",
	"public key":       helloKey,
	"short key":        strings.Replace(helloKey, "32:", "31:", 1),
	"locator":          helloLocation,
	"signature":        helloSignature,
	"key as signature": strings.Replace(helloSignature, "sig-val", "sig-lav", 1),
}

// A field of an operation, and the samples that may stand there.
type field struct {
	name string
	good []string
}

var (
	targetSamples   = []string{"export", "answer"}
	resolverSamples = []string{"import-object", "import-promise"}
	posSamples      = []string{"zero", "one"}
	listSamples     = []string{"list", "list of one", "list of minus 1", "list of symbol", "public key", "signature", "key as signature"}
	gcSamples       = []string{"list of one", "one", "zero"}
)

var operations = map[string][]field{
	"<16'op:start-session": {
		{"captp-version", []string{"string"}},
		{"session-pubkey", []string{"public key"}},
		{"acceptable-location", []string{"locator"}},
		{"acceptable-location-sig", []string{"signature"}},
	},
	"<10'op:deliver": {
		{"to-desc", targetSamples},
		{"args", listSamples},
		{"answer-pos", append([]string{"false"}, posSamples...)},
		{"resolve-me-desc", append([]string{"false"}, resolverSamples...)},
	},
	"<15'op:deliver-only": {{"to-desc", targetSamples}, {"args", listSamples}},
	"<9'op:listen": {
		{"to-desc", targetSamples},
		{"listen-desc", resolverSamples},
		{"wants-partial", []string{"true", "false"}},
	},
	"<6'op:get": {{"receiver-desc", targetSamples}, {"field-name", []string{"string"}}, {"new-answer-pos", posSamples}},
	"<8'op:index": {
		{"receiver-desc", targetSamples},
		{"index", []string{"one", "zero", "minus one", "beyond 64 bits"}},
		{"new-answer-pos", posSamples},
	},
	"<8'op:untag":       {{"receiver-desc", targetSamples}, {"tag", []string{"string"}}, {"new-answer-pos", posSamples}},
	"<13'op:gc-exports": {{"export-pos-list", gcSamples}, {"wire-delta-list", gcSamples}},
	"<12'op:gc-export":  {{"export-pos-list", gcSamples}, {"wire-delta-list", gcSamples}},
	"<13'op:gc-answers": {{"answer-pos-list", append([]string{"list"}, gcSamples...)}},
	"<12'op:gc-answer":  {{"answer-pos-list", append([]string{"list"}, gcSamples...)}},
}

// opName is how errors call an operation.
var opName = map[string]string{
	"<12'op:gc-export": opGCExports,
	"<12'op:gc-answer": opGCAnswers,
}

// TestDecodeMistyped puts every sample into every field of every operation.
func TestDecodeMistyped(t *testing.T) {
	count := 0
	for _, head := range slices.Sorted(maps.Keys(operations)) {
		fields := operations[head]
		name := opName[head]
		if name == "" {
			_, name, _ = strings.Cut(head, "'")
		}
		for i, f := range fields {
			for _, sample := range slices.Sorted(maps.Keys(samples)) {
				values := make([]string, len(fields))
				for j := range fields {
					values[j] = samples[fields[j].good[0]]
				}
				values[i] = samples[sample]
				message := head + strings.Join(values, "") + ">"
				op, n, err := Decode([]byte(message), Limits{})
				count++
				if slices.Contains(f.good, sample) {
					if err != nil || n != len(message) {
						t.Errorf("%s, %s: %s: %v", name, f.name, sample, err)
					}
					continue
				}
				wantField := f.name
				if wantField == "export-pos-list" && sample == "list" {
					wantField = "wire-delta-list" // which is not as long
				}
				wantDecodeError(t, message, op, err, name, wantField)
			}
		}
	}
	if want := len(samples) * 28; count != want {
		t.Errorf("%d cases, want %d: is every operation in the table?", count, want)
	}
}

// TestDecodeFieldCount leaves fields out of operations, and adds one.
func TestDecodeFieldCount(t *testing.T) {
	for head, fields := range operations {
		name := opName[head]
		if name == "" {
			_, name, _ = strings.Cut(head, "'")
		}
		message := head
		for i, f := range fields {
			if op, _, err := Decode([]byte(message+">"), Limits{}); name != opListen || i < 2 {
				wantDecodeError(t, message+">", op, err, name, f.name)
			}
			message += samples[f.good[0]]
		}
		message += "1+>"
		op, _, err := Decode([]byte(message), Limits{})
		wantDecodeError(t, message, op, err, name, "")
	}
	for _, message := range []string{"<8'op:abort>", "<8'op:abort1\"x1\"x>"} {
		op, _, err := Decode([]byte(message), Limits{})
		if _, ok := errors.AsType[*DecodeError](err); !ok || op != nil {
			t.Errorf("%q: %v, %v", message, op, err)
		}
	}
}

func wantDecodeError(t *testing.T, message string, op Op, err error, wantOp, wantField string) {
	t.Helper()
	e, ok := errors.AsType[*DecodeError](err)
	switch {
	case !ok || op != nil:
		t.Errorf("%q: %v, %v, want a DecodeError", message, op, err)
	case e.Op != wantOp || e.Field != wantField:
		t.Errorf("%q: error about %q, %q, want %q, %q: %v", message, e.Op, e.Field, wantOp, wantField, err)
	case e.Err == nil || !strings.Contains(e.PublicReason(), wantOp):
		t.Errorf("%q: %#v", message, e)
	}
}

// badSlots are descriptors in arguments that make an operation undecodable.
var badSlots = map[string]string{
	"no position":                 "<18'desc:import-object>",
	"two positions":               "<18'desc:import-object1+1+>",
	"negative position":           "<11'desc:export1->",
	"large position":              "<11'desc:answer18446744073709551616+>",
	"position is a string":        "<19'desc:import-promise1\"1>",
	"nested":                      "{1\"a[<3'foo<11'desc:export>>]}",
	"envelope without signature":  "<17'desc:sig-envelope<17'desc:handoff-give>>",
	"envelope with three fields":  "<17'desc:sig-envelope<17'desc:handoff-give>1+1+>",
	"empty envelope":              "<17'desc:sig-envelope>",
	"reference in an envelope":    "<17'desc:sig-envelope[<11'desc:export1+>]" + sigVal + ">",
	"label is a string":           "[<11\"desc:export1+>]",
	"label is a byte array":       "{1\"a<18:desc:import-object1+>}",
	"label in a label":            "<<11\"desc:export1+>>",
	"string label in a set":       "#<3'foo1+<11\"desc:answer1+>>$",
	"string label in an envelope": "<17'desc:sig-envelope[<11\"desc:export1+>]" + sigVal + ">",
	"string label in a handoff":   "<17'desc:sig-envelope<17'desc:handoff-give<11:desc:export1+>>" + sigVal + ">",
	"envelope, label is a string": "<17\"desc:sig-envelope<17'desc:handoff-give>" + sigVal + ">",
	"string label in a key":       "{<11\"desc:answer1+>1+}",
}

func withArgument(value string) string {
	return "<10'op:deliver<11'desc:export1+>[1+" + value + "2+]ff>"
}

func TestDecodeBadSlots(t *testing.T) {
	for name, value := range badSlots {
		t.Run(name, func(t *testing.T) {
			message := withArgument(value)
			op, _, err := Decode([]byte(message), Limits{})
			wantDecodeError(t, message, op, err, opDeliver, "args")
		})
	}
}

func TestDecodeUnknownOp(t *testing.T) {
	long := strings.Repeat("é", 40)
	for message, label := range map[string]string{
		"<8'op:flush1+[1+]>":        "op:flush",
		"<0'>":                      "",
		"<11'desc:export1+>":        "desc:export",
		"<80'" + long + ">":         long[:64],
		"<18'op:deliver-somehow[]>": "op:deliver-somehow",

		"<9'op:listem<11'desc:export1+>1+1+[1+]>": "op:listem",
	} {
		op, n, err := Decode([]byte(message+"<8'op:abort0\">"), Limits{})
		e, ok := errors.AsType[*UnknownOpError](err)
		switch {
		case !ok || op != nil:
			t.Errorf("%q: %v, %v", message, op, err)
		case e.Label != label || n != len(message):
			t.Errorf("%q: label %q, length %d", message, e.Label, n)
		}
	}
}

func TestDecodeNoOp(t *testing.T) {
	for _, message := range []string{"", "x", "1+", "[]", "<>", "<10:op:deliver>", "<10\"op:deliver>", " <8'op:abort0\">", "<8'op:flush", "<8'op:flush1"} {
		op, n, err := Decode([]byte(message), Limits{})
		if _, ok := errors.AsType[*DecodeError](err); !ok || op != nil || n != 0 {
			t.Errorf("%q: %v, %d, %v", message, op, n, err)
		}
	}
}

func TestLimits(t *testing.T) {
	deliver := func(args string) string { return "<10'op:deliver<11'desc:export1+>[" + args + "]ff>" }
	const ref = "<11'desc:export1+>"
	nested := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	for _, tt := range []struct {
		name      string
		lim       Limits
		good, bad string
	}{
		{"MessageBytes", Limits{MessageBytes: 100}, deliver(strings.Repeat("t", 63)), deliver(strings.Repeat("t", 64))},
		{"Depth", Limits{Depth: 10}, deliver(nested(8)), deliver(nested(11))},
		{"Depth by default", Limits{}, deliver(nested(250)), deliver(nested(257))},
		{"Digits", Limits{Digits: 30}, deliver(strings.Repeat("1", 30) + "+"), deliver(strings.Repeat("1", 31) + "+")},
		{"Digits of an index", Limits{Digits: 30}, "<8'op:index" + ref + strings.Repeat("1", 30) + "+1+>", "<8'op:index" + ref + strings.Repeat("1", 31) + "+1+>"},
		{"Items", Limits{Items: 10}, deliver("tttttttttt"), deliver("ttttttttttt")},
		{"Items of gc", Limits{Items: 3}, "<13'op:gc-answers[1+1+1+]>", "<13'op:gc-answers[1+1+1+1+]>"},
		{"Slots", Limits{Slots: 3}, deliver(ref + ref + ref), deliver(ref + ref + ref + ref)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, _, err := Decode([]byte(tt.good), tt.lim); err != nil {
				t.Errorf("within: %v", err)
			}
			_, _, err := Decode([]byte(tt.bad), tt.lim)
			if _, ok := errors.AsType[*syrup.LimitError](err); !ok {
				t.Errorf("beyond: %v, want a LimitError", err)
			}
		})
	}
	t.Run("MessageBytes of the first operation", func(t *testing.T) {
		first, second := "<8'op:abort0\">", deliver(strings.Repeat("t", 100))
		if _, n, err := Decode([]byte(first+second), Limits{MessageBytes: 50}); err != nil || n != len(first) {
			t.Errorf("n %d, %v", n, err)
		}
	})
	t.Run("AbortReason", func(t *testing.T) {
		op, _, err := Decode([]byte("<8'op:abort6\"aééb>"), Limits{AbortReason: 4})
		if a, ok := op.(*Abort); !ok || a.Reason != "aé" {
			t.Errorf("%v, %v", op, err)
		}
	})
}
