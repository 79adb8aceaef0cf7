package captp_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// octets are the messages of a peer that lies. The bytes of the fuzzer choose among the productions of a grammar, so that a change of one
// byte is a change of one part; then, perhaps, they change octets. Most of it means something, or else the session would end at once.
type octets struct {
	choices []byte
	key     handoff.KeyPair // of the session
	peer    string          // who this says to be
	theirs  handoff.PublicKey
	session handoff.SessionID
	depth   int
	seen    []string // positions at which the vat has exported something
	asked   []int    // answers that were asked for, and not let go of
	answers int      // that were asked for
}

// productions are what may stand for a letter: what an honest peer may send, and what none does. The first has no end of its own,
// so that a text ends when the choices do.
type productions struct{ good, odd []string }

// grammar has the productions of each letter. In one of them, % and a letter stand for what that letter stands for.
var grammar = map[byte]productions{
	// A message.
	'M': {
		[]string{"%D", "%D", "%D", "%F", "%F", "%L", "%S", "%S", "%G", "%G", "%R", "%D%D", "%D%S%G"},
		[]string{"%H", "<8'op:abort%V>", "%V", "", "<6'op:foo%V>"},
	},
	// A message to something, in the old dialects, too.
	'D': {
		[]string{
			"<10'op:deliver%T[5'first%V]%N%W>", "<10'op:deliver%T[5'first%V]%N%W>", "<10'op:deliver%T[4'make]%N%W>", "<10'op:deliver%T[5'never]%N%W>",
			"<10'op:deliver%T[7'forward%C5'first%V]%N%W>", "<10'op:deliver%T[4'call%C4'echo%V%V]%N%W>", "<10'op:deliver%T[5'await%C]%N%W>",
			"<10'op:deliver%T[4'keep%V]%N%W>", "<10'op:deliver%T[4'keep%C%C]%N%W>", "<10'op:deliver%T[5'break%V]%N%W>", "<10'op:deliver%T[4'fail]%N%W>",
			"<15'op:deliver-only%T[4'keep%V]>", "<10'op:deliver%T[4'tell]%N%W>", "<10'op:deliver%T[%V]%N%W>",
		},
		[]string{"<10'op:deliver%T%V%N%W>", "<10'op:deliver%V%V%V%V>", "<10'op:deliver%T[%V]%N%W%V>", "<15'op:deliver-only%V%V>"},
	},
	// A message to the bootstrap object.
	'F': {
		[]string{
			"<10'op:deliver<11'desc:export0+>[5'fetch5:tools]%N%W>", "<10'op:deliver<11'desc:export0+>[5'fetch5:tools]%N%W>",
			"<10'op:deliver<11'desc:export0+>[12'deposit-gift%g%C]%N%W>", "<10'op:deliver<11'desc:export0+>[13'withdraw-gift%w]%N%W>",
			"<10'op:deliver<11'desc:export0+>[5'fetch%V]%N%W>",
		},
		[]string{"<10'op:deliver<11'desc:export0+>[12'deposit-gift%V%V]%N%W>", "<10'op:deliver<11'desc:export0+>[13'withdraw-gift%V]%N%W>"},
	},
	// A resolution.
	'R': {
		[]string{
			"<10'op:deliver<11'desc:export%p>[7'fulfill%V]ff>", "<10'op:deliver<11'desc:export%p>[5'break%V]ff>",
			"<10'op:deliver%T[7'fulfill%C]ff>", "<15'op:deliver-only%T[7'fulfill%V]>",
		},
		[]string{"<10'op:deliver%T[7'fulfill]%N%W>", "<10'op:deliver%T[7'fulfill%V%V]ff>"},
	},
	'L': {[]string{"<9'op:listen%T%I%B>", "<9'op:listen%T%I>"}, []string{"<9'op:listen%V%V%V>"}},
	// A step.
	'S': {
		[]string{"<6'op:get%q1\"a%n>", "<8'op:index%q0+%n>", "<8'op:untag%q3\"tag%n>", "<6'op:get%T1\"b%n>", "<8'op:index%q1+%n>"},
		[]string{"<6'op:get%T%V%V>", "<8'op:index%V%V%V>", "<8'op:untag%V%V%V>"},
	},
	// Garbage, in the words of each dialect.
	'G': {
		[]string{
			"<13'op:gc-answers[%o]>", "<13'op:gc-answers[%o%o%o]>", "<12'op:gc-answer%o>", "<13'op:gc-exports[%p][1+]>", "<12'op:gc-export%p1+>",
			"<12'op:gc-export[%p][1+]>",
		},
		[]string{"<13'op:gc-exports%V%V>", "<13'op:gc-answers%V>", "<13'op:gc-exports[%p%p][%p%p]>", "<13'op:gc-answers[%P%P]>"},
	},
	// A target, a capability, a resolver, a resolver or none, an answer or none, and whether partial results are wanted.
	'T': {
		[]string{"<11'desc:export%p>", "%q", "%q"},
		[]string{"<11'desc:export%P>", "<11'desc:answer%P>", "<11'desc:export%V>", "%V", "<11'desc:answer%V>"},
	},
	'C': {
		[]string{"<18'desc:import-object%i>", "<19'desc:import-promise1%i>", "%T", "%T", "%v"},
		[]string{"%V", "<19'desc:import-promise%i>", "<18'desc:import-object%P>"},
	},
	'I': {
		[]string{"<18'desc:import-object%i>", "<19'desc:import-promise1%i>"},
		[]string{"<18'desc:import-object%V>", "%V", "<18'desc:import-object%P>"},
	},
	'W': {[]string{"f", "%I", "%I"}, []string{"%V", "%T"}},
	'N': {[]string{"f", "%n", "%n"}, []string{"%V", "%P"}},
	'B': {[]string{"f", "t"}, []string{"%V"}},
	// Positions of imports, which are small, and positions that are unlikely.
	'i': {[]string{"0+", "1+", "2+", "3+", "4+", "5+"}, []string{"9+", "01+"}},
	'P': {
		[]string{"0+", "20+", "18446744073709551615+", "18446744073709551616+", "1-", "002+"},
		[]string{"0-", "D\x40\x00\x00\x00\x00\x00\x00\x00", "1", "+"},
	},
	// A value.
	'V': {
		[]string{
			"f", "1+", "5\"hello", "1'a", "3:abc", "[%V]", "[%V%V%V]", "{1\"a%V}", "{1\"a%V1\"b%V}", "<11'desc:tagged3'tag%V>", "%C", "%C", "%C", "%C",
			"<10'desc:error1\"e>", "<4'void>", "<4'null>", "D\x40\x45\x00\x00\x00\x00\x00\x00", "123456789012345678901234567890-",
			"<15'ocapn-sturdyref%l3:abc>", "<16'exn:fail:mystery>", "<8'desc:tag3\"tag%V>",
		},
		[]string{
			"{%V%V}", "#%V$", "<%V%V>", "F\x00\x00\x00\x00", "", "%V%V", "<10'desc:error%V>", "1\"\xff", "[[[[[[[[[[[[[[[f]]]]]]]]]]]]]]]",
			"{1\"a%V1\"a%V}", "<17'desc:sig-envelope%V%V>", "300\"x",
		},
	},
	// A hello that is not the right one.
	'H': {
		[]string{"%h", "<16'op:start-session3\"1.0%k%l%V>", "<16'op:start-session%V%k%l%V>", "<16'op:start-session12\"goblins-0.16%k%l%V>"},
		[]string{"<16'op:start-session3\"1.0%V%V%V>", "<16'op:start-session>"},
	},
}

