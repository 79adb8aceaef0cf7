package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/examples/chat/chatcap"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

// guest is a member of a room under test, in a vat of her own.
type guest struct {
	*membership
	name   string
	vat    *captp.Vat
	errors *errorLog
	users  map[string]chatcap.User // the others, by name, of whom she heard that they are here
}

// errorLog is a log that keeps the errors of its warnings, and the peers that there are sessions with.
type errorLog struct {
	mu     sync.Mutex
	errors []error
	peers  []locator.PeerID
}

func (*errorLog) Enabled(context.Context, slog.Level) bool { return true }
func (l *errorLog) WithAttrs([]slog.Attr) slog.Handler     { return l }
func (l *errorLog) WithGroup(string) slog.Handler          { return l }

func (l *errorLog) Handle(_ context.Context, r slog.Record) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	r.Attrs(func(a slog.Attr) bool {
		switch v := a.Value.Any().(type) {
		case error:
			if r.Level >= slog.LevelWarn {
				l.errors = append(l.errors, v)
			}
		case locator.PeerID:
			if r.Message == logUp {
				l.peers = append(l.peers, v)
			}
		}
		return true
	})
	return nil
}

// failures returns the errors so far.
func (l *errorLog) failures() []error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.errors)
}

// calls reports whether there was a session with the vat.
func (l *errorLog) calls(v *captp.Vat) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	at, _ := v.Location(tcptesting.Transport)
	return slices.Contains(l.peers, at.ID())
}

// testRoom hosts a room.
func testRoom(t *testing.T) (*captp.Vat, locator.SturdyRef) {
	t.Helper()
	vat, ref, err := host(t.Context(), newHosted("lobby"), netFlags{nets: lines{"tcp"}}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { vat.Close() })
	return vat, ref
}

// newGuest lets a guest join. She listens on loopback if listen says so, and nowhere if it is "".
func newGuest(t *testing.T, ref locator.SturdyRef, name, listen string, opts ...captp.Option) *guest {
	t.Helper()
	g := &guest{name: name, errors: new(errorLog), users: make(map[string]chatcap.User)}
	log := slog.New(g.errors)
	nets := netFlags{listen: lines{listen}}
	opened, err := nets.openOwn(t.Context(), ref.Peer)
	if err != nil {
		t.Fatal(err)
	}
	if g.vat, err = newVat(opened, log, opts...); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { g.vat.Close() })
	room := captp.Enliven[chatcap.Chatroom](t.Context(), g.vat, ref).Cap()
	g.membership, err = join(t.Context(), g.vat, log, room, newUser(g.vat, name))
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// next returns the next event.
func (g *guest) next(t *testing.T) event {
	t.Helper()
	select {
	case e := <-g.events:
		switch {
		case e.kind == eventMissed:
			return g.next(t) // it is in her log
		case e.kind == eventJoined && !e.self:
			g.users[e.name] = e.who
		}
		return e
	case <-time.After(20 * time.Second):
		t.Fatalf("%s waits in vain; her log: %v", g.name, g.errors.failures())
		return event{}
	}
}

// sees checks the next events, as they are shown.
func (g *guest) sees(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	for range want {
		var line strings.Builder
		show(&line, g.next(t))
		got = append(got, strings.TrimSuffix(line.String(), "\n"))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("what %s sees (-want +got):\n%s", g.name, diff)
	}
}

// says sends messages.
func (g *guest) says(t *testing.T, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if err := g.say(t.Context(), text); err != nil {
			t.Errorf("%s: %v", g.name, err)
		}
	}
}

// TestRoomOfFour lets three members talk who know nothing but the room.
func TestRoomOfFour(t *testing.T) {
	room, ref := testRoom(t)
	var guests []*guest
	for _, name := range []string{"alice", "bob", "carol"} {
		g := newGuest(t, ref, name, "127.0.0.1:0")
		for _, other := range guests {
			g.sees(t, fmt.Sprintf("* %s is here", other.name))
			other.sees(t, fmt.Sprintf("* %s is here", name))
		}
		g.sees(t, fmt.Sprintf("* you are in the room as %s", name))
		guests = append(guests, g)
	}

	const each = 20
	want := make(map[string][]string)
	var talk sync.WaitGroup
	defer talk.Wait()
	for _, g := range guests {
		var texts []string
		for i := range each {
			texts = append(texts, fmt.Sprint(g.name, " says ", i))
		}
		want[g.name] = texts
		talk.Go(func() { g.says(t, texts...) })
	}
	for _, g := range guests {
		got := make(map[string][]string)
		for range each * len(guests) {
			e := g.next(t)
			got[e.name] = append(got[e.name], e.text)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("what %s heard (-want +got):\n%s", g.name, diff)
		}
		if failed := g.errors.failures(); failed != nil {
			t.Errorf("the log of %s: %v", g.name, failed)
		}
	}
	talk.Wait() // the last of them hears from the room that its message was passed on

	room.Close()
	for _, g := range guests {
		for _, other := range guests {
			if g == other {
				continue
			}
			if !g.errors.calls(other.vat) {
				t.Errorf("%s has no session with %s", g.name, other.name)
			}
			if got, err := g.users[other.name].SelfProposedName(t.Context()); got != other.name || err != nil {
				t.Errorf("without the room, %s hears %q, %v from %s", g.name, got, err, other.name)
			}
		}
	}
}

