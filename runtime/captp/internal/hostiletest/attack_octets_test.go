package hostiletest

import (
	"fmt"
	"strings"
	"testing"
)

// TestDecoderAttacks sends what is hard to read, as arguments of a message to an object.
func TestDecoderAttacks(t *testing.T) {
	attackAll(t, decoderAttacks())
}

func decoderAttacks() []attack {
	rep := strings.Repeat
	const args = "malformed op:deliver, args"
	table := []attack{
		{name: "length of 10^12", say: saying(`<10'op:deliver<11'desc:export1+>[1000000000000"x]ff>`), abort: "op:deliver, args", shapeless: true},
		{name: "length of 2^64", say: saying(`<10'op:deliver<11'desc:export1+>[18446744073709551616:x]ff>`), abort: "op:deliver, args", shapeless: true},
		{name: "length of 2^64+1, which is 1 in 64 bits", say: saying(`<10'op:deliver<11'desc:export1+>[18446744073709551617:x]ff>`), abort: "op:deliver, args", shapeless: true},
		{name: "length of 2^63", say: saying(`<10'op:deliver<11'desc:export1+>[9223372036854775808'x]ff>`), abort: "op:deliver, args", shapeless: true},
		{name: "length with 10,000 digits", say: saying(`<10'op:deliver<11'desc:export1+>[` + rep("9", 10000) + `:x]ff>`), abort: args, shapeless: true},
		{name: "length of the operation", say: saying(`<99999999999'op:deliver>`), abort: "limit", shapeless: true},

		{name: "depth 200", say: saying(echoes(rep("[", 200) + rep("]", 200))), told: "7'fulfill"},
		{name: "depth 300", say: saying(echoes(rep("[", 300) + rep("]", 300))), abort: "limit"},
		{long: true, name: "depth 10^6, lists", say: saying(echoes(rep("[", 1e6))), abort: "limit", shapeless: true},
		{long: true, name: "depth 10^6, structs", say: saying(echoes(rep(`{1"a`, 1e6))), abort: "limit", shapeless: true},
		{long: true, name: "depth 10^6, records", say: saying(echoes(rep("<", 1e6))), abort: "limit", shapeless: true},
		{long: true, name: "depth 10^6, tagged", say: saying(echoes(rep("<11'desc:tagged1't", 1e5))), abort: "limit", shapeless: true},
		{long: true, name: "depth in place of the target", say: saying("<10'op:deliver" + rep("<", 1e5)), abort: "malformed", shapeless: true},
		{long: true, name: "depth in place of a label", say: saying(rep("<", 1e5)), abort: "malformed", shapeless: true},
		{long: true, name: "depth in a reason", say: saying("<8'op:abort" + rep("[", 1e5)), abort: "limit", shapeless: true},
		{long: true, name: "depth in a list of positions", say: saying("<13'op:gc-answers" + rep("[", 1e5)), abort: "malformed", shapeless: true},

		{long: true, name: "2^20 items", say: saying(echoes("[" + rep("t", 1<<20) + "]")), told: "["},
		{long: true, name: "2^20+1 items", say: saying(echoes("[" + rep("t", 1<<20+1) + "]")), abort: "limit"},
		{long: true, name: "8 million items in lists", say: saying(echoes("[" + rep("["+rep("t", 1<<20-1)+"]", 8) + "]")), told: "5'break"},
		{long: true, name: "a million empty lists", say: saying(echoes("[" + rep("[]", 1<<20) + "]")), told: "["},
		{long: true, name: "a million empty structs", say: saying(echoes("[" + rep("{}", 1<<20) + "]")), told: "["},
		{long: true, name: "a million texts without an octet", say: saying(echoes("[" + rep("0\"", 1<<20) + "]")), told: "["},
		{long: true, name: "a million positions let go of", say: saying("<13'op:gc-answers[" + rep("0+", 1e6) + "]>")},
		{long: true, name: "70,000 references", say: saying(echoes(rep("<11'desc:export1+>", 70_000))), abort: "limit"},

		{name: "integer of 16,384 digits", say: saying(echoes(rep("9", 16384) + "+")), told: rep("9", 16384)},
		{name: "integer of 16,385 digits", say: saying(echoes(rep("9", 16385) + "+")), abort: "limit"},
		{long: true, name: "integer of 10^6 digits", say: saying(echoes(rep("9", 1e6) + "-")), abort: "limit"},
		{long: true, name: "500 integers of 16,000 digits", say: saying(echoes(rep(rep("7", 16000)+"+", 500))), told: "["},
		{name: "position of 16,000 digits", say: saying("<10'op:deliver<11'desc:export" + rep("9", 16000) + "+>[]ff>"), abort: "malformed op:deliver, to-desc"},
		{name: "answer of 2^64", say: saying("<10'op:deliver<11'desc:export1+>[]18446744073709551616+f>"), abort: "malformed op:deliver, answer-pos"},
		{name: "negative answer", say: saying("<10'op:deliver<11'desc:export1+>[]1-f>"), abort: "malformed op:deliver, answer-pos"},

		{name: "invalid UTF-8", say: saying(echoes("3\"a\xff\xfe")), abort: args},
		{name: "surrogate in UTF-8", say: saying(echoes("3\"\xed\xa0\x80")), abort: args},
		{name: "UTF-8 that is too long", say: saying(echoes("2'\xc0\x80")), abort: args},
		{long: true, name: "10,000 symbols", say: saying(echoes(symbols(10_000))), told: "["},
		{name: "wrong closer", say: saying("<10'op:deliver<11'desc:export1+>[>ff>"), abort: "malformed", shapeless: true},
		{name: "empty record", say: saying("<>"), abort: "malformed"},
		{name: "label that is a list", say: saying("<[]>"), abort: "malformed"},
		{name: "record in arguments without a label", say: saying(echoes("<>")), abort: args},
		{name: "two operations in one message", say: saying(echoes("1+") + "<13'op:gc-answers[]>"), told: "1+"},
		{name: "garbage behind an operation", say: saying(echoes("1+") + "garbage"), abort: "malformed", shapeless: true},
		{name: "nothing but spaces", say: saying("     "), abort: "malformed", shapeless: true},
		{long: true, name: "message of 16 MiB", say: saying(echoes(fmt.Sprint(15<<20, ":") + rep("x", 15<<20))), told: "15728640:"},
		{long: true, name: "message of 17 MiB", say: saying(echoes(fmt.Sprint(17<<20, ":") + rep("x", 17<<20))), abort: "limit MessageBytes"},
	}
	return append(table, valueAttacks()...)
}

