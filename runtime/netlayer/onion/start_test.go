package onion_test

import (
	"context"
	"errors"
	"fmt"
	"net/textproto"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/netlayer/onion"
)

func TestProgress(t *testing.T) {
	fake := startFake(t, t.TempDir(), func(f *fakeTor) {
		f.steps = []string{
			`NOTICE BOOTSTRAP PROGRESS=14 TAG=handshake SUMMARY="Handshaking with a relay"`,
			`NOTICE CIRCUIT_ESTABLISHED`,
			`WARN BOOTSTRAP PROGRESS=14 TAG=handshake SUMMARY="Handshaking with a relay" WARNING="No route to \"it\"" REASON=NOROUTE COUNT=1`,
			`WARN BOOTSTRAP PROGRESS=14 TAG=handshake SUMMARY="Handshaking with a relay" WARNING="No route to \"it\"" REASON=NOROUTE COUNT=2`,
			`NOTICE BOOTSTRAP PROGRESS=101 SUMMARY="nonsense"`,
			`NOTICE BOOTSTRAP`,
			`NOTICE BOOTSTRAP PROGRESS=100 TAG=done SUMMARY="Done"`,
		}
	})
	var got []string
	nl := open(t, onion.Options{ControlAddr: fake.address(), Progress: func(p onion.Progress) {
		got = append(got, fmt.Sprintf("%v|%d|%s", p.Stage, p.Percent, p.Summary))
	}})
	_ = nl.Close()
	want := []string{
		"starting|0|starting",
		"connecting to the network|14|Handshaking with a relay",
		`connecting to the network|14|Handshaking with a relay: No route to "it"`,
		"connecting to the network|100|Done",
		"publishing the onion service|100|publishing the onion service",
		"ready|100|ready",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("progress (-want +got):\n%s", diff)
	}
}

// TestStartErrors starts with tors that do not do what they are told.
func TestStartErrors(t *testing.T) {
	taken := t.TempDir()
	startFake(t, taken, nil)
	if err := os.WriteFile(filepath.Join(taken, peerOf("a").Designator), []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	refuses := func(command, answer string) func(f *fakeTor) {
		return func(f *fakeTor) {
			f.answer = func(got string) string {
				if strings.HasPrefix(got, command) {
					return answer
				}
				return ""
			}
		}
	}
	other := "250-ServiceID=" + peerOf("b").Designator + "\r\n250 OK"
	for _, test := range []struct {
		name   string
		folder string
		change func(*fakeTor)
		stage  onion.Stage
		text   string
	}{
		{"bootstrap phase", "", refuses("GETINFO status", "552 Unrecognized key"), onion.StageStarting, "552"},
		{"no SOCKS port", "", refuses("GETINFO net", "250-net/listeners/socks=\r\n250 OK"), onion.StageConnecting, "takes no SOCKS"},
		{"address is taken", taken, nil, onion.StagePublishing, "Onion address collision"},
		{"another address", "", refuses("ADD_ONION", other), onion.StagePublishing, "another address"},
		{"no events", "", refuses("SETEVENTS", "552 Unrecognized event"), onion.StageStarting, "552"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if test.folder == "" {
				test.folder = t.TempDir()
			}
			fake := startFake(t, test.folder, test.change)
			_, err := onion.New(t.Context(), onion.Options{ControlAddr: fake.address(), Key: keyOf("a")})
			var failed *onion.StartError
			if !errors.As(err, &failed) {
				t.Fatalf("New: %v, want a *StartError", err)
			}
			if failed.Progress.Stage != test.stage || !strings.Contains(err.Error(), test.text) {
				t.Errorf("New: %v in stage %v, want %q in stage %v", err, failed.Progress.Stage, test.text, test.stage)
			}
			if code := new(textproto.Error); !strings.Contains(test.text, "another") && test.stage != onion.StageConnecting && !errors.As(err, &code) {
				t.Errorf("New: %v, want it to wrap a *textproto.Error", err)
			}
		})
	}
}

