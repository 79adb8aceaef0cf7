package captp

import (
	"reflect"
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
	cost := itemCost[T]()
	for i := 0; !d.atEnd(); i++ {
		if !d.spend(cost) {
			return nil
		}
		d.step(step{item: i + 1})
		at := d.in.Offset()
		if len(out) > 0 && len(out) == cap(out) {
			out = grow(out, len(d.in.Data())-at)
		}
		out = append(out, each(d))
		d.advance(at)
	}
	if d.err != nil {
		return nil
	}
	return out
}

// itemCost is what one item of a list or struct counts against the budget, in bytes: what it takes up in a slice or map, without what it
// leads to.
func itemCost[T any]() int { return max(anyCost, int(reflect.TypeFor[T]().Size())) }

// grow returns items with room for more: after the first, which is often all there is, for four, and then for twice as many, but for no
// more than can be in what is left of the input. So a list leaves no more behind while it grows than it has at the end.
func grow[T any](items []T, left int) []T {
	n := len(items)
	if n == 1 {
		return slices.Grow(items, 3)
	}
	grown := make([]T, n, n+max(1, min(n, left)))
	copy(grown, items)
	return grown
}

// atEnd reports whether nothing is left in the list that was entered, or nothing that can be read.
func (d *Decoder) atEnd() bool {
	return d.err != nil || d.in.Kind() == syrup.Close
}
