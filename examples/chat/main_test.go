package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"net"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/noise"
	"github.com/ocapn-go/ocapn/runtime/netlayer/websocket"
)

// panicWhen names, in the environment of a program under test, a file: it panics when there is one.
const panicWhen = "OCAPN_CHAT_TEST_PANIC"

// TestMain lets the test binary stand in for the program that the demo starts.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && slices.ContainsFunc(commands(), func(c command) bool { return c.name == os.Args[1] }) {
		if name := os.Getenv(panicWhen); name != "" && isSupervised() {
			go func() {
				for _, err := os.Stat(name); err != nil; _, err = os.Stat(name) {
					time.Sleep(10 * time.Millisecond)
				}
				panic("for a test")
			}()
		}
		main()
	}
	home, err := os.MkdirTemp("", "chat")
	if err != nil {
		panic(err)
	}
	for _, variable := range []string{"XDG_CONFIG_HOME", "HOME", "AppData"} { // nobody's own rooms
		os.Setenv(variable, home)
	}
	status := m.Run()
	os.RemoveAll(home)
	os.Exit(status)
}

func TestDemo(t *testing.T) {
	var out, errs bytes.Buffer
	if got := run(t.Context(), []string{"demo"}, streams{strings.NewReader(""), &out, &errs}); got != 0 {
		t.Fatalf("demo: exit status %d\n%s%s", got, &out, &errs)
	}
	for _, want := range []string{
		"<alice> Hello, is anybody here?\n<alice> What a lovely day", "<bob> I am. Hello, Alice!\n<bob> Nobody could",
	} {
		first, rest, _ := strings.Cut(want, "\n")
		for _, who := range []string{"What alice", "What bob"} {
			_, saw, _ := strings.Cut(out.String(), who)
			i, j := strings.Index(saw, first), strings.Index(saw, rest)
			if i < 0 || j < i {
				t.Errorf("%s did not see %q before %q:\n%s", who, first, rest, &out)
			}
		}
	}
	if want := "alice and bob had a session of their own"; !strings.Contains(out.String(), want) {
		t.Errorf("no %q:\n%s", want, &out)
	}
}

func TestExitStatus(t *testing.T) {
	vat, ref, err := host(t.Context(), newHosted("lobby"), netFlags{}, newLog(streams{err: t.Output()}, true))
	if err != nil {
		t.Fatal(err)
	}
	defer vat.Close()
	unknown := ref.URI()
	unknown = strings.Replace(unknown, "/s/", "/s/AAAA", 1)
	gone, silent, moved := lostRooms(t)
	tests := []struct {
		name string
		args []string
		want int
		says string
	}{
		{"nothing", nil, 2, "usage"},
		{"unknown command", []string{"dance"}, 2, "usage"},
		{"help", []string{"join", "-h"}, 0, "-expect"},
		{"help of all", []string{"--help"}, 0, ""},
		{"two rooms", []string{"join", "-name", "ada", ref.URI(), ref.URI()}, 2, "one room"},
		{"no name", []string{"join", "-folder", "", ref.URI()}, 2, "needs -name"},
		{"no URI", []string{"join", "-folder", "", "-name", "ada"}, 2, "needs -name"},
		{"bad URI", []string{"join", "-name", "ada", "ocapn:nonsense"}, 2, "chat:"},
		{"nobody is there", []string{"join", "-name", "ada", "-say", "hi", gone}, 1, "nobody is there, at 127.0.0.1:"},
		{"nobody answers", []string{"join", "-name", "ada", "-say", "hi", "-timeout", "300ms", silent}, 1, "no answer within 300ms from 127.0.0.1:"},
		{"somebody else is there", []string{"join", "-name", "ada", "-say", "hi", moved}, 1, "somebody is there, at ws://127.0.0.1:"},
		{"unknown room", []string{"join", "-name", "ada", "-say", "hi", unknown}, 1, "unknown swiss number"},
		{"alone", []string{"join", "-name", "ada", "-say", "hi", ref.URI()}, 0, ""},
		{"nobody speaks", []string{"join", "-name", "ada", "-expect", "1", "-timeout", "300ms", ref.URI()}, 1, "heard 0 of 1"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out, errs bytes.Buffer
			got := run(t.Context(), test.args, streams{strings.NewReader(""), &out, &errs})
			if got != test.want || !strings.Contains(errs.String(), test.says) {
				t.Errorf("exit status %d, want %d; standard error %q, want %q in it", got, test.want, &errs, test.says)
			}
		})
	}
}

