package hostiletest

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// heist is a target, a gifter that has deposited the echo there, the receiver whom it is for, and a thief.
type heist struct {
	t                       *testing.T
	way                     Way
	gifter, receiver, thief *Attacker
	id                      handoff.GiftID
}

func newHeist(t *testing.T, way Way, number uint64) *heist {
	t.Helper()
	h := &heist{t: t, way: way, id: giftID(32)}
	for i, a := range []**Attacker{&h.gifter, &h.receiver, &h.thief} {
		p, err := Dial(t.Context(), way, fresh(7, 3*number+uint64(i)))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(p.Close)
		meetAndFetch(t, p)
		*a = p
	}
	if told := ask(t, h.gifter, deposit(h.id, "<11'desc:export1+>")); !strings.HasPrefix(told, "[7'fulfill") {
		t.Fatalf("the deposit: %s", told)
	}
	return h
}

// giftID returns an identifier of n octets.
func giftID(n int) handoff.GiftID {
	id, err := handoff.NewGiftID(bytes.Repeat([]byte{7}, n))
	if err != nil {
		panic(err)
	}
	return id
}

func deposit(id handoff.GiftID, what string) string {
	return string(id.AppendSyrup([]byte("[12'deposit-gift"))) + what + "]"
}

func withdraw(receive []byte) string { return "[13'withdraw-gift" + string(receive) + "]" }

// ask sends a message to the bootstrap object, and returns what the resolver is told.
func ask(t *testing.T, a *Attacker, args string) string {
	t.Helper()
	a.mu.Lock()
	a.asked++
	resolver := 5000 + a.asked
	a.mu.Unlock()
	if err := a.SayText(call(bootstrap, args, -1, resolver)); err != nil {
		t.Fatal(err)
	}
	told, err := a.Told(uint64(resolver))
	if err != nil {
		t.Fatal(err)
	}
	return told
}

// give returns the certificate that the gifter would give to the receiver, with something changed, signed by a key.
func (h *heist) give(by handoff.KeyPair, change func(*handoff.Give)) handoff.SignedGive {
	g := handoff.Give{
		ReceiverKey: h.receiver.Key.Public(), ExporterLocation: h.way.Target, Session: h.gifter.Session(),
		GifterSide: h.gifter.Key.Public().ID(), GiftID: h.id,
	}
	if change != nil {
		change(&g)
	}
	return handoff.SignGive(by, g)
}

// receive returns a certificate of somebody for a gift, with something changed, signed by a key.
func receive(of *Attacker, by handoff.KeyPair, give handoff.SignedGive, change func(*handoff.Receive)) []byte {
	r := handoff.Receive{ReceivingSession: of.Session(), ReceivingSide: of.Key.Public().ID(), SignedGive: give}
	if change != nil {
		change(&r)
	}
	return handoff.SignReceive(by, r).AppendSyrup(nil)
}

