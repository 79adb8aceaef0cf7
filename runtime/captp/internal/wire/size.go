package wire

// What an operation takes up once it is decoded, beside its message, in bytes: it itself, a slot, a position. Lists that were grown have room
// for a quarter more.
const (
	opBytes       = 256
	slotBytes     = 64
	positionBytes = 10
)

// Size returns about how many bytes op takes up beside the message that it was decoded from, which may be much shorter than that: an
// operation has nine octets at the least, a position two.
func Size(op Op) int {
	switch op := op.(type) {
	case *Deliver:
		return opBytes + slotBytes*len(op.Args.Slots)
	case *GCExports:
		return opBytes + positionBytes*(len(op.Pos)+len(op.Delta))
	case *GCAnswers:
		return opBytes + positionBytes*len(op.Pos)
	default:
		return opBytes
	}
}
