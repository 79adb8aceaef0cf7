package wire

import "github.com/ocapn-go/ocapn/runtime/syrup"

// The methods of a resolver.
const (
	methodFulfill = "fulfill"
	methodBreak   = "break"
)

// Resolve tells a resolver the outcome of a promise. It is a form of Deliver and decodes as one, see [Resolution]; to send it
// in this form saves building the list of arguments.
//
// Spec: CapTP#promise-and-resolver-objects
type Resolve struct {
	To Desc
	// Broken says that Value is why the promise broke, and not what it was fulfilled with.
	Broken bool
	Value  Body
}

func (*Resolve) op() {}

func (d *Dialect) appendResolve(dst []byte, op *Resolve) []byte {
	dst = append(dst, d.sendOnlyHead()...)
	dst = AppendDesc(dst, op.To)
	if op.Broken {
		dst = append(dst, "[5'"+methodBreak...)
	} else {
		dst = append(dst, "[7'"+methodFulfill...)
	}
	dst = AppendBody(dst, op.Value.Data, op.Value.Slots)
	dst = append(dst, syrup.ListEnd)
	return d.appendSendOnlyEnd(dst)
}

// Resolution reads arguments as what a resolver is called with: fulfill or break, and a value. It reports false if they are
// anything else. Arguments behind the value are ignored.
//
// Spec: CapTP#fulfill, CapTP#break
func Resolution(args Body) (broken bool, value Body, ok bool) {
	d := args.decoder()
	d.List()
	selector, ok := leadingSelector(&d)
	if !ok {
		return false, Body{}, false
	}
	switch string(selector) {
	case methodFulfill:
	case methodBreak:
		broken = true
	default:
		return false, Body{}, false
	}
	start := d.Offset()
	d.Skip()
	end := d.Offset()
	if d.Err() != nil {
		return false, Body{}, false
	}
	return broken, args.part(start, end), true
}

// leadingSelector reads the symbol with which the arguments of a method call begin. A string is taken for one, because
// some peers send strings.
func leadingSelector(d *syrup.Decoder) (selector []byte, ok bool) {
	if d.Kind() == syrup.String {
		selector = d.StringBytes()
	} else {
		selector = d.SymbolBytes()
	}
	return selector, d.Err() == nil
}

// Call reads arguments as a method call: the selector, and at most limit of the arguments behind it. Further ones are
// ignored. It returns a *[StepError] if args does not begin with a selector.
func Call(args Body, limit int) (selector string, rest []Body, err error) {
	d := args.decoder()
	d.List()
	name, ok := leadingSelector(&d)
	if !ok {
		return "", nil, &StepError{Reason: "the arguments do not begin with a selector"}
	}
	for len(rest) < limit && d.More() {
		start := d.Offset()
		d.Skip()
		if d.Err() != nil {
			return "", nil, &StepError{Reason: "malformed arguments"}
		}
		rest = append(rest, args.part(start, d.Offset()))
	}
	return string(name), rest, nil
}