// lostRooms returns the URIs of rooms at addresses where nobody is, where nobody answers, and where somebody else is.
func lostRooms(t *testing.T) (gone, silent, moved string) {
	t.Helper()
	listen := func() net.Listener {
		l, err := net.Listen("tcp", anywhere)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		return l
	}
	uri := func(transport string, hints locator.Hints) string {
		key, _, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		peer, err := locator.NewPeer(transport, netlayer.Designator(key), hints)
		if err != nil {
			t.Fatal(err)
		}
		return locator.SturdyRef{Peer: peer, Swiss: locator.NewSwissNumber([]byte("AAAA"))}.URI()
	}
	at := func(l net.Listener) locator.Hints {
		host, port, _ := net.SplitHostPort(l.Addr().String())
		return locator.Hints{"host": host, "port": port}
	}
	nobody := listen()
	nobody.Close()
	nl, err := websocket.New(websocket.Options{Address: anywhere})
	if err != nil {
		t.Fatal(err)
	}
	other, err := captp.New(captp.WithNetlayer(nl))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { other.Close() })
	return uri(noise.Transport, at(nobody)), uri(noise.Transport, at(listen())), uri(websocket.Transport, nl.Location().Hints)
}

// TestErrorsOfStrangers has a room break a promise with what a terminal would obey.
func TestErrorsOfStrangers(t *testing.T) {
	ref := oddRoom{title: "lobby", ack: errors.New("no\x1b[2J")}.host(t, oddVat(t))
	var out, errs bytes.Buffer
	got := run(t.Context(), []string{"join", "-name", "ada", "-say", "hi", ref.URI()}, streams{strings.NewReader(""), &out, &errs})
	if want := "no␛[2J"; got != 1 || !strings.Contains(errs.String(), want) || strings.Contains(errs.String()+out.String(), "\x1b") {
		t.Errorf("exit status %d, says %q, want 1 and %q", got, &errs, want)
	}
}

func TestLines(t *testing.T) {
	vat, ref, err := host(t.Context(), newHosted("lobby"), netFlags{}, newLog(streams{err: t.Output()}, true))
	if err != nil {
		t.Fatal(err)
	}
	defer vat.Close()
	listener := make(chan string, 1)
	go func() {
		var out lockedBuffer
		run(t.Context(), []string{"join", "-name", "bob", "-expect", "2", ref.URI()}, streams{strings.NewReader(""), &out, &out})
		listener <- out.String()
	}()
	ada := startProgram(t, "join", "-name", "ada", ref.URI())
	ada.out.wait(t, "bob is here")
	ada.types(t, "one\n\ntwo\x1b[2J\n")
	if got := <-listener; !strings.Contains(got, "<ada> one\n<ada> two␛[2J\n") {
		t.Errorf("bob saw %q", got)
	}
	ada.out.wait(t, "* bob left")
	ada.typing.Close()
	ada.ends(t, 0)
}

// TestLineIsTooLong has a program write a line without an end: what came before it is said, and the exit status tells.
func TestLineIsTooLong(t *testing.T) {
	_, ref := testRoom(t)
	var out, errs lockedBuffer
	in := strings.NewReader("first\n" + strings.Repeat("a", maxLine+1))
	got := run(t.Context(), []string{"join", "-json", "-folder", "", "-name", "ada", ref.URI()}, streams{in, &out, &errs})
	if got != 1 || !strings.Contains(errs.String(), "longer than") || !strings.Contains(out.String(), `"text":"first"`) {
		t.Errorf("exit status %d, %s%s", got, out.String(), errs.String())
	}
}

// program is a run of this program, in this process, for which a test types.
type program struct {
	stop   context.CancelFunc
	typing *os.File
	out    lockedBuffer
	ended  chan int
}

// startProgram starts the program with the arguments.
func startProgram(t *testing.T, args ...string) *program {
	t.Helper()
	in, typing, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { in.Close() })
	t.Cleanup(func() { typing.Close() })
	ctx, stop := context.WithCancel(t.Context())
	p := &program{stop: stop, typing: typing, ended: make(chan int, 1)}
	go func() { p.ended <- run(ctx, args, streams{in, &p.out, &p.out}) }()
	return p
}

// types types a text.
func (p *program) types(t *testing.T, text string) {
	t.Helper()
	if _, err := p.typing.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

// ends waits until the program has ended, and checks its exit status.
func (p *program) ends(t *testing.T, status int) {
	t.Helper()
	select {
	case got := <-p.ended:
		if got != status {
			t.Errorf("exit status %d, want %d: %s", got, status, p.out.String())
		}
	case <-time.After(20 * time.Second):
		t.Fatalf("the program does not end: %s", p.out.String())
	}
}

// lockedBuffer is a buffer that is written and read at the same time.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

// wait waits until text was written.
func (b *lockedBuffer) wait(t *testing.T, text string) {
	t.Helper()
	b.waitFor(t, text, 20*time.Second)
}

// waitFor waits until text was written, for a time.
func (b *lockedBuffer) waitFor(t *testing.T, text string, patience time.Duration) {
	t.Helper()
	for deadline := time.After(patience); !strings.Contains(b.String(), text); {
		select {
		case <-deadline:
			t.Fatalf("%q never came: %q", text, b.String())
		case <-time.After(5 * time.Millisecond):
		}
	}
}
