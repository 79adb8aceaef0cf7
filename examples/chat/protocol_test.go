package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp"
)

// TestRoomOnTheWire joins a room without any of this program's own code, as a peer of another implementation does.
func TestRoomOnTheWire(t *testing.T) {
	_, ref := testRoom(t)
	vat := oddVat(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	call := func(r captp.Ref, args ...any) any {
		t.Helper()
		got, err := captp.Invoke(ctx, r, args...).Await(ctx)
		if err != nil {
			t.Fatalf("%v: %v", args, err)
		}
		return got
	}
	room := captp.Enliven[captp.AnyRef](ctx, vat, ref).Cap().Ref
	if got := call(room, captp.Symbol("self-proposed-name")); got != "lobby" {
		t.Errorf("the room is called %v", got)
	}

	// The user's sealer is called with the bare place in the room, and the room answers with what it returned.
	var place any
	box := captp.NewObject(vat, captp.HandlerFunc(func(context.Context, []any) (any, error) { return nil, nil }))
	sealer := captp.NewObject(vat, captp.HandlerFunc(func(_ context.Context, args []any) (any, error) {
		if len(args) != 1 {
			return nil, fmt.Errorf("the sealer is called with %v", args)
		}
		place = args[0]
		return box, nil
	}))
	user := captp.NewObject(vat, captp.HandlerFunc(func(_ context.Context, args []any) (any, error) {
		if args[0] != captp.Symbol("get-subscription-sealer") {
			return nil, fmt.Errorf("the user is asked %v", args)
		}
		return sealer, nil
	}))
	if got := call(room, captp.Symbol("subscribe"), user); got != box {
		t.Errorf("subscribe answers %v, want the handle %v", got, box)
	}

	var mu sync.Mutex
	var heard []string
	inbox := captp.NewObject(vat, captp.HandlerFunc(func(_ context.Context, args []any) (any, error) {
		mu.Lock()
		defer mu.Unlock()
		var line strings.Builder
		fmt.Fprint(&line, args[0])
		for _, arg := range args[1:] {
			fmt.Fprintf(&line, " %s", map[any]string{user: "me", box: "box"}[arg])
		}
		heard = append(heard, line.String())
		return nil, nil
	}))
	channel, ok := call(place.(captp.Ref), inbox).(captp.Ref)
	if !ok {
		t.Fatal("the place in the room answers no channel")
	}
	if _, err := captp.Invoke(ctx, place.(captp.Ref), inbox).Await(ctx); err == nil || !strings.Contains(err.Error(), "already finalized") {
		t.Errorf("the place can be taken twice: %v", err)
	}
	if got := call(channel, captp.Symbol("send-message"), box); got != captp.Symbol("OK") {
		t.Errorf("send-message answers %v, want the symbol OK", got)
	}
	if got := call(channel, captp.Symbol("leave")); got != nil {
		t.Errorf("leave answers %v, want nothing", got)
	}
	for _, selector := range []string{"send-message", "leave", "list-users"} {
		args := []any{captp.Symbol(selector)}
		if selector == "send-message" {
			args = append(args, box)
		}
		if got := call(channel, args...); got != captp.Symbol("CONNECTION-CLOSED") {
			t.Errorf("having left, %s answers %v, want the symbol CONNECTION-CLOSED", selector, got)
		}
	}
	for { // which is not ordered with the answers
		mu.Lock()
		got := slices.Clone(heard)
		mu.Unlock()
		if diff := cmp.Diff([]string{"user-joined me", "new-message me box"}, got); diff == "" {
			return
		} else if len(got) >= 2 || ctx.Err() != nil {
			t.Fatalf("what the inbox heard (-want +got):\n%s", diff)
		}
		time.Sleep(time.Millisecond)
	}
}
