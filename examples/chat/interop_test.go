package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/examples/chat/chatcap"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/websocket"
)

// TestGoblinChat meets the goblin-chat of Endo over websockets: in a room of either, with members of both, each a peer of her own.
func TestGoblinChat(t *testing.T) {
	endo := lookForEndo(t)
	tests := []struct {
		name  string
		host  func(*testing.T) *talker
		endos []string // who join, the first of them first
		ours  []string
	}{
		{"their room, one of theirs, one of ours", endo.hosts(), []string{"ada"}, []string{"bob"}},
		{"our room, one of theirs, one of ours", hosts, []string{"ada"}, []string{"bob"}},
		{"their room, two of theirs, one of ours", endo.hosts(), []string{"ada", "cyd"}, []string{"bob"}},
		{"their room, its host, one of theirs, one of ours", endo.hosts("eve"), []string{"ada"}, []string{"bob"}},
		{"our room, two of theirs, one of ours", hosts, []string{"ada", "cyd"}, []string{"bob"}},
		{"their room, one of theirs, two of ours", endo.hosts(), []string{"ada"}, []string{"bob", "dee"}},
		{"their room, its host, two of ours", endo.hosts("eve"), nil, []string{"bob", "dee"}},
		{"our room, one of theirs, two of ours", hosts, []string{"ada"}, []string{"bob", "dee"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			host := test.host(t)
			uri := host.line(t)
			checkRoom(t, uri)
			var all []*talker
			if host.name != "" {
				all = append(all, host.enters(t, all))
			}
			for _, name := range test.endos {
				all = append(all, endo.start(t, name, "join", name, uri).enters(t, all))
			}
			for _, name := range test.ours {
				all = append(all, start(t, name, "join", "-name", name, uri).enters(t, all))
			}
			for _, from := range all {
				from.say(t, all)
			}
			for there := all; len(there) > 0; { // the host is the last to leave
				last := len(there) - 1
				there[last].leaves(t, there[:last])
				there = there[:last]
			}
			for _, who := range all {
				t.Logf("what %s saw:\n%s", who.name, who.out.String())
			}
		})
	}
}

// TestGoblinChatDriver passes the interoperability test of goblin-chat from both sides: each member hears the other one, and herself. The
// member of theirs is slow, so that what is right in front of the end of a session comes to her together with the end.
func TestGoblinChatDriver(t *testing.T) {
	endo := lookForEndo(t)
	for name, host := range map[string]func(*testing.T) *talker{"their room": endo.hosts(), "our room": hosts} {
		t.Run(name, func(t *testing.T) {
			uri := host(t).line(t)
			ada := endo.start(t, "ada", "drive", "ada", "hello from Endo OCapN", "hello from Go", uri)
			ada.out.wait(t, "subscription ready")
			bob := start(t, "bob", "join", "-name", "bob", "-say", "hello from Go", "-expect", "1", uri)
			bob.out.wait(t, "<ada> hello from Endo OCapN")
			bob.out.wait(t, "<bob> hello from Go")
			ada.out.wait(t, "* all came")
			for _, who := range []*talker{bob, ada} {
				who.stop(t)
				t.Logf("what %s saw:\n%s", who.name, who.out.String())
			}
		})
	}
}

// checkRoom checks what a room says of itself, and that its URI is one that the hosts of goblin-chat understand.
func checkRoom(t *testing.T, uri string) {
	t.Helper()
	ref, err := locator.ParseSturdyRef(uri)
	if err != nil {
		t.Fatal(err)
	}
	if i := bytes.IndexFunc(ref.Swiss.Bytes(), func(r rune) bool { return r <= ' ' || r > '~' }); i >= 0 {
		t.Errorf("the swiss number is no text at byte %d", i)
	}
	nl, err := websocket.New(websocket.Options{})
	if err != nil {
		t.Fatal(err)
	}
	vat, err := captp.New(captp.WithNetlayer(nl))
	if err != nil {
		t.Fatal(err)
	}
	defer vat.Close()
	got, err := captp.Enliven[chatcap.Chatroom](t.Context(), vat, ref).Cap().SelfProposedName(t.Context())
	if got != "#lobby" || err != nil {
		t.Errorf("the room is called %q, %v", got, err)
	}
}

// talker is a program that takes part in a room, or hosts one, or both.
type talker struct {
	name  string // empty if it takes no part
	endo  bool
	local bool // its user lives in the vat of the room
	in    io.Closer
	out   lockedBuffer
	ended chan error
	typed func(string) error
}

// line returns the first line of what the program prints.
func (p *talker) line(t *testing.T) string {
	t.Helper()
	p.out.wait(t, "\n")
	line, _, _ := strings.Cut(p.out.String(), "\n")
	return line
}

