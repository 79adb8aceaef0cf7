package captp_test

import (
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// plainLogger returns a logger without times.
func plainLogger(level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		Level: level,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		},
	}))
}

// Counts are values for logs: those that are zero are left out.
func ExampleVat_Stats() {
	network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
	vat, err := captp.New(captp.WithNetlayer(network.Peer("house")))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer vat.Close()
	if _, err := captp.Publish(vat, captp.AnyRef{Ref: captp.NewObject(vat, captp.HandlerFunc(nil))}); err != nil {
		fmt.Println(err)
		return
	}

	plainLogger(slog.LevelInfo).Info("vat", "stats", vat.Stats(), "totals", vat.Totals())
	// Output: level=INFO msg=vat stats.Registered=1
}

// Who wonders what fills the memory asks for the sessions that most is kept for.
func ExampleVat_Sessions() {
	var vat *captp.Vat // the program's
	report := func() {
		for _, s := range vat.Sessions(10) {
			slog.Info("session", "kept", s.Kept(), "stats", s)
		}
	}
	time.AfterFunc(time.Minute, report).Stop()
	// Output:
}

// A dump says what the tables hold.
func ExampleVat_Dump() {
	network := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
	vat, err := captp.New(captp.WithNetlayer(network.Peer("house")))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer vat.Close()
	if err := vat.Dump(os.Stdout); err != nil {
		fmt.Println(err)
	}
	// Output:
	// now: nothing
	// so far: nothing
}
