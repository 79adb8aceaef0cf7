package onion_test

import (
	"context"
	crand "crypto/rand"
	"errors"
	"math/rand/v2"
	"net"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/onion"
	"github.com/ocapn-go/ocapn/runtime/netlayer/onion/oniontest"
)

// torPatience is how long anything that goes through tor may take.
const torPatience = time.Minute

// TestTor is everything that takes a real tor. It has one private network.
func TestTor(t *testing.T) {
	torrc := oniontest.StartNetwork(t)
	t.Run("chat", func(t *testing.T) { testChat(t, torrc) })
	t.Run("authenticated", func(t *testing.T) { testAuthenticated(t, torrc) })
	t.Run("fresh services", func(t *testing.T) { testFreshServices(t, torrc) })
	t.Run("password", func(t *testing.T) { testPassword(t, torrc) })
	t.Run("killed program", func(t *testing.T) { testKilledProgram(t, torrc) })
	t.Run("bad torrc", testBadTorrc)
	t.Run("soak", func(t *testing.T) { testSoakOverTor(t, torrc) })
	t.Run("conformance", func(t *testing.T) { testConformanceOverTor(t, torrc) })
}

// openTor returns a netlayer with a tor of its own, and the file that has the number of its process.
func openTor(t *testing.T, torrc, name string, opts onion.Options) (nl *onion.Netlayer, pidFile string) {
	t.Helper()
	start := time.Now()
	pidFile = filepath.Join(t.TempDir(), "pid")
	opts.TorrcFile = torrc
	opts.ExtraArgs = append(slices.Clone(opts.ExtraArgs), "--PidFile", pidFile)
	report := opts.Progress
	opts.Progress = func(p onion.Progress) {
		if p.Stage != onion.StageConnecting || p.Percent == 100 {
			t.Logf("%s: %.1f s %v", name, time.Since(start).Seconds(), p.Stage)
		}
		if report != nil {
			report(p)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), torPatience)
	defer cancel()
	nl, err := onion.New(ctx, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nl.Close() })
	return nl, pidFile
}

// kill kills the process whose number is in the file.
func kill(t *testing.T, pidFile string) {
	t.Helper()
	text, err := os.ReadFile(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	p, err := os.FindProcess(pid)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Kill(); err != nil {
		t.Fatal(err)
	}
}

// vat returns a vat with the netlayer.
func vat(t *testing.T, nl netlayer.Netlayer) *captp.Vat {
	t.Helper()
	v, err := captp.New(captp.WithNetlayer(nl))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close() })
	return v
}

