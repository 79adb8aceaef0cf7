package netlayertest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// connect makes one peer dial another.
func connect(t *testing.T, network *netlayertest.Network, from, to string) (dialled, accepted netlayer.Conn) {
	t.Helper()
	acceptor := network.Peer(to)
	dialled, err := network.Peer(from).Dial(t.Context(), acceptor.Location())
	if err != nil {
		t.Fatal(err)
	}
	if accepted, err = acceptor.Accept(); err != nil {
		t.Fatal(err)
	}
	return dialled, accepted
}

// send sends texts.
func send(t *testing.T, c netlayer.Conn, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if err := c.Send([][]byte{[]byte(text)}); err != nil {
			t.Errorf("Send %s: %v", text, err)
		}
	}
}

// inbox receives in the background.
type inbox struct {
	mu    sync.Mutex
	texts []string // guarded by mu, like end
	end   error
}

// open starts to receive. What was received is there after synctest.Wait.
func open(c netlayer.Conn) *inbox {
	in := &inbox{}
	go func() {
		for {
			msgs, err := c.Receive(nil)
			in.mu.Lock()
			for _, msg := range msgs {
				in.texts = append(in.texts, string(msg))
			}
			in.end = err
			in.mu.Unlock()
			if err != nil {
				return
			}
		}
	}()
	return in
}

// expect waits until nothing moves, and compares what was received.
func (in *inbox) expect(t *testing.T, end error, texts ...string) {
	t.Helper()
	synctest.Wait()
	in.mu.Lock()
	defer in.mu.Unlock()
	if diff := cmp.Diff(texts, in.texts); diff != "" {
		t.Errorf("received (-want +got):\n%s", diff)
	}
	if !errors.Is(in.end, end) {
		t.Errorf("end %v, want %v", in.end, end)
	}
}

func TestHoldAndStep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		a, b := connect(t, network, "alice", "bob")
		atBob, atAlice := open(b), open(a)
		out := network.Way("alice", "bob")
		out.Hold()
		send(t, a, "1", "2", "3")
		send(t, b, "4")
		atBob.expect(t, nil)
		atAlice.expect(t, nil, "4")
		if got := out.Held(); got != 3 {
			t.Errorf("Held: %d, want 3", got)
		}
		if !out.Step() {
			t.Error("Step: nothing under way")
		}
		atBob.expect(t, nil, "1")
		if err := a.Close(); err != nil {
			t.Error(err)
		}
		atAlice.expect(t, net.ErrClosed, "4")
		send(t, b, "into the void")
		out.Release()
		atBob.expect(t, io.EOF, "1", "2", "3")
		if out.Step() {
			t.Error("Step after Release: something under way")
		}
		if err := b.Send([][]byte{{1}}); !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("Send after the closing arrived: %v, want io.ErrClosedPipe", err)
		}
	})
}

func TestHoldOneOfTwoConns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		a1, b1 := connect(t, network, "alice", "bob")
		a2, b2 := connect(t, network, "alice", "bob")
		first, second := open(b1), open(b2)
		flow := network.Links()[0].Out()
		flow.Hold()
		send(t, a1, "1", "3")
		send(t, a2, "2")
		first.expect(t, nil)
		second.expect(t, nil, "2")
		if got := flow.Held(); got != 2 || !flow.Step() {
			t.Errorf("Held: %d, want 2", got)
		}
		first.expect(t, nil, "1")
		flow.Release()
		first.expect(t, nil, "1", "3")

		// Over both, Step goes by the order of sending.
		way := network.Way("alice", "bob")
		way.Hold()
		send(t, a2, "4")
		send(t, a1, "5")
		send(t, a2, "6")
		way.Step()
		way.Step()
		second.expect(t, nil, "2", "4")
		first.expect(t, nil, "1", "3", "5")
		network.Cut("bob", "alice")
		first.expect(t, netlayertest.ErrCut, "1", "3", "5")
		second.expect(t, netlayertest.ErrCut, "2", "4")
	})
}

