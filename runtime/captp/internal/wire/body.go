package wire

// Slot says where in a body a descriptor stands.
type Slot struct {
	// Start and End are offsets into the body's data.
	Start, End int
	Desc       Desc
}

// Body is one value as bytes, and the descriptors that occur in it, in order. Bodies are never changed once they are made.
type Body struct {
	Data  []byte
	Slots []Slot
	// Own says that the data is not used again by whoever decoded it, and most of what it would hold on to. Decode leaves it unset.
	Own bool
}

// Desc returns the descriptor that the whole value is, if it is one.
func (b Body) Desc() (Desc, bool) {
	if len(b.Slots) == 1 && b.Slots[0].Start == 0 && b.Slots[0].End == len(b.Data) {
		return b.Slots[0].Desc, true
	}
	return Desc{}, false
}

// AppendBody appends data with the descriptor of each slot in the place of what stands there: a descriptor that came from
// another peer, or the placeholder of a body that was made here. Slots are in order and do not overlap.
func AppendBody(dst, data []byte, slots []Slot) []byte {
	from := 0
	for i := range slots {
		s := &slots[i]
		dst = append(dst, data[from:s.Start]...)
		dst = AppendDesc(dst, s.Desc)
		from = s.End
	}
	return append(dst, data[from:]...)
}
