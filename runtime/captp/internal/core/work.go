package core

// This file counts work, so that a driver can share its time among sessions: a short operation may make much of it.

// What takes as long as a short operation, about: so many bytes of a value that are walked over, so many that are written, so many
// references that are looked up, positions that are let go of, promises that are counted, and peers that hold one.
const (
	workWalked    = 512
	workWritten   = 8 << 10
	workSlots     = 8
	workPositions = 32
	workPromises  = 8
	workHolds     = 256
)

// workCertificate is how many short operations the checking of a certificate takes as long as, about: most of it are signatures.
const workCertificate = 128

// Work returns how much was done since it was called last, in short operations.
func (v *Vat) Work() int {
	n := v.work
	v.work = 0
	return n
}
