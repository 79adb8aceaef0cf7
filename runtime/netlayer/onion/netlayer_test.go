package onion_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"net"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/onion"
)

// patience is how long tests wait for what should take no time.
const patience = 20 * time.Second

// open returns a netlayer that is closed with the test.
func open(t testing.TB, opts onion.Options) *onion.Netlayer {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	nl, err := onion.New(ctx, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nl.Close() })
	return nl
}

// keyOf returns a key that is always the same for a name.
func keyOf(name string) ed25519.PrivateKey {
	seed := make([]byte, ed25519.SeedSize)
	copy(seed, name)
	return ed25519.NewKeyFromSeed(seed)
}

// peerOf returns the location of the peer that has the key of the name.
func peerOf(name string) locator.Peer {
	return locator.Peer{Transport: onion.Transport, Designator: onion.Designator(keyOf(name).Public().(ed25519.PublicKey))}
}

func TestConformance(t *testing.T) {
	for _, test := range []struct {
		name string
		a, b onion.Options
	}{
		{"raw", onion.Options{}, onion.Options{}},
		{"framed", onion.Options{Framed: true}, onion.Options{}},
		{"authenticated", onion.Options{Authenticate: true, WriteEach: true}, onion.Options{Authenticate: true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			folder := t.TempDir()
			near, far := startFake(t, folder, nil), startFake(t, folder, nil)
			netlayertest.Run(t, func(t *testing.T) (a, b netlayer.Netlayer) {
				test.a.ControlAddr, test.b.ControlAddr = near.address(), far.address()
				return open(t, test.a), open(t, test.b)
			})
		})
	}
}

// TestConformanceOfItsOwnTor is the same with a process that New starts.
func TestConformanceOfItsOwnTor(t *testing.T) {
	if os.Getenv("OCAPN_TOR") != "1" {
		t.Skip("it starts fifty processes; it runs when OCAPN_TOR is 1, as .ci/tor sets it")
	}
	opts := startsFake(t, "")
	netlayertest.Run(t, func(t *testing.T) (a, b netlayer.Netlayer) { return open(t, opts), open(t, opts) })
}

// startsFake returns the options that start a process of its own that is a fake.
func startsFake(t testing.TB, mode string) onion.Options {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv(fakeFolder, t.TempDir())
	t.Setenv(fakeMode, mode)
	t.Setenv("TMPDIR", t.TempDir())
	return onion.Options{TorPath: program}
}

func TestLocation(t *testing.T) {
	fake := startFake(t, t.TempDir(), nil)
	nl := open(t, onion.Options{ControlAddr: fake.address(), Key: keyOf("me")})
	if diff := cmp.Diff(peerOf("me").URI(), nl.Location().URI()); diff != "" {
		t.Errorf("Location (-want +got):\n%s", diff)
	}
	if got := nl.Location().Hints; len(got) > 0 {
		t.Errorf("hints: %v, want none", got)
	}
	only := open(t, onion.Options{ControlAddr: fake.address(), DialOnly: true})
	if got := only.Location(); !got.IsZero() {
		t.Errorf("Location of a netlayer that only dials: %v", got)
	}
	c, err := only.Dial(t.Context(), nl.Location())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if got := c.Proved(); got != nl.Location().ID() {
		t.Errorf("Proved of the dialled conn: %v, want %v", got, nl.Location().ID())
	}
	accepted := accept(t, nl)
	if got := accepted.Proved(); got != (locator.PeerID{}) {
		t.Errorf("Proved of the accepted conn: %v, want nothing", got)
	}
}

// accept returns the next conn, which is closed with the test.
func accept(t testing.TB, nl *onion.Netlayer) netlayer.Conn {
	t.Helper()
	type result struct {
		c   netlayer.Conn
		err error
	}
	done := make(chan result, 1)
	go func() {
		c, err := nl.Accept()
		done <- result{c, err}
	}()
	select {
	case r := <-done:
		if r.err != nil {
			t.Fatal(r.err)
		}
		t.Cleanup(func() { _ = r.c.Close() })
		return r.c
	case <-time.After(patience):
		t.Fatal("nothing to accept")
		return nil
	}
}

func TestDesignator(t *testing.T) {
	for _, name := range []string{"a", "b", "another one"} {
		public := keyOf(name).Public().(ed25519.PublicKey)
		got, err := onion.ParseDesignator(onion.Designator(public))
		if err != nil || !got.Equal(public) {
			t.Errorf("ParseDesignator of the designator of %x: %x, %v", public, got, err)
		}
	}
	// The service that the draft's example is about is of the Tor project.
	const known = "2gzyxa5ihm7nsggfxnu52rck2vv4rvmdlkiu3zzui5du4xyclen53wid"
	key, err := onion.ParseDesignator(known)
	if err != nil || onion.Designator(key) != known {
		t.Errorf("ParseDesignator(%q): %x, %v", known, key, err)
	}
}

// notAddresses are designators that lead nowhere.
func notAddresses() map[string]string {
	good := peerOf("a").Designator
	return map[string]string{
		"empty":          "",
		"upper case":     strings.ToUpper(good),
		"with onion":     good + ".onion",
		"short":          good[:55],
		"long":           good + "a",
		"line break":     good[:20] + "\n" + good[20:],
		"checksum":       good[:51] + "aaaad",
		"another key":    "b" + good[1:],
		"version 2":      "expyuzz4wqqyqhjn",
		"version":        good[:55] + "e",
		"name":           "www.example.org",
		"number":         "127.0.0.1",
		"user and name":  "x@" + good,
		"name in front":  "www." + good,
		"64 characters":  strings.Repeat("a", 64),
		"zero":           good[:55] + "\x00",
		"bits behind it": good[:54] + "b" + good[55:],
	}
}

