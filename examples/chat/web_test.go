package main

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/ocapn-go/ocapn/examples/chat/page"
)

var pageAddress = regexp.MustCompile(`http://(127\.0\.0\.1:\d+)/[\w-]{43}/`)

// browser is the page of a member, as a browser has it.
type browser struct{ conn *websocket.Conn }

// browse opens the page whose address is in what was printed.
func browse(t *testing.T, printed string) browser {
	t.Helper()
	address := pageAddress.FindStringSubmatch(printed)
	if address == nil {
		t.Fatalf("no address in %q", printed)
	}
	conn, _, err := websocket.Dial(t.Context(), strings.Replace(address[0], "http", "ws", 1)+"live", &websocket.DialOptions{
		HTTPHeader: http.Header{"Origin": {"http://" + address[1]}},
	})
	if err != nil {
		t.Fatal(err)
	}
	conn.SetReadLimit(4 * page.MaxHistory)
	t.Cleanup(func() { conn.CloseNow() })
	return browser{conn}
}

// say enters a message.
func (b browser) say(t *testing.T, text string) {
	t.Helper()
	frame, err := json.Marshal(map[string]string{"say": text})
	if err == nil {
		err = b.conn.Write(t.Context(), websocket.MessageText, frame)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// wait waits for an event that is as wanted.
func (b browser) wait(t *testing.T, want func(page.Event) bool) page.Event {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	for {
		_, frame, err := b.conn.Read(ctx)
		if err != nil {
			t.Fatalf("what was waited for never came: %v", err)
		}
		var told struct {
			page.Event
			Lines []page.Event `json:"lines"`
		}
		if err := json.Unmarshal(frame, &told); err != nil {
			t.Fatalf("%s: %v", frame, err)
		}
		for _, e := range append(told.Lines, told.Event) {
			if want(e) {
				return e
			}
		}
	}
}

func said(name, text string) func(page.Event) bool {
	return func(e page.Event) bool { return e.Kind == page.Message && e.Who.Name == name && e.Text == text }
}

// joinOnPage lets ada join a room, with a page. What she reads is empty at once.
func joinOnPage(t *testing.T, ctx context.Context, in io.Reader, args ...string) (out *lockedBuffer, status chan int) {
	t.Helper()
	out, status = new(lockedBuffer), make(chan int, 1)
	go func() {
		status <- run(ctx, append([]string{"join", "-web", "-folder", "", "-name", "ada"}, args...), streams{in, out, out})
	}()
	out.wait(t, "speak for you")
	return out, status
}

func TestPage(t *testing.T) {
	vat, ref, err := host(t.Context(), newHosted("lobby"), netFlags{}, newLog(streams{err: t.Output()}, true))
	if err != nil {
		t.Fatal(err)
	}
	defer vat.Close()
	ctx, leave := context.WithCancel(t.Context())
	out, status := joinOnPage(t, ctx, strings.NewReader(""), ref.URI())
	b := browse(t, out.String())
	hostile := "<img src=x onerror=alert(1)>"
	other := make(chan string, 1)
	go func() {
		var heard lockedBuffer
		run(t.Context(), []string{"join", "-folder", "", "-name", hostile, "-say", hostile, "-expect", "2", ref.URI()}, streams{strings.NewReader(""), &heard, &heard})
		other <- heard.String()
	}()
	e := b.wait(t, said(hostile, hostile))
	if e.Who.Color == 0 || e.Who.Self || e.At.IsZero() {
		t.Errorf("the page is told %+v", e)
	}
	b.say(t, "Hello\nyou")
	sending := b.wait(t, func(e page.Event) bool { return e.Kind == page.Sending })
	echo := b.wait(t, said("ada", "Hello\nyou"))
	if echo.ID != sending.ID || echo.ID == 0 || !echo.Who.Self {
		t.Errorf("the echo is %+v of %+v", echo, sending)
	}
	b.say(t, "/who")
	if e := b.wait(t, func(e page.Event) bool { return e.Kind == page.Note }); !strings.Contains(e.Text, "2 here: ") {
		t.Errorf("the answer to /who is %q", e.Text)
	}
	b.say(t, "goodbye")
	if heard := <-other; !strings.Contains(heard, "<ada> goodbye") {
		t.Errorf("the other one saw %q", heard)
	}
	b.wait(t, func(e page.Event) bool { return e.Kind == page.Left && e.Who.Name == hostile })
	if got := out.String(); !strings.Contains(got, "<<img src=x onerror=alert(1)›> "+hostile) {
		t.Errorf("ada's terminal has %q", got)
	}
	leave()
	if got := <-status; got != 0 {
		t.Errorf("exit status %d: %s", got, out)
	}
	for err = nil; err == nil; { // what is on its way comes first
		_, _, err = b.conn.Read(t.Context())
	}
	if websocket.CloseStatus(err) != websocket.StatusGoingAway {
		t.Errorf("the page hears %v in the end", err)
	}
}

// TestPageAndLines talks on both.
func TestPageAndLines(t *testing.T) {
	vat, ref, err := host(t.Context(), newHosted("lobby"), netFlags{}, newLog(streams{err: t.Output()}, true))
	if err != nil {
		t.Fatal(err)
	}
	defer vat.Close()
	in, typing, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, status := joinOnPage(t, t.Context(), in, "-json", ref.URI())
	b := browse(t, out.String())
	if _, err := typing.WriteString("from the keyboard\n"); err != nil {
		t.Fatal(err)
	}
	b.wait(t, said("ada", "from the keyboard"))
	typing.Close()
	b.say(t, "from the page")
	b.wait(t, said("ada", "from the page"))
	out.wait(t, `"text":"from the page"`)
	b.say(t, "/leave")
	if got := <-status; got != 0 {
		t.Errorf("exit status %d: %s", got, out)
	}
}

func TestPageWithoutPerson(t *testing.T) {
	for _, args := range [][]string{
		{"host", "-web", "-folder", ""},
		{"join", "-web", "-folder", "", "-name", "ada", "-say", "hi", "ocapn://a.b/s/c"},
	} {
		var out lockedBuffer
		if got := run(t.Context(), args, streams{strings.NewReader(""), &out, &out}); got != 2 || !strings.Contains(out.String(), "-web") {
			t.Errorf("%q: exit status %d, %s", args, got, &out)
		}
	}
}
