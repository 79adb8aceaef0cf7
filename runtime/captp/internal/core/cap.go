package core

import "github.com/ocapn-go/ocapn/runtime/captp/internal/wire"

// Cap is a capability as a vat knows it: an [*Object] of its own, an [*Import] from a peer, or a [*Promise].
//
// Nodes are interned: within one vat the same settled object is always the same node, so == compares identity. The
// interface has no implementation outside of this package.
type Cap interface {
	// Vat returns the vat that the node belongs to.
	Vat() *Vat
	isCap()
}

// Object is an object of this vat.
type Object struct {
	// Host is the driver's side of the object, of the bootstrap object of a session that session. Immutable.
	Host any

	vat *Vat

	// Owned by the vat's loop.

	holders    int       // sessions that hold the object in their export table, and gifts that are it
	exportedTo *Session  // one of these sessions, nil if there is none; for others see Session.exportOf
	exportedAt ExportPos // where it is in the table of that session
}

// bootstrapOf returns the session whose bootstrap object o is, nil if it is none. That object is at export position 0 of the
// session, and the core itself answers its messages.
func (o *Object) bootstrapOf() *Session {
	s, _ := o.Host.(*Session)
	return s
}

// Vat returns the vat that the object lives in.
func (o *Object) Vat() *Vat { return o.vat }
func (*Object) isCap()      {}

// Import is an object that lives in a peer, reached through one session. When that session ends, the node is broken for
// good: a new session makes new nodes.
type Import struct {
	session *Session
	pos     ImportPos
	load    Load

	// Owned by the vat's loop.

	released bool // the program let go of it explicitly
}

// Vat returns the vat that imported the object.
func (i *Import) Vat() *Vat { return i.session.vat }
func (*Import) isCap()      {}

// Session returns the session through which the object is reached.
func (i *Import) Session() *Session { return i.session }

// Pos returns the position that the peer gave the object.
func (i *Import) Pos() ImportPos { return i.pos }

// usable returns why nothing can be sent to the import, or nil.
func (i *Import) usable() error {
	if i.session.state == stateEnded {
		return i.session.err
	}
	if i.released {
		return &ReleasedError{}
	}
	return nil
}

// desc returns how the import is named in messages to its peer.
func (i *Import) desc() wire.Desc {
	return wire.Desc{Kind: wire.Export, Pos: uint64(i.pos)}
}
