package wire

import (
	"strings"
	"unicode/utf8"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// ErrorForm is how a dialect writes an error value.
type ErrorForm uint8

const (
	// ErrorRecord is desc:error with the text.
	ErrorRecord ErrorForm = iota
	// ErrorText is the text alone, as a string.
	ErrorText
	// ErrorMystery is exn:fail:mystery, which says nothing.
	ErrorMystery
)

// Dialect says what is sent to a peer. What is received needs no dialect.
type Dialect struct {
	// Name is how the dialect is called in settings.
	Name string
	// Version is the version in op:start-session, which both sides must agree on.
	Version string
	// DeliverOnly says that a message whose outcome nobody is told is an op:deliver-only, and not an op:deliver with false for
	// the resolver.
	DeliverOnly bool
	// GC is the form of the gc operations.
	GC GCForm
	// Errors is the form of error values.
	Errors ErrorForm
	// Null says that peers understand the null record. Those that do not are sent the one for undefined.
	Null bool
	// HasGet says that peers understand op:get, op:index and op:untag.
	HasGet bool
	// KeyOrder is the order of the keys of structs.
	KeyOrder syrup.KeyOrder
}

// The dialects, one row each. They are not to be changed.
var (
	// Modern is the draft of July 2026, as @endo/ocapn and current Goblins speak it. JavaScript peers insist on their order of
	// keys, which all others accept.
	Modern = Dialect{
		Name: "modern", Version: "1.0", GC: GCPlural, Errors: ErrorRecord, Null: true, HasGet: true, KeyOrder: syrup.RawOrder,
	}
	// SuitePR is the official test suite on its way to the draft: no op:deliver-only any more, the gc labels not yet renamed.
	SuitePR = Dialect{
		Name: "suite-pr", Version: "1.0", GC: GCSingular, Errors: ErrorText, KeyOrder: syrup.EncodedOrder,
	}
	// SuiteMain is the official test suite as it was until February 2026.
	SuiteMain = Dialect{
		Name: "suite-main", Version: "1.0", DeliverOnly: true, GC: GCSingular, Errors: ErrorText, KeyOrder: syrup.EncodedOrder,
	}
	// Goblins is Spritely Goblins up to 0.17, which loses an op:deliver without a resolver.
	Goblins = Dialect{
		Name: "goblins", Version: "goblins-0.16", DeliverOnly: true, GC: GCOne, Errors: ErrorMystery, HasGet: true,
		KeyOrder: syrup.EncodedOrder,
	}
)

// Append appends an operation. It cannot fail: text that is not valid UTF-8 is made so, and data that is no Syrup is the
// caller's mistake.
func (d *Dialect) Append(dst []byte, op Op) []byte {
	switch op := op.(type) {
	case *Deliver:
		return d.appendDeliver(dst, op)
	case *Resolve:
		return d.appendResolve(dst, op)
	case *Listen:
		return appendListen(dst, op)
	case *Get:
		return appendGet(dst, op)
	case *Index:
		return appendIndex(dst, op)
	case *Untag:
		return appendUntag(dst, op)
	case *GCExports:
		return d.appendGCExports(dst, op)
	case *GCAnswers:
		return d.appendGCAnswers(dst, op)
	case *StartSession:
		return appendStartSession(dst, op)
	case *Abort:
		return appendAbort(dst, op)
	}
	return dst
}

// AppendError appends an error value with a text, as far as the dialect can carry one.
//
// Spec: Model#error
func (d *Dialect) AppendError(dst []byte, text string) []byte {
	switch d.Errors {
	case ErrorText:
		return appendText(dst, text)
	case ErrorMystery:
		return append(dst, "<16'exn:fail:mystery>"...)
	default:
		dst = append(dst, "<10'desc:error"...)
		dst = appendText(dst, text)
		return append(dst, syrup.RecordEnd)
	}
}

// ReadsReason reports whether peers of the dialect can read value as the reason of a broken promise. Those that have one record
// for every error lose the message that breaks a promise with a record that they do not know.
func (d *Dialect) ReadsReason(value []byte) bool {
	if d.Errors != ErrorMystery || len(value) == 0 || value[0] != syrup.RecordStart {
		return true
	}
	var in syrup.Decoder
	in.Reset(value, syrup.Options{Limits: stepLimits})
	in.Record()
	switch string(in.SymbolBytes()) {
	case labelTagged, labelTag, labelError:
		return false
	default:
		return true
	}
}

// appendText appends a string. What is not valid UTF-8 in it would end the session, and is replaced.
func appendText(dst []byte, text string) []byte {
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	return syrup.AppendString(dst, text)
}
