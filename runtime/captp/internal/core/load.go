package core

import "sync/atomic"

// This file counts what a program has under way: messages that it sent to peers and that are not answered yet. The core bounds none of
// that. It says where a message counts, and when its answer came; the driver lets no more be under way than it has windows for.

// Load is what is under way to a peer, or to one object of a peer. Any goroutine may use it.
type Load struct {
	word atomic.Uint64 // a Charge, and flags
}

// Charge is what messages count for: their number in the upper bits, and in the lower ones how many pieces of 64 bytes their arguments
// are, the last one counted in full. Charges of several messages are added.
type Charge uint64

const (
	chargePiece          = 64 // bytes
	chargeMessage Charge = 1 << 36

	loadAwaited = 1 << 63 // somebody waits for room
	loadOpen    = 1 << 62 // there is room for everything from now on
	loadFlags   = loadAwaited | loadOpen
)

// ChargeOf returns what a message counts for whose arguments have so many bytes.
func ChargeOf(bytes int) Charge {
	return chargeMessage + Charge(bytes+chargePiece-1)/chargePiece
}

// Messages returns how many messages c is for.
func (c Charge) Messages() int { return int(c / chargeMessage) }

// Bytes returns how many bytes c is for, rounded up for each message.
func (c Charge) Bytes() int { return int(c%chargeMessage) * chargePiece }

// Window is how much may be under way.
type Window struct{ Messages, Bytes int }

// hasRoom says whether there is room for c in a load. What is alone has room, however much it is.
func (w Window) hasRoom(load uint64, c Charge) bool {
	under := Charge(load &^ loadFlags)
	sum := under + c
	return load&loadOpen != 0 || under == 0 || sum.Messages() <= w.Messages && sum.Bytes() <= w.Bytes
}

// Enter counts c if there is room for it in the window, and reports whether there is. Where others wait for room there is none, but for
// one of those.
func (l *Load) Enter(w Window, c Charge, waited bool) bool {
	for {
		load := l.word.Load()
		if load&loadAwaited != 0 && !waited || !w.hasRoom(load, c) {
			return false
		}
		if l.word.CompareAndSwap(load, load+uint64(c)) {
			return true
		}
	}
}

// Force counts c without asking for room.
func (l *Load) Force(c Charge) { l.word.Add(uint64(c)) }

// Leave takes back what was counted, and reports whether somebody waits for room.
func (l *Load) Leave(c Charge) bool { return l.word.Add(-uint64(c))&loadAwaited != 0 }

// Await says whether somebody waits for room.
func (l *Load) Await(somebody bool) {
	if somebody {
		l.word.Or(loadAwaited)
	} else {
		l.word.And(^uint64(loadAwaited))
	}
}

// Open makes room for everything: what the load is about is over.
func (l *Load) Open() { l.word.Or(loadOpen) }

// Charge returns what is under way.
func (l *Load) Charge() Charge { return Charge(l.word.Load() &^ loadFlags) }

// Way is where messages to something count: at the peer of a session, nil if it is not known or they go to nobody, and at one object of
// that peer, nil if it is not known.
type Way struct {
	Session *Session
	Object  *Import
}

// WayTo returns where messages to c count. What is sent to the result of a message counts, as long as that is not answered, where the
// message does. Any goroutine may call it.
func WayTo(c Cap) Way {
	switch c := c.(type) {
	case *Import:
		return Way{c.session, c}
	case *Promise:
		if i := c.object.Load(); i != nil {
			return Way{i.session, i}
		}
		return Way{c.session.Load(), nil}
	default:
		return Way{}
	}
}

// Load returns what is under way to the peer.
func (s *Session) Load() *Load { return &s.load }

// Load returns what is under way to the object.
func (i *Import) Load() *Load { return &i.load }

// SentBy says that p, which nobody else knows yet, is the result of a message that goes by w and counts c there until it is answered. If
// c is zero, it is the result of something that counts nowhere.
func (p *Promise) SentBy(w Way, c Charge) {
	p.session.Store(w.Session)
	if c > 0 {
		p.charge = c
		p.object.Store(w.Object)
	}
}

// answered ends the counting of the message that p is the result of.
func (p *Promise) answered() {
	c := p.charge
	if c == 0 {
		return
	}
	p.charge = 0
	p.vat.lighten(&p.session.Load().load, c)
	if i := p.object.Swap(nil); i != nil {
		p.vat.lighten(&i.load, c)
	}
}

// lighten takes c out of a load, and has the driver told if somebody waits for that.
func (v *Vat) lighten(l *Load, c Charge) {
	if l.Leave(c) {
		v.emit(Effect{Kind: Room, Load: l})
	}
}
