package captp

import (
	"slices"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// Given reports whether another argument follows, in the list that was entered, that is not undefined. A leading undefined is
// consumed: it is how a caller skips an optional argument. Given never leaves the list.
func (d *Decoder) Given() bool {
	return !d.atEnd() && !d.IsUndefined() && d.err == nil
}

// DecodeRest reads the items that are left in the list that was entered, such as the rest arguments of a method. The result is nil if
// there are none. DecodeRest does not leave the list.
func DecodeRest[T any](d *Decoder, each func(*Decoder) T) []T {
	var out []T
	for i := 0; !d.atEnd(); i++ {
		if !d.spend(anyCost) {
			return nil
		}
		d.step(step{item: i + 1})
		at := d.in.Offset()
		if len(out) == 1 && cap(out) == 1 { // one item is often all there is, two seldom
			out = slices.Grow(out, 3)
		}
		out = append(out, each(d))
		d.advance(at)
	}
	if d.err != nil {
		return nil
	}
	return out
}

// atEnd reports whether nothing is left in the list that was entered, or nothing that can be read.
func (d *Decoder) atEnd() bool {
	return d.err != nil || d.in.Kind() == syrup.Close
}