// TestMemberWhoIsNotCalled has a member whom nobody can call, and who may call nobody: she and the others are deaf to each other.
func TestMemberWhoIsNotCalled(t *testing.T) {
	_, ref := testRoom(t)
	alice := newGuest(t, ref, "alice", "127.0.0.1:0")
	alice.sees(t, "* you are in the room as alice")
	eve := newGuest(t, ref, "eve", "")
	eve.sees(t, "* you are in the room as eve")
	bob := newGuest(t, ref, "bob", "127.0.0.1:0")
	bob.sees(t, "* alice is here", "* you are in the room as bob")
	alice.sees(t, "* bob is here")

	eve.says(t, "does anybody hear me?")
	alice.says(t, "one")
	bob.says(t, "two")
	for _, g := range []*guest{alice, bob} {
		g.sees(t, "<alice> one", "<bob> two")
		wantFailures(t, g, captp.StageDial, 2) // that she joined, and what she said
	}
	eve.sees(t, "<eve> does anybody hear me?")
	eve.says(t, "I hear only myself.")
	eve.sees(t, "<eve> I hear only myself.")
	wantFailures(t, eve, captp.StageDial, 4)
}

// wantFailures checks that the guest logged n handoffs that failed, all at one stage.
func wantFailures(t *testing.T, g *guest, stage captp.HandoffStage, n int) {
	t.Helper()
	failed := g.errors.failures()
	if len(failed) != n {
		t.Errorf("%s logged %d failures, want %d: %v", g.name, len(failed), n, failed)
	}
	for _, err := range failed {
		if e, ok := errors.AsType[*captp.ThirdPartyError](err); !ok || e.Stage != stage {
			t.Errorf("%s logged %v, want a *captp.ThirdPartyError of stage %v", g.name, err, stage)
		}
	}
}

// TestMemberWhoCalls has a member whom nobody can call, and who calls the others herself.
func TestMemberWhoCalls(t *testing.T) {
	_, ref := testRoom(t)
	alice := newGuest(t, ref, "alice", "127.0.0.1:0")
	alice.sees(t, "* you are in the room as alice")
	eve := newGuest(t, ref, "eve", "", captp.WithIntroductions(captp.IntroductionPolicy{
		Address: func(netip.AddrPort) error { return nil },
	}))
	eve.sees(t, "* alice is here", "* you are in the room as eve")
	eve.says(t, "hello")
	alice.sees(t, "* eve is here", "<eve> hello") // whether it was the joining or the message that made it known
	eve.sees(t, "<eve> hello")
	alice.says(t, "hi")
	eve.sees(t, "<alice> hi")
}

// TestMemberWhoIsLost has a member end without a word.
func TestMemberWhoIsLost(t *testing.T) {
	_, ref := testRoom(t)
	alice := newGuest(t, ref, "alice", "127.0.0.1:0")
	alice.sees(t, "* you are in the room as alice")
	bob := newGuest(t, ref, "bob", "127.0.0.1:0")
	bob.sees(t, "* alice is here", "* you are in the room as bob")
	alice.sees(t, "* bob is here")
	bob.vat.Close()
	alice.sees(t, "* bob left")
	alice.says(t, "alone again")
	alice.sees(t, "<alice> alone again")
}

// TestScriptedMembers lets the command join do the talking.
func TestScriptedMembers(t *testing.T) {
	_, ref := testRoom(t)
	type result struct {
		name   string
		status int
	}
	results := make(chan result, 3)
	seen := map[string]*lockedBuffer{"bob": {}, "carol": {}, "alice": {}}
	start := func(name string, args ...string) {
		args = append([]string{"join", "-name", name}, append(args, ref.URI())...)
		out := seen[name]
		go func() { results <- result{name, run(t.Context(), args, streams{strings.NewReader(""), out, out})} }()
	}
	start("bob", "-expect", "2")
	seen["bob"].wait(t, "you are in the room")
	start("carol", "-expect", "2")
	seen["carol"].wait(t, "you are in the room")
	start("alice", "-say", "one", "-say", "two")
	for range seen {
		if r := <-results; r.status != 0 {
			t.Errorf("%s: exit status %d: %s", r.name, r.status, seen[r.name])
		}
	}
	for name, saw := range seen {
		_, rest, one := strings.Cut(saw.String(), "<alice> one\n")
		if !one || !strings.Contains(rest, "<alice> two\n") { // others may leave in between
			t.Errorf("%s did not see both messages of alice in their order: %q", name, saw)
		}
	}
}
