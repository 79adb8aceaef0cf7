package noise

import (
	"errors"
	"fmt"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// A HandshakeError says at which message a handshake failed, and why. When the reason is what the other side could not prove, it wraps
// netlayer.ErrIdentity. Netlayer.Dial returns it, and Options.Refused is told of it.
type HandshakeError struct {
	Message string // SYN, SYNACK or ACK
	Err     error  // one of the errors of this package, what the connection reports, or that of the cipher
}

// Error returns the message and the reason.
func (e *HandshakeError) Error() string {
	return fmt.Sprintf("noise: handshake failed at %s: %v", e.Message, e.Err)
}

// Unwrap returns the reason.
func (e *HandshakeError) Unwrap() error { return e.Err }

// The reasons why handshakes fail.
var (
	// ErrOtherResponder says that a dialler wants to talk to somebody else.
	ErrOtherResponder = errors.New("the dialler means another peer")

	// ErrOwnKey says that the other side claims the key of this one.
	ErrOwnKey = errors.New("the other side claims the own key of this one")

	// ErrEncoding says that no encoding is known to both sides, or that one was chosen that was not offered.
	ErrEncoding = errors.New("the two sides agree on no encoding")

	// ErrSignature says that a key for the handshake is not signed by the key of the peer.
	ErrSignature = fmt.Errorf("%w: the signature is not of that peer", netlayer.ErrIdentity)

	// ErrOtherKey says that who answers is another peer than the one that was dialled.
	ErrOtherKey = fmt.Errorf("%w: another peer answers", netlayer.ErrIdentity)

	// ErrForged says that what arrived was not encrypted by who has the keys of the handshake, for this place in it.
	ErrForged = fmt.Errorf("%w: it is not encrypted by who it is to be from", netlayer.ErrIdentity)
)

// ErrRecord says that a record that arrived after the handshake is not the one that the other side has sent at this place. Conn.Receive
// returns it.
var ErrRecord = errors.New("noise: a record is not as the other side has sent it")
