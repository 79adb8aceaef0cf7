package captp

import (
	"errors"
	"strings"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// declaredError is what the errors that an interface declares have in common: they write and read themselves as a tagged
// struct. Whoever wrote the interface decided that peers may see them.
type declaredError interface {
	error
	Marshaler
	Unmarshaler
}

// Raises says which errors the method raises that the message is for: read returns the declared error that a promise was
// broken with, nil if it was another one. What the answer breaks with then has the declared error in its tree, where
// [errors.As] finds it, and so has what breaks because of it: a message to the result that was sent before the result was
// there. Raises returns e.
//
// read is [Raised], or a function that does without variables from around it.
func (e *Encoder) Raises(read func(*BrokenError) error) *Encoder {
	before := e.raises
	if before == nil {
		e.raises = read
		return e
	}
	e.raises = func(b *BrokenError) error { return AnyRaised(b, read, before) }
	return e
}

// Raised returns the reason of b as an error of the declared type E, or nil if it is another one. Peers say in different ways that
// an error happened: see [Decoder.ErrorText].
func Raised[E any, P interface {
	*E
	error
	Unmarshaler
}](b *BrokenError) error {
	if b.body.Data == nil {
		return nil
	}
	e := P(new(E))
	d := b.decoder()
	if e.DecodeOCapN(d); d.Err() != nil {
		return nil
	}
	return e
}

// decoder returns a decoder of the reason.
func (e *BrokenError) decoder() *Decoder {
	if e.vat == nil {
		return newDecoder(e.body)
	}
	return e.vat.decoder(e.body)
}

// AnyRaised returns the first error that one of the functions finds in b, nil if none does.
func AnyRaised(b *BrokenError, read ...func(*BrokenError) error) error {
	for _, f := range read {
		if err := f(b); err != nil {
			return err
		}
	}
	return nil
}

// raised returns err with the reason that it was raised for as a declared error, where it is one that read knows.
func raised(err error, v *Vat, read func(*BrokenError) error) error {
	b, ok := err.(*BrokenError)
	if !ok {
		return err
	}
	out := &BrokenError{Reason: b.Reason, body: b.body, vat: v}
	if read != nil {
		if declared := read(out); declared != nil {
			out.Reason = declared
		}
	}
	return out
}

// ErrorText reads an error that is not tagged, if one stands here, and reports whether it did: some peers cannot break a promise with
// more than a text. It is taken for the error with this tag if the text is the tag, or starts with it, a colon and a space; the
// result is what follows then. Any other text is an *[ArgError]. A generated error whose fields may all be left out is read so.
func (d *Decoder) ErrorText(tag string) (message string, ok bool) {
	text := ""
	if d.in.Kind() == syrup.String {
		text = d.String()
	} else {
		switch string(d.recordLabel()) {
		case labelError, labelMystery:
		default:
			return "", false
		}
		if e := d.remoteError(); e != nil {
			text = e.Message
		}
	}
	message, ok = strings.CutPrefix(text, tag)
	if message != "" && ok {
		message, ok = strings.CutPrefix(message, ": ")
	}
	if !ok {
		d.Refuse("the error "+tag, "another error")
		return "", true
	}
	return message, true
}

// ErrorText returns the text of the declared error with the tag: the tag, and what there is to say beside it.
func ErrorText(tag, message string) string {
	if message == "" {
		return tag
	}
	return tag + ": " + cut(message)
}

// thrownBody returns the reason that a caller in this vat gets of what was thrown: what one across the network would read.
func thrownBody(t *thrown) core.Body {
	data := syrup.AppendString([]byte(syntaxError), strings.ToValidUTF8(t.text, "\uFFFD"))
	return core.Body{Data: append(data, syrup.RecordEnd)}
}

// asDeclared returns the declared error in err's tree, nil if there is none.
func asDeclared(err error) declaredError {
	var declared declaredError
	if errors.As(err, &declared) && !isNilPointer(declared) {
		return declared
	}
	return nil
}
