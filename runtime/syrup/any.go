package syrup

// Decode returns the value in data, and demands that nothing follows it: bool, int64, *big.Int if an int64 cannot hold it,
// float64, float32, []byte, string, [Symbol], []any, [Dict], [Record] or [Set]. The value is a copy and shares nothing
// with data.
//
// The errors are those of a [Decoder].
//
// Spec: Syrup#specification.
func Decode(data []byte, opts Options) (any, error) {
	var d Decoder
	d.Reset(data, opts)
	v := d.Any()
	if err := d.Finish(); err != nil {
		return nil, err
	}
	return v, nil
}

// Any reads one value, whatever it is, as [Decode] returns it. It returns nil after an error.
func (d *Decoder) Any() any {
	b := builder{d: d}
	v := b.value()
	if d.err != nil {
		return nil
	}
	return v
}

// A builder makes dynamic values. The items of open containers wait on one stack, so that each container is allocated once
// and in its final size.
type builder struct {
	d     *Decoder
	items []any
}

// value reads one value. It calls itself as deep as the limits admit.
func (b *builder) value() any {
	d := b.d
	switch d.Kind() {
	case Bool:
		return d.Bool()
	case Int:
		return b.integer()
	case Float64:
		return d.Float64()
	case Float32:
		return d.Float32()
	case Bytes:
		return d.Bytes()
	case String:
		return d.String()
	case SymbolKind:
		return d.Symbol()
	case List:
		d.List()
		return b.collect()
	case SetKind:
		d.Set()
		return Set(b.collect())
	case RecordKind:
		return b.record()
	case DictKind:
		return b.dict()
	default:
		d.mismatch("value")
		return nil
	}
}

// integer reads an integer as the smaller type that holds it.
func (b *builder) integer() any {
	start := b.d.off
	p := b.d.anInteger()
	if b.d.err != nil {
		return nil
	}
	switch {
	case p.marker == '+' && p.value <= 1<<63-1:
		return int64(p.value)
	case p.marker == '-' && p.value <= 1<<63:
		return int64(-p.value)
	}
	return bigInt(b.d.data[start:p.end], p)
}

// collect reads the items that are left of the container.
func (b *builder) collect() []any {
	base := len(b.items)
	for b.d.More() {
		b.push(b.value())
	}
	own := make([]any, len(b.items)-base)
	copy(own, b.items[base:])
	b.release(base)
	return own
}

// record reads a record.
func (b *builder) record() any {
	b.d.Record()
	label := b.value()
	return Record{Label: label, Fields: b.collect()}
}

// dict reads a dictionary.
func (b *builder) dict() any {
	base := len(b.items)
	b.d.Dict()
	for b.d.More() {
		b.push(b.value())
		b.push(b.value())
	}
	own := make(Dict, (len(b.items)-base)/2)
	for i := range own {
		own[i] = Entry{Key: b.items[base+2*i], Value: b.items[base+2*i+1]}
	}
	b.release(base)
	return own
}

// push puts an item on the stack.
func (b *builder) push(v any) {
	if len(b.items) == cap(b.items) {
		b.grow()
	}
	b.items = append(b.items, v)
}

// grow doubles the stack, but makes it no larger than what is left of the input can fill: an item takes an octet at least. So all the
// stacks of one input, one after the other, are twice as large as it has octets, where append would make five times as much.
func (b *builder) grow() {
	const first = 4
	n := len(b.items)
	grown := make([]any, n, n+max(1, min(max(n, first), len(b.d.data)-b.d.off)))
	copy(grown, b.items)
	b.items = grown
}

// release takes the items from base on off the stack.
func (b *builder) release(base int) {
	clear(b.items[base:])
	b.items = b.items[:base]
}
