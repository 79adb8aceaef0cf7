package core

import "github.com/ocapn-go/ocapn/runtime/locator"

// EffectKind says what the driver has to do. See the constants.
type EffectKind uint8

// The kinds of effects, each with the fields of [Effect] that it uses.
const (
	// Run: start a turn of Object with the list Args. When it returns, the driver calls [Vat.Settle] on Result, which is nil
	// if nobody wants the result. Session is that of the peer that sent the message, nil if the program did. Turns of one object
	// start in the order of their effects.
	Run EffectKind = iota + 1
	// Notify: tell Waiter the Outcome.
	Notify
	// Track: Cap, an import or a promise of the peer of Session at Pos, became known. When nothing reaches the node any
	// longer, the driver calls [Vat.Dropped] with Session and Pos.
	Track
	// Established: Session is set up; its peer said where it is.
	Established
	// Ended: Session is over, for the reason Err. Its output is still to be sent, then its connection is to be closed.
	Ended
	// Dial: connect to Peer, then call [Vat.Open], or [Vat.DialFailed].
	Dial
	// Wait: Session is a second connection of a peer whose session may be about to end, or it ended before it was up and its
	// peer may be about to call. Call [Vat.GiveUp] with Session after about a second, or later if it is in doubt that the other session
	// is alive, and fail that, see [Vat.SessionWith], if it is not.
	Wait
	// Introduce: a peer hands off an object to us whose exporter there is no session with. The driver decides whether the peer may have
	// us call it, and calls [Vat.Introduce] or [Vat.Decline] with Introduction.
	Introduce
	// Undelivered: a message of the peer of Session, or of the program if that is nil, did not arrive, for the reason Err, and nobody
	// waits for its result. It is for the log.
	Undelivered
	// Unreferenced: no session holds Object any longer; Session was the last.
	Unreferenced
	// Room: less is under way at Load, which somebody waits for.
	Room
)

// Effect is one thing that the driver has to do. Effects are to be carried out in order.
type Effect struct {
	Kind    EffectKind
	Object  *Object
	Args    Body
	Result  *Promise
	Waiter  any
	Outcome *Outcome // not to be changed
	Cap     Cap
	Session *Session
	Pos     ImportPos
	Peer    *locator.Peer
	// Introduced is set if a Dial is wanted only because of introductions.
	Introduced   bool
	Introduction *Introduction
	Err          error
	Load         *Load
}

// Effects returns what has to be done since the last call. The slice is valid until the next call of Effects, which forgets
// it: a driver calls Effects until nothing comes, so that the core holds on to no capability that it handed out.
func (v *Vat) Effects() []Effect {
	if len(v.effects) == 0 { // nobody looks at what was lent any longer
		v.slots = emptied(v.slots)
	}
	out := v.effects
	v.effects, v.spent = emptied(v.spent), out
	return out
}

func (v *Vat) emit(e Effect) { v.effects = append(v.effects, e) }
