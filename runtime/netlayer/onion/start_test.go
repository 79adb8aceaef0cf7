package onion_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/onion"
)

func TestProgress(t *testing.T) {
	fake := startFake(t, t.TempDir(), func(f *fakeTor) {
		f.steps = []string{
			`NOTICE BOOTSTRAP PROGRESS=14 TAG=handshake SUMMARY="Handshaking with a relay"`,
			`NOTICE CIRCUIT_ESTABLISHED`,
			`WARN BOOTSTRAP PROGRESS=14 TAG=handshake SUMMARY="Handshaking with a relay" WARNING="No route to \"it\"" REASON=NOROUTE COUNT=1`,
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

func TestAuthenticationAtTheControlPort(t *testing.T) {
	cookie := filepath.Join(t.TempDir(), `a "cookie"`)
	secret := bytes.Repeat([]byte{7}, 32)
	if err := os.WriteFile(cookie, secret, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, auth, password string
		opts                 onion.Options
		ok                   bool
	}{
		{"nothing", "METHODS=NULL", "", onion.Options{}, true},
		{"cookie", fmt.Sprintf("METHODS=COOKIE,SAFECOOKIE COOKIEFILE=%q", cookie), string(secret), onion.Options{}, true},
		{"another cookie", fmt.Sprintf("METHODS=COOKIE,SAFECOOKIE COOKIEFILE=%q", cookie), strings.Repeat("x", 32), onion.Options{}, false},
		{"no cookie", fmt.Sprintf("METHODS=COOKIE,SAFECOOKIE COOKIEFILE=%q", cookie+"x"), string(secret), onion.Options{}, false},
		{"password", "METHODS=HASHEDPASSWORD", `pass "word" %s`, onion.Options{ControlPassword: `pass "word" %s`}, true},
		{"another password", "METHODS=HASHEDPASSWORD", "password", onion.Options{ControlPassword: "x"}, false},
		{"no password", "METHODS=HASHEDPASSWORD", "password", onion.Options{}, false},
		{
			"password before a cookie that cannot be read", fmt.Sprintf("METHODS=COOKIE,SAFECOOKIE,HASHEDPASSWORD COOKIEFILE=%q", cookie+"x"),
			"password",
			onion.Options{ControlPassword: "password"},
			true,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			fake := startFake(t, t.TempDir(), func(f *fakeTor) { f.auth, f.password = test.auth, test.password })
			test.opts.ControlAddr = fake.address()
			nl, err := onion.New(t.Context(), test.opts)
			if err == nil {
				_ = nl.Close()
			}
			if (err == nil) != test.ok {
				t.Errorf("New: %v", err)
			}
			if err != nil && test.opts.ControlPassword != "" && strings.Contains(err.Error(), test.opts.ControlPassword) {
				t.Errorf("the error shows the password: %v", err)
			}
		})
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

// TestHostileControlPorts attaches to what is no control port. New ends by itself, or else with its context, and takes no memory on
// their word.
func TestHostileControlPorts(t *testing.T) {
	endless := func(piece string) func(bool, net.Conn) bool {
		return func(_ bool, c net.Conn) bool {
			for {
				if _, err := io.WriteString(c, strings.Repeat(piece, 1000)); err != nil {
					return true
				}
			}
		}
	}
	says := func(text string) func(bool, net.Conn) bool {
		return func(_ bool, c net.Conn) bool {
			_, _ = io.WriteString(c, text)
			_, _ = io.Copy(io.Discard, c)
			return true
		}
	}
	for _, test := range []struct {
		name     string
		takeover func(bool, net.Conn) bool
		waits    bool // until the context ends
	}{
		{"silence", says(""), true},
		{"end", func(bool, net.Conn) bool { return true }, false},
		{"a web server", says("HTTP/1.1 400 Bad Request\r\n\r\n"), false},
		{"no number", says("abc def\r\n"), false},
		{"short", says("25\r\n"), false},
		{"empty lines", endless("\r\n"), false},
		{"endless line", endless("x"), false},
		{"endless answer", endless("250-x\r\n"), false},
		{"endless data", func(socks bool, c net.Conn) bool {
			_, _ = io.WriteString(c, "250+x=\r\n")
			return endless("data\r\n")(socks, c)
		}, false},
		{"endless events", endless("650 STATUS_CLIENT NOTICE BOOTSTRAP PROGRESS=1 SUMMARY=\"x\r\n"), false},
		{"half an answer", says("250-PROTOCOLINFO 1\r\n"), true},
		{"OK to all", func(_ bool, c net.Conn) bool {
			for {
				if _, err := io.WriteString(c, "250 OK\r\n"); err != nil {
					return true
				}
				<-time.After(time.Millisecond)
			}
		}, false},
		{"cookie without a name", says("250-PROTOCOLINFO 1\r\n250-AUTH METHODS=SAFECOOKIE COOKIEFILE=\r\n250 OK\r\n"), false},
		{"cookie without quotes", says("250-PROTOCOLINFO 1\r\n250-AUTH METHODS=SAFECOOKIE COOKIEFILE=\"\r\n250 OK\r\n"), false},
		{"bad status", says("250-PROTOCOLINFO 1\r\n250-AUTH METHODS=NULL\r\n250 OK\r\n250 OK\r\n250 OK\r\n250-x=NOTICE BOOTSTRAP PROGRESS= \"\r\n250 OK\r\n"), true},
	} {
		t.Run(test.name, func(t *testing.T) {
			fake := startFake(t, t.TempDir(), func(f *fakeTor) { f.takeover = test.takeover })
			limit := patience
			if test.waits {
				limit = 200 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			_, err := onion.New(ctx, onion.Options{ControlAddr: fake.address()})
			var failed *onion.StartError
			if !errors.As(err, &failed) || errors.Is(err, context.DeadlineExceeded) != test.waits {
				t.Errorf("New: %v, want a *StartError, by the end of the context: %v", err, test.waits)
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

// TestRestart ends a tor that somebody else runs, and starts it again at the same address.
func TestRestart(t *testing.T) {
	folder := t.TempDir()
	fake := startFake(t, folder, nil)
	var stages atomic.Pointer[[]onion.Stage]
	stages.Store(&[]onion.Stage{})
	ready := make(chan struct{}, 10)
	nl := open(t, onion.Options{ControlAddr: fake.address(), Key: keyOf("a"), Progress: func(p onion.Progress) {
		all := append(slices.Clone(*stages.Load()), p.Stage)
		stages.Store(&all)
		if p.Stage == onion.StageReady {
			ready <- struct{}{}
		}
	}})
	<-ready
	other := open(t, onion.Options{ControlAddr: startFake(t, folder, nil).address(), DialOnly: true})
	c, err := other.Dial(t.Context(), nl.Location())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	accept(t, nl)

	fake.close()
	if _, err := nl.Accept(); !errors.Is(err, onion.ErrGone) {
		t.Errorf("Accept: %v, want an error that wraps ErrGone", err)
	}
	if _, err := nl.Dial(t.Context(), peerOf("b")); !errors.Is(err, onion.ErrGone) {
		t.Errorf("Dial: %v, want an error that wraps ErrGone", err)
	}
	again := newFake(folder)
	if err := again.listen(fake.address()); err != nil {
		t.Fatal(err)
	}
	go again.serve(again.control, again.converse)
	go again.serve(again.socks, again.connect)
	t.Cleanup(again.close)
	select {
	case <-ready:
	case <-time.After(patience):
		t.Fatal("not attached again")
	}
	c, err = other.Dial(t.Context(), nl.Location())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	accept(t, nl)
	got := *stages.Load()
	if i := slices.Index(got, onion.StageGone); i < 0 || !slices.Contains(got[i:], onion.StageStarting) {
		t.Errorf("stages: %v, want gone, and then starting", got)
	}
}

// TestNoRestart ends a tor for good.
func TestNoRestart(t *testing.T) {
	fake := startFake(t, t.TempDir(), nil)
	nl := open(t, onion.Options{ControlAddr: fake.address(), NoRestart: true})
	dialled, err := nl.Dial(t.Context(), nl.Location())
	if err != nil {
		t.Fatal(err)
	}
	defer dialled.Close()
	accepted := accept(t, nl)
	fake.close()
	for _, c := range []netlayer.Conn{dialled, accepted} {
		if _, err := c.Receive(nil); err == nil {
			t.Error("Receive on a conn of a tor that is gone: no error")
		}
	}
	if _, err := nl.Accept(); !errors.Is(err, onion.ErrGone) {
		t.Errorf("Accept: %v, want an error that wraps ErrGone", err)
	}
	end := make(chan error, 1)
	go func() {
		_, err := nl.Accept()
		end <- err
	}()
	select {
	case err := <-end:
		t.Errorf("Accept a second time: %v, want it to wait", err)
	case <-time.After(50 * time.Millisecond):
	}
	_ = nl.Close()
	if err := <-end; !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept: %v, want an error that wraps net.ErrClosed", err)
	}
}

// TestCloseWhileRestarting closes while there is no tor.
func TestCloseWhileRestarting(t *testing.T) {
	fake := startFake(t, t.TempDir(), nil)
	gone := make(chan struct{}, 10)
	nl := open(t, onion.Options{ControlAddr: fake.address(), Progress: func(p onion.Progress) {
		if p.Stage == onion.StageGone {
			gone <- struct{}{}
		}
	}})
	fake.close()
	<-gone
	<-gone // an attempt to attach again has failed
	if err := nl.Close(); err != nil {
		t.Error(err)
	}
	if _, err := nl.Dial(t.Context(), peerOf("b")); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Dial: %v, want an error that wraps net.ErrClosed", err)
	}
}
