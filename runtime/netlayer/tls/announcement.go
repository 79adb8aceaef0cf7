package tls

import (
	"encoding/binary"
	"encoding/pem"
	"errors"
	"fmt"
	"io"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcp"
)

// lengthSize is the size, in bytes, of the length before it.
const lengthSize = 4

// errAnnouncement says that what a peer says at the beginning is not how this protocol begins.
var errAnnouncement = errors.New("the other side does not begin with a certificate")

// announce returns what the side says that was dialled, in clear, before anything else.
func announce(announced []byte) []byte {
	return append(binary.LittleEndian.AppendUint32(nil, uint32(len(announced))), announced...)
}

// readAnnouncement reads what the side that was dialled says before anything else, and returns the PEM.
func readAnnouncement(c io.Reader) ([]byte, error) {
	var length [lengthSize]byte
	if err := tcp.ReadAnswer(c, length[:]); err != nil {
		return nil, err
	}
	// The order is that of the other side's machine. In the wrong one, no length from 1 to 65,535 is one.
	size := binary.LittleEndian.Uint32(length[:])
	if size > maxAnnounced {
		size = binary.BigEndian.Uint32(length[:])
	}
	if size == 0 || size > maxAnnounced {
		return nil, errAnnouncement
	}
	announced := make([]byte, size)
	_, err := io.ReadFull(c, announced)
	return announced, tcp.Unexpected(err)
}

// pinned returns the certificate in the PEM, which has to be the peer's with the designator. What follows the certificate is part of
// what was hashed, and says nothing.
func pinned(announced []byte, designator string) ([]byte, error) {
	if designatorOf(announced) != designator {
		return nil, fmt.Errorf("%w: another certificate is announced", netlayer.ErrIdentity)
	}
	block, _ := pem.Decode(announced)
	if block == nil || block.Type != certificateBlock {
		return nil, fmt.Errorf("%w: no certificate is announced", netlayer.ErrIdentity)
	}
	return block.Bytes, nil
}
