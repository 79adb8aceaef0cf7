package hostiletest

import (
	"fmt"
	"math/rand/v2"
	"strconv"

	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// attackText writes the messages of one session of a storm. It keeps what it has to know so that most of them mean something.
type attackText struct {
	r       *rand.Rand
	signer  *Attacker
	valid   bool // nothing but what honest peers send
	exports int  // the target exports positions 1 to here

	asked     []int // answers that were not let go of
	answers   int   // the last position of one
	imports   int   // the last position of a reference that was sent
	malformed int   // messages that no honest peer could send, since somebody asked
}

// message returns the next message: an operation that may mean something, or something that is no operation.
func (t *attackText) message() []byte {
	op := t.operation()
	switch n := t.r.IntN(400); {
	case t.valid || n > 4:
		return op
	case n == 0:
		t.malformed++
		return t.garbage()
	case n == 1:
		t.malformed++
		return append(op, t.mutate(t.operation())...) // several operations in one message
	default:
		t.malformed++
		for range 1 + t.r.IntN(3) {
			op = t.mutate(op)
		}
		return op
	}
}

// operation returns an operation. Its memory is its own.
func (t *attackText) operation() []byte {
	b := make([]byte, 0, 96)
	switch n := t.r.IntN(100); {
	case n < 40 || t.valid && n >= 90:
		return t.deliver(b)
	case n < 55:
		return t.step(b)
	case n < 70:
		return t.letGoAnswers(b)
	case n < 80:
		return t.listen(b)
	case n < 90:
		return t.junkCall(b)
	case n < 96:
		return t.handoffCall(b)
	case n < 98:
		return t.letGoExports(b)
	default:
		return t.resolution(t.resolver())
	}
}

// deliver calls an object, or an answer that there was.
func (t *attackText) deliver(b []byte) []byte {
	b = append(b, "<10'op:deliver"...)
	b = t.target(b)
	b = append(b, '[')
	for range t.r.IntN(4) {
		b = t.value(b, 3)
	}
	b = append(b, ']')
	return t.outcome(b)
}

// outcome ends a message with who is told of the outcome.
func (t *attackText) outcome(b []byte) []byte {
	if t.r.IntN(3) > 0 {
		b = t.newAnswer(b)
	} else {
		b = append(b, 'f')
	}
	if t.r.IntN(2) == 0 {
		t.imports++
		b = fmt.Appendf(b, "<18'desc:import-object%d+>", 2000+t.imports%500)
	} else {
		b = append(b, 'f')
	}
	return append(b, '>')
}

// target is most often something that the target has.
func (t *attackText) target(b []byte) []byte {
	switch n := t.r.IntN(1000); {
	case !t.valid && n == 0:
		t.malformed++
		return fmt.Appendf(b, "<11'desc:export%s>", t.forgedPosition())
	case !t.valid && n == 1:
		t.malformed++
		return fmt.Appendf(b, "<11'desc:answer%s>", t.forgedPosition())
	case len(t.asked) > 0 && n < 400:
		return fmt.Appendf(b, "<11'desc:answer%d+>", t.asked[t.r.IntN(len(t.asked))])
	case n >= 990:
		return fmt.Appendf(b, "<11'desc:export%d+>", t.exports) // the long struct
	default:
		return fmt.Appendf(b, "<11'desc:export%d+>", t.r.IntN(t.exports))
	}
}

// forgedPosition is a position that there is not, or that is none.
func (t *attackText) forgedPosition() string {
	forged := [...]string{
		"100000+", "18446744073709551615+", "18446744073709551616+", "1-", "9999999999999999999999999999999999+", "t", "3'foo", "[]",
		"D\x00\x00\x00\x00\x00\x00\x00\x00", "00000000000000000001+", "+", "-", "<11'desc:export0+>",
	}
	return forged[t.r.IntN(len(forged))]
}

// newAnswer is a position of an answer that is free, most often.
func (t *attackText) newAnswer(b []byte) []byte {
	if !t.valid && len(t.asked) > 0 && t.r.IntN(2000) == 0 {
		t.malformed++
		return syrup.AppendUint(b, uint64(t.asked[t.r.IntN(len(t.asked))]))
	}
	t.answers++
	t.asked = append(t.asked, t.answers)
	return syrup.AppendUint(b, uint64(t.answers))
}

// step takes a path step at an answer.
func (t *attackText) step(b []byte) []byte {
	if len(t.asked) == 0 {
		return t.deliver(b)
	}
	at := t.asked[t.r.IntN(len(t.asked))]
	switch t.r.IntN(3) {
	case 0:
		b = fmt.Appendf(b, "<6'op:get<11'desc:answer%d+>9\"field%04d", at, t.r.IntN(5000))
	case 1:
		b = fmt.Appendf(b, "<8'op:index<11'desc:answer%d+>%d+", at, t.r.IntN(3))
	default:
		b = fmt.Appendf(b, "<8'op:untag<11'desc:answer%d+>3\"tag", at)
	}
	return append(t.newAnswer(b), '>')
}

// letGoAnswers lets some answers go, most often some that there are.
func (t *attackText) letGoAnswers(b []byte) []byte {
	b = append(b, "<13'op:gc-answers["...)
	for range min(len(t.asked), t.r.IntN(4)) {
		i := t.r.IntN(len(t.asked))
		b = syrup.AppendUint(b, uint64(t.asked[i]))
		t.asked[i] = t.asked[len(t.asked)-1]
		t.asked = t.asked[:len(t.asked)-1]
	}
	if !t.valid && t.r.IntN(1000) == 0 {
		t.malformed++
		b = append(b, t.forgedPosition()...)
	}
	return append(b, "]>"...)
}

// letGoExports lets exports go, more often than it was given them.
func (t *attackText) letGoExports(b []byte) []byte {
	if t.r.IntN(4) > 0 {
		return append(b, "<13'op:gc-exports[][]>"...)
	}
	deltas := [...]string{"0+", "1+", "2+", "18446744073709551615+", "1-", "f"}
	t.malformed++
	return fmt.Appendf(b, "<13'op:gc-exports[%d+][%s]>", t.r.IntN(t.exports+2), deltas[t.r.IntN(len(deltas))])
}

// listen wants to hear of an answer.
func (t *attackText) listen(b []byte) []byte {
	b = append(b, "<9'op:listen"...)
	b = t.target(b)
	t.imports++
	return fmt.Appendf(b, "<18'desc:import-object%d+>f>", 2000+t.imports%500)
}

// junkCall calls an object with what it does not understand.
func (t *attackText) junkCall(b []byte) []byte {
	b = append(b, "<10'op:deliver"...)
	if !t.valid && t.r.IntN(2) == 0 {
		b = append(b, bootstrap...)
		methods := [...]string{"5'fetch", "12'deposit-gift", "13'withdraw-gift", "7'fulfill", "5'break", "11'constructor", "0'", "1+", "5:fetch"}
		b = append(b, '[')
		b = append(b, methods[t.r.IntN(len(methods))]...)
	} else {
		b = t.target(b)
		b = append(b, '[')
	}
	for range t.r.IntN(5) {
		b = t.value(b, 6)
	}
	return t.outcome(append(b, ']'))
}

// resolver is a position of something that may be a resolver of the target.
func (t *attackText) resolver() int {
	if t.r.IntN(20) == 0 {
		t.malformed++
		return t.exports + 1 + t.r.IntN(10)
	}
	return t.r.IntN(t.exports + 1)
}

// resolution tells a resolver of the target something.
func (t *attackText) resolution(pos int) []byte {
	words := [...]string{"7'fulfill", "5'break", "4'junk", "7\"fulfill"}
	b := fmt.Appendf(nil, "<10'op:deliver<11'desc:export%d+>[%s", pos, words[t.r.IntN(len(words))])
	b = t.value(b, 3)
	return append(b, "]ff>"...)
}

// floodOf returns what makes the messages of a flood.
func (t *attackText) floodOf() func() []byte {
	number := 0
	numbered := func(format string) func() []byte {
		return func() []byte {
			number++
			return fmt.Appendf(nil, format, 100_000+number)
		}
	}
	floods := []func() []byte{
		numbered("<10'op:deliver<11'desc:export1+>[]%d+f>"),                                                  // answers
		numbered("<10'op:deliver<11'desc:export3+>[]%d+f>"),                                                  // promises that stay open
		numbered("<10'op:deliver<11'desc:export6+>[]%d+f>"),                                                  // turns that do not end
		numbered("<10'op:deliver<11'desc:export4+>[<18'desc:import-object%d+>]ff>"),                          // imports
		numbered("<10'op:deliver<11'desc:export4+>[<19'desc:import-promise%d+>]ff>"),                         // promises that are listened to
		numbered("<9'op:listen<11'desc:export3+><18'desc:import-object%d+>f>"),                               // listeners
		numbered("<10'op:deliver<11'desc:export5+>[<18'desc:import-object%d+>3'foo]ff>"),                     // calls that the target makes
		numbered("<10'op:deliver<11'desc:export2+>[]f<18'desc:import-object%d+>>"),                           // objects of the target
		numbered("<10'op:deliver<11'desc:export0+>[5'fetch8:%08d]f<18'desc:import-object1+>>"),               // guesses
		numbered("<10'op:deliver<11'desc:export8+>[%d+]f<18'desc:import-object1+>>"),                         // panics
		func() []byte { return []byte("<13'op:gc-answers[]>") },                                              // nothing
		func() []byte { return []byte("<13'op:gc-exports[][]>") },                                            // nothing
		func() []byte { return append(t.value([]byte("<10'op:deliver<11'desc:export1+>["), 12), "]ff>"...) }, // values
		t.chain(&number), t.walk(&number),
	}
	return floods[t.r.IntN(len(floods))]
}

// chain returns what makes a pipeline that grows: each message goes to the answer of the one before.
func (t *attackText) chain(number *int) func() []byte {
	return func() []byte {
		*number++
		if *number == 1 {
			return []byte("<10'op:deliver<11'desc:export3+>[]100001+f>")
		}
		return fmt.Appendf(nil, "<10'op:deliver<11'desc:answer%d+>[]%d+f>", 100_000+*number-1, 100_000+*number)
	}
}

// walk returns what makes path steps over a long struct, whose answers are let go of.
func (t *attackText) walk(number *int) func() []byte {
	return func() []byte {
		*number++
		if *number == 1 {
			return []byte("<10'op:deliver<11'desc:export9+>[]100000+f>")
		}
		return fmt.Appendf(nil, "<6'op:get<11'desc:answer100000+>9\"field3999%d+><13'op:gc-answers[%d+]>", 100_000+*number, 100_000+*number)
	}
}

// handoffCall sends a certificate, or something like it.
func (t *attackText) handoffCall(b []byte) []byte {
	id, err := handoff.NewGiftID([]byte(strconv.Itoa(t.r.IntN(20))))
	if err != nil {
		return t.deliver(b)
	}
	b = append(b, "<10'op:deliver"...)
	switch t.r.IntN(4) {
	case 0:
		b = append(b, bootstrap...)
		b = append(id.AppendSyrup(append(b, "[12'deposit-gift"...)), "<18'desc:import-object3000+>]"...)
		return t.outcome(b)
	case 1:
		b = append(b, bootstrap...)
		b = append(t.receive(id).AppendSyrup(append(b, "[13'withdraw-gift"...)), ']')
		return t.outcome(b)
	default:
		b = fmt.Appendf(b, "<11'desc:export%d+>[", 1+t.r.IntN(t.exports))
		give := t.give(id).AppendSyrup(nil)
		if t.r.IntN(16) == 0 {
			t.malformed++
			give = t.mutate(give)
		}
		return t.outcome(append(append(b, give...), ']'))
	}
}

// give returns a give, of which some things are as they ought to be.
func (t *attackText) give(id handoff.GiftID) handoff.SignedGive {
	exporter := t.signer.Location
	if t.r.IntN(2) == 0 {
		// Nobody listens there. To be refused costs nobody a time-out.
		exporter = locator.Peer{
			Transport: "tcp-testing-only", Designator: "hole" + strconv.Itoa(t.r.IntN(1000)),
			Hints: locator.Hints{"host": "127.0.0.1", "port": "1"},
		}
	}
	key := fresh(t.r.Uint64(), 0)
	return handoff.SignGive(key, handoff.Give{
		ReceiverKey: t.signer.Key.Public(), ExporterLocation: exporter, Session: t.signer.Session(),
		GifterSide: t.signer.Key.Public().ID(), GiftID: id,
	})
}

// receive returns a receive that is signed by the right key, around a give that is not.
func (t *attackText) receive(id handoff.GiftID) handoff.SignedReceive {
	return handoff.SignReceive(t.signer.Key, handoff.Receive{
		ReceivingSession: t.signer.Session(), ReceivingSide: t.signer.Key.Public().ID(), HandoffCount: uint64(t.r.IntN(10)),
		SignedGive: t.give(id),
	})
}
