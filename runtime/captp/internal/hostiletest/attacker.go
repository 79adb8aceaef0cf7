package hostiletest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// Attacker is the other end of a connection to the target. It has a key and a location of its own, and says what it likes. Its methods
// may be called from any goroutine.
type Attacker struct {
	// Immutable after Dial.
	Key      handoff.KeyPair
	Location locator.Peer // as it announces it
	conn     netlayer.Conn
	target   locator.Peer
	stuck    *time.Timer
	patience time.Duration
	sending  sync.Mutex // while messages are sent, which a conn is for one goroutine at a time

	// Reflex, if it is not nil when Listen is called, is called with each operation of the target after the hello, by one goroutine.
	Reflex func(wire.Op)

	mu     sync.Mutex
	theirs handoff.PublicKey // Guarded by mu, as everything below.
	told   map[uint64]string // by the position of the resolver: what it was told, in Syrup
	seen   []uint64          // positions at which the target exports
	heard  int               // operations
	asked  int               // questions
	abort  string            // the reason, once the target has aborted
	over   bool
	err    error         // why nothing more is received
	news   chan struct{} // closed when something of this changes
}

// patience is how long an attacker is stuck before it gives its connection up. No test depends on it, unless something hangs.
const patience = time.Minute

// Dial connects to the target. Nothing is said yet, and nothing read.
func Dial(ctx context.Context, way Way, key handoff.KeyPair) (*Attacker, error) {
	conn, own, err := way.connect(ctx)
	if err != nil {
		return nil, err
	}
	a := &Attacker{Key: key, Location: own, conn: conn, target: way.Target, patience: patience, told: map[uint64]string{}, news: make(chan struct{})}
	a.stuck = time.AfterFunc(patience, func() { conn.Close() })
	return a, nil
}

// Greet sends the hello that an honest peer would send, starts to listen, and waits until the target has said who it is.
func (a *Attacker) Greet() error {
	if err := a.Say(a.Hello()); err != nil {
		return err
	}
	a.Listen()
	return a.wait(func() bool { return a.theirs != handoff.PublicKey{} })
}

// Hello returns the hello that an honest peer would send.
func (a *Attacker) Hello() []byte {
	where := a.Location.AppendSyrup(nil)
	return hello("1.0", a.Key.Public().AppendSyrup(nil), where, handoff.SignLocation(a.Key, where).AppendSyrup(nil))
}

// hello returns an op:start-session of these parts.
func hello(version string, key, location, signature []byte) []byte {
	msg := syrup.AppendString([]byte("<16'op:start-session"), version)
	msg = append(msg, key...)
	msg = append(msg, location...)
	msg = append(msg, signature...)
	return append(msg, '>')
}

// Say sends messages. It waits as long as the target does not read.
func (a *Attacker) Say(msgs ...[]byte) error {
	a.sending.Lock()
	defer a.sending.Unlock()
	a.stuck.Reset(a.patience)
	return a.conn.Send(msgs)
}

// SayText is Say for messages that are written as text.
func (a *Attacker) SayText(msgs ...string) error {
	out := make([][]byte, len(msgs))
	for i, m := range msgs {
		out[i] = []byte(m)
	}
	return a.Say(out...)
}

// Listen starts the goroutine that reads what the target says, until the connection ends.
func (a *Attacker) Listen() { go a.listen() }

func (a *Attacker) listen() {
	var msgs [][]byte
	for {
		var err error
		if msgs, err = a.conn.Receive(msgs[:0]); err != nil {
			a.note(func() { a.over, a.err = true, err })
			a.conn.Close() // so that whoever is sending stops
			return
		}
		for _, msg := range msgs {
			for len(msg) > 0 {
				op, n, err := wire.Decode(msg, wire.Limits{})
				if err != nil {
					a.note(func() { a.err = fmt.Errorf("the target sends what cannot be read: %w: %.200q", err, msg) })
					break
				}
				a.hear(op)
				msg = msg[n:]
			}
		}
	}
}

// note changes what is guarded by mu, and wakes those who wait.
func (a *Attacker) note(change func()) {
	a.mu.Lock()
	defer a.mu.Unlock()
	change()
	close(a.news)
	a.news = make(chan struct{})
}

