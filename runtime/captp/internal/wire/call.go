package wire

import "github.com/ocapn-go/ocapn/runtime/syrup"

// Call reads arguments as a method call: the selector, and where at most limit of the arguments behind it are. Further ones are
// ignored. It returns a *[StepError] if args is no list that begins with a selector.
//
// Spec: CapTP#sending-and-receiving-messages
func Call(args []byte, limit int) (selector string, rest []syrup.Span, err error) {
	name, at, ok := leadingSelector(args)
	if !ok {
		return "", nil, &StepError{Reason: "the arguments do not begin with a selector"}
	}
	for len(rest) < limit && at < len(args) && args[at] != syrup.ListEnd {
		_, end, err := syrup.Skim(nil, args, at, stepLimits, nil)
		if err != nil {
			return "", nil, &StepError{Reason: "malformed arguments"}
		}
		rest = append(rest, syrup.Span{Start: at, End: end})
		at = end
	}
	return string(name), rest, nil
}

// leadingSelector returns the symbol that a list begins with, and where it ends. A string is taken for one, as some peers
// send strings. The list is well-formed, or reported not to begin so.
func leadingSelector(list []byte) (selector []byte, end int, ok bool) {
	if len(list) == 0 || list[0] != syrup.ListStart {
		return nil, 0, false
	}
	i, size := 1, 0
	for i < len(list) && list[i]-'0' <= 9 && size <= len(list) {
		size = size*10 + int(list[i]-'0')
		i++
	}
	if i == 1 || i == len(list) || list[i] != '\'' && list[i] != '"' || size > len(list)-i-1 {
		return nil, 0, false
	}
	return list[i+1 : i+1+size], i + 1 + size, true
}
