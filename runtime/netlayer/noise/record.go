package noise

import (
	"crypto/cipher"
	"encoding/binary"
	"errors"

	flynn "github.com/flynn/noise"
	"golang.org/x/crypto/chacha20poly1305"
)

// direction encrypts or decrypts the records of one direction. It counts them, so that each fits at its own place only.
type direction struct {
	aead  cipher.AEAD
	nonce [chacha20poly1305.NonceSize]byte // four bytes zero; the number of the record, little-endian
}

// newDirection takes over from the state in which the handshake left the direction.
func newDirection(state *flynn.CipherState) (*direction, error) {
	key := state.UnsafeKey()
	aead, err := chacha20poly1305.New(key[:])
	if err != nil {
		return nil, err
	}
	return &direction{aead: aead}, nil
}

// errUsedUp says that a direction has carried all records that its key is good for. At a million in each second that takes more than
// half a million years.
var errUsedUp = errors.New("noise: the key is used up")

// count goes on to the next record, or returns that there is none.
func (d *direction) count() error {
	n := binary.LittleEndian.Uint64(d.nonce[4:])
	if n == lastRecord {
		return errUsedUp
	}
	binary.LittleEndian.PutUint64(d.nonce[4:], n+1)
	return nil
}

// seal appends a record that holds content, which has at most maxContent bytes.
func (d *direction) seal(dst, content []byte) ([]byte, error) {
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(content)+tagSize))
	dst = d.aead.Seal(dst, d.nonce[:], content, nil)
	return dst, d.count()
}

// open appends what the record holds, of which sealed is all but the head. dst may be sealed[:0].
func (d *direction) open(dst, sealed []byte) ([]byte, error) {
	content, err := d.aead.Open(dst, d.nonce[:], sealed, nil)
	if err != nil {
		return nil, ErrRecord
	}
	return content, d.count()
}
