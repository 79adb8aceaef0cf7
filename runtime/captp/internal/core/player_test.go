package core_test

import (
	"cmp"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// player plays a trace: it is the driver, the program and the network of one vat.
type player struct {
	t        *testing.T
	limits   core.Limits
	vat      *core.Vat
	location locator.Peer

	sessions      map[string]*session
	objects       map[string]*core.Object
	promises      map[string]*core.Promise
	imports       map[string]core.Cap  // by session and position, such as a:5
	introductions []*core.Introduction // that were proposed, and not decided on
	results       int                  // results of turns so far, which are called r1, r2, …
	others        int                  // promises that the core made, which are called p1, p2, …
	keys          int                  // session keys that no step asked for
	checked       []string             // what check returned last
}

// session is a connection of the vat under test.
type session struct {
	name    string
	core    *core.Session
	key     handoff.KeyPair // ours
	peer    handoff.KeyPair // the peer's, of its last hello
	dialect *wire.Dialect
}

func newPlayer(t *testing.T) *player {
	p := &player{
		t:        t,
		location: peerAt("memory", "me"),
		sessions: make(map[string]*session),
		objects:  make(map[string]*core.Object),
		promises: make(map[string]*core.Promise),
		imports:  make(map[string]core.Cap),
		checked:  []string{"no connections", "no exports"},
	}
	p.start()
	return p
}

func (p *player) start() {
	p.vat = core.New(core.Config{Limits: p.limits, Closed: errClosed})
	p.vat.AddLocation(p.location)
}

var errClosed = errors.New("closed")

func peerAt(transport, designator string) locator.Peer {
	at, err := locator.NewPeer(transport, designator, nil)
	if err != nil {
		panic(err)
	}
	return at
}

// peerNamed returns the location that a trace calls name: a designator, with a transport behind a dot if it is not memory.
func peerNamed(name string) locator.Peer {
	designator, transport, ok := strings.Cut(name, ".")
	if !ok {
		transport = "memory"
	}
	return peerAt(transport, designator)
}

// orderedKeys holds nine session keys with ascending public identifiers.
var orderedKeys = func() []handoff.KeyPair {
	var keys []handoff.KeyPair
	for i := range 9 {
		keys = append(keys, handoff.KeyPairFromSeed([32]byte{byte(i + 1)}))
	}
	slices.SortFunc(keys, func(a, b handoff.KeyPair) int { return a.Public().ID().Compare(b.Public().ID()) })
	return keys
}()

// key returns session key number n of those that are in order, or a fresh one.
func (p *player) key(n string) handoff.KeyPair {
	if n != "" {
		i, _ := strconv.Atoi(n)
		return orderedKeys[i-1]
	}
	p.keys++
	return handoff.KeyPairFromSeed([32]byte{255, byte(p.keys)})
}

// step plays one step and returns what came of it: operations that are sent, effects, and the sizes of the tables.
func (p *player) step(line string) ([]string, error) {
	verb, rest, _ := strings.Cut(line, " ")
	if verb == "empty" {
		return nil, p.empty()
	}
	quiet, err := p.do(verb, rest)
	if err != nil {
		return nil, err
	}
	out := p.effects()
	out = append(out, p.sent()...)
	check, err := p.check()
	if err != nil || quiet {
		return nil, err
	}
	return append(out, check...), nil
}

// do does what a step says. It reports whether the step is one whose outcome is not shown.
func (p *player) do(verb, rest string) (quiet bool, err error) {
	name, rest1, _ := strings.Cut(rest, " ")
	switch verb {
	case "limits":
		return true, p.setLimits(rest)
	case "program":
		return false, p.program(rest)
	case "open":
		return false, p.open(name, rest1, nil)
	case "dialled":
		peer, options, _ := strings.Cut(rest1, " ")
		at := peerNamed(peer)
		return false, p.open(name, options, &at)
	case "up":
		return true, p.up(rest)
	case "shutdown":
		p.vat.Shutdown(rest)
		return false, nil
	case "flush":
		flushGC(p.vat)
		return false, nil
	case "age":
		p.vat.Age()
		return false, nil
	case "allow", "decline":
		return false, p.decide(verb, rest)
	case "dialfailed":
		p.vat.DialFailed(peerNamed(name), errors.New(rest1))
		return false, nil
	}
	s := p.sessions[name]
	if s == nil {
		return false, fmt.Errorf("no session %q", name)
	}
	switch verb {
	case "recv":
		return false, p.receive(s, rest1)
	case "repeat":
		return true, p.repeat(s, rest1)
	case "lost":
		p.vat.Lost(s.core, errors.New(cmp.Or(rest1, "EOF")))
	case "fail":
		p.vat.Fail(s.core, errors.New(rest1))
	case "giveup":
		p.vat.GiveUp(s.core)
	case "expire":
		p.vat.Expire(s.core)
	case "unreachable":
		p.unreachable(s, rest1)
	case "dropped":
		return false, p.dropped(s, rest1)
	case "collect":
		p.unreachable(s, rest1)
		return false, p.dropped(s, rest1)
	default:
		return false, fmt.Errorf("no such step")
	}
	return false, nil
}

// unreachable lets go of an import, and lets the garbage collector find out.
func (p *player) unreachable(s *session, pos string) {
	delete(p.imports, s.name+":"+pos)
	runtime.GC()
}

// dropped tells the vat that an import was found to be gone.
func (p *player) dropped(s *session, pos string) error {
	n, err := strconv.Atoi(pos)
	p.vat.Dropped(s.core, core.ImportPos(n))
	return err
}

// decide lets the oldest introduction that was proposed go on, or not.
func (p *player) decide(verb, reason string) error {
	if len(p.introductions) == 0 {
		return errors.New("no introduction was proposed")
	}
	i := p.introductions[0]
	p.introductions = slices.Delete(p.introductions, 0, 1)
	if verb == "allow" {
		p.vat.Introduce(i)
	} else {
		p.vat.Decline(i, errors.New(reason))
	}
	return nil
}

// options reads words of the form name=value.
func options(text string) map[string]string {
	out := make(map[string]string)
	for word := range strings.FieldsSeq(text) {
		name, value, _ := strings.Cut(word, "=")
		out[name] = value
	}
	return out
}

func (p *player) setLimits(text string) error {
	for name, value := range options(text) {
		n, err := strconv.Atoi(value)
		if err != nil {
			return err
		}
		field := map[string]*int{
			"Sessions": &p.limits.Sessions, "Unestablished": &p.limits.Unestablished, "Dials": &p.limits.Dials, "Exports": &p.limits.Exports, "Imports": &p.limits.Imports,
			"Answers": &p.limits.Answers, "Listeners": &p.limits.Listeners, "QueuedMessages": &p.limits.QueuedMessages,
			"HeldBytes":     &p.limits.HeldBytes,
			"StepBytes":     &p.limits.StepBytes,
			"OutputBytes":   &p.limits.OutputBytes,
			"Gives":         &p.limits.Gives,
			"Gifts":         &p.limits.Gifts,
			"Withdrawals":   &p.limits.Withdrawals,
			"Gifters":       &p.limits.Gifters,
			"Handoffs":      &p.limits.Handoffs,
			"Introductions": &p.limits.Introductions,
		}[name]
		if field == nil {
			return fmt.Errorf("no limit %q", name)
		}
		*field = n
	}
	p.start()
	return nil
}

// open makes a connection, which the peer opened, or which we dialled.
func (p *player) open(name, text string, dialled *locator.Peer) error {
	o := options(text)
	s := &session{name: name, key: p.key(o["key"]), dialect: &wire.Modern}
	for _, d := range []*wire.Dialect{&wire.SuitePR, &wire.SuiteMain, &wire.Goblins} {
		if d.Name == o["dialect"] {
			s.dialect = d
		}
	}
	opening := core.Opening{Host: s, Dialled: dialled, Location: p.location, Key: s.key, Dialect: s.dialect}
	if o["proved"] != "" {
		opening.Proved = peerNamed(o["proved"]).ID()
	}
	p.sessions[name] = s
	s.core = p.vat.Open(opening)
	return nil
}

// up sets a session up that the peer of the same name opened.
func (p *player) up(text string) error {
	name, options, _ := strings.Cut(text, " ")
	if err := p.open(name, options, nil); err != nil {
		return err
	}
	if err := p.receive(p.sessions[name], "hello"); err != nil {
		return err
	}
	if !p.sessions[name].core.Established() {
		return errors.New("the session is not up")
	}
	return nil
}

// flushGC has everything told that waits to be let go of.
func flushGC(v *core.Vat) {
	for v.GCPending() {
		v.AgeGC()
	}
}
