package captp_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// rawSession is the end of a session with a vat whose every operation the test writes. It works in a bubble, where everything that
// comes of an operation has come after synctest.Wait.
type rawSession struct {
	t        *testing.T
	conn     netlayer.Conn
	location locator.Peer    // as announced
	key      handoff.KeyPair // of this side
	theirs   handoff.PublicKey
	id       handoff.SessionID
	resolver int // the last position that was used for one

	mu    sync.Mutex
	heard [][]byte // Guarded by mu.
	over  bool     // Guarded by mu.
}

// rawDial sets a session up with a vat, as the peer of the name. What it announces is the location, wherever it is.
func rawDial(t *testing.T, network *netlayertest.Network, name string, to *captp.Vat, announced locator.Peer) *rawSession {
	t.Helper()
	location, _ := to.Location(netlayertest.Transport)
	nl := network.Peer(name)
	conn, err := nl.Dial(t.Context(), location)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nl.Close() })
	return newRawSession(t, conn, announced)
}

// rawAccept waits until a vat dials the peer of the name, and sets the session up.
func rawAccept(t *testing.T, network *netlayertest.Network, name string, announced locator.Peer) *rawSession {
	t.Helper()
	conn, err := network.Peer(name).Accept()
	if err != nil {
		t.Fatal(err)
	}
	return newRawSession(t, conn, announced)
}

// newRawSession introduces itself and starts to listen.
func newRawSession(t *testing.T, conn netlayer.Conn, announced locator.Peer) *rawSession {
	t.Helper()
	key, err := handoff.GenerateKeyPair(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	s := &rawSession{t: t, conn: conn, location: announced, key: key}
	t.Cleanup(func() { conn.Close() })
	where := announced.AppendSyrup(nil)
	hello := syrup.AppendString([]byte("<16'op:start-session"), "1.0")
	hello = append(key.Public().AppendSyrup(hello), where...)
	hello = append(handoff.SignLocation(key, where).AppendSyrup(hello), '>')
	s.say(string(hello))
	go s.listen()
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.heard) > 0 {
		s.meet(s.heard[0])
		s.heard = s.heard[1:]
	}
	return s
}

