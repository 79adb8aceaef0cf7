package unix_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/unix"
)

// folder returns a folder whose name is short enough for a socket in it.
func folder(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "unix")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// open returns a netlayer that is closed with the test.
func open(t testing.TB, opts unix.Options) *unix.Netlayer {
	t.Helper()
	nl, err := unix.New(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = nl.Close() })
	return nl
}

func TestConformance(t *testing.T) {
	for _, framing := range []netlayer.Framing{netlayer.Framed, netlayer.Raw} {
		t.Run(framing.String(), func(t *testing.T) {
			netlayertest.Run(t, func(t *testing.T) (a, b netlayer.Netlayer) {
				return open(t, unix.Options{Framing: framing}), open(t, unix.Options{Path: filepath.Join(folder(t), "b")})
			})
		})
	}
}

func TestSocket(t *testing.T) {
	path := filepath.Join(folder(t), "socket")
	nl := open(t, unix.Options{Path: path, Designator: "me"})
	if got, _ := nl.Location().Hint("path"); got != path {
		t.Errorf("path of Location: %q, want %q", got, path)
	}
	if got := nl.Location().Designator; got != "me" {
		t.Errorf("designator of Location: %q, want %q", got, "me")
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("mode of the socket: %v, want 0600", got)
	}
	if err := nl.Close(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("socket after Close: %v, want none", err)
	}
}

func TestRelativePath(t *testing.T) {
	t.Chdir(folder(t))
	nl := open(t, unix.Options{Path: "socket"})
	if path, _ := nl.Location().Hint("path"); !filepath.IsAbs(path) {
		t.Errorf("path of Location: %q, want an absolute one", path)
	}
}

func TestTakesOverFromTheDead(t *testing.T) {
	path := filepath.Join(folder(t), "socket")
	dead := open(t, unix.Options{Path: path})
	aside := path + "-aside"
	if err := os.Rename(path, aside); err != nil {
		t.Fatal(err)
	}
	if err := dead.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(aside, path); err != nil {
		t.Fatal(err)
	}
	nl := open(t, unix.Options{Path: path})
	c, err := open(t, unix.Options{}).Dial(t.Context(), nl.Location())
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
}

func TestLeavesTheLivingAndFilesAlone(t *testing.T) {
	dir := folder(t)
	path := filepath.Join(dir, "socket")
	open(t, unix.Options{Path: path})
	if nl, err := unix.New(unix.Options{Path: path}); err == nil {
		_ = nl.Close()
		t.Error("New on the socket of another: no error")
	}
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	if nl, err := unix.New(unix.Options{Path: file}); err == nil {
		_ = nl.Close()
		t.Error("New on a file: no error")
	}
	if text, err := os.ReadFile(file); err != nil || string(text) != "text" {
		t.Errorf("the file after New: %q, %v", text, err)
	}
}

func TestNewRefuses(t *testing.T) {
	dir := folder(t)
	for name, opts := range map[string]unix.Options{
		"framing":    {Framing: netlayer.Detect},
		"designator": {Path: filepath.Join(dir, "a"), Designator: "\xff"},
		"no folder":  {Path: filepath.Join(dir, "none", "a")},
	} {
		if nl, err := unix.New(opts); err == nil {
			_ = nl.Close()
			t.Errorf("%s: no error", name)
		}
	}
}

func TestDialRefuses(t *testing.T) {
	forbidden := errors.New("forbidden")
	nl := open(t, unix.Options{DialPolicy: func(path string) error {
		if path == "/forbidden" {
			return forbidden
		}
		return nil
	}})
	if !nl.Location().IsZero() {
		t.Errorf("Location of a netlayer that only dials: %v", nl.Location())
	}
	for _, test := range []struct {
		name  string
		hints locator.Hints
		want  error
	}{
		{"no path", nil, netlayer.ErrLocation},
		{"relative path", locator.Hints{"path": "socket"}, netlayer.ErrLocation},
		{"abstract socket", locator.Hints{"path": "@socket"}, netlayer.ErrLocation},
		{"nothing there", locator.Hints{"path": "/none"}, netlayer.ErrRefused},
		{"policy", locator.Hints{"path": "/forbidden"}, forbidden},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := nl.Dial(t.Context(), locator.Peer{Transport: unix.Transport, Designator: "x", Hints: test.hints})
			var dialError *netlayer.DialError
			if !errors.As(err, &dialError) || !errors.Is(err, test.want) {
				t.Errorf("Dial: %v, want a *DialError that wraps %v", err, test.want)
			}
		})
	}
}

func TestCheckIntroduction(t *testing.T) {
	dir := t.TempDir()
	listens, err := unix.New(unix.Options{Path: filepath.Join(dir, "own")})
	if err != nil {
		t.Fatal(err)
	}
	defer listens.Close()
	dials, err := unix.New(unix.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer dials.Close()
	for _, test := range []struct {
		name    string
		nl      netlayer.IntroductionChecker
		path    string
		allowed bool
	}{
		{"a neighbour", listens, filepath.Join(dir, "other"), true},
		{"a neighbour, the long way", listens, dir + "/x/../other", false},
		{"another directory", listens, "/var/run/docker.sock", false},
		{"another directory, the long way", listens, dir + "/../other", false},
		{"no path", listens, "", false},
		{"who only dials", dials, filepath.Join(dir, "other"), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			peer, err := locator.NewPeer(unix.Transport, "peer", map[string]string{"path": test.path})
			if err != nil {
				t.Fatal(err)
			}
			if err := test.nl.CheckIntroduction(peer); (err == nil) != test.allowed {
				t.Errorf("got %v", err)
			}
		})
	}
}

// A path that leads out of the directory by way of a link in it is none in the directory, however it reads.
func TestCheckIntroductionByWayOfALink(t *testing.T) {
	dir, elsewhere := folder(t), folder(t)
	own := open(t, unix.Options{Path: filepath.Join(dir, "own")})
	if err := os.Mkdir(filepath.Join(elsewhere, "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(filepath.Join(elsewhere, "x"), filepath.Join(dir, "x")); err != nil {
		t.Skip(err)
	}
	peer := open(t, unix.Options{Path: filepath.Join(elsewhere, "other")}).Location()
	peer.Hints = locator.Hints{"path": dir + "/x/../other"}
	c, err := own.Dial(t.Context(), peer)
	if err != nil {
		t.Fatalf("the path does not lead there: %v", err)
	}
	_ = c.Close()
	if own.CheckIntroduction(peer) == nil {
		t.Error("a stranger may introduce to a socket in another directory")
	}
}
