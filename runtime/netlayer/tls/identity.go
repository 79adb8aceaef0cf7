package tls

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// The types of the PEM blocks in a certificate file.
const (
	keyBlock         = "PRIVATE KEY"
	certificateBlock = "CERTIFICATE"
)

// hashSize is the size, in bytes, of what a designator is in hexadecimal.
const hashSize = sha256.Size

// identity is who a peer is: a certificate, and the key that belongs to it. It does not change.
type identity struct {
	certificate tls.Certificate // of one certificate
	announced   []byte          // that certificate as PEM, which the designator is a hash of
}

// designator returns the designator of the peer.
func (id *identity) designator() string { return designatorOf(id.announced) }

// designatorOf returns the designator of the peer whose certificate is in the PEM: a hash of it, of all its bytes.
func designatorOf(announced []byte) string {
	once := sha256.Sum256(announced)
	twice := sha256.Sum256(once[:])
	return hex.EncodeToString(twice[:])
}

// encodeCertificate returns the certificate as PEM, in the one spelling that everybody hashes who has the certificate but not its PEM.
func encodeCertificate(der []byte) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: certificateBlock, Bytes: der})
}

// openIdentity returns the identity in the file, or a fresh one if there is no path.
func openIdentity(path string) (*identity, error) {
	if path == "" {
		content, err := newCertFile()
		if err != nil {
			return nil, err
		}
		return parseIdentity(content)
	}
	content, err := netlayer.SecretFile(path, newCertFile)
	if err != nil {
		return nil, err
	}
	id, err := parseIdentity(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return id, nil
}

// parseIdentity returns the identity in a file of this content.
func parseIdentity(content []byte) (*identity, error) {
	certificate, err := tls.X509KeyPair(content, content)
	switch {
	case err != nil:
		return nil, errors.New("not a certificate and its private key in PEM")
	case len(certificate.Certificate) != 1:
		return nil, errors.New("more than one certificate")
	}
	announced := encodeCertificate(certificate.Certificate[0])
	switch {
	case !bytes.Contains(content, announced):
		return nil, errors.New("the certificate is not in lines of 64 characters that end with a line feed, so that its hash is not what others compute")
	case len(announced) > maxAnnounced:
		return nil, errors.New("the certificate is too long")
	}
	return &identity{certificate, announced}, nil
}

// newCertFile returns the content of a file with a fresh identity. Nothing in the certificate says who it is of.
func newCertFile() ([]byte, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: "OCapN peer"},
		NotBefore:    time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC),      // there are clocks that are wrong
		NotAfter:     time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), // which means never: RFC 5280, 4.1.2.5
		KeyUsage:     x509.KeyUsageDigitalSignature,

		BasicConstraintsValid: true,
	}, &x509.Certificate{Subject: pkix.Name{CommonName: "OCapN peer"}}, key.Public(), key)
	if err != nil {
		return nil, err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return append(pem.EncodeToMemory(&pem.Block{Type: keyBlock, Bytes: private}), encodeCertificate(der)...), nil
}
