package main

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/noise"
	"github.com/ocapn-go/ocapn/runtime/netlayer/onion"
)

// somebodysOnion is the designator of an onion service, that nobody has.
const somebodysOnion = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaam2dqd"

// fakeTor returns the address of a control port that says what a netlayer needs to hear of a tor that serves nothing.
func fakeTor(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	answers := map[string]string{
		"PROTOCOLINFO":                   "250-PROTOCOLINFO 1\r\n250-AUTH METHODS=NULL\r\n250-VERSION Tor=\"0.4.9.11\"\r\n",
		"GETINFO status/bootstrap-phase": "250-status/bootstrap-phase=NOTICE BOOTSTRAP PROGRESS=100 TAG=done SUMMARY=\"Done\"\r\n",
		"GETINFO net/listeners/socks":    "250-net/listeners/socks=\"127.0.0.1:9\"\r\n",
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				for lines := bufio.NewScanner(c); lines.Scan(); {
					command := strings.TrimSuffix(lines.Text(), " 1") // the version of the protocol
					fmt.Fprint(c, answers[command]+"250 OK\r\n")
				}
			}()
		}
	}()
	return l.Addr().String()
}

// TestGuardsAreKept checks where a tor of each kind is to keep its entry guards, and that one starts all the same if another has that folder.
// It has a tor that says so and ends.
func TestGuardsAreKept(t *testing.T) {
	program := filepath.Join(t.TempDir(), "tor")
	script := `#!/bin/sh
echo "$@" >>"$0.calls"
echo "Nov 25 03:15:13.000 [warn] It looks like another Tor process is running with the same data directory.  Waiting 5 seconds to see if it goes away."
exit 1
`
	if err := os.WriteFile(program, []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := exec.Command(program).Run(); err == nil || !strings.HasPrefix(err.Error(), "exit") {
		t.Skipf("no scripts here: %v", err)
	}
	uri := "ocapn://" + somebodysOnion + ".onion/s/AAAA"
	config := t.TempDir()
	tests := []struct {
		name string
		args []string
		kept []string // where, in config, for each tor that is started; "" is elsewhere
	}{
		{"member", []string{"join", "-name", "ada", "-folder", config, uri}, []string{"tor", ""}},
		{"member who keeps nothing", []string{"join", "-name", "ada", "-folder", "", uri}, []string{""}},
		{"room", []string{"host", "-net", "onion", "-folder", config}, []string{"tor", ""}},
		{"room that is kept", []string{"host", "-net", "onion", "-room", "den", "-folder", config}, []string{"hosted/room-den/tor"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			os.Remove(program + ".calls")
			p := startProgram(t, append([]string{test.args[0], "-tor", program}, test.args[1:]...)...)
			p.ends(t, 1)
			calls, err := os.ReadFile(program + ".calls")
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for line := range strings.Lines(string(calls)) {
				_, rest, _ := strings.Cut(line, "--DataDirectory ")
				dir, _, _ := strings.Cut(rest, " ")
				in, err := filepath.Rel(config, dir)
				if err != nil || strings.HasPrefix(in, "..") {
					in = ""
				}
				got = append(got, filepath.ToSlash(in))
			}
			if diff := cmp.Diff(test.kept, got); diff != "" {
				t.Errorf("data folders (-want +got):\n%s", diff)
			}
		})
	}
}

// TestNoTor checks that who has no tor is told of the flag for it.
func TestNoTor(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := openOnion(t.Context(), openOptions{tor: torOptions{program: "no-such-tor"}})
	if err == nil || !strings.HasSuffix(err.Error(), "(-tor says where)") {
		t.Errorf("the error is %v", err)
	}
}

// TestHidden checks that who is reached over onion has no network by which the room, or somebody in it, can have her call without a tor,
// unless she has named one.
func TestHidden(t *testing.T) {
	h := newHosted("lobby")
	hiding := locator.Peer{Transport: onion.Transport, Designator: somebodysOnion}
	open := locator.Peer{Transport: noise.Transport, Designator: "any"}
	tests := []struct {
		name string
		room *locator.Peer // nil for who hosts
		nets lines
		want []string
	}{
		{"room on onion", &hiding, nil, []string{"onion"}},
		{"named", &hiding, lines{"onion"}, []string{"onion"}},
		{"named with another one", &hiding, lines{"onion,noise"}, []string{"noise", "onion"}},
		{"room elsewhere, called by onion", &open, lines{"onion"}, []string{"noise", "onion"}},
		{"room elsewhere", &open, nil, []string{"noise", "tcp-tls", "websocket"}},
		{"host on onion", nil, lines{"onion"}, []string{"onion"}},
		{"host on onion and another one", nil, lines{"onion,noise"}, []string{"noise", "onion"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			n := netFlags{nets: test.nets, listen: lines{""}, tor: torOptions{control: fakeTor(t)}}
			if test.room == nil {
				n.listen = lines{"onion=", "noise=127.0.0.1:0"} // nobody has to be reached by the tor that is there
			}
			var (
				opened []netlayer.Netlayer
				err    error
			)
			if test.room == nil {
				opened, err = n.openHosted(t.Context(), h)
			} else {
				opened, err = n.openOwn(t.Context(), *test.room)
			}
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, nl := range opened {
				got = append(got, nl.Transport())
			}
			slices.Sort(got)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("networks (-want +got):\n%s", diff)
			}
			if err := closeAll(opened); err != nil {
				t.Error(err)
			}
		})
	}
}
