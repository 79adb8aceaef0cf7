package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// torPatience is how long anything may take that goes through tor.
const torPatience = 2 * time.Minute

// startTorNetwork starts a private Tor network on this machine, which ends with the test, and returns the configuration of its clients.
func startTorNetwork(t *testing.T) (torrc string) {
	t.Helper()
	if testing.Short() || os.Getenv("OCAPN_TOR") != "1" {
		t.Skip("the tests with tor run when OCAPN_TOR is 1, as .ci/tor sets it")
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3, which the private network is started with")
	}
	folder := t.TempDir()
	torrc = filepath.Join(folder, "torrc")
	ready := filepath.Join(folder, "ready")
	network := exec.Command(python, filepath.FromSlash("../../runtime/netlayer/onion/testdata/tor-testnet"),
		"--client-torrc", torrc, "--ready-file", ready, "--timeout", "110")
	var said bytes.Buffer
	network.Stderr = &said
	open, err := network.StdinPipe() // it lives as long as this is open
	if err != nil {
		t.Fatal(err)
	}
	if err := network.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		open.Close()
		network.Wait()
	})
	for deadline := time.Now().Add(torPatience); ; time.Sleep(50 * time.Millisecond) {
		if _, err := os.Stat(ready); err == nil {
			return torrc
		}
		if time.Now().After(deadline) {
			t.Fatal("the private network takes too long to start")
		}
	}
}

// TestChatOverTor has three members talk in a room that is an onion service, and is hosted again when its program has ended. Each has a
// tor of its own.
func TestChatOverTor(t *testing.T) {
	torrc := startTorNetwork(t)
	config := t.TempDir()
	host := func() (*program, string) {
		t.Helper()
		p := startProgram(t, "host", "-folder", config, "-room", "lobby", "-net", "onion", "-torrc", torrc)
		p.out.waitFor(t, ".onion/s/", torPatience)
		_, uri, _ := strings.Cut(p.out.String(), "ocapn://")
		uri, _, _ = strings.Cut(uri, "\n")
		return p, "ocapn://" + uri
	}
	room, uri := host()
	var all []*program
	for _, name := range []string{"ada", "bob", "cyd"} {
		p := startProgram(t, "join", "-folder", "", "-name", name, "-torrc", torrc, uri)
		p.out.waitFor(t, "* you are in the room as "+name, torPatience)
		all = append(all, p)
	}
	talk := func(from int, text string) {
		t.Helper()
		all[from].types(t, text+"\n")
		for i, p := range all {
			if i != from {
				p.out.waitFor(t, "> "+text+"\n", torPatience)
			}
		}
	}
	for i, name := range []string{"ada", "bob", "cyd"} {
		for j, p := range all {
			if i != j {
				p.out.waitFor(t, "* "+name+" is here", torPatience)
			}
		}
	}
	talk(0, "hello from ada")
	talk(1, "hello from bob")
	talk(2, "hello from cyd")

	room.stop()
	room.ends(t, 0)
	for _, p := range all {
		p.out.waitFor(t, "* the room is away", torPatience)
	}
	room, again := host()
	if again != uri {
		t.Error("the room is somewhere else when it is hosted again")
	}
	for _, name := range []string{"bob", "cyd"} {
		for deadline := time.Now().Add(torPatience); ; time.Sleep(50 * time.Millisecond) {
			if _, back, _ := strings.Cut(all[0].out.String(), "* the room is back"); strings.Contains(back, "* "+name+" is here") {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s does not come back: %s", name, all[0].out.String())
			}
		}
	}
	talk(0, "here we are again")
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
