package main

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// keptRoom is a room that is hosted, and hosted again.
type keptRoom struct {
	folder folder
	nets   netFlags
	vat    *captp.Vat
	ref    locator.SturdyRef
}

// open hosts the room.
func (k *keptRoom) open(t *testing.T) {
	t.Helper()
	h, err := k.folder.hosted("lobby")
	if err != nil {
		t.Fatal(err)
	}
	vat, ref, err := host(t.Context(), h, k.nets, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { vat.Close() })
	if err := h.keep(); err != nil {
		t.Fatal(err)
	}
	if k.vat != nil && ref.URI() != k.ref.URI() {
		t.Errorf("the room was at %s, and is at %s", k.ref.URI(), ref.URI())
	}
	k.vat, k.ref = vat, ref
}

// visitor is a member who stays in a room.
type visitor struct {
	*stay
	name string
}

// newVisitor lets a member come to stay.
func newVisitor(t *testing.T, ref locator.SturdyRef, name string) *visitor {
	t.Helper()
	nets := netFlags{}
	opened, err := nets.openOwn(t.Context(), ref.Peer)
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	vat, err := newVat(opened, log)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { vat.Close() })
	s, err := attend(t.Context(), vat, log, ref, name)
	if err != nil {
		t.Fatal(err)
	}
	return &visitor{s, name}
}

// sees waits for events, as they are shown, and passes over others.
func (v *visitor) sees(t *testing.T, want ...string) {
	t.Helper()
	var seen []string
	for deadline := time.After(20 * time.Second); len(want) > 0; {
		select {
		case e := <-v.events:
			line := e.line(nameOf(e))
			if e.kind == eventSent {
				line = "sent: " + e.text
			}
			if seen = append(seen, line); strings.HasPrefix(line, want[0]) {
				want = want[1:]
			}
		case <-deadline:
			t.Fatalf("%s never sees %q, but %q", v.name, want, seen)
		}
	}
}

// TestStay has two members stay in a room that goes away and comes back.
func TestStay(t *testing.T) {
	room := keptRoom{folder: folder(t.TempDir())}
	room.open(t)
	ada := newVisitor(t, room.ref, "ada")
	ada.sees(t, "* you are in the room as ada")
	bob := newVisitor(t, room.ref, "bob")
	bob.sees(t, "* ada is here", "* you are in the room as bob")
	ada.sees(t, "* bob is here")
	if got := bob.title(); got != "lobby" {
		t.Errorf("the room is called %q", got)
	}

	for range 2 {
		room.vat.Close()
		for _, v := range []*visitor{ada, bob} {
			v.sees(t, "* the room is away (the session ended)")
		}
		if _, err := ada.say(t.Context(), "hello?"); err == nil {
			t.Error("a room that is away takes messages")
		}
		room.open(t)
		for v, other := range map[*visitor]string{ada: "* bob is here", bob: "* ada is here"} {
			v.sees(t, "* the room is back")
			v.sees(t, other)
		}
	}
	id, err := ada.say(t.Context(), "here we are again")
	if err != nil || id != 1 {
		t.Errorf("message %d, %v", id, err)
	}
	bob.sees(t, "<ada> here we are again")
	if err := bob.leave(t.Context()); err != nil {
		t.Error(err)
	}
	ada.sees(t, "* bob left")
}

// TestMessageThatIsLost has a room end that has not answered yet.
func TestMessageThatIsLost(t *testing.T) {
	vat := oddVat(t)
	never, _ := captp.NewPromiseRef[captp.AnyRef](vat)
	ada := newVisitor(t, oddRoom{title: "lobby", ack: never.Ref}.host(t, vat), "ada")
	if _, err := ada.say(t.Context(), "hello"); err != nil {
		t.Fatal(err)
	}
	ada.sees(t, "<ada> hello")
	vat.Close()
	ada.sees(t, "* not sent: hello (the session ended)")
}

// TestStayEnds has a stay end with its context.
func TestStayEnds(t *testing.T) {
	_, ref := testRoom(t)
	ctx, cancel := context.WithCancel(t.Context())
	log := slog.New(slog.DiscardHandler)
	s, err := attend(ctx, oddVat(t), log, ref, "ada")
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	select {
	case <-s.over:
	case <-time.After(20 * time.Second):
		t.Error("it goes on without its context")
	}
	if err := s.leave(t.Context()); err != nil {
		t.Errorf("leave: %v", err)
	}
}

// TestRoomEndsFirst has a member leave a room at the moment at which its program ends: she is not in it any longer, as she wanted.
func TestRoomEndsFirst(t *testing.T) {
	vat, ref := testRoom(t)
	ada := newVisitor(t, ref, "ada")
	ada.sees(t, "* you are in the room as ada")
	place := ada.place
	vat.Close()
	ada.sees(t, "* the room is away")
	ada.mu.Lock()
	ada.place = place // as if she had not heard of it yet
	ada.mu.Unlock()
	if err := ada.leave(t.Context()); err != nil {
		t.Errorf("leave: %v", err)
	}
}

// TestLinesWaitForTheRoom has somebody type while the room is away: the line is sent when it is back.
func TestLinesWaitForTheRoom(t *testing.T) {
	room := keptRoom{folder: folder(t.TempDir())}
	room.open(t)
	ada := startProgram(t, "join", "-folder", "", "-json", "-name", "ada", room.ref.URI())
	ada.out.wait(t, `"joined"`)
	room.vat.Close()
	ada.out.wait(t, `"away"`)
	ada.types(t, "are you there?\n")
	room.open(t)
	ada.out.wait(t, `"sent"`)
	if _, after, _ := strings.Cut(ada.out.String(), `"back"`); !strings.Contains(after, `"text":"are you there?"`) {
		t.Errorf("ada saw %s", ada.out.String())
	}
	ada.types(t, "/leave\n")
	ada.ends(t, 0)
}
