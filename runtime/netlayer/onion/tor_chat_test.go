package onion_test

import (
	"context"
	crand "crypto/rand"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/onion"
)

// room is an object that a chat is made of: who joins it hears what everybody says.
type room struct {
	mu      sync.Mutex
	members map[string]captp.Ref
}

// handle is what the room does with a message.
func (r *room) handle(ctx context.Context, args []any) (any, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch args[0] {
	case "join":
		r.members[args[1].(string)] = args[2].(captp.Ref)
		return int64(len(r.members)), nil
	case "say":
		for _, inbox := range r.members {
			if err := captp.InvokeTell(ctx, inbox, args[1], args[2]); err != nil {
				return nil, err
			}
		}
		return "OK", nil
	case "add":
		return args[1].(int64) + args[2].(int64), nil
	default:
		return nil, fmt.Errorf("no method %v", args[0])
	}
}

// user is somebody in a room.
type user struct {
	name  string
	vat   *captp.Vat
	heard chan string
}

// join makes the user a member of the room.
func (u *user) join(t *testing.T, room captp.Ref) {
	t.Helper()
	inbox := captp.NewObject(u.vat, captp.HandlerFunc(func(_ context.Context, args []any) (any, error) {
		u.heard <- args[0].(string) + ": " + args[1].(string)
		return nil, nil
	}))
	invoke(t, room, "join", u.name, captp.AnyRef{Ref: inbox})
}

// invoke calls an object and waits for the answer.
func invoke(t *testing.T, r captp.Ref, args ...any) any {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), torPatience)
	defer cancel()
	got, err := captp.Invoke(ctx, r, args...).Await(ctx)
	if err != nil {
		t.Fatalf("%v: %v", args[0], err)
	}
	return got
}

// expectHeard checks that every user has heard each line, in any order.
func expectHeard(t *testing.T, users []*user, lines ...string) {
	t.Helper()
	slices.Sort(lines)
	for _, u := range users {
		var got []string
		for range lines {
			select {
			case line := <-u.heard:
				got = append(got, line)
			case <-time.After(torPatience):
				t.Fatalf("%s has heard %q only, want %q", u.name, got, lines)
			}
		}
		if slices.Sort(got); !slices.Equal(got, lines) {
			t.Errorf("%s has heard %q, want %q", u.name, got, lines)
		}
	}
}

// testChat has two vats with a tor each, of which one serves a room: three users talk, a thousand calls are made, the tor of the
// service is killed, the program of the service is started anew, and the reference is followed through all of it.
func testChat(t *testing.T, torrc string) {
	keyFile := filepath.Join(t.TempDir(), "key")
	key, err := netlayer.KeyFile(keyFile)
	if err != nil {
		t.Fatal(err)
	}
	swiss, err := locator.GenerateSwissNumber(crand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(t.TempDir(), "data")
	near, _ := openTor(t, torrc, "client", onion.Options{DialOnly: true})
	far, pid := openTor(t, torrc, "service", onion.Options{Key: key, DataDir: data})
	client, service := vat(t, near), vat(t, far)
	ref := publish(t, service, swiss)

	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	lost := time.Now()
	round := 0
	for far, err := range captp.Keep[captp.AnyRef](ctx, client, ref, captp.KeepBackoff(250*time.Millisecond, time.Second)) {
		if err != nil {
			t.Logf("%.1f s after it was lost: %v", time.Since(lost).Seconds(), err)
			continue
		}
		t.Logf("sturdyref enlivened after %.1f s", time.Since(lost).Seconds())
		talk(t, client, service, far.Ref, ref)
		countCalls(t, far.Ref)
		if round++; round == 3 {
			break
		}
		lost = time.Now()
		if round == 1 {
			t.Log("the tor of the service is killed")
			kill(t, pid)
			continue
		}
		t.Log("the program of the service is started anew")
		_ = service.Close()
		if key, err = netlayer.KeyFile(keyFile); err != nil {
			t.Fatal(err)
		}
		again, _ := openTor(t, torrc, "service", onion.Options{Key: key, DataDir: data})
		if !again.Location().SameAs(ref.Peer) {
			t.Fatalf("Location with the same key: %v, want %v", again.Location(), ref.Peer)
		}
		service = vat(t, again)
		publish(t, service, swiss)
	}
	if round < 3 {
		t.Errorf("the reference was there %d times, want 3", round)
	}
}

// publish serves a room.
func publish(t *testing.T, v *captp.Vat, swiss locator.SwissNumber) locator.SturdyRef {
	t.Helper()
	r := captp.NewObject(v, captp.HandlerFunc((&room{members: map[string]captp.Ref{}}).handle))
	ref, err := captp.PublishAs(v, swiss, captp.AnyRef{Ref: r})
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// talk has three users join the room and say something.
func talk(t *testing.T, client, service *captp.Vat, far captp.Ref, ref locator.SturdyRef) {
	t.Helper()
	near, err := captp.Resolve(t.Context(), captp.Enliven[captp.AnyRef](t.Context(), service, ref).Cap())
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	var users []*user
	var lines []string
	for name, place := range map[string]struct {
		vat  *captp.Vat
		room captp.Ref
	}{"ada": {client, far}, "ben": {client, far}, "cid": {service, near.Ref}} {
		u := &user{name: name, vat: place.vat, heard: make(chan string, 10)}
		u.join(t, place.room)
		users = append(users, u)
		lines = append(lines, name+": hello")
	}
	for _, u := range users {
		room := far
		if u.vat == service {
			room = near.Ref
		}
		invoke(t, room, "say", u.name, "hello")
	}
	expectHeard(t, users, lines...)
	t.Logf("three users have joined and read each other after %.2f s", time.Since(start).Seconds())
}

// countCalls makes a thousand calls, one after the other and at once.
func countCalls(t *testing.T, far captp.Ref) {
	t.Helper()
	const serial, piped = 100, 1000
	start := time.Now()
	for i := range int64(serial) {
		if got := invoke(t, far, "add", i, int64(1)); got != i+1 {
			t.Fatalf("call %d: %v", i, got)
		}
	}
	t.Logf("%d calls one after the other: %.0f a second", serial, serial/time.Since(start).Seconds())
	start = time.Now()
	var answers []*captp.Promise[any]
	for i := range int64(piped) {
		answers = append(answers, captp.Invoke(t.Context(), far, "add", i, int64(1)))
	}
	for i, answer := range answers {
		ctx, cancel := context.WithTimeout(t.Context(), torPatience)
		got, err := answer.Await(ctx)
		cancel()
		if err != nil || got != int64(i)+1 {
			t.Fatalf("call %d: %v, %v", i, got, err)
		}
	}
	t.Logf("%d calls at once: %.0f a second", piped, piped/time.Since(start).Seconds())
}