// TestStuckBootstrap ends the context while tor does not get on.
func TestStuckBootstrap(t *testing.T) {
	fake := startFake(t, t.TempDir(), func(f *fakeTor) {
		f.steps = []string{`NOTICE BOOTSTRAP PROGRESS=5 TAG=conn SUMMARY="Connecting to a relay"`}
	})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err := onion.New(ctx, onion.Options{ControlAddr: fake.address()})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("New: %v, want an error that wraps %v", err, context.DeadlineExceeded)
	}
	if want := "connecting to the network, 5%, Connecting to a relay"; !strings.Contains(err.Error(), want) {
		t.Errorf("New: %v, want %q in it", err, want)
	}
	cause := errors.New("the user has lost patience")
	ended, stop := context.WithCancelCause(t.Context())
	stop(cause)
	if _, err := onion.New(ended, onion.Options{ControlAddr: fake.address()}); !errors.Is(err, cause) {
		t.Errorf("New: %v, want an error that wraps the cause", err)
	}
}

func TestNobodyAtTheControlPort(t *testing.T) {
	for _, address := range []string{"127.0.0.1:1", "unix:" + filepath.Join(t.TempDir(), "none"), "nonsense"} {
		var failed *onion.StartError
		if _, err := onion.New(t.Context(), onion.Options{ControlAddr: address}); !errors.As(err, &failed) {
			t.Errorf("New: %v, want a *StartError", err)
		}
	}
}

// TestTorThatDoesNotStart starts programs that are no tor, or not as they should be.
func TestTorThatDoesNotStart(t *testing.T) {
	t.Run("no such program", func(t *testing.T) {
		opts := startsFake(t, "")
		opts.TorPath = filepath.Join(t.TempDir(), "none")
		if _, err := onion.New(t.Context(), opts); !errors.Is(err, os.ErrNotExist) {
			t.Errorf("New: %v, want an error that wraps %v", err, os.ErrNotExist)
		}
		expectEmpty(t, os.TempDir())
	})
	t.Run("it ends at once", func(t *testing.T) {
		_, err := onion.New(t.Context(), startsFake(t, "exit"))
		var failed *onion.StartError
		if !errors.As(err, &failed) || !errors.Is(err, onion.ErrGone) {
			t.Fatalf("New: %v, want a *StartError that wraps ErrGone", err)
		}
		want := []string{"Failed to parse/validate config: nonsense", "Reading config failed--see warnings above."}
		if diff := cmp.Diff(want, failed.Output); diff != "" {
			t.Errorf("output (-want +got):\n%s", diff)
		}
		if !strings.Contains(err.Error(), want[0]) {
			t.Errorf("New: %v, want the cause in it", err)
		}
		expectEmpty(t, os.TempDir())
	})
	t.Run("it has no control port", func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
		defer cancel()
		start := time.Now()
		if _, err := onion.New(ctx, startsFake(t, "silent")); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("New: %v, want an error that wraps %v", err, context.DeadlineExceeded)
		}
		if took := time.Since(start); took > patience/2 {
			t.Errorf("New: took %v", took)
		}
		expectEmpty(t, os.TempDir())
	})
}

// TestTorThatDoesNotEnd closes while tor does not do as it is told.
func TestTorThatDoesNotEnd(t *testing.T) {
	nl := open(t, startsFake(t, "hang"))
	start := time.Now()
	if err := nl.Close(); err != nil {
		t.Error(err)
	}
	if took := time.Since(start); took < 2*time.Second || took > 10*time.Second {
		t.Errorf("Close: took %v, want the time after which tor is killed", took)
	}
	expectEmpty(t, os.TempDir())
}

// TestDataDirIsKept leaves the folder that was given, and nothing else.
func TestDataDirIsKept(t *testing.T) {
	opts := startsFake(t, "")
	opts.DataDir = filepath.Join(t.TempDir(), "data")
	for range 2 {
		_ = open(t, opts).Close()
		info, err := os.Stat(opts.DataDir)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != 0o700 {
			t.Errorf("mode of the data folder: %v, want 0700", got)
		}
	}
	expectEmpty(t, os.TempDir())
}
