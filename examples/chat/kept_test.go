package main

import (
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/locator"
)

// TestKeptRoom has a room on every network be the same one when it is hosted again, and everything about it be for its owner alone.
func TestKeptRoom(t *testing.T) {
	f := folder(filepath.Join(t.TempDir(), "config"))
	uris := func(nets ...string) []string {
		t.Helper()
		h, err := f.room("my/../room", "The Room")
		if err != nil {
			t.Fatal(err)
		}
		vat, _, err := host(t.Context(), h, netFlags{nets: nets}, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		defer vat.Close()
		if err := h.keep(); err != nil {
			t.Fatal(err)
		}
		var uris []string
		for _, ref := range vat.SturdyRefs(h.swiss()) {
			uris = append(uris, ref.URI())
		}
		return uris
	}
	first := uris("websocket,noise", "tls", "tcp")
	if len(first) != 4 {
		t.Fatalf("the room is at %q", first)
	}
	if diff := cmp.Diff(first, uris()); diff != "" {
		t.Errorf("the room moved (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(first[1:2], uris("noise")); diff != "" {
		t.Errorf("the room moved when it was hosted on one network only (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(first[1:2], uris()); diff != "" {
		t.Errorf("the room is on other networks than last time (-before +after):\n%s", diff)
	}
	if diff := cmp.Diff(first, uris("websocket,noise,tls,tcp")); diff != "" {
		t.Errorf("the room moved when it was hosted on one network in between (-before +after):\n%s", diff)
	}
	checkPrivate(t, f)
}

// checkPrivate checks that what is kept of the room is for its owner alone.
func checkPrivate(t *testing.T, f folder) {
	t.Helper()
	if runtime.GOOS == "windows" {
		return
	}
	files := 0
	err := filepath.WalkDir(string(f), func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if !entry.IsDir() {
			files++
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %#o", path, info.Mode().Perm())
		}
		return nil
	})
	if err != nil || files != 4 { // three keys, and what the room is
		t.Errorf("%d files are kept, %v", files, err)
	}
	if entries, err := os.ReadDir(filepath.Join(string(f), "hosted")); err != nil || len(entries) != 1 {
		t.Errorf("rooms are kept in %v, %v", entries, err)
	}
}

// TestKeptPortIsTaken has somebody else listen where a room was: it does not move by itself.
func TestKeptPortIsTaken(t *testing.T) {
	config := t.TempDir()
	room := startProgram(t, "host", "-folder", config, "-room", "den")
	room.out.wait(t, "\n")
	room.stop()
	room.ends(t, 0)
	ref, err := locator.ParseSturdyRef(strings.TrimSpace(room.out.String()))
	if err != nil {
		t.Fatal(err)
	}
	port, _ := ref.Peer.Hint("port")
	other, err := net.Listen("tcp", "127.0.0.1:"+port)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	room = startProgram(t, "host", "-folder", config, "-room", "den")
	room.ends(t, 1)
	room.out.wait(t, "with another -listen it moves")
	room = startProgram(t, "host", "-folder", config, "-room", "den", "-listen", anywhere)
	room.out.wait(t, "ocapn://"+ref.Peer.Designator)
	room.stop()
	room.ends(t, 0)
}

// TestRecentRooms joins rooms, and joins them again without saying where they are.
func TestRecentRooms(t *testing.T) {
	config := t.TempDir()
	var uris []string
	for _, title := range []string{"lobby", "den"} {
		room := startProgram(t, "host", "-folder", "", "-name", title)
		room.out.wait(t, "\n")
		uris = append(uris, strings.TrimSpace(room.out.String()))
	}
	visit := func(status int, shows string, args ...string) {
		t.Helper()
		p := startProgram(t, append([]string{"join", "-folder", config}, args...)...)
		if status == 0 {
			p.out.wait(t, "you are in the room")
		}
		p.typing.Close()
		p.ends(t, status)
		if got := p.out.String(); !strings.Contains(got, shows) {
			t.Errorf("join %q shows %q, want %q", args, got, shows)
		}
	}
	list := func(args ...string) string {
		t.Helper()
		p := startProgram(t, append([]string{"rooms", "-folder", config}, args...)...)
		p.ends(t, 0)
		return p.out.String()
	}
	if got := list(); !strings.Contains(got, "no rooms yet") {
		t.Errorf("at first there are %q", got)
	}
	visit(2, "needs -name", uris[0])
	visit(0, "as ada", "-name", "ada", uris[0])
	visit(0, "as ada", uris[1])
	visit(0, "as ada", "2")
	visit(0, "as bea", "-name", "bea", "DEN")
	visit(0, "as bea", "lobby")
	visit(2, "chat:", "attic")
	visit(2, "needs -name and the URI") // nobody is there to be asked which
	got := list()
	first, rest, _ := strings.Cut(got, "\n")
	if !strings.Contains(first, "1  lobby") || !strings.Contains(rest, "2  den") || strings.Contains(got, "ocapn:") {
		t.Errorf("the rooms are\n%s", got)
	}
	if got := list("-uri"); !strings.Contains(got, uris[0]) || !strings.Contains(got, uris[1]) {
		t.Errorf("with URIs, the rooms are\n%s", got)
	}
	visit(0, "as eve", "-name", "eve", "-expect", "0", "-say", "x", uris[1])
	if diff := cmp.Diff(got, list()); diff != "" {
		t.Errorf("a script is remembered (-before +after):\n%s", diff)
	}
}

// TestRecentRoomsAreBounded checks that the oldest rooms are forgotten, and that a room that has moved is one all the same.
func TestRecentRoomsAreBounded(t *testing.T) {
	f := folder(t.TempDir())
	uri := func(room, port int) string {
		return fmt.Sprintf("ocapn://peer%d.tcp-testing-only/s/AAAA?host=127.0.0.1&port=%d", room, port)
	}
	for i := range 2 * maxRecent {
		if err := f.remember("ada", visit{Title: fmt.Sprint("room ", i), URI: uri(i, 1), At: time.Unix(int64(i), 0)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.remember("ada", visit{Title: "moved", URI: uri(2*maxRecent-2, 2)}); err != nil {
		t.Fatal(err)
	}
	r, err := f.recent()
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Rooms) != maxRecent || r.Rooms[0].Title != "moved" || r.Rooms[1].Title != fmt.Sprint("room ", 2*maxRecent-1) ||
		r.Rooms[2].Title != fmt.Sprint("room ", 2*maxRecent-3) {
		t.Errorf("the rooms are %v", r.Rooms)
	}
}

// TestWhichRoom has rooms that call themselves what somebody means something else by.
func TestWhichRoom(t *testing.T) {
	den, attic, trap := "ocapn://a.onion/s/AAAA", "ocapn://b.onion/s/BBBB", "ocapn://c.onion/s/CCCC"
	r := recent{Rooms: []visit{
		{Title: "ocapn://a.onion/s/AAAA", URI: trap},
		{Title: "2", URI: trap},
		{Title: "Den", URI: den},
		{Title: "lobby", URI: attic},
		{Title: "Lobby", URI: trap},
	}}
	for room, want := range map[string]string{
		den:                            den,
		"ocapn://a.on\n   ion/s/AAAA ": den,
		"3":                            den,
		"2":                            trap,
		"den":                          den,
		"lobby":                        "more than one room",
		"attic":                        "no URI",
		"6":                            "no URI",
		"ocapn:nonsense":               "locator",
	} {
		ref, err := r.resolve(room)
		if err != nil && strings.Contains(err.Error(), want) {
			continue
		}
		if err != nil || ref.URI() != want {
			t.Errorf("%q is %s, %v; want %s", room, ref.URI(), err, want)
		}
	}
}

// TestFolderThatIsDamaged checks that what cannot be read is neither used nor written over.
func TestFolderThatIsDamaged(t *testing.T) {
	f := folder(t.TempDir())
	path := filepath.Join(string(f), recentFile)
	if err := os.WriteFile(path, []byte(`{"name":`), 0o600); err != nil {
		t.Fatal(err)
	}
	p := startProgram(t, "rooms", "-folder", string(f))
	p.ends(t, 1)
	if got := p.out.String(); !strings.Contains(got, path) {
		t.Errorf("says %q, want %q in it", got, path)
	}
	if err := f.remember("ada", visit{}); err == nil {
		t.Error("the file is written over")
	}
	if err := folder("").remember("ada", visit{}); err != nil {
		t.Errorf("where nothing is kept: %v", err)
	}
}

func TestListedRooms(t *testing.T) {
	at := time.Date(2026, 11, 24, 12, 0, 0, 0, time.Local)
	tests := []struct {
		v    visit
		want string
	}{
		{visit{"lobby", "ocapn://a.onion/s/AAAA", at}, "lobby                 onion             2026-11-24 12:00"},
		{visit{"", "nonsense", at}, "(no name)             ?                 2026-11-24 12:00"},
		{visit{"\x1b[2J" + strings.Repeat("x", 40), "ocapn://a.onion/s/AAAA", at}, "␛[2Jxxxxxxxxxxxxxxx…  onion             2026-11-24 12:00"},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, test.v.String()); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
}

func TestRoomsAreKnownByPeerAndSwissNumber(t *testing.T) {
	ref, err := locator.ParseSturdyRef("ocapn://a.onion/s/AAAA")
	if err != nil {
		t.Fatal(err)
	}
	v := visit{URI: ref.URI()}
	for uri, want := range map[string]bool{
		"ocapn://a.onion/s/AAAA":        true,
		"ocapn://a.onion/s/AAAA?hint=x": true,
		"ocapn://a.onion/s/BBBB":        false,
		"ocapn://b.onion/s/AAAA":        false,
		"nonsense":                      false,
	} {
		if got := v.sameAs(visit{URI: uri}); got != want {
			t.Errorf("%s is the same room: %t, want %t", uri, got, want)
		}
	}
}
