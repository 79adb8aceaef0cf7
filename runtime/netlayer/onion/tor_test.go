package onion_test

import (
	"context"
	crand "crypto/rand"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"runtime"
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
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/onion"
)

// torPatience is how long anything that goes through tor may take.
const torPatience = time.Minute

// TestTor is everything that takes a real tor. It has one private network.
func TestTor(t *testing.T) {
	torrc := startTestnet(t)
	t.Run("chat", func(t *testing.T) { testChat(t, torrc) })
	t.Run("authenticated", func(t *testing.T) { testAuthenticated(t, torrc) })
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

// room is an object that a chat is made of: who joins it hears what everybody says.
type room struct {
	mu      sync.Mutex
	members map[string]captp.Ref
}

// handle is what the room does with a message.
func (r *room) handle(ctx context.Context, args []any) (any, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch args[0] {
	case "join":
		r.members[args[1].(string)] = args[2].(captp.Ref)
		return int64(len(r.members)), nil
	case "say":
		for _, inbox := range r.members {
			if err := captp.InvokeTell(ctx, inbox, args[1], args[2]); err != nil {
				return nil, err
			}
		}
		return "OK", nil
	case "add":
		return args[1].(int64) + args[2].(int64), nil
	default:
		return nil, fmt.Errorf("no method %v", args[0])
	}
}

// user is somebody in a room.
type user struct {
	name  string
	vat   *captp.Vat
	heard chan string
}

// join makes the user a member of the room.
func (u *user) join(t *testing.T, room captp.Ref) {
	t.Helper()
	inbox := captp.NewObject(u.vat, captp.HandlerFunc(func(_ context.Context, args []any) (any, error) {
		u.heard <- args[0].(string) + ": " + args[1].(string)
		return nil, nil
	}))
	invoke(t, room, "join", u.name, captp.AnyRef{Ref: inbox})
}

// invoke calls an object and waits for the answer.
func invoke(t *testing.T, r captp.Ref, args ...any) any {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), torPatience)
	defer cancel()
	got, err := captp.Invoke(ctx, r, args...).Await(ctx)
	if err != nil {
		t.Fatalf("%v: %v", args[0], err)
	}
	return got
}

// expectHeard checks that every user has heard each line, in any order.
func expectHeard(t *testing.T, users []*user, lines ...string) {
	t.Helper()
	slices.Sort(lines)
	for _, u := range users {
		var got []string
		for range lines {
			select {
			case line := <-u.heard:
				got = append(got, line)
			case <-time.After(torPatience):
				t.Fatalf("%s has heard %q only, want %q", u.name, got, lines)
			}
		}
		if slices.Sort(got); !slices.Equal(got, lines) {
			t.Errorf("%s has heard %q, want %q", u.name, got, lines)
		}
	}
}

