package hostiletest

import (
	"fmt"
	"strings"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// value appends a value in Syrup, with anything in it that arguments may have.
func (t *attackText) value(b []byte, depth int) []byte {
	kinds := 16
	if depth <= 0 {
		kinds = 9
	}
	kind := t.r.IntN(kinds)
	if t.valid && kind == 8 {
		kind = 1
	}
	switch kind {
	case 0:
		return syrup.AppendInt(b, t.r.Int64()-t.r.Int64())
	case 1:
		return syrup.AppendUint(b, uint64(t.r.IntN(10)))
	case 2:
		return syrup.AppendBool(b, t.r.IntN(2) == 0)
	case 3:
		return syrup.AppendString(b, texts[t.r.IntN(len(texts))])
	case 4:
		return syrup.AppendSymbol(b, texts[t.r.IntN(len(texts))])
	case 5:
		return syrup.AppendFloat64(b, t.r.NormFloat64())
	case 6:
		return syrup.AppendBytes(b, make([]byte, t.r.IntN(100)))
	case 7:
		return append(b, "[1+2+3+]"...)
	case 8:
		return t.odd(b)
	case 9, 10:
		return t.list(b, depth)
	case 11:
		return t.dict(b, depth)
	case 12:
		return append(t.value(append(b, "<11'desc:tagged3'tag"...), depth-1), '>')
	default:
		return t.reference(b)
	}
}

// texts are texts that have broken programs.
var texts = []string{
	"", "a", "echo", "\x00", "\ufeffbom", "日本語", "\U0001F600", "%s%s%n", "\u202e", "__proto__", "a\nb\r\n\x1b[2J", strings.Repeat("long ", 60),
}

// odd appends a value that few programs have thought of.
func (t *attackText) odd(b []byte) []byte {
	switch t.r.IntN(8) {
	case 0:
		b = append(b, strings.Repeat("9", 1+t.r.IntN(200))...)
		return append(b, "+-"[t.r.IntN(2)])
	case 1:
		return append(b, "D\x7f\xf0\x00\x00\x00\x00\x00\x01"...) // not a number
	case 2:
		return append(b, "D\x80\x00\x00\x00\x00\x00\x00\x00"...) // minus zero
	case 3:
		return append(b, "<10'desc:error3\"bad>"...)
	case 4:
		return append(b, "<4'void>"...)
	case 5:
		return append(b, "<0'>"...)
	case 6:
		return append(b, "<3'foo[]{}>"...)
	default:
		return append(b, "0+"...)
	}
}

func (t *attackText) list(b []byte, depth int) []byte {
	b = append(b, '[')
	for range t.r.IntN(4) {
		b = t.value(b, depth-1)
	}
	return append(b, ']')
}

func (t *attackText) dict(b []byte, depth int) []byte {
	b = append(b, '{')
	for i := range t.r.IntN(4) {
		b = syrup.AppendString(b, string(rune('a'+i)))
		b = t.value(b, depth-1)
	}
	return append(b, '}')
}

// reference appends a descriptor.
func (t *attackText) reference(b []byte) []byte {
	switch n := t.r.IntN(8); {
	case n < 3:
		t.imports++
		return fmt.Appendf(b, "<18'desc:import-object%d+>", 3000+t.imports%200)
	case n < 5:
		t.imports++
		return fmt.Appendf(b, "<19'desc:import-promise%d+>", 4000+t.imports%200)
	case n < 7 || len(t.asked) == 0:
		return fmt.Appendf(b, "<11'desc:export%d+>", t.r.IntN(t.exports+1))
	default:
		return fmt.Appendf(b, "<11'desc:answer%d+>", t.asked[t.r.IntN(len(t.asked))])
	}
}

// mutate returns a message with something wrong in it, most often. The message given may be changed.
func (t *attackText) mutate(msg []byte) []byte {
	if len(msg) < 2 {
		return t.garbage()
	}
	at := t.r.IntN(len(msg))
	switch t.r.IntN(8) {
	case 0:
		msg[at] ^= 1 << t.r.IntN(8)
		return msg
	case 1:
		msg[at] = syrupOctets[t.r.IntN(len(syrupOctets))]
		return msg
	case 2:
		return msg[:at]
	case 3: // without a part
		return append(msg[:at:at], msg[min(len(msg), at+1+t.r.IntN(8)):]...)
	case 4: // with a part twice
		return append(msg[:at:at], msg[t.r.IntN(at+1):]...)
	case 5: // with something between
		return append(append(msg[:at:at], t.forgedPosition()...), msg[at:]...)
	case 6: // one after the other
		other := t.operation()
		return append(msg[:at:at], other[t.r.IntN(len(other)):]...)
	default: // a number that is longer
		return append(append(msg[:at:at], "00000000000000000009"[t.r.IntN(20):]...), msg[at:]...)
	}
}

// syrupOctets are those that mean something.
const syrupOctets = "<>[]{}#$DFtf+-:\"'0123456789ia"

// garbage returns what is no message at all.
func (t *attackText) garbage() []byte {
	b := make([]byte, 1+t.r.IntN(200))
	if t.r.IntN(2) == 0 {
		for i := range b {
			b[i] = syrupOctets[t.r.IntN(len(syrupOctets))]
		}
		return b
	}
	for i := range b {
		b[i] = byte(t.r.Uint32())
	}
	return b
}
