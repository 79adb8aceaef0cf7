package main

import (
	"fmt"
	"net"
	"regexp"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// TestEveryNetwork has two members talk in a room on each network, by the commands that people use.
func TestEveryNetwork(t *testing.T) {
	for _, net := range networks() {
		if net.name == "onion" {
			continue // which takes a tor; see TestChatOverTor
		}
		t.Run(net.name, func(t *testing.T) {
			room := startProgram(t, "host", "-folder", "", "-net", net.name)
			room.out.wait(t, "\n")
			uri := strings.TrimSpace(room.out.String())
			if want := "." + net.transport + "/s/"; !strings.Contains(uri, want) {
				t.Fatalf("the room is at %q, want %q in it", uri, want)
			}
			ada := startProgram(t, "join", "-name", "ada", "-say", "hello", "-expect", "1", uri)
			bob := startProgram(t, "join", "-name", "bob", "-say", "hi", "-expect", "1", uri)
			ada.ends(t, 0)
			bob.ends(t, 0)
			ada.out.wait(t, "<bob> hi")
			bob.out.wait(t, "<ada> hello")
		})
	}
}

// TestOldDialect has members talk in a room as Goblins did up to 0.17, where somebody who does not is turned away.
func TestOldDialect(t *testing.T) {
	for _, net := range []string{"tcp", "websocket"} {
		t.Run(net, func(t *testing.T) {
			room := startProgram(t, "host", "-folder", "", "-net", net, "-dialect", "goblins")
			room.out.wait(t, "\n")
			uri := strings.TrimSpace(room.out.String())
			ada := startProgram(t, "join", "-name", "ada", "-dialect", "goblins", "-say", "hello", "-expect", "1", uri)
			bob := startProgram(t, "join", "-name", "bob", "-dialect", "goblins", "-say", "hi", "-expect", "1", uri)
			ada.ends(t, 0)
			bob.ends(t, 0)
			ada.out.wait(t, "<bob> hi")
			bob.out.wait(t, "<ada> hello")
		})
	}
	t.Run("unlike", func(t *testing.T) {
		room := startProgram(t, "host", "-folder", "", "-net", "websocket")
		room.out.wait(t, "\n")
		startProgram(t, "join", "-name", "ada", "-dialect", "goblins", strings.TrimSpace(room.out.String())).ends(t, 1)
	})
}

// TestSeveralNetworks has members who came to a room by different networks.
func TestSeveralNetworks(t *testing.T) {
	room := startProgram(t, "host", "-folder", "", "-net", "noise,websocket")
	room.out.wait(t, ".websocket/s/")
	uris := strings.Fields(room.out.String())
	if len(uris) != 2 || !strings.Contains(uris[0], ".noise/s/") {
		t.Fatalf("the room is at %q", uris)
	}
	ada := startProgram(t, "join", "-name", "ada", "-say", "hello", "-expect", "2", uris[0])
	bob := startProgram(t, "join", "-name", "bob", "-net", "noise", "-net", "tls,websocket", "-say", "hi", "-expect", "2", uris[1])
	ada.out.wait(t, "bob is here")
	carol := startProgram(t, "join", "-name", "carol", uris[1])
	carol.out.wait(t, "ada is here")
	carol.out.wait(t, "bob is here")
	carol.types(t, "good day\n")
	for _, p := range []*program{ada, bob} {
		p.ends(t, 0)
		p.out.wait(t, "<carol> good day")
	}
	carol.typing.Close()
	carol.ends(t, 0)
}

func TestNetworkFlags(t *testing.T) {
	tests := []struct {
		name string
		args []string
		says string
	}{
		{"unknown network", []string{"host", "-net", "pigeon"}, `no network "pigeon"`},
		{"unknown among others", []string{"host", "-net", "tcp,pigeon"}, `no network "pigeon"`},
		{"address that is taken by nobody", []string{"host", "-listen", "nowhere"}, "chat: noise: "},
		{"address of all interfaces", []string{"host", "-listen", ":0"}, "-host has to say"},
		{"address of all interfaces, in numbers", []string{"host", "-net", "tls", "-listen", "0.0.0.0:0"}, "-host has to say"},
		{"websocket on all interfaces", []string{"host", "-net", "websocket", "-host", "a.example", "-listen", "[::]:0"}, "-url has to say"},
		{"member on all interfaces", []string{"join", "-name", "ada", "-listen", ":0", "ocapn://a.tcp-tls/s/AAAA"}, "-host has to say"},
		{"nobody can call", []string{"host", "-listen", ""}, "nobody can join a room on noise that listens nowhere"},
		{"no onion service", []string{"join", "-name", "ada", "-torrc", "nowhere", "ocapn://aaaa.onion/s/AAAA"}, "not the address of an onion service"},
		{"room on an unknown network", []string{"join", "-name", "ada", "ocapn://a.pigeon/s/AAAA"}, "reached over pigeon"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			p := startProgram(t, append(test.args[:1:1], append([]string{"-folder", ""}, test.args[1:]...)...)...)
			status := <-p.ended
			if got := p.out.String(); status == 0 || !strings.Contains(got, test.says) || strings.Contains(got, "noise: noise:") {
				t.Errorf("exit status %d, says %q, want %q", status, got, test.says)
			}
		})
	}
}

