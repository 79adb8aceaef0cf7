package netlayer

import (
	"context"

	"github.com/ocapn-go/ocapn/runtime/locator"
)

// Netlayer dials peers of one transport and accepts the conns that they dial. Its methods may be called from any
// goroutine.
//
// Spec: Netlayers#properties-of-a-netlayer
type Netlayer interface {
	// Transport returns the symbol by which locations name this netlayer.
	Transport() string

	// Location returns where others can dial this netlayer, to be published: its designator, and hints that lead to it.
	// When nobody can dial it, it is zero, unless its conns prove who it is; then it is the designator, without hints, and the
	// netlayer is a Dialler that says so.
	//
	// Spec: Netlayers#information-a-netlayer-must-provide
	Location() locator.Peer

	// Dial opens a conn to the peer. It blocks until the other side can be written to, which does not mean that its
	// program has accepted the conn. Whatever keeps the conn from being opened comes back as a *DialError, the end of
	// ctx included; after Dial has returned, ctx has no say.
	Dial(ctx context.Context, peer locator.Peer) (Conn, error)

	// Accept returns the next conn that another side has dialled, and blocks until there is one, or until Close. After
	// Close the error wraps net.ErrClosed; any other error is about this one call, and a later one may succeed.
	Accept() (Conn, error)

	// Close stops accepting, and ends the conns that nobody has accepted. Accepted and dialled ones go on, and so does
	// Dial. Close may be called again.
	Close() error
}

// Conn carries whole messages in order between two peers. A message is the encoding of one operation. An empty message
// says nothing: Send leaves it out, and Receive never returns one.
//
// One goroutine may receive while another sends; Close, CloseSend and Proved may be called from any.
type Conn interface {
	// Receive appends at least one message to dst and returns the longer slice. It appends every further message that
	// has already arrived, so that a reader wakes once for all of them, and blocks only while there is none.
	//
	// The messages are the caller's to keep and to change. Short ones share an array of at most 64 KiB, a longer one has
	// its own.
	//
	// When nothing more can come, Receive appends nothing and returns an error, at that time and ever after: io.EOF when
	// the other side ended at the end of a message, io.ErrUnexpectedEOF when it ended inside one, *MessageTooLargeError,
	// *FrameError, an error that wraps ErrStalled when the rest of a message does not arrive, one that wraps net.ErrClosed after Close,
	// or what the transport reports.
	Receive(dst [][]byte) ([][]byte, error)

	// Send sends the messages, in order, in as few system calls as the framing allows. It blocks while the other side
	// does not read, until Close. It does not keep msgs or what they hold. After an error some of the messages may have
	// been sent, and every later Send fails. After Close or CloseSend the error wraps net.ErrClosed.
	Send(msgs [][]byte) error

	// CloseSend says that no more messages come: the other side receives what was sent before, then io.EOF. Receive goes
	// on. The error wraps errors.ErrUnsupported where the transport cannot end one direction alone. CloseSend may be
	// called again, and does not wait for a Send that is under way, which may fail. It ends nothing and the error wraps
	// ErrUnsent while the conn, a TrySender, keeps messages.
	CloseSend() error

	// Close ends both directions at once, and with them every Receive and Send that is under way. Messages that the other
	// side has not received may be lost. Close may be called again.
	Close() error

	// SetReadLimit bounds the length of a received message, in bytes; DefaultReadLimit applies before, and for n < 1. A
	// longer message makes Receive fail with a *MessageTooLargeError before the message is buffered. SetReadLimit is for
	// the goroutine that receives, between two calls of Receive.
	SetReadLimit(n int)

	// Proved returns the identity that the netlayer has proved the other side to have. It is zero when nothing is proved:
	// what the other side says about its location is then a claim.
	Proved() locator.PeerID
}
