package noise_test

import (
	"crypto/ed25519"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/noise"
)

// open returns a netlayer that is closed with the test.
func open(t testing.TB, opts noise.Options) *noise.Netlayer {
	t.Helper()
	nl, err := noise.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nl.Close() })
	return nl
}

// listening are options for a netlayer that can be dialled from this machine.
func listening() noise.Options { return noise.Options{Address: "127.0.0.1:0"} }

func TestConformance(t *testing.T) {
	netlayertest.Run(t, func(t *testing.T) (a, b netlayer.Netlayer) {
		return open(t, noise.Options{}), open(t, listening())
	})
}

// The key makes the peer, and its designator, the same each time.
func TestKey(t *testing.T) {
	key, err := netlayer.KeyFile(filepath.Join(t.TempDir(), "peer.key"))
	if err != nil {
		t.Fatal(err)
	}
	want := netlayer.Designator(key.Public().(ed25519.PublicKey))
	for range 2 {
		if got := open(t, noise.Options{Key: key}).Location(); got.Designator != want || len(got.Hints) > 0 {
			t.Errorf("Location: %v, want the designator %s and no hints", got, want)
		}
	}
	if a, b := open(t, noise.Options{}).Location(), open(t, noise.Options{}).Location(); a.SameAs(b) {
		t.Errorf("%v twice", a)
	}
	if text := fmt.Sprintf("%+v", *open(t, noise.Options{Key: key})); strings.Contains(text, fmt.Sprint(key[:8])[1:20]) {
		t.Error("a netlayer that is printed shows its key")
	}
}

func TestLocation(t *testing.T) {
	for _, test := range []struct {
		opts       noise.Options
		host, port string // the port empty for that of the listener
	}{
		{noise.Options{Address: "127.0.0.1:0"}, "127.0.0.1", ""},
		{noise.Options{Address: "0.0.0.0:0", Host: "192.0.2.1"}, "192.0.2.1", ""},
		{noise.Options{Address: "127.0.0.1:0", Host: "example.org", Port: "7"}, "example.org", "7"},
	} {
		location := open(t, test.opts).Location()
		host, _ := location.Hint("host")
		port, _ := location.Hint("port")
		if host != test.host || test.port != "" && port != test.port || port == "" || port == "0" {
			t.Errorf("%+v: %v", test.opts, location)
		}
	}
}

func TestNewRefuses(t *testing.T) {
	for name, opts := range map[string]noise.Options{
		"address":        {Address: "127.0.0.1:100000"},
		"all interfaces": {Address: ":0"},
		"key":            {Key: make(ed25519.PrivateKey, 32)},
		"host":           {Address: "127.0.0.1:0", Host: "\xff"},
		"time":           {HandshakeTime: -1},
		"handshakes":     {Handshakes: -1},
	} {
		if nl, err := noise.New(opts); err == nil {
			_ = nl.Close()
			t.Errorf("%s: no error", name)
		}
	}
}

func TestOnlyDials(t *testing.T) {
	for _, tt := range []struct {
		opts noise.Options
		want bool
	}{{noise.Options{}, true}, {listening(), false}} {
		if got := netlayer.Dialler(open(t, tt.opts)).OnlyDials(); got != tt.want {
			t.Errorf("%+v: got %t", tt.opts, got)
		}
	}
}