func TestDesignatorsThatAreNone(t *testing.T) {
	fake := startFake(t, t.TempDir(), func(f *fakeTor) {
		f.reply = func(name string) byte {
			t.Errorf("SOCKS was asked for %q", name)
			return 0x02
		}
	})
	nl := open(t, onion.Options{ControlAddr: fake.address(), DialOnly: true})
	for name, text := range notAddresses() {
		t.Run(name, func(t *testing.T) {
			if key, err := onion.ParseDesignator(text); !errors.Is(err, netlayer.ErrLocation) {
				t.Errorf("ParseDesignator(%q): %x, %v, want an error that wraps ErrLocation", text, key, err)
			}
			peer := locator.Peer{Transport: onion.Transport, Designator: text}
			if err := nl.CheckIntroduction(peer); !errors.Is(err, netlayer.ErrLocation) {
				t.Errorf("CheckIntroduction: %v, want an error that wraps ErrLocation", err)
			}
			_, err := nl.Dial(t.Context(), peer)
			var dialError *netlayer.DialError
			if !errors.As(err, &dialError) || !errors.Is(err, netlayer.ErrLocation) {
				t.Errorf("Dial: %v, want a *DialError that wraps ErrLocation", err)
			}
		})
	}
}

// TestIntroductions dials at the word of another peer: an onion service and nothing else, whatever addresses the policy allows.
func TestIntroductions(t *testing.T) {
	folder := t.TempDir()
	fake := startFake(t, folder, nil)
	nl := open(t, onion.Options{ControlAddr: fake.address(), Key: keyOf("a")})
	other := open(t, onion.Options{ControlAddr: startFake(t, folder, nil).address(), Key: keyOf("b")})
	if err := nl.CheckIntroduction(other.Location()); err != nil {
		t.Errorf("CheckIntroduction: %v", err)
	}
	if err := nl.CheckIntroduction(locator.Peer{Transport: "tcp-testing-only", Designator: other.Location().Designator}); err == nil {
		t.Error("CheckIntroduction of another transport: no error")
	}
	ctx := netlayer.WithAddressPolicy(t.Context(), func(addr netip.AddrPort) error {
		t.Errorf("the policy was asked for %v", addr)
		return errors.New("forbidden")
	})
	peer := other.Location()
	peer.Hints = locator.Hints{"host": "127.0.0.1", "port": "22"}
	c, err := nl.Dial(ctx, peer)
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
}

func TestNewRefuses(t *testing.T) {
	for name, opts := range map[string]onion.Options{
		"attach and start":         {ControlAddr: "127.0.0.1:1", DataDir: "x"},
		"attach with arguments":    {ControlAddr: "127.0.0.1:1", ExtraArgs: []string{"--x"}},
		"password without address": {ControlPassword: "x"},
		"SOCKS without address":    {SocksAddr: "127.0.0.1:1"},
		"nothing to prove":         {DialOnly: true, Authenticate: true},
		"key":                      {Key: make(ed25519.PrivateKey, 3)},
	} {
		t.Run(name, func(t *testing.T) {
			if nl, err := onion.New(t.Context(), opts); err == nil {
				_ = nl.Close()
				t.Error("no error")
			}
		})
	}
}

// TestCloseKeepsTorForConns closes a netlayer while a conn is open, with whose end its tor ends.
func TestCloseKeepsTorForConns(t *testing.T) {
	opts := startsFake(t, "")
	opts.Key = keyOf("a")
	a := open(t, opts)
	opts.Key = keyOf("b")
	b := open(t, opts)
	dialled, err := a.Dial(t.Context(), b.Location())
	if err != nil {
		t.Fatal(err)
	}
	accepted := accept(t, b)
	for _, nl := range []*onion.Netlayer{a, b} {
		if err := nl.Close(); err != nil {
			t.Error(err)
		}
	}
	again, err := a.Dial(t.Context(), b.Location())
	if err == nil {
		_ = again.Close()
		t.Error("Dial of a peer that is closed: no error")
	} else if !errors.Is(err, netlayer.ErrRefused) {
		t.Errorf("Dial of a peer that is closed: %v, want an error that wraps ErrRefused", err)
	}
	for _, pair := range [][2]netlayer.Conn{{dialled, accepted}, {accepted, dialled}} {
		if err := pair[0].Send([][]byte{[]byte("<1'a>")}); err != nil {
			t.Error(err)
		}
		msgs, err := pair[1].Receive(nil)
		if diff := cmp.Diff([]string{"<1'a>"}, texts(msgs)); diff != "" || err != nil {
			t.Errorf("%v (-want +got):\n%s", err, diff)
		}
	}
	_, _ = dialled.Close(), accepted.Close()
	if _, err := a.Dial(t.Context(), b.Location()); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Dial after the last conn: %v, want an error that wraps net.ErrClosed", err)
	}
	expectEmpty(t, os.TempDir())
}

// texts returns messages as strings.
func texts(msgs [][]byte) []string {
	var all []string
	for _, m := range msgs {
		all = append(all, string(m))
	}
	return all
}

// expectEmpty checks that nothing was left in the folder.
func expectEmpty(t testing.TB, folder string) {
	t.Helper()
	left, err := os.ReadDir(folder)
	if err != nil || len(left) > 0 {
		t.Errorf("left in the folder: %v, %v", left, err)
	}
}
