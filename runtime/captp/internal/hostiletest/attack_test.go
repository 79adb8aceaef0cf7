package hostiletest

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
)

// attack is one thing that a peer can do to hurt a vat.
type attack struct {
	name string
	// hello is what comes in place of an honest hello, if it is not nil.
	hello func(a *Attacker) []string
	// say are the messages of the attack. With an honest hello, the program's objects are exports 1 to 9 by then, in the order of Names.
	say func(a *Attacker) []string
	// run is what else is done, while the session is up.
	run func(t *testing.T, a *Attacker)

	// abort is a part of the reason with which the target aborts the session. When it is "", the session goes on; when it is "?", either
	// will do.
	abort string
	// told is a part of what the resolver at position 1 is told, in Syrup; "" for anything, and for nothing.
	told string
	// shapeless says that what is sent is no record, so that its end cannot be found where nothing frames it. Then any end will do.
	shapeless bool
	// long says that the attack takes a while.
	long bool
}

// isLong reports whether the long form of the tests runs.
func isLong() bool { return *messages >= 1_000_000 }

// The exports of the target, once they were fetched.
var exports = func() map[string]int {
	m := map[string]int{}
	for i, name := range Names {
		m[name] = i + 1
	}
	return m
}()

// to is the descriptor of an object of the target.
func to(name string) string { return fmt.Sprintf("<11'desc:export%d+>", exports[name]) }

// echoes is a message to the echo whose arguments are in Syrup, without a list around them. The resolver at 1 is told what comes of it.
func echoes(args string) string { return call(to(Echo), "["+args+"]", -1, 1) }

// saying returns a function that returns messages.
func saying(msgs ...string) func(*Attacker) []string {
	return func(*Attacker) []string { return msgs }
}

// malformedFrame is what ends the session where the end of a message is found by reading it.
const malformedFrame = "malformed frame"

// attackAll runs a table of attacks on a target, by some of the ways, and checks that nothing is left.
func attackAll(t *testing.T, attacks []attack, ways ...string) {
	t.Helper()
	target, err := StartVat(captp.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer target.Close()
	before := target.Report(true)
	for _, way := range target.Ways() {
		if raceEnabled && way.Name != WayMemory || way.Name == WayWebSocket && !isLong() {
			continue // it takes time, and the race detector sees the same races by one of them
		}
		if len(ways) > 0 && !strings.Contains(strings.Join(ways, " ")+" ", way.Name+" ") {
			continue
		}
		t.Run(way.Name, func(t *testing.T) {
			for number, a := range attacks {
				t.Run(a.name, func(t *testing.T) { a.attack(t, way, uint64(number)) })
			}
		})
	}
	f := &field{t: t, before: before, report: func(letGo bool) (Report, error) { return target.Report(letGo), nil }}
	f.settle()
}

// attack attacks the target, checks what comes of it, and lets an honest peer call.
func (a *attack) attack(t *testing.T, way Way, number uint64) {
	if a.long && (way.Name != WayFramed || raceEnabled) && !isLong() {
		t.Skip("what takes long goes by one way, but in the long form")
	}
	p, err := Dial(t.Context(), way, fresh(2, number))
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	p.patience = 10 * time.Second // so that a session that is not aborted is not waited for too long
	if a.hello != nil {
		p.Listen()
		// What cannot be sent any longer is what the target does not want to hear.
		_ = p.SayText(a.hello(p)...)
	} else {
		meetAndFetch(t, p)
	}
	if a.say != nil {
		_ = p.SayText(a.say(p)...)
	}
	if a.run != nil {
		a.run(t, p)
	}
	a.check(t, p, way)
	p.Close()
	if err := Meet(t.Context(), way); err != nil {
		t.Errorf("an honest peer, after that: %v", err)
	}
}

// meetAndFetch sets the session up, and fetches the objects of the program.
func meetAndFetch(t *testing.T, p *Attacker) {
	t.Helper()
	if err := p.Greet(); err != nil {
		t.Fatal(err)
	}
	msgs := make([]string, len(Names))
	for i, name := range Names {
		msgs[i] = call(bootstrap, fetch(name), -1, firstResolver+i)
	}
	if err := p.SayText(msgs...); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Told(uint64(firstResolver + len(Names) - 1)); err != nil {
		t.Fatal(err)
	}
}

// check checks what has come of the attack.
func (a *attack) check(t *testing.T, p *Attacker, way Way) {
	t.Helper()
	if a.shapeless && way.Name == WayRaw {
		p.Finish()
		return
	}
	if a.abort == "" || a.abort == "?" {
		// The answer to this one comes after that to everything before it.
		const last = 999
		_ = p.SayText(call(bootstrap, fetch(Echo), -1, last))
		_, err := p.Told(last)
		switch {
		case err != nil && a.abort == "":
			t.Errorf("the session is over: %v", err)
		case err == nil && a.told != "":
			if told, _ := p.Told(1); !strings.Contains(told, a.told) {
				t.Errorf("told %.200q, want a part that is %.200q", told, a.told)
			}
		}
		return
	}
	const last = 998
	if a.hello == nil {
		// A target that goes on says so.
		_ = p.SayText(call(bootstrap, fetch(Echo), -1, last))
		if _, err := p.Told(last); err == nil {
			t.Errorf("the session goes on, want %q", a.abort)
			return
		}
	}
	if reason := p.Ended(); way.Name == WayRaw && strings.Contains(reason, malformedFrame) {
		return
	} else if !strings.Contains(reason, a.abort) {
		t.Errorf("aborted with %q, want %q", reason, a.abort)
	}
}
