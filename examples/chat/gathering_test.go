package main

import (
	"context"
	"log/slog"
	"sync/atomic"
	"testing"

	"github.com/ocapn-go/ocapn/examples/chat/chatcap"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

// countedUser is a user who counts how often she was asked for her name.
type countedUser struct {
	userServer
	asked *atomic.Int64
}

func (u countedUser) SelfProposedName(ctx context.Context) (string, error) {
	u.asked.Add(1)
	return u.userServer.SelfProposedName(ctx)
}

// TestSettle leaves a room in which there is another user: whoever leaves asks her something, and goes when the answer is there.
func TestSettle(t *testing.T) {
	_, ref := testRoom(t)
	log := slog.New(slog.DiscardHandler)
	dial := func() *captp.Vat {
		nl, err := tcptesting.New(tcptesting.Options{Address: "127.0.0.1:0"})
		if err != nil {
			t.Fatal(err)
		}
		vat, err := captp.New(captp.WithNetlayer(nl))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { vat.Close() })
		return vat
	}
	var asked atomic.Int64
	cyds := dial()
	cyd := newUser(cyds, "cyd")
	cyd.ref = chatcap.NewUser(cyds, countedUser{userServer{cyd}, &asked})
	hers, err := join(t.Context(), cyds, log, captp.Enliven[chatcap.Chatroom](t.Context(), cyds, ref).Cap(), cyd)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		for {
			select {
			case <-hers.events:
			case <-t.Context().Done():
				return
			}
		}
	}()
	ada, err := attend(t.Context(), dial(), log, ref, "ada")
	if err != nil {
		t.Fatal(err)
	}
	for e := range ada.events {
		if e.kind == eventJoined && e.name == "cyd" {
			break
		}
	}
	before := asked.Load()
	if err := ada.leave(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := asked.Load() - before; got != 1 {
		t.Errorf("cyd was asked %d times while ada left, want once", got)
	}
}