// enters waits until p is in the room, and she and those who were there before know of each other.
func (p *talker) enters(t *testing.T, there []*talker) *talker {
	t.Helper()
	p.out.wait(t, "* you are in the room as "+p.name)
	for _, other := range there {
		if p.strange(other) {
			continue
		}
		p.out.wait(t, fmt.Sprintf("* %s is here", other.name))
		other.out.wait(t, fmt.Sprintf("* %s is here", p.name))
	}
	return p
}

// strange reports whether the two programs cannot be expected to understand each other. Two of Endo's that are introduced to each other
// by the room call each other at the same time, and either may give up; and its unsealers do not know a handle that comes as a promise,
// as it does from a user who was told of it by a third peer. They only read each other where one is at home in the room.
func (p *talker) strange(other *talker) bool {
	return p != other && p.endo && other.endo && !p.local && !other.local
}

// leaves lets p leave the room, and waits until those who stay know it.
func (p *talker) leaves(t *testing.T, there []*talker) {
	t.Helper()
	p.stop(t)
	for _, other := range there {
		if other.endo {
			other.out.wait(t, "* somebody left")
		} else {
			other.out.wait(t, fmt.Sprintf("* %s left", p.name))
		}
	}
	if p.endo { // the channel answers still, that it is closed
		for _, answer := range []string{"* left: undefined", "CONNECTION-CLOSED"} {
			p.out.wait(t, answer)
		}
	}
}

// say lets p say something, and waits until all read it who can.
func (p *talker) say(t *testing.T, all []*talker) {
	t.Helper()
	text := "hello from " + p.name
	if err := p.typed(text); err != nil {
		t.Fatal(err)
	}
	for _, other := range all {
		if other == p && !p.endo || p.strange(other) { // who uses ours saw what she typed
			continue
		}
		other.out.wait(t, fmt.Sprintf("<%s> %s\n", p.name, text))
	}
	if p.endo {
		p.out.wait(t, "* answer: ")
	}
}

// stop ends the input of the program, and waits for the program.
func (p *talker) stop(t *testing.T) {
	t.Helper()
	p.in.Close()
	if err, ok := <-p.ended; ok && err != nil {
		t.Errorf("%s: %v", p.name, err)
	}
}

// hosts hosts a room of ours.
func hosts(t *testing.T) *talker { return start(t, "", "host", "-net", "websocket", "-name", "#lobby") }

// start runs a command of ours until the end of the test, or of its input if it reads any.
func start(t *testing.T, name string, args ...string) *talker {
	t.Helper()
	in, typing, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	p := &talker{name: name, in: typing, ended: make(chan error, 1)}
	p.typed = func(line string) error { _, err := fmt.Fprintln(typing, line); return err }
	go func() {
		defer in.Close()
		defer close(p.ended)
		if status := run(ctx, args, streams{in, &p.out, t.Output()}); status != 0 {
			p.ended <- fmt.Errorf("exit status %d", status)
		}
	}()
	t.Cleanup(func() {
		cancel()
		p.stop(t)
	})
	return p
}

// endoChat runs goblin-chat.
type endoChat struct{ node, checkout string }

func lookForEndo(t *testing.T) endoChat {
	t.Helper()
	t.Setenv("XDG_CONFIG_HOME", t.TempDir())
	checkout := os.Getenv("OCAPN_ENDO")
	if checkout == "" {
		t.Skip("OCAPN_ENDO does not name a checkout of https://github.com/endojs/endo with its dependencies installed")
	}
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("there is no node to run Endo with")
	}
	return endoChat{node, checkout}
}

// hosts returns what hosts a room of goblin-chat, with a member of that name in it if there is one.
func (e endoChat) hosts(name ...string) func(*testing.T) *talker {
	return func(t *testing.T) *talker {
		t.Helper()
		p := e.start(t, strings.Join(name, ""), append([]string{"host", "#lobby"}, name...)...)
		p.local = true
		return p
	}
}

// start runs testdata/goblin-chat.mjs until its input ends.
func (e endoChat) start(t *testing.T, name string, args ...string) *talker {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
	cmd := exec.CommandContext(ctx, e.node, append([]string{"testdata/goblin-chat.mjs", e.checkout}, args...)...)
	p := &talker{name: name, endo: true, ended: make(chan error, 1)}
	cmd.Stdout = &p.out
	var errs bytes.Buffer
	cmd.Stderr = &errs
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.in = in
	p.typed = func(line string) error { _, err := fmt.Fprintln(in, line); return err }
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		p.ended <- cmd.Wait()
	}()
	t.Cleanup(func() {
		defer cancel()
		p.stop(t)
		if t.Failed() {
			t.Logf("goblin-chat %s:\n%s%s", args, p.out.String(), &errs)
		}
	})
	return p
}
