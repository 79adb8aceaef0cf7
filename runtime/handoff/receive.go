package handoff

import (
	"fmt"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// receiveLabel is the label of a receive's record.
const receiveLabel = syrup.Symbol("desc:handoff-receive")

// A Receive is what a receiver says: the holder of the receiver key of SignedGive is the side ReceivingSide of the session
// ReceivingSession. It is worth something when it is signed: see [SignReceive].
//
// Spec: CapTP#deschandoff-receive.
type Receive struct {
	ReceivingSession SessionID // that of receiver and exporter
	ReceivingSide    PublicID  // the receiver's, in that session
	// HandoffCount is a number that the receiver has not used in that session. The draft sets no upper end; this one is
	// that of positions on the wire, and nobody counts as far.
	HandoffCount uint64
	SignedGive   SignedGive // as it came from the gifter
}

// AppendSyrup appends the desc:handoff-receive record of r, without an envelope, to dst and returns the extended slice.
// The signed give must not be zero.
//
// Spec: CapTP#the-record-1.
func (r Receive) AppendSyrup(dst []byte) []byte {
	dst = append(dst, syrup.RecordStart)
	dst = syrup.AppendSymbol(dst, receiveLabel)
	dst = syrup.AppendBytes(dst, r.ReceivingSession[:])
	dst = syrup.AppendBytes(dst, r.ReceivingSide[:])
	dst = syrup.AppendUint(dst, r.HandoffCount)
	dst = r.SignedGive.AppendSyrup(dst)
	return append(dst, syrup.RecordEnd)
}

func decodeReceive(d *syrup.Decoder) (r Receive) {
	d.Record()
	expectLabel(d, receiveLabel)
	r.ReceivingSession = decodeHash(d, "session identifier")
	r.ReceivingSide = decodeHash(d, "public identifier")
	r.HandoffCount = d.Uint64()
	r.SignedGive = decodeSignedGive(d)
	d.End()
	return r
}

// String returns the record for a reader: the label and the fields in the order of the draft, in the way of
// [Give.String].
func (r Receive) String() string {
	return fmt.Sprintf("<%s :%v :%v %d %v>",
		receiveLabel, r.ReceivingSession, r.ReceivingSide, r.HandoffCount, r.SignedGive)
}

// A SignedReceive is a receive in its envelope: the certificate by which a receiver withdraws a gift. What it says is
// what was signed, and cannot be changed. Its zero value holds no certificate and is signed by nobody.
//
// Spec: CapTP#withdraw-gift-method.
type SignedReceive struct {
	receive Receive
	signed  certificate
}

// SignReceive returns the receive, signed. The key pair must be the receiver's of the session with the gifter: that of
// the give's receiver key, and not that of r.ReceivingSide. For what is required of r, see [Receive.AppendSyrup].
//
// Spec: CapTP#handoffs-from-the-receivers-perspective.
func SignReceive(k KeyPair, r Receive) SignedReceive {
	return SignedReceive{r, signCertificate(k, r.AppendSyrup(nil))}
}

// ParseReceive reads the one desc:sig-envelope around a desc:handoff-receive that raw must be. It keeps a copy of raw. A
// count that is negative or does not fit 64 bits is an error. No signature is verified: see [Exporter.Verify].
//
// Spec: CapTP#deschandoff-receive.
func ParseReceive(raw []byte) (SignedReceive, error) {
	var r Receive
	c, err := parseCertificate(raw, func(d *syrup.Decoder) { r = decodeReceive(d) })
	if err != nil {
		return SignedReceive{}, err
	}
	return SignedReceive{r, c}, nil
}

// Receive returns what is signed.
func (s SignedReceive) Receive() Receive { return s.receive }

// AppendSyrup appends the envelope to dst, verbatim if it was parsed, and returns the extended slice. The bytes hold the
// gift identifier.
//
// Spec: CapTP#descsig-envelope.
func (s SignedReceive) AppendSyrup(dst []byte) []byte { return s.signed.appendSyrup(dst) }

// String returns the receive, see [Receive.String], in an envelope without its signature.
func (s SignedReceive) String() string { return fmt.Sprintf("<%s %v>", envelopeLabel, s.receive) }
