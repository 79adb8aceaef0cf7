package captp_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// The end of a session is not right behind the last answer: peers that drop the one for the other have the time to hear of it.
func TestShutdownAwaitsPeers(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const latency = 100 * time.Millisecond
		sent := new(sendings)
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{Latency: latency, Tap: sent.tap})
		house, guest := vatAt(t, network, "house"), vatAt(t, network, "guest")
		far := captptest.Carry(t, house, guest, object(house, map[string]method{
			"last": func(context.Context, []any) (any, error) {
				time.Sleep(time.Second)
				return "words", nil
			},
		}))
		answer := captp.Invoke(t.Context(), far.Ref, captp.Symbol("last"))
		time.Sleep(2 * latency)
		if err := house.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		if got, err := answer.Await(t.Context()); got != "words" {
			t.Errorf("got %v, error %v", got, err)
		}
		words, abort := find(t, sent.by("house"), "words"), find(t, sent.by("house"), "op:abort")
		if after := abort.at.Sub(words.at); after != 2*latency {
			t.Errorf("the end comes %v after the last answer, want a round trip of %v", after, 2*latency)
		}
	})
}

// What a peer asks for because of an answer is answered, too, and the end is not right behind that.
func TestShutdownAnswersWhatPeersAskMeanwhile(t *testing.T) {
	bubble(t, func(t *testing.T) {
		const latency = 100 * time.Millisecond
		sent := new(sendings)
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{Latency: latency, Tap: sent.tap})
		house, guest := vatAt(t, network, "house"), vatAt(t, network, "guest")
		far := captptest.Carry(t, house, guest, toolbox(house))
		asked := make(chan error)
		go func() {
			for _, text := range []string{"first", "second", "third"} {
				if _, err := captp.Invoke(t.Context(), far.Ref, captp.Symbol("first"), text).Await(t.Context()); err != nil {
					asked <- err
					return
				}
			}
			asked <- nil
		}()
		time.Sleep(latency) // the first one arrives now
		if err := house.Shutdown(t.Context()); err != nil {
			t.Error(err)
		}
		if err := <-asked; err != nil {
			t.Error(err)
		}
		third, abort := find(t, sent.by("house"), "third"), find(t, sent.by("house"), "op:abort")
		if after := abort.at.Sub(third.at); after < 2*latency || after > 4*latency {
			t.Errorf("the end comes %v after the last answer", after)
		}
	})
}

// Neither a peer that is silent nor one that goes on calling keeps a vat from being closed.
func TestShutdownWithoutAnswer(t *testing.T) {
	patience := captp.DefaultLimits().HandshakeTime / 2
	tests := []struct {
		name  string
		hangs bool
		limit time.Duration
		want  time.Duration
	}{
		{"it hangs", true, time.Hour, patience},
		{"it hangs, and the program is in a hurry", true, time.Second, time.Second},
		{"it goes on", false, time.Hour, patience},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				network := netlayertest.NewNetwork(netlayertest.NetworkOptions{Latency: 10 * time.Millisecond})
				house, guest := vatAt(t, network, "house"), vatAt(t, network, "guest")
				far := captptest.Carry(t, house, guest, toolbox(house))
				var calling sync.WaitGroup
				for range 5 {
					calling.Go(func() {
						for !tt.hangs {
							if _, err := captp.Invoke(t.Context(), far.Ref, captp.Symbol("add"), 1, 2).Await(t.Context()); err != nil {
								return
							}
						}
					})
				}
				if tt.hangs {
					network.Way("guest", "house").Hold()
				}
				ctx, cancel := context.WithTimeout(t.Context(), tt.limit)
				defer cancel()
				start := time.Now()
				err := house.Shutdown(ctx)
				if took := time.Since(start); took < tt.want || took > tt.want+captp.DefaultLimits().DrainTime {
					t.Errorf("it took %v, want %v", took, tt.want)
				}
				if late := tt.limit == tt.want; errors.Is(err, context.DeadlineExceeded) != late || (err != nil) != late {
					t.Errorf("got error %v", err)
				}
				network.Way("guest", "house").Release()
				calling.Wait()
			})
		})
	}
}

// A peer that names nobody is asked in its own session: nobody is dialled instead.
func TestShutdownAsksNobodyElse(t *testing.T) {
	bubble(t, func(t *testing.T) {
		network := netlayertest.NewNetwork(netlayertest.NetworkOptions{Unproved: true})
		house, dials := countingGuest(t, network)
		peer := rawDial(t, network, "nobody", house, peerNamed("unreachable"))
		peer.hears()
		done := make(chan error)
		go func() { done <- house.Shutdown(t.Context()) }()
		synctest.Wait()
		if told := string(bytes.Join(peer.hears(), nil)); !strings.Contains(told, "fetch") || strings.Contains(told, "op:abort") {
			t.Errorf("at first it is told %q", told)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		if told := string(bytes.Join(peer.hears(), nil)); !strings.Contains(told, "op:abort") {
			t.Errorf("in the end it is told %q", told)
		}
		if n := dials.n.Load(); n != 0 {
			t.Errorf("%d dials", n)
		}
	})
}
