package handoff

import (
	"bytes"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// MaxCertificateBytes is the longest certificate that is read, in bytes. The longest location and the longest gift
// identifier leave almost half of it free.
const MaxCertificateBytes = 16 << 10

// certificateLimits bounds what is read. No certificate nests deeper: envelope, receive, envelope, give, and the three
// lists of a key. A handoff count has 20 digits at most, and no container more items than a location has hints.
func certificateLimits() syrup.Limits {
	return syrup.Limits{MaxBytes: MaxCertificateBytes, MaxDepth: 7, MaxDigits: 20, MaxItems: 32}
}

// A certificate is a signed envelope as it came, or as it was signed. The zero certificate is none.
type certificate struct {
	// reveal returns the whole envelope, verbatim, and the same in parts. Their bytes hold a gift identifier; printers that walk
	// values by reflection cannot follow into a function, where they would into a pointer.
	reveal func() (raw []byte, e Envelope)
}

func newCertificate(raw []byte, e Envelope) certificate {
	return certificate{func() ([]byte, Envelope) { return raw, e }}
}

// signCertificate returns the certificate of an encoded record.
func signCertificate(k KeyPair, record []byte) certificate {
	e := SignEnvelope(k, record)
	return newCertificate(e.AppendSyrup(nil), e)
}

// appendSyrup appends the envelope verbatim, or nothing.
func (c certificate) appendSyrup(dst []byte) []byte {
	if c.reveal == nil {
		return dst
	}
	raw, _ := c.reveal()
	return append(dst, raw...)
}

// verify reports whether the signature is one by the holder of k. The zero certificate is signed by nobody.
func (c certificate) verify(k PublicKey) bool {
	if c.reveal == nil {
		return false
	}
	_, e := c.reveal()
	return e.Verify(k)
}

// parseCertificate reads the one envelope that raw must be, with a function that reads the record in it.
func parseCertificate(raw []byte, record func(*syrup.Decoder)) (certificate, error) {
	var d syrup.Decoder
	d.Reset(raw, syrup.Options{Limits: certificateLimits()})
	c := decodeCertificate(&d, record)
	if err := d.Finish(); err != nil {
		return certificate{}, err
	}
	return c, nil
}

// decodeCertificate reads an envelope, of which it makes a copy, or leaves the error in d.
func decodeCertificate(d *syrup.Decoder, record func(*syrup.Decoder)) certificate {
	start := d.Offset()
	e := decodeEnvelope(d, record)
	if d.Err() != nil {
		return certificate{}
	}
	e.Object = bytes.Clone(e.Object)
	return newCertificate(bytes.Clone(d.Data()[start:d.Offset()]), e)
}

// expectLabel reads the label of a record, which must be the given one.
func expectLabel(d *syrup.Decoder, label syrup.Symbol) {
	start := d.Offset()
	if got := d.SymbolBytes(); d.Err() == nil && string(got) != string(label) {
		d.FailAt(start, &FormError{"record label", string(label)})
	}
}

// decodeHash reads an identifier that is a hash, and says in errors what it is.
func decodeHash(d *syrup.Decoder, what string) (hash [32]byte) {
	start := d.Offset()
	b := d.RawBytes()
	if d.Err() == nil && len(b) != len(hash) {
		d.FailAt(start, &FormError{what, "32 bytes"})
	}
	if d.Err() == nil {
		hash = [32]byte(b)
	}
	return hash
}
