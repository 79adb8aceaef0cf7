package main

import (
	"context"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// watching is a watcher that runs in a bubble, where time passes only while it waits.
type watching struct {
	t              *testing.T
	stdout, stderr spoken
	clock          time.Time // the time of the next change to a file
}

// spoken is what was said since it was last taken.
type spoken struct {
	mu   sync.Mutex
	text strings.Builder // Guarded by mu.
}

func (s *spoken) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

// take returns the text and forgets it.
func (s *spoken) take() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.text.Reset()
	return s.text.String()
}

// watch starts a watcher of args in the bubble of the test.
func watch(t *testing.T, args ...string) *watching {
	t.Helper()
	w := &watching{t: t, clock: time.Now().Add(-time.Hour)}
	i := slices.IndexFunc(commands(), func(c command) bool { return c.name == "watch" })
	e := newEnv(commands()[i], strings.NewReader(""), &w.stdout, &w.stderr)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan int, 1)
	go func() { ended <- (&watcher{env: e, args: args}).run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if code := <-ended; code != exitOK {
			t.Errorf("exit code %d", code)
		}
	})
	w.wait()
	return w
}

// wait lets the watcher look at the files twice: the second time is for those that it has read for the first time.
func (w *watching) wait() {
	time.Sleep(2*watchInterval + time.Millisecond)
	synctest.Wait()
}

// change gives a file a content, at a time of its own, and lets the watcher notice.
func (w *watching) change(path, content string) {
	w.t.Helper()
	writeText(w.t, path, content)
	w.clock = w.clock.Add(time.Second)
	if err := os.Chtimes(path, w.clock, w.clock); err != nil {
		w.t.Fatal(err)
	}
	w.wait()
}

// said checks what the watcher has said since the last time, the lines on stdout and the start of what is on stderr.
func (w *watching) said(stdout, stderr string) {
	w.t.Helper()
	if got := w.stdout.take(); got != stdout {
		w.t.Errorf("stdout %q, want %q", got, stdout)
	}
	if got := w.stderr.take(); !strings.HasPrefix(got, stderr) || (got == "") != (stderr == "") {
		w.t.Errorf("stderr %q, want %q", got, stderr)
	}
}

// Generated code whose source is gone stays, but is told of: once.
func TestWatchTellsOfOrphans(t *testing.T) {
	workIn(t, map[string]string{"api/a.ocapn": good, "api/b.ocapn": strings.ReplaceAll(good, "interface room", "interface hall"), "api/c_ocapn.go": "package api\n"})
	synctest.Test(t, func(t *testing.T) {
		w := watch(t, "api")
		w.said("watching; Ctrl-C ends it\nwrote api/a_ocapn.go\nwrote api/b_ocapn.go\n", "")
		remove := func(path string) {
			t.Helper()
			if err := os.Remove(path); err != nil {
				t.Fatal(err)
			}
			w.wait()
		}
		remove("api/b.ocapn")
		w.said("", "api/b_ocapn.go: its source api/b.ocapn is gone: delete it, or bring the source back\n")
		w.change("api/a.ocapn", good+"// changed\n")
		w.said("", "")
		remove("api/a.ocapn")
		w.said("", "ocapngen watch: there is no .ocapn file in api\napi/a_ocapn.go: its source api/a.ocapn is gone")
		if read(t, "api/a_ocapn.go") == "" {
			t.Error("the generated file is empty")
		}
	})
}

func TestWatch(t *testing.T) {
	workIn(t, map[string]string{"api/good.ocapn": good})
	synctest.Test(t, func(t *testing.T) {
		w := watch(t, "api")
		w.said("watching; Ctrl-C ends it\nwrote api/good_ocapn.go\n", "")
		w.wait()
		w.said("", "")
		w.change("api/good.ocapn", bad)
		w.said("", "api/good.ocapn:4:13: unknown type")
		w.change("api/good.ocapn", bad+"// still\n")
		w.said("", "api/good.ocapn:4:13: unknown type")
		w.change("api/good.ocapn", strings.Replace(good, "say", "shout", 1))
		w.said("nothing is wrong any more\nwrote api/good_ocapn.go\n", "")
		if src := read(t, "api/good_ocapn.go"); !strings.Contains(src, "Shout(") {
			t.Error("the file that was written does not have the new method")
		}
		w.change("api/more.ocapn", strings.ReplaceAll(good, "interface room", "interface hall"))
		w.said("wrote api/more_ocapn.go\n", "")
		if err := os.Remove("api/more.ocapn"); err != nil {
			t.Fatal(err)
		}
		w.wait()
		w.said("", "api/more_ocapn.go: its source api/more.ocapn is gone")
	})
}

func TestWatchImports(t *testing.T) {
	workIn(t, map[string]string{
		"a.ocapn": "package a go \";app\"\nimport \"b.ocapn\"\nstruct a { b: b.b }\n",
	})
	synctest.Test(t, func(t *testing.T) {
		w := watch(t, "a.ocapn")
		w.said("watching; Ctrl-C ends it\n", "a.ocapn:2:8: there is no file")
		w.change("b.ocapn", "package b go \";app\"\nstruct b { }\n")
		w.said("nothing is wrong any more\nwrote a_ocapn.go\n", "")
		w.change("b.ocapn", "package b go \";app\"\nstruct c { }\n")
		w.said("", "a.ocapn:3:15: \"b.ocapn\" declares no \"b\"")
		w.change("b.ocapn", "package b go \";app\"\n@go(Other) struct b { }\n")
		w.said("nothing is wrong any more\nwrote a_ocapn.go\n", "")
	})
}

func TestWatchAnEmptyFolder(t *testing.T) {
	workIn(t, map[string]string{"api/readme": ""})
	synctest.Test(t, func(t *testing.T) {
		w := watch(t, "api")
		w.said("watching; Ctrl-C ends it\n", "ocapngen watch: there is no .ocapn file in api")
		w.wait()
		w.said("", "")
		w.change("api/good.ocapn", good)
		w.said("nothing is wrong any more\nwrote api/good_ocapn.go\n", "")
	})
}
