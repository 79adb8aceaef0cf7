package syrup

import (
	"bytes"
	"cmp"
	"slices"
)

// compareKeys compares two encoded keys. In RawOrder they must be spelled without zeros in front of the length.
func compareKeys(a, b []byte, order KeyOrder) int {
	if order == EncodedOrder {
		return bytes.Compare(a, b)
	}
	return compareRaw(a, b)
}

// compareRaw compares two encoded keys in RawOrder.
func compareRaw(a, b []byte) int {
	ta, ma := contents(a)
	tb, mb := contents(b)
	switch {
	case ma == 0 && mb == 0:
		return bytes.Compare(a, b)
	case ma == 0:
		return +1
	case mb == 0:
		return -1
	}
	if c := bytes.Compare(ta, tb); c != 0 {
		return c
	}
	return cmp.Compare(markerRank(ma), markerRank(mb))
}

// ascend reports whether each key comes behind the one before it.
func ascend(data []byte, keys []keySpan, order KeyOrder) bool {
	for i := 1; i < len(keys); i++ {
		if compareKeys(keys[i-1].in(data), keys[i].in(data), order) >= 0 {
			return false
		}
	}
	return true
}

// contents returns what an encoded string, symbol or byte array holds, and its marker; for any other value, no marker.
func contents(key []byte) (text []byte, marker byte) {
	for i, c := range key {
		if c-'0' <= 9 {
			continue
		}
		if i > 0 && (c == '"' || c == '\'' || c == ':') {
			return key[i+1:], c
		}
		break
	}
	return nil, 0
}

// markerRank orders keys of equal contents: strings, symbols, byte arrays.
func markerRank(marker byte) int {
	switch marker {
	case '"':
		return 0
	case '\'':
		return 1
	}
	return 2
}

// inlineKeys is how many keys a keyStack holds without allocating.
const inlineKeys = 16

// keptKeys is how many keys a keyStack keeps room for when a Decoder gets new input.
const keptKeys = 1024

// A keySpan is where a key lies in the input.
type keySpan struct {
	start, end int32
}

// in returns the encoded key.
func (k keySpan) in(data []byte) []byte { return data[k.start:k.end] }

// A keyStack remembers the keys of the open dictionaries and sets, so that one which is not in order can be searched for
// duplicates when it closes, without a second look at anything else. Small ones need no allocation.
type keyStack struct {
	inline [inlineKeys]keySpan
	n      int32
	spill  []keySpan
}

// A keyRegion is the part of the stack that belongs to one container.
type keyRegion struct {
	base    int32
	spilled bool
}

// reset forgets all keys, and the memory too if it is much.
func (s *keyStack) reset() {
	s.n = 0
	s.spill = s.spill[:0]
	if cap(s.spill) > keptKeys {
		s.spill = nil
	}
}

// open begins the region of a container.
func (s *keyStack) open() keyRegion { return keyRegion{base: s.n} }

// push adds a key to the region, which must be that of the innermost open container.
func (s *keyStack) push(r *keyRegion, key keySpan) {
	if !r.spilled {
		if int(s.n) < len(s.inline) {
			s.inline[s.n] = key
			s.n++
			return
		}
		base := int32(len(s.spill))
		s.spill = append(s.spill, s.inline[r.base:s.n]...)
		s.n = r.base
		*r = keyRegion{base: base, spilled: true}
	}
	s.spill = append(s.spill, key)
}

// of returns the keys in the region, which must be that of the innermost open container.
func (s *keyStack) of(r keyRegion) []keySpan {
	if r.spilled {
		return s.spill[r.base:]
	}
	return s.inline[r.base:s.n]
}

// close ends a region.
func (s *keyStack) close(r keyRegion) {
	if r.spilled {
		s.spill = s.spill[:r.base]
	} else {
		s.n = r.base
	}
}

// duplicate sorts the region and returns the later one of two equal keys.
//
// Keys are compared, never hashed: a comparison costs no more than the shorter key, so that an octet is looked at often
// only if it lies in many containers each of which is twice as large as the one inside it. In all, time is
// proportional to the input and the square of its logarithm.
func (s *keyStack) duplicate(r keyRegion, data []byte) (keySpan, bool) {
	keys := s.of(r)
	slices.SortFunc(keys, func(x, y keySpan) int {
		if c := bytes.Compare(x.in(data), y.in(data)); c != 0 {
			return c
		}
		return cmp.Compare(x.start, y.start)
	})
	for i := 1; i < len(keys); i++ {
		x, y := keys[i-1], keys[i]
		if bytes.Equal(x.in(data), y.in(data)) {
			return y, true
		}
	}
	return keySpan{}, false
}
