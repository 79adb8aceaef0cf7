package syrup

// A Span is a part of the input: from Start up to and without End.
type Span struct{ Start, End int }

// Skim finds the end of the value at off, and appends to spans the outermost records whose label is a symbol for which
// want(label) is true.
func Skim(spans []Span, data []byte, off int, lim Limits, want func(label []byte) bool) (_ []Span, end int, err error) {
	var d Decoder
	d.Reset(data, Options{Limits: lim})
	d.off = off
	d.Skip()
	return spans, d.Offset(), d.Err()
}
