package captp

import (
	"bytes"
	"strings"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// openings are the brackets that a value which is not whole may begin with.
const openings = string(syrup.ListStart) + string(syrup.DictStart) + string(syrup.RecordStart)

// path returns where the value stands that is written next: the number of the argument, and the items, fields and tags that it is
// in. What has been written so far tells, so that nobody who writes a value has to say where it is going to stand.
func (e *Encoder) path() string {
	var steps []step
	in, at := byte(0), e.head // the bracket around what begins at
	if e.head > 0 {
		in = syrup.ListStart
	}
	for len(steps) < maxSteps {
		n, last, next := e.skimValues(at)
		switch {
		case in == syrup.ListStart:
			steps = append(steps, step{item: n + 1})
		case in == syrup.DictStart && n%2 == 1:
			steps = append(steps, step{name: cut(last)})
		case in == syrup.RecordStart && n == 2: // the label, which says that this is a tagged value, and the tag
			steps = append(steps, tagStep(cut(last)))
		}
		if next == len(e.buf) || strings.IndexByte(openings, e.buf[next]) < 0 {
			break
		}
		in, at = e.buf[next], next+1
	}
	out := ""
	for i := len(steps) - 1; i >= 0; i-- {
		out = joinPath(steps[i].String(), out)
	}
	return out
}

// skimValues returns the number of whole values from the offset at on, the text of the last one, "" if it is no text, and the offset
// at which a value begins that is not whole: at the end, or a bracket that is open.
func (e *Encoder) skimValues(at int) (n int, last string, next int) {
	var value []byte
	for at < len(e.buf) {
		_, end, err := syrup.Skim(nil, e.buf, at, syrup.Limits{}, nil)
		if err != nil {
			break
		}
		n, value, at = n+1, e.buf[at:end], end
	}
	if i := bytes.IndexAny(value, "\"'"); i >= 0 {
		last = string(value[i+1:])
	}
	return n, last, at
}
