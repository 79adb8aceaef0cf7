package netlayer

import (
	"errors"
	"fmt"
	"os"

	"github.com/ocapn-go/ocapn/runtime/locator"
)

var (
	// ErrLocation says that a location lacks what its netlayer needs to dial it, or that no netlayer is for its
	// transport. Dialling it again cannot succeed.
	ErrLocation = errors.New("location cannot be dialled")

	// ErrRefused says that nobody accepts conns at a location at present.
	ErrRefused = errors.New("dial refused")

	// ErrIdentity says that what answers at a location is not the peer that the designator names, or cannot prove that it is.
	ErrIdentity = errors.New("the other side is not who the designator says")

	// ErrUnsent says that a conn keeps messages that TrySender.TrySend was given and has not sent. Conn.CloseSend returns
	// it and ends nothing; Send, without messages, sends them, and then CloseSend succeeds.
	ErrUnsent = errors.New("messages are kept and not sent")

	// ErrStalled says that a message has begun to arrive, and the rest of it does not come, or too slowly: see StreamOptions.MessageTime.
	// Conn.Receive returns it. It wraps os.ErrDeadlineExceeded.
	ErrStalled = fmt.Errorf("the rest of a message does not arrive: %w", os.ErrDeadlineExceeded)
)

// A DialError says why a peer could not be dialled. Netlayer.Dial and Set.Dial return it.
type DialError struct {
	Peer locator.Peer
	Err  error // what it unwraps to: ErrLocation, ErrRefused, ErrIdentity, the error of the context, or what the transport reported
}

// Error returns the peer and the reason.
func (e *DialError) Error() string { return fmt.Sprintf("dial %v: %v", e.Peer, e.Err) }

// Unwrap returns the reason.
func (e *DialError) Unwrap() error { return e.Err }

// A MessageTooLargeError says that the other side has sent, or announced, a message beyond the limit that
// Conn.SetReadLimit set. Conn.Receive returns it.
type MessageTooLargeError struct {
	Limit int // in bytes
}

// Error returns the limit.
func (e *MessageTooLargeError) Error() string {
	return fmt.Sprintf("message is larger than %d bytes", e.Limit)
}

// A FrameError says that what arrived cannot be cut into messages. Conn.Receive returns it.
type FrameError struct {
	Offset int64 // of the message at fault, in bytes since the beginning of the conn
	Err    error // what is wrong with it
}

// Error returns the offset and the reason.
func (e *FrameError) Error() string {
	return fmt.Sprintf("malformed message at offset %d: %v", e.Offset, e.Err)
}

// Unwrap returns the reason.
func (e *FrameError) Unwrap() error { return e.Err }