// TestRefused has somebody call a room who does not speak as the network does: who wants to know is told.
func TestRefused(t *testing.T) {
	for _, on := range []string{"noise", "tls"} {
		t.Run(on, func(t *testing.T) {
			room := startProgram(t, "host", "-v", "-folder", "", "-net", on)
			room.out.wait(t, "/s/")
			ref, err := locator.ParseSturdyRef(regexp.MustCompile(`(?m)^ocapn://\S+$`).FindString(room.out.String()))
			if err != nil {
				t.Fatal(err)
			}
			c, err := net.Dial("tcp", addressOf(ref.Peer))
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			fmt.Fprint(c, strings.Repeat("hello", 100))
			room.out.wait(t, "msg=refused remote="+c.LocalAddr().String())
		})
	}
}

func TestAddresses(t *testing.T) {
	tests := []struct {
		listen   lines
		net, was string
		want     string
	}{
		{nil, "tcp", anywhere, anywhere},
		{lines{":1"}, "tcp", anywhere, ":1"},
		{lines{""}, "tcp", anywhere, ""},
		{lines{":1", "websocket=:2"}, "tcp", anywhere, ":1"},
		{lines{":1", "websocket=:2"}, "websocket", anywhere, ":2"},
		{lines{"websocket=:2"}, "tcp", ":7", ":7"},
		{lines{"websocket="}, "websocket", ":7", ""},
	}
	for _, test := range tests {
		n := netFlags{listen: test.listen}
		if got := n.address(test.net, test.was); got != test.want {
			t.Errorf("%q: %s listens on %q, want %q", test.listen, test.net, got, test.want)
		}
	}
}

// TestHostWithAName has somebody be in the room that she hosts.
func TestHostWithAName(t *testing.T) {
	ada := startProgram(t, "host", "-folder", "", "-name", "den", "-as", "ada", "-lines")
	ada.out.wait(t, "you are in the room as ada")
	uri, _, _ := strings.Cut(ada.out.String(), "\n")
	bob := startProgram(t, "join", "-name", "bob", "-say", "hi", "-expect", "1", uri)
	ada.out.wait(t, "<bob> hi")
	ada.types(t, "/help\n")
	ada.out.wait(t, "/leave")
	ada.types(t, "hello\n")
	bob.ends(t, 0)
	bob.out.wait(t, "<ada> hello")
	ada.out.wait(t, "* bob left")
	ada.typing.Close()
	ada.ends(t, 0)
	if got := ada.out.String(); strings.Contains(got, "PgUp") {
		t.Errorf("she is told of keys that she does not have:\n%s", got)
	}
}

// TestSwissNumbersAreText checks what Endo's peers need to find a room, and that no two rooms have one.
func TestSwissNumbersAreText(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		h := newHosted("lobby")
		if len(h.Swiss) != 26 || strings.Trim(h.Swiss, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" || seen[h.Swiss] {
			t.Errorf("swiss number %q", h.Swiss)
		}
		seen[h.Swiss] = true
	}
	vat := oddVat(t)
	h := newHosted("lobby")
	ref, err := captp.PublishAs(vat, h.swiss(), newRoom(vat, "lobby").ref)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(ref.Swiss.Bytes()); got != h.Swiss {
		t.Errorf("the room is published under %q, want %q", got, h.Swiss)
	}
	if fmt.Sprint(ref) == ref.URI() {
		t.Error("a sturdyref that is printed by chance shows its secret")
	}
}