// TestThieves uses certificates that are for others, or that are made up. They are refused, and the receiver still gets the gift, once.
func TestThieves(t *testing.T) {
	target, err := StartVat(captp.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer target.Close()
	before := target.Report(true)
	for _, way := range target.Ways() {
		if way.Name == WayRaw || way.Name == WayWebSocket {
			continue
		}
		t.Run(way.Name, func(t *testing.T) {
			number := uint64(0)
			for name, try := range thefts() {
				number++
				t.Run(name, func(t *testing.T) {
					h := newHeist(t, way, number)
					if told := ask(t, h.thief, withdraw(try.make(h))); !strings.Contains(told, try.want) || !strings.HasPrefix(told, "[5'break") {
						t.Errorf("the thief is told %.200q, want %q", told, try.want)
					}
					h.rightly()
				})
			}
		})
	}
	f := &field{t: t, before: before, report: func(letGo bool) (Report, error) { return target.Report(letGo), nil }}
	f.settle()
}

// rightly lets the receiver have its gift, and once only.
func (h *heist) rightly() {
	h.t.Helper()
	right := receive(h.receiver, h.receiver.Key, h.give(h.gifter.Key, nil), nil)
	if told := ask(h.t, h.receiver, withdraw(right)); !strings.HasPrefix(told, "[7'fulfill") {
		h.t.Errorf("the receiver is told %q", told)
	}
	if told := ask(h.t, h.receiver, withdraw(right)); !strings.Contains(told, "handoff-count") {
		h.t.Errorf("the receiver, with the same certificate again, is told %q", told)
	}
	if err := Meet(h.t.Context(), h.way); err != nil {
		h.t.Error(err)
	}
}

// theft is a certificate, and why it is refused.
type theft struct {
	make func(h *heist) []byte
	want string
}

func thefts() map[string]theft {
	thiefs := func(h *heist, change func(*handoff.Give), by handoff.KeyPair) []byte {
		return receive(h.thief, h.thief.Key, h.give(by, change), nil)
	}
	return map[string]theft{
		"a give for the receiver": {func(h *heist) []byte { return thiefs(h, nil, h.gifter.Key) }, "receive-signature"},
		"a give that the receiver signed": {func(h *heist) []byte {
			return receive(h.thief, h.receiver.Key, h.give(h.receiver.Key, nil), nil)
		}, "give-signature"},
		"a receive of the receiver": {func(h *heist) []byte {
			return receive(h.receiver, h.receiver.Key, h.give(h.gifter.Key, nil), nil)
		}, "receiving-session"},
		"a receive of the receiver, in another session": {func(h *heist) []byte {
			return receive(h.receiver, h.receiver.Key, h.give(h.gifter.Key, nil), func(r *handoff.Receive) { r.ReceivingSession = h.thief.Session() })
		}, "receiving-side"},
		"a give rewritten for the thief": {func(h *heist) []byte {
			return thiefs(h, func(g *handoff.Give) { g.ReceiverKey = h.thief.Key.Public() }, h.thief.Key)
		}, "give-signature"},
		"a side of the thief": {func(h *heist) []byte {
			return thiefs(h, func(g *handoff.Give) { g.GifterSide = h.thief.Key.Public().ID() }, h.thief.Key)
		}, "gifter-side"},
		"a session that there is not": {func(h *heist) []byte {
			return thiefs(h, func(g *handoff.Give) { g.Session[0] ^= 1 }, h.thief.Key)
		}, "gifter-session"},
		"another exporter": {func(h *heist) []byte {
			return thiefs(h, func(g *handoff.Give) {
				g.ExporterLocation = locator.Peer{Transport: h.way.Target.Transport, Designator: "other"}
			}, h.thief.Key)
		}, "exporter-location"},
		"a key that is nobody's": {func(h *heist) []byte { return receive(h.thief, fresh(8, 8), h.give(h.gifter.Key, nil), nil) }, "receive-signature"},
	}
}

// TestHandoffAttacks sends what is no certificate, and more than is kept.
func TestHandoffAttacks(t *testing.T) {
	attackAll(t, handoffAttacks(), WayFramed, WayNoise, WayMemory)
}

func handoffAttacks() []attack {
	const broken = "5'break"
	odd := func(args string) func(*Attacker) []string { return saying(call(bootstrap, args, -1, 1)) }
	table := []attack{
		{name: "deposit without a gift", say: odd("[12'deposit-gift3:abc]"), told: broken},
		{name: "deposit under no octets", say: odd("[12'deposit-gift0:<11'desc:export1+>]"), told: broken},
		{name: "deposit under 300 octets", say: odd("[12'deposit-gift300:" + strings.Repeat("x", 300) + "<11'desc:export1+>]"), told: broken},
		{name: "deposit under a text", say: odd(`[12'deposit-gift3"abc<11'desc:export1+>]`), told: broken},
		{name: "deposit of a number", say: odd("[12'deposit-gift3:abc5+]"), abort: "?"},
		{name: "withdrawal of nothing", say: odd("[13'withdraw-gift]"), told: broken},
		{name: "withdrawal with a number", say: odd("[13'withdraw-gift5+]"), told: broken},
		{name: "withdrawal with a descriptor", say: odd("[13'withdraw-gift<11'desc:export1+>]"), told: broken},
		{name: "envelope without a signature", say: odd("[13'withdraw-gift<17'desc:sig-envelope1+>]"), abort: "?"},
		{name: "envelope in an envelope", say: odd("[13'withdraw-gift" + strings.Repeat("<17'desc:sig-envelope", 100) + "1+" + strings.Repeat("1+>", 100) + "]"), abort: "?"},
		{name: "give in place of a receive", say: func(a *Attacker) []string {
			return []string{call(bootstrap, withdraw(ownGive(a, elsewhere("x"), a.Key).AppendSyrup(nil)), -1, 1)}
		}, abort: "?"},
		{name: "receive as an argument", say: func(a *Attacker) []string {
			return []string{echoes(string(receive(a, a.Key, ownGive(a, elsewhere("x"), a.Key), nil)))}
		}, abort: "?"},
		{name: "certificate of 20 KiB", say: func(a *Attacker) []string {
			g := handoff.SignEnvelope(a.Key, []byte("<17'desc:handoff-give"+strings.Repeat("1+", 10<<10)+">"))
			return []string{echoes(string(g.AppendSyrup(nil)))}
		}, abort: "?"},
		{name: "give for somebody else", say: func(a *Attacker) []string {
			g := ownGive(a, elsewhere("x"), a.Key).Give()
			g.ReceiverKey = fresh(8, 1).Public()
			return []string{echoes(string(handoff.SignGive(a.Key, g).AppendSyrup(nil)))}
		}, abort: "?"},
		{name: "2,000 gifts", say: gifts(2000)},
		{name: "2,000 withdrawals of what nobody deposits", say: withdrawals(2000)},
		{name: "300 gives in one message", say: func(a *Attacker) []string {
			return []string{echoes(strings.Repeat(string(ownGive(a, elsewhere("x"), a.Key).AppendSyrup(nil)), 300))}
		}},
	}
	for name, at := range map[string]locator.Peer{
		"this machine": hinted("127.0.0.1", "1"), "a metadata service": hinted("169.254.169.254", "80"), "nobody": hinted("0.0.0.0", "1"),
		"a port that is none": hinted("127.0.0.1", "99999"), "a name that is none": hinted("..", "1"), "another transport": {Transport: "fax", Designator: "x"},
		"IPv6": hinted("::1", "1"), "an IPv4 in an IPv6": hinted("::ffff:169.254.169.254", "80"),
		"nowhere": elsewhere("hole"),
	} {
		table = append(table, attack{name: "give that leads to " + name, say: func(a *Attacker) []string {
			return []string{echoes(string(ownGive(a, at, a.Key).AppendSyrup(nil)))}
		}})
	}
	return table
}

func hinted(host, port string) locator.Peer {
	p := elsewhere("hole-at-" + strings.NewReplacer(".", "-", ":", "-").Replace(host))
	p.Hints = locator.Hints{"host": host, "port": port}
	return p
}

// ownGive returns a give of the attacker's for the target, which is the receiver in their session. The target cannot know that it has
// no session with the exporter.
func ownGive(a *Attacker, exporter locator.Peer, by handoff.KeyPair) handoff.SignedGive {
	a.mu.Lock()
	receiver := a.theirs
	a.mu.Unlock()
	return handoff.SignGive(by, handoff.Give{
		ReceiverKey: receiver, ExporterLocation: exporter, Session: a.Session(), GifterSide: a.Key.Public().ID(), GiftID: giftID(32),
	})
}

// gifts are deposits of so many gifts.
func gifts(n int) func(*Attacker) []string {
	return func(*Attacker) []string {
		var msgs []string
		for i := range n {
			msgs = append(msgs, call(bootstrap, fmt.Sprintf("[12'deposit-gift8:%08d<11'desc:export1+>]", i), -1, -1))
		}
		return msgs
	}
}

// withdrawals are as many withdrawals, each of another gift of the attacker's own.
func withdrawals(n int) func(*Attacker) []string {
	return func(a *Attacker) []string {
		var msgs []string
		for i := range n {
			id, err := handoff.NewGiftID(fmt.Appendf(nil, "%08d", i))
			if err != nil {
				panic(err)
			}
			give := handoff.SignGive(a.Key, handoff.Give{
				ReceiverKey: a.Key.Public(), ExporterLocation: a.target, Session: a.Session(), GifterSide: a.Key.Public().ID(), GiftID: id,
			})
			msgs = append(msgs, call(bootstrap, withdraw(receive(a, a.Key, give, func(r *handoff.Receive) { r.HandoffCount = uint64(i) })), -1, -1))
		}
		return msgs
	}
}
