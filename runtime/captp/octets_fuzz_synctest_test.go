package captp_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// FuzzOctets lets the fuzzer be a peer of a vat, octet by octet, before and after the hello, while an honest peer uses the vat. Nothing
// may stop the vat, keep it busy or end the honest session, and when the peer has gone nothing of it may be left.
func FuzzOctets(f *testing.F) {
	for i := range 12 {
		rng := rand.New(rand.NewPCG(uint64(i), 11))
		data := make([]byte, 200)
		for j := range data {
			data[j] = byte(rng.Uint32())
		}
		f.Add(data)
	}
	f.Add([]byte{0, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 2000 {
			return
		}
		watchdog := time.AfterFunc(time.Minute, func() { panic("a session that does not end") })
		defer watchdog.Stop()
		bubble(t, func(t *testing.T) { newOctetSiege(t, data).run() })
	})
}

// What the friend asks for, which it lets go of when the garbage is collected: not in so short a time.
const mostAsked, mostTaken = 6, 3

// octetLimits are low, so that they are reached.
var octetLimits = captp.Limits{
	Sessions: 6, Dials: 2, Exports: 12, Imports: 8, Answers: mostAsked + mostTaken + 3, Listeners: 8, QueuedMessages: 8, HeldBytes: 8000, StepBytes: 200, Gives: 3,
	Gifts: 3, Withdrawals: 3, Gifters: 1, Handoffs: 4, Introductions: 2, Depth: 12, Digits: 25, Items: 20, References: 8, DecodedBytes: 2000,
	HandoffTime: 20 * time.Second, MessageBytes: 4000, Turns: 12,
}

// octetSiege is a vat, an honest peer that uses it, and the choices of one that lies.
type octetSiege struct {
	*octets
	t           *testing.T
	network     *netlayertest.Network
	vat, friend *captp.Vat
	tools       anyRef // of the vat, as the friend sees them
	calls       int64
	taken       int
	version     string // of the protocol
	conn        netlayer.Conn
	conns       int
	heard       chan []byte // what the vat said to the peer that lies

	mu sync.Mutex
	// Guarded by mu: what the vat's program was given, and what it has promised.
	kept     []any
	promised []captp.Resolver[anyRef]
}

func newOctetSiege(t *testing.T, data []byte) *octetSiege {
	s := &octetSiege{octets: &octets{choices: data}, t: t, network: netlayertest.NewNetwork(netlayertest.NetworkOptions{Unproved: len(data)%2 == 1})}
	dialect := captp.Dialect(s.choose(4))
	s.version = map[captp.Dialect]string{captp.Goblins: "goblins-0.16"}[dialect]
	if s.version == "" {
		s.version = "1.0"
	}
	s.vat = vatAt(t, s.network, "vat", captp.WithLimits(octetLimits), captp.WithDialect(dialect), captp.WithRand(newSameRandom(1)), captp.WithoutIdleCollection())
	s.friend = vatAt(t, s.network, "friend", captp.WithDialect(dialect), captp.WithRand(newSameRandom(2)), captp.WithoutIdleCollection())
	deaf := s.network.Peer("deaf")
	t.Cleanup(func() { deaf.Close() })
	ref, err := captp.PublishAs(s.vat, locator.NewSwissNumber([]byte("tools")), s.program())
	if err != nil {
		t.Fatal(err)
	}
	s.tools = captp.Enliven[anyRef](t.Context(), s.friend, ref).Cap()
	s.call()
	return s
}

// program is an object of the vat. Everybody may fetch the first.
func (s *octetSiege) program() anyRef {
	methods := tools()
	methods["keep"] = func(_ context.Context, args []any) (any, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.kept = append(s.kept, args...)
		s.kept = s.kept[max(0, len(s.kept)-4):]
		return nil, nil
	}
	methods["kept"] = func(context.Context, []any) (any, error) {
		s.mu.Lock()
		defer s.mu.Unlock()
		return slices.Clone(s.kept), nil
	}
	methods["make"] = func(context.Context, []any) (any, error) { return s.program(), nil }
	methods["never"] = func(context.Context, []any) (any, error) {
		p, r := captp.NewPromiseRef[anyRef](s.vat)
		s.mu.Lock()
		defer s.mu.Unlock()
		s.promised = append(s.promised, r)
		return p, nil
	}
	methods["tell"] = func(ctx context.Context, _ []any) (any, error) {
		s.mu.Lock()
		kept := slices.Clone(s.kept)
		s.mu.Unlock()
		for _, v := range kept {
			if ref, ok := v.(captp.Ref); ok {
				return captp.Invoke(ctx, ref, kept...), nil
			}
		}
		return nil, nil
	}
	return object(s.vat, methods)
}

// call is what the friend does all the time, with its one right outcome.
func (s *octetSiege) call() {
	s.t.Helper()
	s.calls++
	got, err := captp.Invoke(s.t.Context(), s.tools.Ref, captp.Symbol("add"), s.calls, 1).Await(s.t.Context())
	if err != nil || got != s.calls+1 {
		s.t.Fatalf("call %d of the friend: got %v, %v", s.calls, got, err)
	}
}