// testAuthenticated has both sides of a session prove who they are.
func testAuthenticated(t *testing.T, torrc string) {
	a, _ := openTor(t, torrc, "a", onion.Options{Authenticate: true})
	b, _ := openTor(t, torrc, "b", onion.Options{Authenticate: true})
	ctx, cancel := context.WithTimeout(t.Context(), torPatience)
	defer cancel()
	start := time.Now()
	c, err := a.Dial(ctx, b.Location())
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("dialled and proved after %.2f s", time.Since(start).Seconds())
	_ = c.Close()
	if got := accept(t, b).Proved(); got != a.Location().ID() {
		t.Errorf("Proved of the accepted conn: %v, want %v", got, a.Location().ID())
	}
	client, service := vat(t, a), vat(t, b)
	swiss, err := locator.GenerateSwissNumber(crand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	far := captp.Enliven[captp.AnyRef](ctx, client, publish(t, service, swiss)).Cap()
	if got := invoke(t, far.Ref, "add", 1, 2); got != int64(3) {
		t.Errorf("got %v", got)
	}
}

// testFreshServices dials peers while they are being published. Each accepts the conn that was dialled, and no other before it.
func testFreshServices(t *testing.T, torrc string) {
	near, _ := openTor(t, torrc, "client", onion.Options{DialOnly: true})
	socket := filepath.Join(shortFolder(t), "control")
	openTor(t, torrc, "service", onion.Options{DialOnly: true, ExtraArgs: []string{"--ControlSocket", "unix:" + socket}})
	for i := range 8 {
		name := "fresh " + strconv.Itoa(i)
		ctx, cancel := context.WithTimeout(t.Context(), torPatience)
		dialled := make(chan error, 1)
		go func() {
			c, err := near.Dial(ctx, peerOf(name))
			if err == nil {
				err = c.Send([][]byte{start})
				t.Cleanup(func() { _ = c.Close() })
			}
			dialled <- err
		}()
		nl, err := onion.New(ctx, onion.Options{ControlAddr: "unix:" + socket, Key: keyOf(name)})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := accept(t, nl).Receive(nil); err != nil {
			t.Errorf("%s: Receive on the first conn that came: %v", name, err)
		}
		if err := <-dialled; err != nil {
			t.Errorf("%s: Dial: %v", name, err)
		}
		_ = nl.Close()
		cancel()
	}
}

// testPassword attaches to a tor that asks for a password.
func testPassword(t *testing.T, torrc string) {
	const password = `a "password"`
	hash, err := exec.CommandContext(t.Context(), torProgram(t), "--quiet", "--hash-password", password).Output()
	if err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(shortFolder(t), "control")
	openTor(t, torrc, "with a password", onion.Options{DialOnly: true, ExtraArgs: []string{
		"--ControlSocket", "unix:" + socket, "--HashedControlPassword", strings.TrimSpace(string(hash)),
	}})
	for _, given := range []string{password, "another"} {
		ctx, cancel := context.WithTimeout(t.Context(), torPatience)
		nl, err := onion.New(ctx, onion.Options{ControlAddr: "unix:" + socket, ControlPassword: given, DialOnly: true})
		cancel()
		if err == nil {
			_ = nl.Close()
		}
		var refused *textproto.Error
		if (err == nil) != (given == password) || err != nil && !errors.As(err, &refused) {
			t.Errorf("New with the password %q: %v", given, err)
		}
	}
}

// torProgram returns where tor is.
func torProgram(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("tor")
	if err != nil {
		path = "/usr/sbin/tor"
	}
	return path
}

// testKilledProgram kills a program: its tor goes as well, and its folder when another one is started.
func testKilledProgram(t *testing.T, torrc string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().String()
	_ = l.Close()
	t.Setenv(programTorrc, torrc)
	t.Setenv("TMPDIR", t.TempDir())
	killProgram(t, func() string { return port }, "--SocksPort", port)
	nl, _ := openTor(t, torrc, "after it", onion.Options{DialOnly: true})
	_ = nl.Close()
	expectEmpty(t, os.TempDir())
}

// testBadTorrc starts a tor that refuses its configuration, and says why.
func testBadTorrc(t *testing.T) {
	torrc := filepath.Join(t.TempDir(), "torrc")
	if err := os.WriteFile(torrc, []byte("NoSuchOption 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	nl, err := onion.New(t.Context(), onion.Options{TorrcFile: torrc})
	if err == nil {
		_ = nl.Close()
	}
	if err == nil || !strings.Contains(err.Error(), "NoSuchOption") {
		t.Errorf("New: %v, want what tor says", err)
	}
	t.Logf("%.2f s: %v", time.Since(start).Seconds(), err)
}

// testSoakOverTor is TestSoak with real ones.
func testSoakOverTor(t *testing.T, torrc string) {
	tcptest.ExpectNoLeaks(t)
	var nls [2]*onion.Netlayer
	var pids [2]string
	var ready [2]atomic.Bool
	for i, name := range []string{"a", "b"} {
		nls[i], pids[i] = openTor(t, torrc, name, onion.Options{DataDir: filepath.Join(t.TempDir(), "data"), Progress: func(p onion.Progress) {
			ready[i].Store(p.Stage == onion.StageReady)
		}})
	}
	next := time.Now().Add(5 * time.Second)
	soak(t, nls[0], nls[1], soakTime(t, 30*time.Second), 20*time.Second, func() {
		if i := rand.N(2); time.Now().After(next) && ready[i].Swap(false) {
			kill(t, pids[i])
			next = time.Now().Add(10*time.Second + rand.N(20*time.Second))
		}
	})
	_, _ = nls[0].Close(), nls[1].Close()
}

// testConformanceOverTor checks netlayers that attach to two tors, which both run all the time.
func testConformanceOverTor(t *testing.T, torrc string) {
	var sockets []string
	for _, name := range []string{"a", "b"} {
		socket := filepath.Join(shortFolder(t), name)
		openTor(t, torrc, name, onion.Options{DialOnly: true, ExtraArgs: []string{"--ControlSocket", "unix:" + socket}})
		sockets = append(sockets, "unix:"+socket)
	}
	netlayertest.Run(t, func(t *testing.T) (a, b netlayer.Netlayer) {
		var nls [2]*onion.Netlayer
		var both sync.WaitGroup
		for i := range nls {
			both.Go(func() {
				ctx, cancel := context.WithTimeout(t.Context(), torPatience)
				defer cancel()
				var err error
				if nls[i], err = onion.New(ctx, onion.Options{ControlAddr: sockets[i]}); err != nil {
					t.Error(err)
				}
			})
		}
		if both.Wait(); t.Failed() {
			t.FailNow()
		}
		return nls[0], nls[1]
	})
}

// shortFolder returns a folder whose name is short enough for a socket in it, and which is the owner's alone, as tor wants it.
func shortFolder(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("", "onion")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	return folder
}
