package captp_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// What a session is and keeps is told for each of them, and the counts of the vat are their sum.
func TestSessionStats(t *testing.T) {
	bubble(t, func(t *testing.T) {
		host, guests := visited(t, 3)
		const held = 10 << 10
		var answers []*captp.Promise[any]
		for i, far := range guests {
			for range i + 1 { // the last one has most waiting
				answers = append(answers, captp.Invoke(t.Context(), far.Ref, captp.Symbol("wait"), make([]byte, held)))
			}
		}
		synctest.Wait()

		sessions := host.Sessions(-1)
		if len(sessions) != len(guests) {
			t.Fatalf("there are %d sessions, want %d", len(sessions), len(guests))
		}
		var (
			sum  captp.Holdings
			kept int
		)
		for i, s := range sessions {
			want := len(guests) - i
			if s.Peer.Designator != fmt.Sprintf("guest %d", want-1) || s.State != captp.SessionUp || s.Dialled || !s.Proved {
				t.Errorf("session %d is %+v", i, s)
			}
			if s.Turns != want || s.TurnBytes < want*held || s.Kept() < s.TurnBytes || s.Exports != 1 {
				t.Errorf("session %d counts %+v, want %d turns", i, s, want)
			}
			if s.MessagesReceived != int64(want)+2 || s.BytesReceived < int64(want*held) || s.MessagesSent == 0 || s.BytesSent == 0 {
				t.Errorf("session %d has exchanged %+v", i, s.Traffic)
			}
			if time.Since(s.Since) != 0 { // in a bubble nothing takes time
				t.Errorf("session %d is there since %v", i, s.Since)
			}
			kept += s.Kept()
			sum.Exports += s.Exports
			sum.Answers += s.Answers
			sum.HeldBytes += s.HeldBytes
		}
		if got := host.Stats(); got.Exports != sum.Exports || got.Answers != sum.Answers || got.HeldBytes != sum.HeldBytes || got.Up != 3 {
			t.Errorf("the vat counts %+v, its sessions %+v", got, sum)
		} else if got.KeptBytes != kept {
			t.Errorf("the vat keeps %d bytes, its sessions %d", got.KeptBytes, kept)
		}
		if got := host.Sessions(1); len(got) != 1 || got[0].Peer != sessions[0].Peer {
			t.Errorf("the first of them is %+v", got)
		}
		for _, p := range answers {
			if _, err := p.Await(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// The bytes of a session, and of the vat, are those that were on the wire, the hellos and a message that is no good included: no more, such as
// what messages become when they are decoded or the memory that they are in, and no less.
func TestTrafficIsWhatWasOnTheWire(t *testing.T) {
	bubble(t, func(t *testing.T) {
		wire := make(map[string]int64) // bytes by the name of the sender
		n := netlayertest.NewNetwork(netlayertest.NetworkOptions{Tap: func(m netlayertest.Message) { wire[m.From] += int64(len(m.Data)) }})
		v, ref := edgeVat(t, n, captp.Limits{})
		s := rawDial(t, n, "peer", v, peerNamed("peer"))
		said := [][]string{
			{fmt.Sprintf("<10'op:deliver<11'desc:export0+>%s1+f>", fetch(ref))},
			{nothing, nothing, "<13'op:gc-answers[" + strings.Repeat("9+", 1000) + "]>"}, // several at once, of which one becomes much
			{nothing + nothing}, // two operations in one message
			{longArgument, keepTurn(20 << 10), keepTurn(100 << 10)}, // some are in memory of their own
			{keepAnswer(1), "<10'op:deliver<11'desc:answer1+>[4'give50000+]f<18'desc:import-object900+>>"},
		}
		for i, ops := range said {
			s.say(ops...)
			got := v.Sessions(-1)[0]
			if got.BytesReceived != wire["peer"] || got.BytesSent != wire["vat"] {
				t.Errorf("after %d it has received %d bytes and sent %d, want %d and %d", i, got.BytesReceived, got.BytesSent, wire["peer"], wire["vat"])
			}
		}
		s.say(nothing, "<8'op:bogus>")
		if !s.isOver() {
			t.Error("the session goes on")
		}
		if got := v.Totals(); got.BytesReceived != wire["peer"] || got.BytesSent != wire["vat"] {
			t.Errorf("in the end the vat has received %d bytes and sent %d, want %d and %d", got.BytesReceived, got.BytesSent, wire["peer"], wire["vat"])
		}
	})
}

// visited returns a vat and the references to an object of it that so many others have.
func visited(t *testing.T, guests int, opts ...captp.Option) (host *captp.Vat, far []anyRef) {
	t.Helper()
	w := newVillage(t)
	host = w.vat("house", opts...)
	for i := range guests {
		far = append(far, captptest.Carry(t, host, w.vat(fmt.Sprintf("guest %d", i)), bulk(host)))
	}
	return host, far
}

// Why nothing is read from a peer is told as long as it is so, and traced when it is over.
func TestHeldReadersAreSeen(t *testing.T) {
	bubble(t, func(t *testing.T) {
		r := &record{}
		host, far := visited(t, 1, captp.WithLimits(captp.Limits{Turns: 5}), captp.WithTracer(r))
		var last *captp.Promise[any]
		for range 50 {
			last = captp.Invoke(t.Context(), far[0].Ref, captp.Symbol("wait"))
			synctest.Wait()
		}
		if s := host.Sessions(-1); len(s) != 1 || s[0].Reading != "turns" {
			t.Errorf("with too many turns the sessions are %+v", s)
		}
		if _, err := last.Await(t.Context()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if s := host.Sessions(-1); len(s) != 1 || s[0].Reading != "" || s[0].Turns != 0 {
			t.Errorf("afterwards they are %+v", s)
		}
		r.mu.Lock()
		defer r.mu.Unlock()
		if text := strings.Join(r.events, "\n"); !strings.Contains(text, "held turns") || !strings.Contains(text, "turn fulfilled") {
			t.Errorf("the events are\n%s", text)
		}
	})
}

// Every connection and every session is counted once when it begins and once when it ends.
func TestTotals(t *testing.T) {
	bubble(t, func(t *testing.T) {
		ctx := t.Context()
		village := newVillage(t)
		host := village.vat("house", captp.WithLimits(captp.Limits{MessageBytes: 64 << 10}))
		far := make(map[string]anyRef)
		for _, name := range []string{"loser", "flooder", "unwanted", "stayer"} {
			far[name] = captptest.Carry(t, host, village.vat(name), object(host, map[string]method{
				"fail":  func(context.Context, []any) (any, error) { return nil, errors.New("no") },
				"panic": func(context.Context, []any) (any, error) { panic("no") },
			}))
		}
		for _, selector := range []string{"fail", "panic"} {
			if _, err := captp.Invoke(ctx, far["stayer"].Ref, captp.Symbol(selector)).Await(ctx); err == nil {
				t.Errorf("%s: no error", selector)
			}
		}
		village.vats["loser"].Close()
		captp.Invoke(ctx, far["flooder"].Ref, make([]byte, 100<<10)).Await(ctx)
		unwanted, _ := village.vats["unwanted"].Location(netlayertest.Transport)
		host.Disconnect(unwanted)
		village.stranger("goes").conn.Close()
		village.stranger("babbles").say("5+")
		nobody, err := locator.NewPeer(netlayertest.Transport, "nobody", nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := host.Connect(ctx, nobody); err == nil {
			t.Error("nobody was reached")
		}
		synctest.Wait()

		want := captp.Totals{
			Accepted: 6, DialsFailed: 1, Established: 4, Refused: 1, Abandoned: 1, Aborted: 1, Lost: 1, Closed: 1,
			OverLimit: map[string]int64{"MessageBytes": 1}, Panics: 1, MethodsFailed: 1,
		}
		got := host.Totals()
		traffic := got.Traffic
		if got.Traffic = (captp.Traffic{}); traffic.MessagesReceived == 0 || traffic.BytesReceived == 0 || traffic.MessagesSent == 0 || traffic.BytesSent == 0 {
			t.Errorf("the traffic is %+v", traffic)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		host.Close()
		if got := host.Totals(); got.Closed != 2 || got.Traffic.MessagesSent <= traffic.MessagesSent {
			t.Errorf("when the vat is closed: %+v", got)
		}
		if got := host.Sessions(-1); len(got) != 0 {
			t.Errorf("when the vat is closed there are sessions: %+v", got)
		}
	})
}

// village is a network with vats in it.
type village struct {
	t    *testing.T
	net  *netlayertest.Network
	vats map[string]*captp.Vat
}

func newVillage(t *testing.T) *village {
	t.Helper()
	return &village{t, netlayertest.NewNetwork(netlayertest.NetworkOptions{}), make(map[string]*captp.Vat)}
}

// vat returns a new vat, which is closed at the end of the test.
func (w *village) vat(name string, opts ...captp.Option) *captp.Vat {
	w.t.Helper()
	v, err := captp.New(append([]captp.Option{captp.WithNetlayer(w.net.Peer(name))}, opts...)...)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { v.Close() })
	w.vats[name] = v
	return v
}

// stranger returns a connection to the house.
func (w *village) stranger(name string) *stranger {
	w.t.Helper()
	location, _ := w.vats["house"].Location(netlayertest.Transport)
	conn, err := w.net.Peer(name).Dial(w.t.Context(), location)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { conn.Close() })
	return &stranger{w.t, conn}
}

// Counts read well in logs: as a group, and without those that are zero.
func TestStatsInLogs(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{
		ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
			return map[bool]slog.Attr{true: {}, false: a}[a.Key == "time" || a.Key == "level"]
		},
	}))
	log.Info("counts", "vat", captp.Stats{Conns: 3, Holdings: captp.Holdings{HeldBytes: 12}})
	log.Info("counts", "vat", captp.Totals{Refused: 2, OverLimit: map[string]int64{"Turns": 1}, Traffic: captp.Traffic{BytesSent: 5}})
	log.Info("counts", "session", captp.SessionStats{
		Peer: locator.PeerID{Transport: "t", Designator: "a\nb"}, State: captp.SessionUp, Reading: "turns", Turns: 7,
	})
	want := `msg=counts vat.Conns=3 vat.HeldBytes=12
msg=counts vat.Refused=2 vat.OverLimit=map[Turns:1] vat.BytesSent=5
msg=counts session.peer="\"a\\nb.t\"" session.state=up session.since=0001-01-01T00:00:00.000Z session.proved=false session.dialled=false session.reading=turns session.Turns=7
`
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