// take lets what the vat has kept come to the friend.
func (s *octetSiege) take() {
	if s.taken < mostTaken {
		s.taken++
		captp.Invoke(s.t.Context(), s.tools.Ref, captp.Symbol("kept"))
		synctest.Wait()
	}
}

// settle lets the vat's program keep a promise, with what it was given last, or break it.
func (s *octetSiege) settle() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.promised) == 0 {
		return
	}
	r := s.promised[0]
	s.promised = s.promised[1:]
	if n := len(s.kept); n > 0 {
		if ref, ok := s.kept[n-1].(captp.Ref); ok {
			r.Fulfill(anyRef{ref})
			return
		}
	}
	r.Break(errors.New("not today"))
}

// run does what the choices say.
func (s *octetSiege) run() {
	for len(s.choices) > 0 {
		if s.conn == nil && !s.open() {
			break
		}
		switch s.choose(32) {
		case 0:
			if s.calls < mostAsked {
				s.call()
			}
		case 1:
			s.take()
		case 2:
			time.Sleep(time.Duration(s.choose(256)) * 100 * time.Millisecond)
		case 3:
			s.hangUp()
		case 4:
			s.settle()
		case 5, 6:
			s.say(s.message(), s.message(), s.message())
		default:
			s.say(s.message())
			s.wait()
		}
	}
	s.end()
}

// open connects to the vat, and mostly says the right hello.
func (s *octetSiege) open() bool {
	const most = 5 // of connections, for the sake of speed
	if s.conns++; s.conns > most {
		return false
	}
	s.peer = []string{"liar", "liar", "friend", "vat"}[s.choose(4)]
	s.key = handoff.KeyPairFromSeed([32]byte{byte(s.conns), 1})
	conn, err := s.network.Peer("liar").Dial(s.t.Context(), located("vat"))
	if err != nil {
		s.t.Fatal(err)
	}
	s.conn = conn
	s.seen, s.asked, s.answers = nil, nil, 0
	s.heard = make(chan []byte, 1000)
	go listen(conn, s.heard)
	switch s.choose(16) {
	case 0: // operations come first
	case 1:
		s.depth = 0
		s.say([]byte(s.text('H')))
	case 2:
		s.say(s.mutate([]byte(s.hello(s.version))))
	default:
		s.say([]byte(s.hello(s.version)))
		s.wait()
		s.say([]byte("<10'op:deliver<11'desc:export0+>[5'fetch5:tools]f<18'desc:import-object0+>>"))
	}
	s.wait()
	return true
}

// listen passes on what comes, as long as there is room.
func listen(conn netlayer.Conn, heard chan<- []byte) {
	var msgs [][]byte
	for {
		var err error
		if msgs, err = conn.Receive(msgs[:0]); err != nil {
			return
		}
		for _, m := range msgs {
			select {
			case heard <- bytes.Clone(m):
			default:
			}
		}
	}
}

// wait waits until nothing happens any more, and hears what has come.
func (s *octetSiege) wait() {
	synctest.Wait()
	for {
		select {
		case m := <-s.heard:
			if raw := (&rawSession{key: s.key}); bytes.HasPrefix(m, []byte("<16'op:start-session")) {
				raw.meet(m)
				s.theirs, s.session = raw.theirs, raw.id
			}
			s.hear(m)
		default:
			return
		}
	}
}

// say sends messages, whoever listens.
func (s *octetSiege) say(msgs ...[]byte) {
	if s.conn.Send(msgs) != nil {
		s.hangUp()
	}
}

func (s *octetSiege) hangUp() {
	if s.conn != nil {
		s.conn.Close()
		s.conn = nil
	}
}

// end lets everybody go, and looks at what is left.
func (s *octetSiege) end() {
	s.hangUp()
	s.call()
	time.Sleep(2 * time.Second)
	if st := s.vat.Stats(); st.Gifts+st.Introductions != 0 {
		s.t.Fatalf("gifts and introductions of the peer that has gone: %+v", st)
	}
	s.mu.Lock()
	for _, r := range s.promised {
		r.Break(errors.New("too late"))
	}
	s.kept, s.promised = nil, nil
	s.mu.Unlock()
	time.Sleep(5 * time.Minute)
	s.call()
	if st := s.vat.Stats(); st.Sessions != 1 || st.Conns != 1 || st.Turns != 0 || st.Gifts+st.Withdrawals+st.Introductions != 0 {
		s.t.Fatalf("beside the friend: %+v", st)
	}
	s.friend.Close()
	time.Sleep(time.Minute)
	want := captp.Stats{Registered: 1}
	if diff := cmp.Diff(want, s.vat.Stats()); diff != "" {
		s.t.Fatalf("what is left (-want +got):\n%s", diff)
	}
}

// sameRandom is random in the same way each time, for several goroutines.
type sameRandom struct {
	mu sync.Mutex
	r  *rand.ChaCha8 // Guarded by mu.
}

func newSameRandom(seed byte) *sameRandom { return &sameRandom{r: rand.NewChaCha8([32]byte{seed})} }

func (s *sameRandom) Read(b []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.r.Read(b)
}