// choose returns a number below n.
func (o *octets) choose(n int) int {
	if len(o.choices) == 0 {
		return 0
	}
	c := o.choices[0]
	o.choices = o.choices[1:]
	return int(c) % n
}

// message returns a message.
func (o *octets) message() []byte {
	o.depth = 0
	return o.mutate([]byte(o.text('M')))
}

// text returns what stands for a letter.
func (o *octets) text(letter byte) string {
	all, ok := grammar[letter]
	if !ok {
		return o.counted(letter)
	}
	const deepest, mostlyGood = 40, 248
	rest := all.good[0]
	if o.depth++; o.depth < deepest {
		if n := o.choose(256); n < mostlyGood {
			rest = all.good[n%len(all.good)]
		} else {
			rest = all.odd[o.choose(len(all.odd))]
		}
	}
	var b strings.Builder
	for {
		before, after, found := strings.Cut(rest, "%")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteString(o.text(after[0]))
		rest = after[1:]
	}
}

// counted returns positions that there are.
func (o *octets) counted(letter byte) string {
	switch letter {
	case 'p': // an export
		if len(o.seen) == 0 {
			return "0+"
		}
		return o.seen[o.choose(len(o.seen))] + "+"
	case 'n': // a new answer
		o.asked = append(o.asked, o.answers)
		o.answers++
		return fmt.Sprintf("%d+", o.answers-1)
	case 'q', 'o': // an answer that there is; and one that there is from now on no more
		if len(o.asked) == 0 {
			return map[byte]string{'q': "<11'desc:export0+>", 'o': ""}[letter]
		}
		i := o.choose(len(o.asked))
		n := o.asked[i]
		if letter == 'q' {
			return fmt.Sprintf("<11'desc:answer%d+>", n)
		}
		o.asked = slices.Delete(o.asked, i, i+1)
		return fmt.Sprintf("%d+", n)
	default:
		return o.certified(letter)
	}
}

