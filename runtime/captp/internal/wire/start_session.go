package wire

import (
	"bytes"

	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// StartSession introduces one side to the other. Nothing in it is verified here.
//
// Spec: CapTP#opstart-session
type StartSession struct {
	// Version is the version of CapTP that the sender speaks.
	Version string
	// Key is the sender's key for this session.
	Key handoff.PublicKey
	// Location is where the sender can be reached.
	Location locator.Peer
	// LocationRaw is the record of the location as it was received, which is what the signature is over. It is a copy, and it
	// is not looked at on sending.
	LocationRaw []byte
	// Signature is the signature of the location, by Key.
	Signature handoff.Signature
}

func (*StartSession) op() {}

func appendStartSession(dst []byte, op *StartSession) []byte {
	dst = append(dst, headStartSession...)
	dst = appendText(dst, op.Version)
	dst = op.Key.AppendSyrup(dst)
	dst = op.Location.AppendSyrup(dst)
	dst = op.Signature.AppendSyrup(dst)
	return append(dst, syrup.RecordEnd)
}

func (r *reader) startSession() Op {
	op := new(StartSession)
	op.Version = r.string("captp-version")
	r.at("session-pubkey")
	op.Key = handoff.DecodePublicKey(&r.d)
	r.at("acceptable-location")
	start := r.d.Offset()
	op.Location = locator.DecodePeer(&r.d)
	if r.d.Err() == nil {
		op.LocationRaw = bytes.Clone(r.data[start:r.d.Offset()])
	}
	r.at("acceptable-location-sig")
	op.Signature = handoff.DecodeSignature(&r.d)
	r.end()
	return op
}
