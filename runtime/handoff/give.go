package handoff

import (
	"fmt"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// giveLabel is the label of a give's record.
const giveLabel = syrup.Symbol("desc:handoff-give")

// A Give is what a gifter says: whoever holds ReceiverKey may have, from the peer at ExporterLocation, the gift that I
// deposited there. It is worth something when it is signed: see [SignGive].
//
// Spec: CapTP#deschandoff-give.
type Give struct {
	ReceiverKey      PublicKey    // the receiver's, in its session with the gifter
	ExporterLocation locator.Peer // as the exporter announced it to the gifter; a decoded one is written verbatim
	Session          SessionID    // that of gifter and exporter
	GifterSide       PublicID     // the gifter's, in that session
	GiftID           GiftID       // what the gift is deposited under
}

// AppendSyrup appends the desc:handoff-give record of g, without an envelope, to dst and returns the extended slice. The
// location must be valid and the gift identifier not be zero.
//
// Spec: CapTP#the-record.
func (g Give) AppendSyrup(dst []byte) []byte {
	dst = append(dst, syrup.RecordStart)
	dst = syrup.AppendSymbol(dst, giveLabel)
	dst = g.ReceiverKey.AppendSyrup(dst)
	dst = g.ExporterLocation.AppendSyrup(dst)
	dst = syrup.AppendBytes(dst, g.Session[:])
	dst = syrup.AppendBytes(dst, g.GifterSide[:])
	dst = g.GiftID.AppendSyrup(dst)
	return append(dst, syrup.RecordEnd)
}

func decodeGive(d *syrup.Decoder) (g Give) {
	d.Record()
	expectLabel(d, giveLabel)
	g.ReceiverKey = DecodePublicKey(d)
	g.ExporterLocation = locator.DecodePeer(d)
	g.Session = decodeHash(d, "session identifier")
	g.GifterSide = decodeHash(d, "public identifier")
	g.GiftID = DecodeGiftID(d)
	d.End()
	return g
}

// String returns the record for a reader: the label and the fields in the order of the draft, byte arrays in hexadecimal
// behind a colon, the key as its 32 bytes, the location as a URI, and "(redacted)" for the gift identifier.
func (g Give) String() string {
	return fmt.Sprintf("<%s :%v %v :%v :%v %v>",
		giveLabel, g.ReceiverKey, g.ExporterLocation, g.Session, g.GifterSide, g.GiftID)
}

// A SignedGive is a give in its envelope: the certificate that a gifter sends in place of a reference to an object of the
// exporter. What it says is what was signed, and cannot be changed. Its zero value holds no certificate and is signed by nobody.
//
// Spec: CapTP#sending-the-deschandoff-give.
type SignedGive struct {
	give   Give
	signed certificate
}

// SignGive returns the give, signed. The key pair must be the gifter's of the session with the exporter: that of
// g.GifterSide. For what is required of g, see [Give.AppendSyrup].
//
// Spec: CapTP#creating-the-deschandoff-give.
func SignGive(k KeyPair, g Give) SignedGive {
	return SignedGive{g, signCertificate(k, g.AppendSyrup(nil))}
}

// ParseGive reads the one desc:sig-envelope around a desc:handoff-give that raw must be. It keeps a copy of raw.
//
// No signature is verified: a receiver does not know the key. All that it can check, and must before it dials anybody, is
// that ReceiverKey is its own in the session by which the give came.
//
// Spec: CapTP#validating-the-record.
func ParseGive(raw []byte) (SignedGive, error) {
	var g Give
	c, err := parseCertificate(raw, func(d *syrup.Decoder) { g = decodeGive(d) })
	if err != nil {
		return SignedGive{}, err
	}
	return SignedGive{g, c}, nil
}

func decodeSignedGive(d *syrup.Decoder) SignedGive {
	var g Give
	c := decodeCertificate(d, func(d *syrup.Decoder) { g = decodeGive(d) })
	return SignedGive{g, c}
}

// Give returns what is signed.
func (s SignedGive) Give() Give { return s.give }

// AppendSyrup appends the envelope to dst, verbatim if it was parsed, and returns the extended slice. The bytes hold the
// gift identifier.
//
// Spec: CapTP#descsig-envelope.
func (s SignedGive) AppendSyrup(dst []byte) []byte { return s.signed.appendSyrup(dst) }

// Verify reports whether the holder of k signed s. An exporter does not need it: see [Exporter.Verify].
//
// Spec: CapTP#checking-the-signature-on-the-deschandoff-give.
func (s SignedGive) Verify(k PublicKey) bool { return s.signed.verify(k) }

// String returns the give, see [Give.String], in an envelope without its signature.
func (s SignedGive) String() string { return fmt.Sprintf("<%s %v>", envelopeLabel, s.give) }
