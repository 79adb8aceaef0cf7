package tls

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// A HandshakeError says why a handshake failed. When the reason is what the other side could not prove, it wraps netlayer.ErrIdentity.
// Netlayer.Dial returns it, and Options.Refused is told of it.
type HandshakeError struct {
	Err error // what it unwraps to: netlayer.ErrIdentity, ErrOwnCertificate, or what crypto/tls or the connection reports
}

// Error returns the reason. That it is about TLS, which crypto/tls says too, it says once.
func (e *HandshakeError) Error() string {
	return "tls: handshake failed: " + strings.ReplaceAll(e.Err.Error(), "tls: ", "")
}

// Unwrap returns the reason.
func (e *HandshakeError) Unwrap() error { return e.Err }

// ErrOwnCertificate says that the other side presents the certificate of this one.
var ErrOwnCertificate = errors.New("the other side presents the own certificate of this one")

// errManyCertificates says that a dialler presents more than the certificate that it is known by.
var errManyCertificates = errors.New("the other side presents more than one certificate")

// config returns what both sides have in common. Certificates are not checked against any authority: who is who, a designator says.
func (id *identity) config(verify func(tls.ConnectionState) error) *tls.Config {
	return &tls.Config{
		Certificates:                []tls.Certificate{id.certificate},
		MinVersion:                  tls.VersionTLS13,
		MaxVersion:                  tls.VersionTLS13,
		ClientAuth:                  tls.RequestClientCert,
		InsecureSkipVerify:          true, // VerifyConnection does
		VerifyConnection:            verify,
		SessionTicketsDisabled:      true,
		DynamicRecordSizingDisabled: true,
	}
}

// initiate has a handshake with the peer of a designator, of the side that has dialled.
func (id *identity) initiate(c net.Conn, designator string) (*stream, error) {
	announced, err := readAnnouncement(c)
	if err != nil {
		return nil, &HandshakeError{err}
	}
	certificate, err := pinned(announced, designator)
	if err != nil {
		return nil, &HandshakeError{err}
	}
	b := newBottom(c)
	secure := tls.Client(b, id.config(func(state tls.ConnectionState) error {
		if !bytes.Equal(state.PeerCertificates[0].Raw, certificate) {
			return fmt.Errorf("%w: the certificate is not the one that was announced", netlayer.ErrIdentity)
		}
		return nil
	}))
	if err := secure.Handshake(); err != nil {
		return nil, &HandshakeError{unproved(err)}
	}
	return newStream(secure, b), nil
}

// unproved returns the error of a handshake that has failed. Unless the other side, or the network, gave up, it is that the other side
// did not prove to have the key of its certificate.
func unproved(err error) error {
	var op *net.OpError // alerts, too
	switch {
	case errors.Is(err, netlayer.ErrIdentity), errors.Is(err, io.ErrUnexpectedEOF), errors.As(err, &op) && op.Op != "local error":
		return err
	default:
		return fmt.Errorf("%w: %w", netlayer.ErrIdentity, err)
	}
}

// respond has a handshake of the side that was dialled. The identity is zero unless the other side presents a certificate.
func (id *identity) respond(c net.Conn) (*stream, locator.PeerID, error) {
	if _, err := c.Write(announce(id.announced)); err != nil {
		return nil, locator.PeerID{}, &HandshakeError{err}
	}
	b := newBottom(c)
	var proved locator.PeerID
	secure := tls.Server(b, id.config(func(state tls.ConnectionState) error {
		switch len(state.PeerCertificates) {
		case 0:
			return nil
		case 1:
		default:
			return errManyCertificates
		}
		certificate := state.PeerCertificates[0].Raw
		if bytes.Equal(certificate, id.certificate.Certificate[0]) {
			return ErrOwnCertificate
		}
		proved = locator.PeerID{Transport: Transport, Designator: designatorOf(encodeCertificate(certificate))}
		return nil
	}))
	if err := secure.Handshake(); err != nil {
		return nil, locator.PeerID{}, &HandshakeError{err}
	}
	return newStream(secure, b), proved, nil
}
