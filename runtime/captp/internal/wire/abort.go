package wire

import (
	"unicode/utf8"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// Abort ends the session. There is no reply.
//
// Spec: CapTP#opabort
type Abort struct {
	// Reason is the peer's text, shortened to the limit. A peer that gives another value than a string has given no text:
	// Reason then says so.
	Reason string
}

// notText is the reason of an abort whose reason is not a string.
const notText = "(the reason is not a text)"

func (*Abort) op() {}

func appendAbort(dst []byte, op *Abort) []byte {
	dst = append(dst, headAbort...)
	dst = appendText(dst, op.Reason)
	return append(dst, syrup.RecordEnd)
}

func (r *reader) abort() Op {
	r.at("reason")
	op := &Abort{Reason: notText}
	if r.d.Kind() == syrup.String {
		op.Reason = string(cut(r.d.StringBytes(), r.lim.AbortReason))
	} else {
		r.d.Skip()
	}
	r.end()
	return op
}

// cut returns the longest prefix of valid UTF-8 text that has at most limit bytes and is valid, too.
func cut[S ~string | ~[]byte](text S, limit int) S {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
}
