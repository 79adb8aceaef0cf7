package randschema

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/ocapn-go/ocapn/idl"
)

// literal returns the tokens of a value of t, which can be written down.
func (g *generator) literal(t *typ) []string {
	if len(t.absent) > 0 && g.chance(4) {
		return []string{pick(g, t.absent...)}
	}
	switch t.kind {
	case idl.KindBool:
		return []string{pick(g, "true", "false")}
	case idl.KindFloat64, idl.KindNumber:
		return []string{pick(g, "0.0", "1", "-0.5", "1.5e300", "3.25", "-7", "2.0e-3", "1.0E+2", "123456789012345678")}
	case idl.KindString:
		return []string{quote(g.text())}
	case idl.KindSymbol:
		return []string{"'" + pick(g, "x", "plain", "a/b", "größer", "+", "-1", "true", "a.b", "_", "%s", "`", "a\\b", "/*")}
	case idl.KindEnum:
		name := pick(g, t.decl.cases...)
		if isIdent(name) && !g.chance(5) {
			return []string{name}
		}
		return []string{quote(name)}
	case idl.KindList:
		out := []string{"["}
		for i := range g.r.IntN(4) {
			if i > 0 {
				out = append(out, ",")
			}
			out = append(out, g.literal(t.elem)...)
		}
		return append(out, "]")
	default:
		return []string{pick(g, integers[t.kind]...)}
	}
}

// integers are numbers in the range of a type, the ends among them.
var integers = map[idl.Kind][]string{
	idl.KindInt:    {"0", "-1", "9223372036854775807", "-9223372036854775808", "007"},
	idl.KindUint:   {"0", "1", "18446744073709551615"},
	idl.KindI8:     {"0", "-128", "127"},
	idl.KindI16:    {"-32768", "32767"},
	idl.KindI32:    {"-2147483648", "2147483647"},
	idl.KindI64:    {"5", "-9223372036854775808", "9223372036854775807"},
	idl.KindU8:     {"0", "255"},
	idl.KindU16:    {"0", "65535"},
	idl.KindU32:    {"4294967295"},
	idl.KindU64:    {"0", "18446744073709551615"},
	idl.KindBigInt: {"0", "-1", "1000000000000000000000000000000", "-99999999999999999999"},
}

// text returns a random string.
func (g *generator) text() string {
	return pick(g, "", "plain", "two words", "größer", "a\nb", "\"quoted\"", "back\\slash", "`tick`", "%d%s", "*/ // /*", "\t", "日本\u00a0", "\u0007", "'", "{}")
}

// quote returns text as a string of the language.
func quote(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range text {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case unicode.IsControl(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