// exported are the descriptors of what the vat exports, in a message of its.
var exported = regexp.MustCompile(`desc:import-(?:object|promise)(\d+)\+`)

// hear remembers what the vat exports, as far as it is not much.
func (o *octets) hear(msg []byte) {
	for _, found := range exported.FindAllSubmatch(msg, -1) {
		o.seen = append(o.seen, string(found[1]))
	}
	o.seen = o.seen[max(0, len(o.seen)-8):]
}

// certified returns what it takes keys for: certificates, which are right but for one part or none, and a hello.
func (o *octets) certified(letter byte) string {
	switch letter {
	case 'g':
		return string(o.giftID().AppendSyrup(nil))
	case 'k':
		return string(o.key.Public().AppendSyrup(nil))
	case 'l':
		return string(o.location().AppendSyrup(nil))
	case 'h':
		return o.hello("1.0")
	case 'v':
		return string(o.give(o.theirs).AppendSyrup(nil))
	case 'w':
		return string(handoff.SignReceive(o.signer(), handoff.Receive{
			ReceivingSession: o.session, ReceivingSide: o.key.Public().ID(), HandoffCount: uint64(o.choose(4)), SignedGive: o.give(o.key.Public()),
		}).AppendSyrup(nil))
	default:
		panic("the grammar lacks " + string(letter))
	}
}

// give is for the holder of a key, mostly.
func (o *octets) give(receiver handoff.PublicKey) handoff.SignedGive {
	if o.choose(8) == 7 {
		receiver = handoff.KeyPairFromSeed([32]byte{3}).Public()
	}
	g := handoff.Give{
		ReceiverKey: receiver, ExporterLocation: o.location(), Session: o.session, GifterSide: o.key.Public().ID(), GiftID: o.giftID(),
	}
	return handoff.SignGive(o.signer(), g)
}

func (o *octets) giftID() handoff.GiftID { return giftID(byte(o.choose(4))) }

// signer is mostly the key of the session.
func (o *octets) signer() handoff.KeyPair {
	if o.choose(4) == 3 {
		return handoff.KeyPairFromSeed([32]byte{3})
	}
	return o.key
}

// location is that of the vat, of an honest peer, of this one, of nobody, or of one that never says anything.
func (o *octets) location() locator.Peer {
	return located([]string{"vat", "hole", "friend", "deaf", o.peer}[o.choose(5)])
}

func located(name string) locator.Peer {
	return locator.Peer{Transport: netlayertest.Transport, Designator: name}
}

// hello is the right one.
func (o *octets) hello(version string) string {
	where := located(o.peer).AppendSyrup(nil)
	b := syrup.AppendString([]byte("<16'op:start-session"), version)
	b = append(o.key.Public().AppendSyrup(b), where...)
	return string(append(handoff.SignLocation(o.key, where).AppendSyrup(b), '>'))
}

// mutate changes octets, seldom.
func (o *octets) mutate(msg []byte) []byte {
	if len(msg) == 0 {
		return msg
	}
	kind, at := o.choose(64), 0
	if kind > 0 && kind < 7 {
		at = (o.choose(256) | o.choose(256)<<8) % len(msg)
	}
	switch kind {
	case 1:
		msg[at] ^= 1 << o.choose(8)
	case 2:
		const meaningful = "<>[]{}#$DFtf+-:\"'0123456789ia"
		msg[at] = meaningful[o.choose(len(meaningful))]
	case 3:
		return msg[:at]
	case 4: // without a part
		return append(msg[:at:at], msg[min(len(msg), at+1+o.choose(8)):]...)
	case 5: // with a part twice
		return append(msg[:at:at], msg[at-min(at, o.choose(64)):]...)
	case 6: // with something else in between
		return append([]byte(string(msg[:at])+o.text('V')), msg[at:]...)
	}
	return msg
}
