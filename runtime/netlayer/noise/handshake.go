package noise

import (
	"fmt"
	"io"

	flynn "github.com/flynn/noise"

	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcp"
)

// The sizes, in bytes, of keys, of the tag of what is encrypted, and of the parts of messages.
const (
	keySize       = 32
	signatureSize = 64
	tagSize       = 16
	offerSize     = 4
	proofSize     = keySize + signatureSize // an Ed25519 key, and its signature of the X25519 key that is static for the handshake
)

// The sizes of the messages of a handshake, in bytes.
const (
	prefixSize = keySize                                               // before SYN: the key of the responder
	synSize    = keySize + proofSize + offerSize                       // an X25519 key, and in clear: proof, offer
	synackSize = keySize + keySize + tagSize + proofSize + 1 + tagSize // an X25519 key, and encrypted: another; proof, choice
	ackSize    = keySize + tagSize + tagSize                           // encrypted: an X25519 key; nothing
)

// The names of the messages, for errors.
const (
	syn    = "SYN"
	synack = "SYNACK"
	ack    = "ACK"
)

// party is one side of handshakes. It does not change, and may have several at once.
type party struct {
	key       handoff.KeyPair
	encodings encodings
	random    io.Reader // a source of secrets
}

// agreement is what a handshake comes to.
type agreement struct {
	peer          handoff.PublicKey // proved
	encoding      encoding
	send, receive *flynn.CipherState
}

// begin returns the state of a handshake, which has an X25519 key of its own for static one, and the proof that this key is of the
// party.
func (p party) begin(initiator bool) (*flynn.HandshakeState, []byte, error) {
	suite := flynn.NewCipherSuite(flynn.DH25519, flynn.CipherChaChaPoly, flynn.HashBLAKE2s)
	static, err := suite.GenerateKeypair(p.random)
	if err != nil {
		return nil, nil, err
	}
	state, err := flynn.NewHandshakeState(flynn.Config{
		CipherSuite: suite, Random: p.random, Pattern: flynn.HandshakeXX, Initiator: initiator, StaticKeypair: static,
	})
	if err != nil {
		return nil, nil, err
	}
	own, signature := p.key.Public(), p.key.Sign(static.Public)
	return state, append(own[:], signature[:]...), nil
}

// initiate has a handshake with the peer, of the side that has dialled.
func (p party) initiate(c io.ReadWriter, peer handoff.PublicKey) (agreement, error) {
	state, proof, err := p.begin(true)
	if err != nil {
		return agreement{}, err
	}
	hello, _, _, err := state.WriteMessage(peer[:], p.encodings.append(proof))
	if err != nil {
		return agreement{}, &HandshakeError{syn, err}
	}
	if _, err := c.Write(hello); err != nil {
		return agreement{}, &HandshakeError{syn, err}
	}
	answer := make([]byte, synackSize)
	if err := tcp.ReadAnswer(c, answer); err != nil {
		return agreement{}, &HandshakeError{synack, err}
	}
	chosen, err := p.checkAnswer(state, answer, peer)
	if err != nil {
		return agreement{}, &HandshakeError{synack, err}
	}
	last, send, receive, err := state.WriteMessage(nil, nil)
	if err == nil {
		_, err = c.Write(last)
	}
	if err != nil {
		return agreement{}, &HandshakeError{ack, err}
	}
	return agreement{peer, chosen, send, receive}, nil
}

// checkAnswer reads SYNACK, and returns the encoding in it, if it is of the peer.
func (p party) checkAnswer(state *flynn.HandshakeState, answer []byte, peer handoff.PublicKey) (encoding, error) {
	payload, _, _, err := state.ReadMessage(nil, answer)
	switch {
	case err != nil:
		return 0, forged(err)
	case handoff.PublicKey(payload) != peer:
		return 0, ErrOtherKey
	case !peer.Verify(state.PeerStatic(), handoff.Signature(payload[keySize:])):
		return 0, ErrSignature
	}
	for _, offered := range p.encodings {
		if offered == encoding(payload[proofSize]) {
			return offered, nil
		}
	}
	return 0, ErrEncoding
}

// respond has a handshake of the side that was dialled. It writes nothing to who means another peer, or cannot be talked to.
func (p party) respond(c io.ReadWriter) (agreement, error) {
	prefixed := make([]byte, prefixSize+synSize)
	if _, err := io.ReadFull(c, prefixed); err != nil {
		return agreement{}, &HandshakeError{syn, tcp.Unexpected(err)}
	}
	if handoff.PublicKey(prefixed) != p.key.Public() {
		return agreement{}, &HandshakeError{syn, ErrOtherResponder}
	}
	state, proof, err := p.begin(false)
	if err != nil {
		return agreement{}, err
	}
	claim, chosen, err := p.readHello(state, prefixed[prefixSize:])
	if err != nil {
		return agreement{}, &HandshakeError{syn, err}
	}
	answer, _, _, err := state.WriteMessage(nil, append(proof, byte(chosen)))
	if err != nil { // the point in SYN is of low order
		return agreement{}, &HandshakeError{syn, forged(err)}
	}
	if _, err := c.Write(answer); err != nil {
		return agreement{}, &HandshakeError{synack, err}
	}
	last := make([]byte, ackSize)
	if _, err := io.ReadFull(c, last); err != nil {
		return agreement{}, &HandshakeError{ack, tcp.Unexpected(err)}
	}
	_, receive, send, err := state.ReadMessage(nil, last)
	if err != nil {
		return agreement{}, &HandshakeError{ack, forged(err)}
	}
	if !claim.key.Verify(state.PeerStatic(), claim.signature) {
		return agreement{}, &HandshakeError{ack, ErrSignature}
	}
	return agreement{claim.key, chosen, send, receive}, nil
}

// claim is who the initiator says it is. What is signed comes later.
type claim struct {
	key       handoff.PublicKey
	signature handoff.Signature
}

// readHello reads SYN, and returns the claim in it and the encoding to answer with.
func (p party) readHello(state *flynn.HandshakeState, hello []byte) (claim, encoding, error) {
	payload, _, _, err := state.ReadMessage(nil, hello)
	if err != nil {
		return claim{}, 0, forged(err)
	}
	who := claim{handoff.PublicKey(payload), handoff.Signature(payload[keySize:])}
	if who.key == p.key.Public() {
		return claim{}, 0, ErrOwnKey
	}
	chosen, ok := p.encodings.choose(payload[proofSize:])
	if !ok {
		return claim{}, 0, ErrEncoding
	}
	return who, chosen, nil
}

// forged returns the error for a message that cannot be read.
func forged(err error) error { return fmt.Errorf("%w: %w", ErrForged, err) }