// hear takes down what an operation of the target says.
func (a *Attacker) hear(op wire.Op) {
	a.note(func() {
		a.heard++
		switch op := op.(type) {
		case *wire.StartSession:
			a.theirs = op.Key
		case *wire.Abort:
			a.abort = op.Reason
		case *wire.Listen:
			a.see(op.Resolver)
		case *wire.Deliver:
			a.see(op.Resolver)
			for _, slot := range op.Args.Slots {
				a.see(slot.Desc)
			}
			if op.To.Kind == wire.Export && len(a.told) < maxTold {
				a.told[op.To.Pos] = string(op.Args.Data)
			}
		}
	})
	if _, isHello := op.(*wire.StartSession); a.Reflex != nil && !isHello {
		a.Reflex(op)
	}
}

// What is kept of what the target says.
const (
	maxTold = 1024
	maxSeen = 64
)

// see keeps the position of something that the target exports.
func (a *Attacker) see(d wire.Desc) {
	if d.Kind != wire.ImportObject && d.Kind != wire.ImportPromise {
		return
	}
	if len(a.seen) == maxSeen {
		a.seen = append(a.seen[:0], a.seen[1:]...)
	}
	a.seen = append(a.seen, d.Pos)
}

// errOver says that the target has ended the session while something was waited for.
var errOver = errors.New("the target has ended the session")

// wait waits until a condition holds, which is looked at under mu.
func (a *Attacker) wait(holds func() bool) error {
	for {
		a.mu.Lock()
		ok, over, news, abort, err := holds(), a.over, a.news, a.abort, a.err
		a.mu.Unlock()
		switch {
		case ok:
			return nil
		case over:
			return fmt.Errorf("%w: %q (%w)", errOver, abort, err)
		}
		<-news
	}
}

// Told waits until the resolver at a position is told something, and returns it in Syrup: [7'fulfill...] or [5'break...].
func (a *Attacker) Told(resolver uint64) (string, error) {
	var told string
	err := a.wait(func() (ok bool) { told, ok = a.told[resolver]; return ok })
	return told, err
}

// Ended waits until the target has ended the session, and returns the reason of its abort, "" for none.
func (a *Attacker) Ended() string {
	// Any error says that the session is over, which is what is waited for.
	_ = a.wait(func() bool { return a.over })
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.abort
}

// Over reports whether the target has ended the session.
func (a *Attacker) Over() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.over || a.abort != ""
}

// Aborted returns the reason with which the target has aborted the session, "" if it has not.
func (a *Attacker) Aborted() string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.abort
}

// Heard returns how many operations came.
func (a *Attacker) Heard() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.heard
}

// Session returns the identifier of the session, as certificates name it.
func (a *Attacker) Session() handoff.SessionID {
	a.mu.Lock()
	defer a.mu.Unlock()
	return handoff.NewSessionID(a.Key.Public().ID(), a.theirs.ID())
}

// Finish says that nothing more comes, and waits until the target has read everything and ended as well.
func (a *Attacker) Finish() string {
	if a.conn.CloseSend() != nil { // the transport cannot, or the connection is over
		return a.Leave()
	}
	reason := a.Ended()
	a.Close()
	return reason
}

// Leave aborts the session as a peer does that has nothing more to say, and waits for the end.
func (a *Attacker) Leave() string {
	if a.SayText(`<8'op:abort4"done>`) != nil {
		a.Close()
	}
	reason := a.Ended()
	a.Close()
	return reason
}

// Close hangs up.
func (a *Attacker) Close() {
	a.stuck.Stop()
	a.conn.Close()
}

// fresh returns the number-th key of a seed.
func fresh(seed, number uint64) handoff.KeyPair {
	var b [32]byte
	copy(b[:], fmt.Sprintf("%016x%016x", seed, number))
	return handoff.KeyPairFromSeed(b)
}

// call is a message to an object of the target, whose answer is wanted at a position if answer >= 0 and told to a resolver if
// resolver >= 0.
func call(to, args string, answer, resolver int) string {
	var b strings.Builder
	b.WriteString("<10'op:deliver" + to + args)
	if answer >= 0 {
		fmt.Fprintf(&b, "%d+", answer)
	} else {
		b.WriteByte('f')
	}
	if resolver >= 0 {
		fmt.Fprintf(&b, "<18'desc:import-object%d+>", resolver)
	} else {
		b.WriteByte('f')
	}
	b.WriteByte('>')
	return b.String()
}

// bootstrap is the object that everybody has.
const bootstrap = "<11'desc:export0+>"

// fetch is the call of the bootstrap object for one of the program's objects.
func fetch(name string) string {
	return "[5'fetch" + string(syrup.AppendBytes(nil, []byte(name))) + "]"
}
