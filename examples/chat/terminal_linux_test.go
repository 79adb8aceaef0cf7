package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/ocapn-go/ocapn/examples/chat/screen"
	"github.com/ocapn-go/ocapn/examples/chat/screentest"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// seat is a terminal with this program on it, and a person who types.
type seat struct {
	keys    *os.File // what the terminal is to the person
	tty     *os.File // and to the program
	before  unix.Termios
	program *exec.Cmd
	ended   chan error

	mu     sync.Mutex
	screen *screentest.Terminal
	err    error
	raw    strings.Builder
}

// sit starts the program with the arguments on a terminal of that size.
func sit(t *testing.T, columns, rows int, environment []string, args ...string) *seat {
	t.Helper()
	return launch(t, columns, rows, environment, append([]string{os.Args[0]}, args...))
}

// launch starts a command on a terminal of that size.
func launch(t *testing.T, columns, rows int, environment, command []string) *seat {
	t.Helper()
	keys, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no terminals for tests: %v", err)
	}
	t.Cleanup(func() { keys.Close() })
	if err := unix.IoctlSetPointerInt(int(keys.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Skipf("no terminals for tests: %v", err)
	}
	number, err := unix.IoctlGetInt(int(keys.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Skipf("no terminals for tests: %v", err)
	}
	tty, err := os.OpenFile(fmt.Sprint("/dev/pts/", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Skipf("no terminals for tests: %v", err)
	}
	t.Cleanup(func() { tty.Close() })
	s := &seat{keys: keys, tty: tty, ended: make(chan error, 1), screen: screentest.New(columns, rows, screen.Characters)}
	s.resize(t, columns, rows)
	s.before = s.state(t)
	s.program = exec.Command(command[0], command[1:]...)
	s.program.Env = append(os.Environ(), append([]string{"TERM=xterm"}, environment...)...)
	s.program.Stdin, s.program.Stdout, s.program.Stderr = tty, tty, tty
	s.program.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := s.program.Start(); err != nil {
		t.Fatal(err)
	}
	go s.watch()
	go func() { s.ended <- s.program.Wait() }()
	t.Cleanup(func() { s.program.Process.Kill() })
	return s
}

// watch shows on the screen what the program prints, until the terminal is closed.
func (s *seat) watch() {
	buffer := make([]byte, 4096)
	for {
		n, err := s.keys.Read(buffer)
		if err != nil {
			return
		}
		s.mu.Lock()
		s.raw.Write(buffer[:n])
		if _, err := s.screen.Write(buffer[:n]); err != nil && s.err == nil {
			s.err = err
		}
		s.mu.Unlock()
	}
}

// resize makes the terminal one of another size.
func (s *seat) resize(t *testing.T, columns, rows int) {
	t.Helper()
	s.mu.Lock()
	s.screen.Resize(columns, rows)
	s.mu.Unlock()
	size := &unix.Winsize{Col: uint16(columns), Row: uint16(rows)}
	if err := unix.IoctlSetWinsize(int(s.tty.Fd()), unix.TIOCSWINSZ, size); err != nil {
		t.Fatal(err)
	}
}

// state returns how the system treats the terminal.
func (s *seat) state(t *testing.T) unix.Termios {
	t.Helper()
	state, err := unix.IoctlGetTermios(int(s.tty.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return *state
}

// types has the person type.
func (s *seat) types(t *testing.T, text string) {
	t.Helper()
	if _, err := s.keys.WriteString(text); err != nil {
		t.Fatal(err)
	}
}

// await waits until nothing is missing from what the program printed.
func (s *seat) await(t *testing.T, missing func() error) {
	t.Helper()
	check := func() error {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.err != nil {
			t.Fatalf("the terminal does not understand it: %v", s.err)
		}
		return missing()
	}
	deadline := time.Now().Add(20 * time.Second)
	for err := check(); err != nil; err = check() {
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// shows waits until the screen shows what the pattern matches, and returns what it shows.
func (s *seat) shows(t *testing.T, pattern string) string {
	t.Helper()
	want := regexp.MustCompile(pattern)
	var text string
	s.await(t, func() error {
		if text = s.screen.String(); !want.MatchString(text) {
			return fmt.Errorf("the screen never shows %q:\n%s", pattern, text)
		}
		return nil
	})
	return text
}

// ends waits until the program has ended, and checks its exit status, and that the terminal is what it was.
func (s *seat) ends(t *testing.T, status int) {
	t.Helper()
	select {
	case err := <-s.ended:
		if got := s.program.ProcessState.ExitCode(); got != status {
			t.Errorf("the program ended with %v, status %d, want %d; the screen shows\n%s", err, got, status, s.shows(t, ""))
		}
	case <-time.After(20 * time.Second):
		t.Fatalf("the program does not end:\n%s", s.shows(t, ""))
	}
	if got := s.state(t); got != s.before {
		t.Errorf("the system treats the terminal as %+v, and as %+v before", got, s.before)
	}
	s.await(t, func() error {
		for mode, want := range map[string]bool{"1049": false, "2004": false, "7": true, "25": true} {
			if on, known := s.screen.Mode(mode); on != want && known {
				return fmt.Errorf("in the end, mode %s is %t", mode, on)
			}
		}
		return nil
	})
}

// TestTerminal has a person talk, with a screen before her.
func TestTerminal(t *testing.T) {
	_, ref := testRoom(t)
	ada := sit(t, 60, 12, nil, "join", "-name", "ada", ref.URI())
	ada.shows(t, `(?m)lobby  ada +1 here$`)
	bob := newGuest(t, ref, "bob", "127.0.0.1:0")
	ada.shows(t, `bob is here`)
	bob.sees(t, "* ada is here", "* you are in the room as bob")
	bob.says(t, "Grüße \x1b[2J你好")
	ada.shows(t, `bob │ Grüße ␛\[2J你好`)

	ada.types(t, "/help\r")
	ada.shows(t, `Alt-Enter`)
	ada.types(t, "Hello Bob\x1b[D\x1b[D\x1b[D你 \r")
	bob.sees(t, "<bob> Grüße ␛[2J你好", "<ada> Hello 你 Bob")
	ada.shows(t, `\d\d:\d\d ada │ Hello 你 Bob`)
	ada.types(t, "\x1b[200~two\rlines\x1b[201~\r")
	bob.sees(t, "<ada> two↵lines")

	ada.resize(t, 40, 10)
	ada.shows(t, `(?m)^ada │ two\n    │ lines$`)
	ada.types(t, "/nonsense\r")
	ada.shows(t, "no command /nonsense")
	ada.types(t, "\x04")
	bob.sees(t, "* ada left")
	ada.ends(t, 0)
	ada.shows(t, `(?m)^ada │ two\n    │ lines$`) // what was said is still to be read
}

// TestTerminalIsGivenBack has the program end in ways that nobody wants.
func TestTerminalIsGivenBack(t *testing.T) {
	_, ref := testRoom(t)
	trigger := filepath.Join(t.TempDir(), "panic")
	tests := []struct {
		name        string
		environment []string
		end         func(t *testing.T, s *seat)
		status      int
		says        string
	}{
		{"Ctrl-C", nil, func(t *testing.T, s *seat) { s.types(t, "\x03") }, 0, ""},
		{"told to end", nil, func(_ *testing.T, s *seat) { s.program.Process.Signal(unix.SIGTERM) }, 0, ""},
		{"interrupted by another program", nil, func(_ *testing.T, s *seat) { s.program.Process.Signal(unix.SIGINT) }, 0, ""},
		{"panic", []string{panicWhen + "=" + trigger}, func(t *testing.T, _ *seat) {
			if err := os.WriteFile(trigger, nil, 0o600); err != nil {
				t.Error(err)
			}
		}, 1, "panic: for a test"},
		{"killed", nil, func(t *testing.T, s *seat) { unix.Kill(childOf(t, s.program.Process.Pid), unix.SIGKILL) }, 1, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := sit(t, 60, 12, test.environment, "join", "-name", "ada", ref.URI())
			s.shows(t, `you are in the room as ada`)
			if s.state(t) == s.before {
				t.Error("the system treats the terminal as it did before")
			}
			test.end(t, s)
			s.ends(t, test.status)
			s.await(t, func() error {
				if got := s.raw.String(); !strings.Contains(got, test.says) {
					return fmt.Errorf("the terminal was not sent %q: %q", test.says, got)
				}
				return nil
			})
		})
	}
}

// TestTerminalIsNobodys has the program killed that looks after the terminal: the other one does not stay behind.
func TestTerminalIsNobodys(t *testing.T) {
	_, ref := testRoom(t)
	bob := newGuest(t, ref, "bob", "127.0.0.1:0")
	s := launch(t, 60, 12, nil, []string{"sh", "-c", `"$@"; sleep 60`, "sh", os.Args[0], "join", "-name", "ada", ref.URI()})
	bob.sees(t, "* you are in the room as bob", "* ada is here")
	looksAfter := childOf(t, s.program.Process.Pid)
	child := childOf(t, looksAfter)
	unix.Kill(looksAfter, unix.SIGKILL)
	bob.sees(t, "* ada left")
	s.await(t, func() error {
		if state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", child)); err == nil && !strings.Contains(string(state), ") Z ") {
			return fmt.Errorf("it goes on as %s", state)
		}
		return nil
	})
}

// TestTerminalWithoutColors has people who do not want colours, and terminals that have nothing but lines.
func TestTerminalWithoutColors(t *testing.T) {
	_, ref := testRoom(t)
	colors := regexp.MustCompile(`\x1b\[([0-9]+;)*38;5;[0-9]+m`)
	for _, test := range []struct {
		name, environment, pattern string
		colored, whole             bool
	}{
		{"colours", "NO_COLOR=", `\d\d:\d\d ada │ hello`, true, true},
		{"no colours", "NO_COLOR=1", `\d\d:\d\d ada │ hello`, false, true},
		{"no screen", "TERM=dumb", `\* you are in the room as ada`, false, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := sit(t, 60, 12, []string{test.environment}, "join", "-name", "ada", ref.URI())
			s.shows(t, `you are in the room as ada`)
			s.types(t, "hello\r")
			s.shows(t, test.pattern)
			s.types(t, "\x04")
			s.ends(t, 0)
			s.mu.Lock()
			defer s.mu.Unlock()
			if raw := s.raw.String(); colors.MatchString(raw) != test.colored || strings.Contains(raw, "\x1b[?1049h") != test.whole {
				t.Errorf("the terminal was sent %q", raw)
			}
		})
	}
}

// childOf returns the process that a process has started, by whichever thread of it.
func childOf(t *testing.T, parent int) int {
	t.Helper()
	threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", parent))
	if err != nil || len(threads) == 0 {
		t.Skip("the system does not tell which processes it has")
	}
	for _, thread := range threads {
		var child int
		text, err := os.ReadFile(thread)
		if _, scanErr := fmt.Sscan(string(text), &child); err == nil && scanErr == nil {
			return child
		}
	}
	t.Fatalf("process %d has no child", parent)
	return 0
}

// TestTerminalAsks has a person join who does not say where on the command line.
func TestTerminalAsks(t *testing.T) {
	_, ref := testRoom(t)
	config := t.TempDir()
	first := sit(t, 70, 12, nil, "join", "-folder", config, ref.URI())
	first.shows(t, `Your name in the room \[`)
	first.types(t, "ada\n")
	first.shows(t, `you are in the room as ada`)
	first.types(t, "\x03")
	first.ends(t, 0)

	second := sit(t, 70, 12, nil, "join", "-folder", config)
	asked := second.shows(t, `1  lobby .*tcp-testing-only(.|\n)*Enter is the first:`)
	if secret := uriSecret(ref); strings.Contains(asked, secret) {
		t.Errorf("the list shows what lets others in:\n%s", asked)
	}
	second.types(t, "\n")
	second.shows(t, `you are in the room as ada`)
	second.types(t, "/leave\r")
	second.ends(t, 0)
}

// TestTerminalShowsPicture has a person host a room, and see its picture before anything else.
func TestTerminalShowsPicture(t *testing.T) {
	ada := sit(t, 120, 40, nil, "host", "-folder", "", "-as", "ada", "-qr")
	ada.shows(t, `▀(.|\n)*This picture is the key`)
	ada.await(t, func() error {
		if on, _ := ada.screen.Mode("1049"); !on || strings.Contains(ada.screen.String(), "ocapn:") {
			return fmt.Errorf("it is not on the screen of the conversation:\n%s", ada.screen.String())
		}
		return nil
	})
	ada.types(t, " ")
	ada.shows(t, `you are in the room as ada`)
	ada.types(t, "/uri\r")
	ada.shows(t, `(?m)^ocapn://`)
	ada.types(t, "\x04")
	ada.ends(t, 0)
}

// TestTerminalShowsURI has a person host a room, who has to tell others where it is.
func TestTerminalShowsURI(t *testing.T) {
	for name, test := range map[string]struct {
		args  []string
		shows string
	}{
		"here":      {nil, `You host this room.*(\n.*)*\nocapn://\S+\.noise/s/(.|\n)*Only programs on this machine(.|\n)*you are in the room as ada`},
		"elsewhere": {[]string{"-host", "a.example"}, `\nocapn://\S+(\n\S+)*\n[^\n]*you are in the room as ada`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ada := sit(t, 120, 40, nil, append([]string{"host", "-folder", "", "-as", "ada"}, test.args...)...)
			ada.shows(t, test.shows)
			ada.types(t, "\x04")
			ada.ends(t, 0)
		})
	}
}

// TestTerminalIsAskedInVain has a person go who was asked where to.
func TestTerminalIsAskedInVain(t *testing.T) {
	_, ref := testRoom(t)
	for name, keys := range map[string]string{"Ctrl-C": "\x03", "Ctrl-D": "\x04"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sit(t, 70, 12, nil, "join", "-folder", t.TempDir(), ref.URI())
			s.shows(t, `Your name in the room \[`)
			s.types(t, keys)
			s.ends(t, 1)
			s.shows(t, `nothing was chosen`)
		})
	}
}

// uriSecret returns the part of the URI that lets others in.
func uriSecret(ref locator.SturdyRef) string {
	_, rest, _ := strings.Cut(ref.URI(), "/s/")
	secret, _, _ := strings.Cut(rest, "?")
	return secret
}
