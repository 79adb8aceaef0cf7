package captp

import (
	"strings"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// messages writes well-formed messages, as the choices say.
type messages struct {
	choices []byte
	depth   int
}

// atoms are values without parts: numbers around the limits of types, and what readers take for something of its own.
var atoms = []string{
	"t", "f", "0+", "42+", "7-", "127+", "128+", "128-", "129-", "255+", "256+", "32768+", "65536+", "2147483648-", "4294967295+", "4294967296+",
	"9007199254740992+", "9007199254740993+", "9007199254740992-", "9007199254740993-", "9223372036854775807+", "9223372036854775808+",
	"9223372036854775808-", "9223372036854775809-", "18446744073709551615+", "18446744073709551616+", "007+", "0-", "123456789012345678901234567890-",
	"D\x40\x45\x00\x00\x00\x00\x00\x00", "D\xc0\x45\x00\x00\x00\x00\x00\x00", "D\x3f\xf8\x00\x00\x00\x00\x00\x00", "D\x80\x00\x00\x00\x00\x00\x00\x00",
	"D\x43\x40\x00\x00\x00\x00\x00\x00", "D\x43\x40\x00\x00\x00\x00\x00\x01", "D\xc3\x40\x00\x00\x00\x00\x00\x00", "D\x7f\xf8\x00\x00\x00\x00\x00\x01",
	"D\xff\xf0\x00\x00\x00\x00\x00\x00", "F\x3f\x80\x00\x00", `0"`, `1"a`, "1'a", "1't", "4'join", "3:abc", "0:", "03:abc", `4"oops`, `<10'desc:error4"oops>`, `7"oops: x`, `5"oops:`,
	"<4'void>", "<4'null>", "<4'void>", "<4'null>", "<3'foo>", "<4'voidt>", `<4"null>`, "<11'desc:export5+>", "<11'desc:export0+>", "<11'desc:export<t>>",
	"<15'ocapn-sturdyref<10'ocapn-peer3'tcp1\"x{1\"b1\"2}>3:abc>", "<15'ocapn-sturdyref<10'ocapn-peer3'tcp1\"xf>0:>", "<15'ocapn-sturdyreff3:abc>",
	"<16'exn:fail:mystery>",
}

// choose returns a number below n; zero when there are no choices left.
func (m *messages) choose(n int) int {
	if len(m.choices) == 0 {
		return 0
	}
	c := m.choices[0]
	m.choices = m.choices[1:]
	return int(c) % n
}

// message returns a list of values, mostly.
func (m *messages) message() []byte {
	if m.choose(16) == 0 {
		return []byte(m.value())
	}
	return []byte("[" + m.values(12) + "]")
}

// value returns a value.
func (m *messages) value() string {
	const deepest, kinds = 24, 40
	m.depth++
	defer func() { m.depth-- }()
	kind := m.choose(kinds)
	if m.depth > deepest || len(m.choices) == 0 {
		kind = kinds
	}
	switch kind {
	case 0, 1, 2:
		return "[" + m.values(7) + "]"
	case 3:
		return "[4'join" + m.values(7) + "]"
	case 4:
		const most = 100
		return "[" + strings.Repeat(atoms[m.choose(len(atoms))], m.choose(most)) + "]"
	case 15:
		const most = 100
		return "[" + strings.Repeat("{}", m.choose(most)) + "]"
	case 16, 17, 18:
		return "<11'desc:export5+>"
	case 5, 6, 7:
		return "{" + m.fields() + "}"
	case 8:
		return "{" + m.value() + m.value() + "}"
	case 9, 10:
		return []string{"<11'desc:tagged", "<8'desc:tag", "<11'user-record"}[m.choose(3)] + []string{"1't", "4'text", "1\"t"}[m.choose(3)] + m.values(3) + ">"
	case 11:
		return "<" + m.value() + m.values(3) + ">"
	case 12, 13:
		return []string{"<10'desc:error", "<16'exn:fail:mystery"}[m.choose(2)] + m.values(3) + ">"
	case 14:
		return "#" + m.value() + "$"
	default:
		return atoms[m.choose(len(atoms))]
	}
}

// values returns fewer than n values.
func (m *messages) values(n int) string {
	var b strings.Builder
	for range m.choose(n) {
		b.WriteString(m.value())
	}
	return b.String()
}

// fields returns some of the fields that a struct may have.
func (m *messages) fields() string {
	var b strings.Builder
	wanted := m.choose(256)
	for i, name := range []string{"a", "name", "<4'void>", "null", "b", "", "born", "tags"} {
		if wanted>>i&1 == 1 {
			b.Write(syrup.AppendString(nil, name))
			b.WriteString(m.value())
		}
	}
	return b.String()
}
