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

// Resolution reads arguments as what a resolver is called with: fulfill or break, and a value, of which it says where it is. It
// reports false if they are anything else. Arguments behind the value are ignored.
//
// Spec: CapTP#fulfill, CapTP#break
func Resolution(args []byte) (broken bool, value syrup.Span, ok bool) {
	selector, start, ok := leadingSelector(args)
	if !ok {
		return false, syrup.Span{}, false
	}
	switch string(selector) {
	case methodFulfill:
	case methodBreak:
		broken = true
	default:
		return false, syrup.Span{}, false
	}
	_, end, err := syrup.Skim(nil, args, start, stepLimits, nil)
	if err != nil {
		return false, syrup.Span{}, false
	}
	return broken, syrup.Span{Start: start, End: end}, true
}