// valueAttacks are values that come back as they are, or are refused.
func valueAttacks() []attack {
	var table []attack
	for name, value := range map[string]string{
		"2^31": "2147483648+", "2^53+1": "9007199254740993+",
		"2^63": "9223372036854775808+", "2^64": "18446744073709551616+", "-2^63-1": "9223372036854775809-", "2^256": "115792089237316195423570985008687907853269984665640564039457584007913129639936+",
		"text with a zero octet": "3\"a\x00b", "byte order mark": "3\"\ufeff", "astral": "4\"\U0001F600", "no character": "3\"\uffff",
		"__proto__": `{9"__proto__1+}`, "empty key": `{0"1+}`,
	} {
		table = append(table, attack{name: name, say: saying(echoes(value)), told: value})
	}
	for name, value := range map[string]string{
		"NaN": "D\x7f\xf0\x00\x00\x00\x00\x00\x01", "minus zero": "D\x80\x00\x00\x00\x00\x00\x00\x00", "-0": "0-", "leading zeros": "007+", "float of 4 octets": "F\x00\x00\x00\x00", "half a float": "D\x00",
		"keys out of order": `{1"b1+1"a2+}`, "a key twice": `{1"a1+1"a2+}`, "key that is an integer": "{1+1+}",
		"key that is a list": "{[]1+}", "key that is a record": "{<1'a>1+}", "key that is NaN": "{D\x7f\xf0\x00\x00\x00\x00\x00\x011+}",
		"key without a value": `{1"a}`, "set": "#1+2+$", "set with two of one": "#1+1+$", "descriptor without a position": "<11'desc:export>",
		"descriptor with two": "<11'desc:export1+1+>", "descriptor in a key": "{<11'desc:export1+>1+}", "unknown descriptor": "<8'desc:foo1+>",
		"descriptor in a label": "<<11'desc:export1+>>", "error": `<10'desc:error1"a>`, "void": "<4'void>", "tag without a payload": "<11'desc:tagged1'a>",
	} {
		table = append(table, attack{name: name, say: saying(echoes(value)), abort: "?", shapeless: true})
	}
	return table
}

// symbols returns different symbols.
func symbols(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "8'%08d", i)
	}
	return b.String()
}

// TestEveryOctet sends each octet as a message of its own, and each in every place of a short one.
func TestEveryOctet(t *testing.T) {
	var table []attack
	const msg = "<10'op:deliver<11'desc:export1+>[1+]1+f>"
	for c := range 256 {
		table = append(table, attack{name: fmt.Sprintf("%#02x", c), say: saying(string([]byte{byte(c)})), abort: "malformed"})
		at := c % len(msg)
		table = append(table, attack{
			name: fmt.Sprintf("%#02x at %d", c, at), say: saying(msg[:at] + string([]byte{byte(c)}) + msg[at+1:]), abort: "?",
		})
	}
	attackAll(t, table, WayMemory)
}

// TestEveryType sends each operation with each type in each field, with fields that are missing, and with fields that are too many.
func TestEveryType(t *testing.T) {
	values := []string{
		"", "t", "f", "0+", "1-", "99999999999999999999+", "D\x00\x00\x00\x00\x00\x00\x00\x00", `1"a`, "1'a", "1:a", "[]", "[1+]", "{}", `{1"a1+}`, "#$",
		"<1'a>", "<11'desc:export0+>", "<11'desc:answer0+>", "<18'desc:import-object1+>", "<19'desc:import-promise1+>", "<17'desc:sig-envelope>",
		"<11'desc:export1->", "<11'desc:export>", "<11'desc:exportf>", "1+1+",
	}
	var table []attack
	for op, fields := range map[string][]string{
		"16'op:start-session": {`3"1.0`, "[]", "[]", "[]"},
		"8'op:abort":          {`1"a`},
		"10'op:deliver":       {"<11'desc:export1+>", "[]", "f", "f"},
		"15'op:deliver-only":  {"<11'desc:export1+>", "[]"},
		"9'op:listen":         {"<11'desc:export1+>", "<18'desc:import-object1+>", "f"},
		"6'op:get":            {"<11'desc:export1+>", `1"a`, "1+"},
		"8'op:index":          {"<11'desc:export1+>", "0+", "1+"},
		"8'op:untag":          {"<11'desc:export1+>", `1"a`, "1+"},
		"13'op:gc-exports":    {"[]", "[]"},
		"12'op:gc-export":     {"[]", "[]"},
		"13'op:gc-answers":    {"[]"},
		"12'op:gc-answer":     {"0+"},
		"11'op:bootstrap":     {"1+", "f"},
	} {
		for i := range fields {
			for _, v := range values {
				other := append([]string(nil), fields...)
				other[i] = v
				msg := "<" + op + strings.Join(other, "") + ">"
				table = append(table, attack{name: fmt.Sprintf("%.60q", msg), say: saying(msg), abort: "?"})
			}
		}
	}
	attackAll(t, table, WayMemory)
}