func TestLatency(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const latency = 100 * time.Millisecond
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{Latency: latency})
		start := time.Now()
		a, b := connect(t, network, "alice", "bob")
		if got := time.Since(start); got != 2*latency {
			t.Errorf("dialled in %v, want %v", got, 2*latency)
		}
		in := open(b)
		send(t, a, "1")
		time.Sleep(latency / 2)
		network.Way("alice", "bob").SetLatency(0)
		send(t, a, "2")
		time.Sleep(latency/2 - time.Nanosecond)
		in.expect(t, nil)
		time.Sleep(time.Nanosecond)
		in.expect(t, nil, "1", "2")

		network.Way("alice", "bob").SetLatency(latency)
		network.Way("alice", "bob").Hold()
		send(t, a, "3")
		time.Sleep(latency / 2)
		send(t, a, "4")
		time.Sleep(latency / 2)
		network.Way("alice", "bob").Release()
		in.expect(t, nil, "1", "2", "3")
		time.Sleep(latency / 2)
		in.expect(t, nil, "1", "2", "3", "4")
		network.Links()[0].Cut()
		in.expect(t, netlayertest.ErrCut, "1", "2", "3", "4")
	})
}

func TestDialEndsWithContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		alice, bob := network.Peer("alice"), network.Peer("bob")
		for _, test := range []struct {
			name     string
			prepare  func()
			accepted bool
		}{
			{"on the way there", func() { network.Way("alice", "bob").SetLatency(time.Hour) }, false},
			{"on the way back", func() {
				network.Way("alice", "bob").SetLatency(0)
				network.Way("bob", "alice").SetLatency(time.Hour)
			}, true},
			{"held", func() { network.Way("alice", "bob").HoldDials() }, false},
		} {
			test.prepare()
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			if _, err := alice.Dial(ctx, bob.Location()); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: %v, want %v", test.name, err, context.DeadlineExceeded)
			}
			cancel()
			if test.accepted {
				c, err := bob.Accept()
				if err != nil {
					t.Fatal(err)
				}
				if _, err := c.Receive(nil); err != io.EOF {
					t.Errorf("%s: Receive: %v, want io.EOF", test.name, err)
				}
			}
		}
	})
}

func TestRefuseDials(t *testing.T) {
	network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
	alice, bob := network.Peer("alice"), network.Peer("bob")
	reason := errors.New("no route")
	network.Way("alice", "bob").RefuseDials(reason)
	_, err := alice.Dial(t.Context(), bob.Location())
	var dialError *netlayer.DialError
	if !errors.As(err, &dialError) || !errors.Is(err, reason) {
		t.Errorf("Dial: %v, want a *DialError that wraps %v", err, reason)
	}
	network.Way("alice", "bob").RefuseDials(nil)
	connect(t, network, "alice", "bob")
	if _, err := alice.Dial(t.Context(), locator.Peer{Transport: netlayertest.Transport, Designator: "nobody"}); !errors.Is(err, netlayer.ErrRefused) {
		t.Errorf("Dial of nobody: %v, want %v", err, netlayer.ErrRefused)
	}
	for range 64 {
		if _, err := alice.Dial(t.Context(), bob.Location()); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := alice.Dial(t.Context(), bob.Location()); !errors.Is(err, netlayer.ErrRefused) {
		t.Errorf("Dial while 64 wait: %v, want %v", err, netlayer.ErrRefused)
	}
}

func TestCrossedDials(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		alice, bob := network.Peer("alice"), network.Peer("bob")
		ways := []*netlayertest.Way{network.Way("alice", "bob"), network.Way("bob", "alice")}
		for _, w := range ways {
			w.HoldDials()
		}
		for _, dial := range [][2]*netlayertest.Peer{{alice, bob}, {bob, alice}} {
			go func() {
				if _, err := dial[0].Dial(t.Context(), dial[1].Location()); err != nil {
					t.Errorf("Dial: %v", err)
				}
			}()
		}
		synctest.Wait()
		if got := len(network.Links()); got != 0 {
			t.Errorf("%d conns while dials are held", got)
		}
		for _, w := range ways {
			w.ReleaseDials()
			synctest.Wait()
		}
		var got []string
		for _, l := range network.Links() {
			got = append(got, fmt.Sprintf("%s dialled %s", l.Dialler(), l.Acceptor()))
		}
		if diff := cmp.Diff([]string{"alice dialled bob", "bob dialled alice"}, got); diff != "" {
			t.Errorf("conns (-want +got):\n%s", diff)
		}
	})
}

func TestHalfClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		a, b := connect(t, network, "alice", "bob")
		atBob, atAlice := open(b), open(a)
		back := network.Links()[0].Back()
		back.Hold()
		send(t, b, "1")
		back.CloseSend()
		if err := b.Send([][]byte{{1}}); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Send: %v, want an error that wraps net.ErrClosed", err)
		}
		atAlice.expect(t, nil)
		back.Release()
		atAlice.expect(t, io.EOF, "1")
		send(t, a, "2")
		atBob.expect(t, nil, "2")
		_ = b.Close()
		atBob.expect(t, net.ErrClosed, "2")
	})
}

func TestCutKeepsWhatHasArrived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
		a, b := connect(t, network, "alice", "bob")
		send(t, a, "1")
		network.Way("alice", "bob").Hold()
		send(t, a, "2")
		network.Cut("alice", "bob")
		network.Way("alice", "bob").Release()
		open(b).expect(t, netlayertest.ErrCut, "1")
		open(a).expect(t, netlayertest.ErrCut)
		if err := a.Send([][]byte{{1}}); !errors.Is(err, netlayertest.ErrCut) {
			t.Errorf("Send: %v, want %v", err, netlayertest.ErrCut)
		}
		a, b = connect(t, network, "alice", "bob")
		send(t, a, "again")
		_ = a.Close()
		open(b).expect(t, io.EOF, "again")
	})
}

func TestWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{Window: 10})
		a, b := connect(t, network, "alice", "bob")
		var sent []string
		go func() {
			for i := range 6 {
				text := fmt.Sprintf("word%d", i)
				send(t, a, text)
				sent = append(sent, text)
			}
		}()
		synctest.Wait()
		if diff := cmp.Diff([]string{"word0", "word1"}, sent); diff != "" {
			t.Errorf("sent while nobody reads (-want +got):\n%s", diff)
		}
		in := open(b)
		in.expect(t, nil, "word0", "word1", "word2", "word3", "word4", "word5")
		_ = a.Close()
		in.expect(t, io.EOF, "word0", "word1", "word2", "word3", "word4", "word5")
	})
}

func TestTap(t *testing.T) {
	var got []netlayertest.Message
	network := netlayertest.NewNetwork(netlayertest.NetworkOptions{
		Tap: func(m netlayertest.Message) { got = append(got, m) },
	})
	a, b := connect(t, network, "alice", "bob")
	c, _ := connect(t, network, "carol", "bob")
	send(t, a, "1")
	send(t, b, "2")
	send(t, c, "3")
	want := []netlayertest.Message{
		{Link: 0, From: "alice", To: "bob", Data: []byte("1")},
		{Link: 0, From: "bob", To: "alice", Data: []byte("2")},
		{Link: 1, From: "carol", To: "bob", Data: []byte("3")},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("tapped (-want +got):\n%s", diff)
	}
}

func TestProved(t *testing.T) {
	for _, unproved := range []bool{false, true} {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{Unproved: unproved})
		a, b := connect(t, network, "alice", "bob")
		want := [2]locator.PeerID{network.Peer("bob").Location().ID(), network.Peer("alice").Location().ID()}
		if unproved {
			want = [2]locator.PeerID{}
		}
		if got := [2]locator.PeerID{a.Proved(), b.Proved()}; got != want {
			t.Errorf("unproved %v: Proved: %v, want %v", unproved, got, want)
		}
	}
}

func TestPeerReturns(t *testing.T) {
	network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
	bob := network.Peer("bob")
	if network.Peer("bob") != bob {
		t.Error("Peer: another one for the same name")
	}
	if err := bob.Close(); err != nil {
		t.Error(err)
	}
	if network.Peer("bob") == bob {
		t.Error("Peer: one that is closed")
	}
	connect(t, network, "alice", "bob")
}
