package netlayertest

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// patience is how long the kit waits for what should take no time.
const patience = 20 * time.Second

// Run checks that two netlayers of one transport keep the promises of package netlayer. The function returns two fresh ones
// that reach each other, of which b can be dialled; Run closes them. It is called once for each check. The checks wait in
// real time, a few seconds at most when all is well. They count goroutines, so nothing may run in parallel with them. Conns
// that implement netlayer.TrySender, netlayer.Counter, netlayer.Holder or netlayer.BufferReceiver are checked for those promises too.
//
// All messages are Syrup records, and on each conn the side that has dialled sends first, as some framings require.
//
// Spec: Netlayers#properties-of-a-netlayer
func Run(t *testing.T, newNetlayers func(t *testing.T) (a, b netlayer.Netlayer)) {
	t.Helper()
	for _, check := range []struct {
		name string
		run  func(t *testing.T, k *kit)
	}{
		{"location", checkLocation},
		{"order", checkOrder},
		{"sizes", checkSizes},
		{"batch", checkBatch},
		{"receive into", checkReceiveInto},
		{"empty messages", checkEmpty},
		{"ownership", checkOwnership},
		{"counter", checkCounter},
		{"holder", checkHolder},
		{"read limit", checkReadLimit},
		{"read limit raised", checkReadLimitRaised},
		{"half close", checkHalfClose},
		{"close", checkClose},
		{"close ends receive", checkCloseEndsReceive},
		{"close ends send", checkCloseEndsSend},
		{"other side closes", checkOtherSideCloses},
		{"try send", checkTrySend},
		{"try send waits for nobody", checkTrySendWaitsForNobody},
		{"try send and half close", checkTrySendHalfClose},
		{"try send and close", checkTrySendClose},
		{"try send after other side closes", checkTrySendToNobody},
		{"many conns", checkManyConns},
		{"silent conn", checkSilentConn},
		{"dial refused", checkDialRefused},
		{"dial another transport", checkDialTransport},
		{"dial with ended context", checkDialContext},
		{"close ends accept", checkCloseEndsAccept},
		{"close leaves conns", checkCloseLeavesConns},
		{"close drops what nobody accepted", checkCloseDropsUnaccepted},
	} {
		t.Run(check.name, func(t *testing.T) {
			before := runtime.NumGoroutine()
			a, b := newNetlayers(t)
			k := &kit{a: a, b: b}
			check.run(t, k)
			k.close(t)
			expectGoroutines(t, before)
		})
	}
}

// kit is what one check works with.
type kit struct {
	a, b  netlayer.Netlayer
	conns []netlayer.Conn // to be closed in the end
}

// close closes everything.
func (k *kit) close(t *testing.T) {
	t.Helper()
	for _, c := range k.conns {
		_ = c.Close()
	}
	for _, nl := range []netlayer.Netlayer{k.a, k.b} {
		if err := nl.Close(); err != nil {
			t.Errorf("Close of a netlayer: %v", err)
		}
	}
}

// connect makes a dial b and returns both ends of the conn, after one message from a to b.
func (k *kit) connect(t *testing.T) (dialled, accepted netlayer.Conn) {
	t.Helper()
	within(t, "dial and accept", func() {
		done := make(chan error, 1)
		go func() {
			var err error
			accepted, err = k.b.Accept()
			done <- err
		}()
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		var err error
		if dialled, err = k.a.Dial(ctx, k.b.Location()); err != nil {
			t.Errorf("Dial: %v", err)
			_ = k.b.Close()
		}
		if err := <-done; err != nil {
			t.Errorf("Accept: %v", err)
		}
	})
	if t.Failed() {
		t.FailNow()
	}
	k.conns = append(k.conns, dialled, accepted)
	sendAll(t, dialled, message(0, 5))
	expectMessages(t, receiveN(t, accepted, 1), message(0, 5))
	return dialled, accepted
}

// within calls f, and fails the test when f takes too long.
func within(t *testing.T, what string, f func()) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
	case <-time.After(patience):
		t.Fatalf("%s: still waiting after %v", what, patience)
	}
}

// expectGoroutines waits until no more goroutines run than before.
func expectGoroutines(t *testing.T, before int) {
	t.Helper()
	deadline := time.After(patience)
	for runtime.NumGoroutine() > before {
		select {
		case <-time.After(time.Millisecond):
		case <-deadline:
			stacks := make([]byte, 1<<16)
			t.Fatalf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
		}
	}
}
