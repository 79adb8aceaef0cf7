package core

import (
	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// sessionState says how far a session is.
//
//	accepted   the peer opened the connection; nothing was sent; its hello is awaited
//	greeted    we opened the connection and said hello; the peer's hello is awaited
//	parked     the peer's hello came, but there is another session with it, which may be about to end
//	up         both hellos were exchanged; operations flow
//	ended      nothing is received any longer; the output is the last that is sent
//
// Events: open (to accepted or greeted), hello (to parked, up or ended), admit (parked to up), and abort, lose, expire (any
// to ended).
type sessionState uint8

const (
	stateAccepted sessionState = iota
	stateGreeted
	stateParked
	stateUp
	stateEnded
)

// Session is a connection with a peer and, once it is up, the tables of what the two hold of each other.
type Session struct {
	// Immutable after Open.
	vat      *Vat
	number   uint64 // of the sessions that the vat opened before
	host     any
	dialect  *wire.Dialect
	location locator.Peer // ours, as announced in this session
	key      handoff.KeyPair
	dialled  locator.PeerID // the peer that we called, zero if it called us
	proved   locator.PeerID // what the netlayer proved of the other side, zero if nothing
	unsent   func() int     // see Opening
	unread   func() bool
	buffer   func(size int) ([]byte, []int)

	load Load

	// Owned by the vat's loop.
	state      sessionState
	err        *SessionError      // when ended
	isStranger bool               // it counts among Vat.strangers
	heard      uint64             // what Vat.received was when the last operation came
	early      []wire.Op          // what came behind the peer's hello while parked
	greeting   bool               // our hello was sent
	hello      *wire.StartSession // the peer's, once it came and was found good
	signature  handoff.Signature  // of our location, zero before it was made
	id         handoff.SessionID
	exchanged  bool // an operation was sent or received since the session is up
	bootstrap  *Object

	exports     table[ExportPos, *export]
	exportOf    map[Cap]ExportPos // of promises, and of objects that another peer holds, too
	nextExport  ExportPos
	resolvers   int // of exports, those that are no objects or promises: see exportKind
	imports     table[ImportPos, *imported]
	answers     table[AnswerPos, *Promise]
	spent       []*export // entries to be used again
	nextQuest   QuestionPos
	questions   int    // not yet answered
	held        int    // bytes that are kept for the sake of the peer, see held.go
	inPromises  int    // of these, those of promises that it holds
	round       uint32 // how often these were counted anew
	counted     int    // the least of held since that
	listeners   int    // the peer's resolvers that wait for a promise of ours
	gcExports   wire.GCExports
	gcAnswers   wire.GCAnswers
	gcScheduled bool // the session is in Vat.gcDue
	gcAge       int  // how often AgeGC was called since there is something in gcExports or gcAnswers

	gifts         uint64                // that we deposited with the peer
	handoffs      uint64                // withdrawals of ours from the peer
	counts        *handoff.Counts       // of the peer's withdrawals, nil before the first
	withdrawers   map[*Session]struct{} // whose peers have used handoff counts for the peer, nil before the first
	introductions int                   // at the word of the peer that are under way
	proposed      []*Introduction       // of these, those that wait until others are through
	calling       int                   // of these, those for which a session with the exporter is, or may be, asked for

	waiting        ring // what waits in promises for the sake of this session
	queuedMessages int  // messages and path steps of the peer among it
	queuedBytes    int  // their size, references left out

	scratch wire.Deliver // of sendDeliver
	slots   []wire.Slot  // of describe
	out     []byte       // encoded operations that the driver has not taken yet
	outEnds []int
	dirty   bool
}

// Host returns the driver's connection.
func (s *Session) Host() any { return s.host }

// Peer returns the other side's locator exactly as it announced it; zero before its hello.
func (s *Session) Peer() locator.Peer {
	if s.hello == nil {
		return locator.Peer{}
	}
	return s.hello.Location
}

// peerID returns who the other side is: who it said it is, or who we called.
func (s *Session) peerID() locator.PeerID {
	if s.hello == nil {
		return s.dialled
	}
	return s.hello.Location.ID()
}

// PeerID returns who the other side is: who it said it is, or who we called; zero before its hello if it called.
func (s *Session) PeerID() locator.PeerID { return s.peerID() }

// Proved says whether the netlayer proved who the other side is.
func (s *Session) Proved() bool { return s.isProved() }

func (s *Session) isDialled() bool { return s.dialled != (locator.PeerID{}) }
func (s *Session) isProved() bool  { return s.proved != (locator.PeerID{}) }

// ID returns the identifier that both sides compute from the two session keys; zero before the session is up.
func (s *Session) ID() handoff.SessionID { return s.id }

// Established says whether the session is up.
func (s *Session) Established() bool { return s.state == stateUp }

// Ended says whether the session is over.
func (s *Session) Ended() bool { return s.state == stateEnded }

// Take returns the operations that are to be sent, one behind the other: operation i ends at ends[i].
func (s *Session) Take() (out []byte, ends []int) {
	out, ends = s.out, s.outEnds
	s.out, s.outEnds = nil, nil
	return out, ends
}

// send encodes op in the session's dialect.
func (s *Session) send(op wire.Op) {
	if s.out == nil {
		s.out, s.outEnds = s.buffer(outSize(op))
	}
	before := len(s.out)
	s.out = s.dialect.Append(s.out, op)
	s.vat.work += (len(s.out) - before) / workWritten
	s.outEnds = append(s.outEnds, len(s.out))
	if !s.dirty {
		s.dirty = true
		s.vat.dirty = append(s.vat.dirty, s)
	}
}

// outSize returns how many bytes an operation takes at the most, about, if it is a long one.
func outSize(op wire.Op) int {
	switch op := op.(type) {
	case *wire.Deliver:
		return len(op.Args.Data) + opBytes
	case *wire.Resolve:
		return len(op.Value.Data) + opBytes
	default:
		return opBytes
	}
}

// opBytes is how many bytes an operation takes beside what is in it, about.
const opBytes = 128

// sendHello announces us to the peer.
//
// Spec: CapTP#opstart-session
func (s *Session) sendHello() {
	s.greeting = true
	signature := s.signature
	if signature == (handoff.Signature{}) {
		signature = s.signLocation()
	}
	s.send(&wire.StartSession{
		Version:   s.dialect.Version,
		Key:       s.key.Public(),
		Location:  s.location,
		Signature: signature,
	})
}

// handle applies one operation of the peer.
func (s *Session) handle(op wire.Op) {
	if s.state == stateEnded {
		return
	}
	switch op := op.(type) {
	case *wire.Abort:
		s.handleAbort(op)
		return
	case *wire.StartSession:
		hello := &Hello{StartSession: op}
		if s.hello == nil { // a second one is refused whatever it says
			hello = s.prepareHello(op)
		}
		s.handleStartSession(hello)
		return
	case *Hello:
		s.handleStartSession(op)
		return
	}
	if s.state == stateParked {
		s.wait(op)
		return
	}
	if s.state != stateUp {
		s.abort(&ProtocolError{Spec: "CapTP#opstart-session", Reason: "an operation before op:start-session"})
		return
	}
	s.exchanged = true
	switch op := op.(type) {
	case *wire.Deliver:
		s.handleDeliver(op)
	case *wire.Listen:
		s.handleListen(op)
	case *wire.Get:
		s.handleStep(op.To, Step{Kind: StepGet, Name: op.Field}, AnswerPos(op.Answer))
	case *wire.Index:
		s.handleStep(op.To, Step{Kind: StepIndex, Index: op.Index}, AnswerPos(op.Answer))
	case *wire.Untag:
		s.handleStep(op.To, Step{Kind: StepUntag, Name: op.Tag}, AnswerPos(op.Answer))
	case *wire.GCExports:
		s.handleGCExports(op)
	case *wire.GCAnswers:
		s.handleGCAnswers(op)
	default:
		s.abort(&ProtocolError{Reason: "an operation that peers do not send"})
	}
}
