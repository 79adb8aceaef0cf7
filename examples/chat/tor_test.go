package main

import (
	"strings"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer/onion/oniontest"
)

// torPatience is how long anything may take that goes through tor.
const torPatience = 2 * time.Minute

// torMembers are the members of a room, each with a tor of its own.
type torMembers []*program

// talk has one of them say something, which the others see.
func (all torMembers) talk(t *testing.T, from int, text string) {
	t.Helper()
	all[from].types(t, text+"\n")
	for i, p := range all {
		if i != from {
			p.out.waitFor(t, "> "+text+"\n", torPatience)
		}
	}
}

// hostOverTor hosts the room that the folder knows, and returns its reference.
func hostOverTor(t *testing.T, torrc, folder string) (p *program, uri string) {
	t.Helper()
	p = startProgram(t, "host", "-folder", folder, "-room", "lobby", "-net", "onion", "-torrc", torrc)
	p.out.waitFor(t, ".onion/s/", torPatience)
	_, uri, _ = strings.Cut(p.out.String(), "ocapn://")
	uri, _, _ = strings.Cut(uri, "\n")
	return p, "ocapn://" + uri
}

// TestChatOverTor has three members talk in a room that is an onion service, and is hosted again when its program has ended. Each has a
// tor of its own.
func TestChatOverTor(t *testing.T) {
	torrc := oniontest.StartNetwork(t)
	folder := t.TempDir()
	room, uri := hostOverTor(t, torrc, folder)
	names := []string{"ada", "bob", "cyd"}
	var all torMembers
	for _, name := range names {
		p := startProgram(t, "join", "-folder", "", "-name", name, "-torrc", torrc, uri)
		p.out.waitFor(t, "* you are in the room as "+name, torPatience)
		all = append(all, p)
	}
	for i, name := range names {
		for j, p := range all {
			if i != j {
				p.out.waitFor(t, "* "+name+" is here", torPatience)
			}
		}
	}
	for i, name := range names {
		all.talk(t, i, "hello from "+name)
	}

	room.stop()
	room.ends(t, 0)
	for _, p := range all {
		p.out.waitFor(t, "* the room is away", torPatience)
	}
	room, again := hostOverTor(t, torrc, folder)
	if again != uri {
		t.Error("the room is somewhere else when it is hosted again")
	}
	for _, name := range names[1:] {
		for deadline := time.Now().Add(torPatience); ; time.Sleep(50 * time.Millisecond) {
			if _, back, _ := strings.Cut(all[0].out.String(), "* the room is back"); strings.Contains(back, "* "+name+" is here") {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s does not come back: %s", name, all[0].out.String())
			}
		}
	}
	all.talk(t, 0, "here we are again")
	for _, p := range all {
		p.typing.Close()
		p.ends(t, 0)
	}
	room.stop()
	room.ends(t, 0)
	for i, p := range all {
		t.Logf("member %d saw:\n%s", i, p.out.String())
	}
}