// testChat has two vats with a tor each, of which one serves a room: three users talk, a thousand calls are made, the tor of the
// service is killed, the program of the service is started anew, and the reference is followed through all of it.
func testChat(t *testing.T, torrc string) {
	keyFile := filepath.Join(t.TempDir(), "key")
	key, err := netlayer.KeyFile(keyFile)
	if err != nil {
		t.Fatal(err)
	}
	swiss, err := locator.GenerateSwissNumber(crand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	data := filepath.Join(t.TempDir(), "data")
	near, _ := openTor(t, torrc, "client", onion.Options{DialOnly: true})
	far, pid := openTor(t, torrc, "service", onion.Options{Key: key, DataDir: data})
	client, service := vat(t, near), vat(t, far)
	ref := publish(t, service, swiss)

	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	lost := time.Now()
	round := 0
	for far, err := range captp.Keep[captp.AnyRef](ctx, client, ref, captp.KeepBackoff(250*time.Millisecond, time.Second)) {
		if err != nil {
			t.Logf("%.1f s after it was lost: %v", time.Since(lost).Seconds(), err)
			continue
		}
		t.Logf("sturdyref enlivened after %.1f s", time.Since(lost).Seconds())
		talk(t, client, service, far.Ref, ref)
		countCalls(t, far.Ref)
		if round++; round == 3 {
			break
		}
		lost = time.Now()
		if round == 1 {
			t.Log("the tor of the service is killed")
			kill(t, pid)
			continue
		}
		t.Log("the program of the service is started anew")
		_ = service.Close()
		if key, err = netlayer.KeyFile(keyFile); err != nil {
			t.Fatal(err)
		}
		again, _ := openTor(t, torrc, "service", onion.Options{Key: key, DataDir: data})
		if !again.Location().SameAs(ref.Peer) {
			t.Fatalf("Location with the same key: %v, want %v", again.Location(), ref.Peer)
		}
		service = vat(t, again)
		publish(t, service, swiss)
	}
	if round < 3 {
		t.Errorf("the reference was there %d times, want 3", round)
	}
}

// publish serves a room.
func publish(t *testing.T, v *captp.Vat, swiss locator.SwissNumber) locator.SturdyRef {
	t.Helper()
	r := captp.NewObject(v, captp.HandlerFunc((&room{members: map[string]captp.Ref{}}).handle))
	ref, err := captp.PublishAs(v, swiss, captp.AnyRef{Ref: r})
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// talk has three users join the room and say something.
func talk(t *testing.T, client, service *captp.Vat, far captp.Ref, ref locator.SturdyRef) {
	t.Helper()
	near, err := captp.Resolve(t.Context(), captp.Enliven[captp.AnyRef](t.Context(), service, ref).Cap())
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	var users []*user
	var lines []string
	for name, place := range map[string]struct {
		vat  *captp.Vat
		room captp.Ref
	}{"ada": {client, far}, "ben": {client, far}, "cid": {service, near.Ref}} {
		u := &user{name: name, vat: place.vat, heard: make(chan string, 10)}
		u.join(t, place.room)
		users = append(users, u)
		lines = append(lines, name+": hello")
	}
	for _, u := range users {
		room := far
		if u.vat == service {
			room = near.Ref
		}
		invoke(t, room, "say", u.name, "hello")
	}
	expectHeard(t, users, lines...)
	t.Logf("three users have joined and read each other after %.2f s", time.Since(start).Seconds())
}

// countCalls makes a thousand calls, one after the other and at once.
func countCalls(t *testing.T, far captp.Ref) {
	t.Helper()
	const serial, piped = 100, 1000
	start := time.Now()
	for i := range int64(serial) {
		if got := invoke(t, far, "add", i, int64(1)); got != i+1 {
			t.Fatalf("call %d: %v", i, got)
		}
	}
	t.Logf("%d calls one after the other: %.0f a second", serial, serial/time.Since(start).Seconds())
	start = time.Now()
	var answers []*captp.Promise[any]
	for i := range int64(piped) {
		answers = append(answers, captp.Invoke(t.Context(), far, "add", i, int64(1)))
	}
	for i, answer := range answers {
		ctx, cancel := context.WithTimeout(t.Context(), torPatience)
		got, err := answer.Await(ctx)
		cancel()
		if err != nil || got != int64(i)+1 {
			t.Fatalf("call %d: %v, %v", i, got, err)
		}
	}
	t.Logf("%d calls at once: %.0f a second", piped, piped/time.Since(start).Seconds())
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

// testKilledProgram kills a program: its tor goes as well.
func testKilledProgram(t *testing.T, torrc string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().String()
	_ = l.Close()
	t.Setenv(programTorrc, torrc)
	killProgram(t, func() string { return port }, "--SocksPort", port)
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
	if err == nil || !strings.Contains(err.Error(), "NoSuchOption") && !strings.Contains(err.Error(), "Reading config failed") {
		t.Errorf("New: %v, want what tor says", err)
	}
	t.Logf("%.2f s: %v", time.Since(start).Seconds(), err)
}

// testSoakOverTor is TestSoak with real ones.
func testSoakOverTor(t *testing.T, torrc string) {
	goroutines, descriptors := runtime.NumGoroutine(), openDescriptors()
	var nls [2]*onion.Netlayer
	var pids [2]string
	var ready [2]atomic.Bool
	for i, name := range []string{"a", "b"} {
		nls[i], pids[i] = openTor(t, torrc, name, onion.Options{DataDir: filepath.Join(t.TempDir(), "data"), Progress: func(p onion.Progress) {
			ready[i].Store(p.Stage == onion.StageReady)
		}})
	}
	next := time.Now().Add(5 * time.Second)
	soak(t, nls[0], nls[1], soakTime(30*time.Second), 20*time.Second, func() {
		if i := rand.N(2); time.Now().After(next) && ready[i].Swap(false) {
			kill(t, pids[i])
			next = time.Now().Add(10*time.Second + rand.N(20*time.Second))
		}
	})
	_, _ = nls[0].Close(), nls[1].Close()
	expectGoroutines(t, goroutines)
	if got := openDescriptors(); got > descriptors {
		t.Errorf("%d open descriptors, %d before", got, descriptors)
	}
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
