package captp_test

import (
	"context"
	"net"
	"net/rpc"
	"sync"
	"testing"
	"time"
)

// netRPC is the same service for package net/rpc.
type netRPC struct{}

// Greet answers with the name.
func (netRPC) Greet(name string, reply *string) error {
	*reply = name
	return nil
}

// dialNetRPC returns a client of a server on loopback.
func dialNetRPC(t *testing.T) *rpc.Client {
	t.Helper()
	server := rpc.NewServer()
	if err := server.RegisterName("Service", netRPC{}); err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go server.Accept(l)
	client, err := rpc.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	return client
}

// TestFasterThanNetRPC makes the same calls with package net/rpc and with this one, in turn, 64 at a time. On two cores the second makes
// four times as many; that it makes half as many again has to hold on any machine, however busy.
func TestFasterThanNetRPC(t *testing.T) {
	if raceEnabled || testing.Short() {
		t.Skip("the race detector, which -short goes with, slows one more than the other")
	}
	x, y := tcpVats(t)
	far, client := farGreeter(t, x, y), dialNetRPC(t)
	ours := func(ctx context.Context) error {
		_, err := greet(ctx, far, "world").Await(ctx)
		return err
	}
	theirs := func(context.Context) error {
		var reply string
		return client.Call("Service.Greet", "world", &reply)
	}
	var took [2]time.Duration
	for range 5 {
		took[0] += together(t, 4000, ours)
		took[1] += together(t, 4000, theirs)
	}
	ratio := float64(took[1]) / float64(took[0])
	t.Logf("%.1f times as many calls as net/rpc", ratio)
	if ratio < 1.5 {
		t.Errorf("%.2f times as many calls as net/rpc, want 1.5 at least", ratio)
	}
}

// together returns how long n calls take, 64 at a time.
func together(t *testing.T, n int, call func(context.Context) error) time.Duration {
	t.Helper()
	const callers = 64
	var wg sync.WaitGroup
	start := time.Now()
	for range callers {
		wg.Go(func() {
			for range n / callers {
				if err := call(context.Background()); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return time.Since(start)
}