// listen takes down what comes.
func (s *rawSession) listen() {
	for {
		msgs, err := s.conn.Receive(nil)
		s.mu.Lock()
		s.heard = append(s.heard, msgs...)
		s.over = err != nil
		s.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// meet reads the vat's hello.
func (s *rawSession) meet(hello []byte) {
	var d syrup.Decoder
	d.Reset(hello, syrup.Options{})
	d.Record()
	d.Skip()
	d.Skip()
	s.theirs = handoff.DecodePublicKey(&d)
	if d.Err() == nil {
		s.id = handoff.NewSessionID(s.key.Public().ID(), s.theirs.ID())
	}
}

// say sends operations, and waits for everything that comes of them.
func (s *rawSession) say(ops ...string) {
	s.t.Helper()
	var out [][]byte
	for _, op := range ops {
		out = append(out, []byte(op))
	}
	if err := s.conn.Send(out); err != nil {
		s.t.Errorf("send: %v", err)
	}
	synctest.Wait()
}

// hears returns the operations that came since it was called last.
func (s *rawSession) hears() [][]byte {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	heard := s.heard
	s.heard = nil
	return heard
}

// isOver says whether the vat has ended the session.
func (s *rawSession) isOver() bool {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.over
}

// ask sends a message to the vat's bootstrap object, and returns what its resolver was told: "fulfill ...", "break ...", or "" for
// nothing.
func (s *rawSession) ask(args string) string {
	s.t.Helper()
	resolver := s.asks(args)
	return s.told(resolver)
}

// asks sends a message to the vat's bootstrap object, and returns the position of the resolver.
func (s *rawSession) asks(args string) int {
	s.t.Helper()
	s.resolver++
	s.say(fmt.Sprintf("<10'op:deliver<11'desc:export0+>%sf<18'desc:import-object%d+>>", args, 1000+s.resolver))
	return 1000 + s.resolver
}

// told returns what a resolver was told since the last look at what came.
func (s *rawSession) told(resolver int) string {
	start := fmt.Sprintf("<op:deliver <desc:export %d> ['", resolver)
	for _, m := range s.hears() {
		if text, ok := strings.CutPrefix(captptest.Notation(m), start); ok {
			return strings.TrimSuffix(text, "] f f>")
		}
	}
	return ""
}

// expectTold asks, and looks for a part of what the resolver is told.
func (s *rawSession) expectTold(args, want string) {
	s.t.Helper()
	if got := s.ask(args); want == "" && got != "" || !strings.Contains(got, want) {
		s.t.Errorf("told %q, want %q", got, want)
	}
}

// fetch asks for an object that is published in the vat.
func fetch(ref locator.SturdyRef) string {
	return string(append(syrup.AppendBytes([]byte("[5'fetch"), ref.Swiss.Bytes()), ']'))
}

// giftID returns the identifier of the number-th gift.
func giftID(n byte) handoff.GiftID {
	id, err := handoff.NewGiftID(bytes.Repeat([]byte{n + 1}, 32))
	if err != nil {
		panic(err)
	}
	return id
}

// deposit is the message that deposits what the vat knows as an export.
func deposit(id handoff.GiftID, export int) string {
	return string(fmt.Appendf(id.AppendSyrup([]byte("[12'deposit-gift")), "<11'desc:export%d+>]", export))
}

// withdraw is the message that withdraws a gift with a certificate.
func withdraw(receive handoff.SignedReceive) string {
	return string(append(receive.AppendSyrup([]byte("[13'withdraw-gift")), ']'))
}

// give returns a certificate for a gift that this side deposits with the vat, which announced the location, for the holder of a key.
func (s *rawSession) give(id handoff.GiftID, exporter locator.Peer, receiver handoff.PublicKey) handoff.Give {
	return handoff.Give{
		ReceiverKey: receiver, ExporterLocation: exporter, Session: s.id, GifterSide: s.key.Public().ID(), GiftID: id,
	}
}

// receive returns the right certificate with which to withdraw by this session what was given to the holder of the key.
func (s *rawSession) receive(key handoff.KeyPair, give handoff.SignedGive, count uint64) handoff.SignedReceive {
	return handoff.SignReceive(key, handoff.Receive{
		ReceivingSession: s.id, ReceivingSide: s.key.Public().ID(), HandoffCount: count, SignedGive: give,
	})
}

// givesTo sends a give as the only argument of a message to an object of the vat.
func (s *rawSession) givesTo(ref locator.SturdyRef, give handoff.SignedGive) {
	s.t.Helper()
	s.say(
		fmt.Sprintf("<10'op:deliver<11'desc:export0+>%s1+f>", fetch(ref)),
		string(append(give.AppendSyrup([]byte("<10'op:deliver<11'desc:answer1+>[4'take")), "]ff>"...)),
	)
}

// exports returns a reference of the vat to what this side exports at a position.
func (s *rawSession) exports(v *captp.Vat, pos int) anyRef {
	s.t.Helper()
	d := newDesk(v)
	ref, err := captp.Publish(v, d.anyRef)
	if err != nil {
		s.t.Fatal(err)
	}
	s.say(
		fmt.Sprintf("<10'op:deliver<11'desc:export0+>%s88+f>", fetch(ref)),
		fmt.Sprintf("<10'op:deliver<11'desc:answer88+>[4'take<18'desc:import-object%d+>]ff>", pos),
		"<13'op:gc-answers[88+]>",
	)
	return <-d.refs
}

// rawScene is a scene whose network can be told to prove nothing, and whose receiver is no vat. Everything that is sent is kept.
type rawScene struct {
	network          *netlayertest.Network
	gifter, exporter *captp.Vat
	treasure         *treasure
	gift             anyRef            // the treasure, as the gifter holds it
	there            locator.Peer      // the exporter's location
	toGifter         *rawSession       // the receiver's, with the gifter
	published        locator.SturdyRef // the treasure
}

// newRawScene returns a scene in which a receiver has a session with the gifter.
func newRawScene(t *testing.T, opts netlayertest.NetworkOptions, limits captp.Limits) *rawScene {
	t.Helper()
	s := &rawScene{network: netlayertest.NewNetwork(opts)}
	s.gifter, s.exporter = vatAt(t, s.network, "gifter"), vatAt(t, s.network, "exporter", captp.WithLimits(limits))
	s.treasure = newTreasure(s.exporter)
	var err error
	if s.published, err = captp.Publish(s.exporter, s.treasure.anyRef); err != nil {
		t.Fatal(err)
	}
	if s.gift, err = captp.Enliven[anyRef](t.Context(), s.gifter, s.published).Await(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.there = s.published.Peer
	s.toGifter = rawDial(t, s.network, "receiver", s.gifter, locator.Peer{Transport: netlayertest.Transport, Designator: "receiver"})
	return s
}

// vatAt returns a vat that is closed at the end of the test.
func vatAt(t *testing.T, network *netlayertest.Network, name string, opts ...captp.Option) *captp.Vat {
	t.Helper()
	v, err := captp.New(append([]captp.Option{captp.WithNetlayer(network.Peer(name))}, opts...)...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { v.Close() })
	return v
}

// given lets the gifter give the treasure to the receiver, and returns the certificate.
func (s *rawScene) given(t *testing.T) handoff.SignedGive {
	t.Helper()
	shop := object(s.gifter, map[string]method{
		"sell": func(context.Context, []any) (any, error) { return s.gift, nil },
	})
	ref, err := captp.Publish(s.gifter, shop)
	if err != nil {
		t.Fatal(err)
	}
	const resolver = "<18'desc:import-object500+>"
	s.toGifter.say("<10'op:deliver<11'desc:export0+>"+fetch(ref)+"77+f>", "<10'op:deliver<11'desc:answer77+>[4'sell]f"+resolver+">",
		"<13'op:gc-answers[77+]>")
	for _, m := range s.toGifter.hears() {
		from, to := bytes.Index(m, []byte("<17'desc:sig-envelope")), bytes.LastIndex(m, []byte("]ff>"))
		if from >= 0 {
			give, err := handoff.ParseGive(m[from:to])
			if err != nil {
				t.Fatal(err)
			}
			return give
		}
	}
	t.Fatal("the gifter gives nothing")
	return handoff.SignedGive{}
}
