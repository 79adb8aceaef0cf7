package page

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/google/go-cmp/cmp"
)

// tab is a page as a browser has it.
type tab struct{ conn *websocket.Conn }

// open opens a page.
func open(t *testing.T, p *Page) tab {
	t.Helper()
	conn, answer, err := dial(t.Context(), p, "http://"+p.authority)
	if err != nil {
		t.Fatalf("%v: %v", answer, err)
	}
	conn.SetReadLimit(4 << 20)
	t.Cleanup(func() { conn.CloseNow() })
	return tab{conn}
}

func dial(ctx context.Context, p *Page, origin string) (*websocket.Conn, *http.Response, error) {
	header := http.Header{}
	if origin != "" {
		header.Set("Origin", origin)
	}
	return websocket.Dial(ctx, strings.Replace(p.Address(), "http", "ws", 1)+"live", &websocket.DialOptions{HTTPHeader: header})
}

// next returns the next that a page is told.
func next[T any](t *testing.T, v tab) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	var got T
	_, frame, err := v.conn.Read(ctx)
	if err == nil {
		err = json.Unmarshal(frame, &got)
	}
	if err != nil {
		t.Fatalf("%s: %v", frame, err)
	}
	return got
}

func (v tab) hello(t *testing.T) hello {
	t.Helper()
	h := next[hello](t, v)
	if h.Event != "hello" {
		t.Fatalf("the first that a page is told is %q", h.Event)
	}
	return h
}

func (v tab) send(t *testing.T, frame string) {
	t.Helper()
	if err := v.conn.Write(t.Context(), websocket.MessageText, []byte(frame)); err != nil {
		t.Fatal(err)
	}
}

func TestOrigin(t *testing.T) {
	p := start(t)
	for _, origin := range []string{
		"", "null", "http://attacker.example", "https://" + p.authority, "http://127.0.0.1", "http://127.0.0.1:1",
		"http://" + p.authority + ".attacker.example", strings.Replace("http://"+p.authority, "127.0.0.1", "localhost", 1),
	} {
		conn, answer, err := dial(t.Context(), p, origin)
		if err == nil {
			conn.CloseNow()
			t.Errorf("a websocket from %q is let in", origin)
		} else if answer.StatusCode != http.StatusForbidden {
			t.Errorf("a websocket from %q: %s", origin, answer.Status)
		}
	}
}

func TestEvents(t *testing.T) {
	p := start(t)
	v := open(t, p)
	if got := v.hello(t); got.Room != "lobby" || got.Limit != MaxText || !got.Invite || got.Away || len(got.People)+len(got.Lines) > 0 {
		t.Errorf("at the beginning: %+v", got)
	}
	at := time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)
	bob, ada := Person{ID: 1, Name: "bob", Color: 2}, Person{ID: 2, Name: "ada", Color: 3, Self: true}
	hostile := "<img src=x onerror=alert(1)>\u202e"
	eve := Person{ID: 3, Name: hostile, Color: 4}
	events := []Event{
		{Kind: Joined, At: at, Who: bob},
		{Kind: Joined, At: at, Who: ada},
		{Kind: Joined, At: at, Who: eve},
		{Kind: Sending, At: at, ID: 1, Text: "hi"},
		{Kind: Message, At: at, Who: eve, Text: hostile},
		{Kind: Sent, At: at, ID: 1},
		{Kind: Message, At: at, Who: ada, ID: 1, Text: "hi"},
		{Kind: Left, At: at, Who: bob},
		{Kind: Sending, At: at, ID: 2, Text: "and"},
		{Kind: Unsent, At: at, ID: 2, Text: "and", Error: "gone"},
		{Kind: Message, At: at, Who: eve, Text: "(an object)", Odd: true},
	}
	var told []Event
	for _, e := range events {
		p.Show(e)
		told = append(told, next[Event](t, v))
	}
	want := events
	want[0].Quiet = true // bob was there before ada
	if diff := cmp.Diff(want, told); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	late := open(t, p).hello(t)
	if diff := cmp.Diff([]Person{ada, eve}, late.People); diff != "" {
		t.Errorf("here (-want +got):\n%s", diff)
	}
	var lines []string
	for _, l := range late.Lines {
		var e Event
		if err := json.Unmarshal(l, &e); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(e.Kind))
	}
	if got := strings.Join(lines, " "); got != "joined joined message message left unsent message" {
		t.Errorf("a page that comes late is told %s", got)
	}
}

func TestAway(t *testing.T) {
	p := start(t)
	ada := Person{ID: 2, Name: "ada", Color: 3, Self: true}
	p.Show(Event{Kind: Joined, Who: ada})
	p.Show(Event{Kind: Away, Error: "gone"})
	if got := open(t, p).hello(t); !got.Away || len(got.People) > 0 {
		t.Errorf("away: %+v", got)
	}
	p.Show(Event{Kind: Back})
	p.Show(Event{Kind: Joined, Who: Person{ID: 1, Name: "bob"}})
	p.Show(Event{Kind: Joined, Who: ada})
	if got := open(t, p).hello(t); got.Away || len(got.People) != 2 || len(got.Lines) != 4 {
		t.Errorf("back: %+v", got)
	}
}

func TestEntered(t *testing.T) {
	p := start(t)
	v := open(t, p)
	v.hello(t)
	for _, frame := range []string{`{"say":""}`, `{"say":" \n "}`, `{}`, `{"say":"  hello\nyou ☃ "}`} {
		v.send(t, frame)
	}
	if got := <-p.Entered(); got != "hello\nyou ☃" {
		t.Errorf("entered %q", got)
	}
	long := strings.Repeat("\x01", MaxText)
	frame, err := json.Marshal(map[string]string{"say": long})
	if err != nil {
		t.Fatal(err)
	}
	v.send(t, string(frame))
	if got := <-p.Entered(); got != long {
		t.Errorf("entered %d bytes of %d", len(got), len(long))
	}
}

func TestRefused(t *testing.T) {
	p := start(t)
	tests := []struct {
		name  string
		kind  websocket.MessageType
		frame string
		want  websocket.StatusCode
	}{
		{"too long", websocket.MessageText, `{"say":"` + strings.Repeat("a", MaxText+1) + `"}`, websocket.StatusMessageTooBig},
		{"far too long", websocket.MessageText, strings.Repeat("a", maxFrame+1), websocket.StatusMessageTooBig},
		{"no JSON", websocket.MessageText, `say`, websocket.StatusUnsupportedData},
		{"no text", websocket.MessageText, `{"say":1}`, websocket.StatusUnsupportedData},
		{"binary", websocket.MessageBinary, `{"say":"a"}`, websocket.StatusUnsupportedData},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			v := open(t, p)
			v.hello(t)
			if err := v.conn.Write(t.Context(), test.kind, []byte(test.frame)); err != nil {
				t.Fatal(err)
			}
			_, _, err := v.conn.Read(t.Context())
			if got := websocket.CloseStatus(err); got != test.want {
				t.Errorf("got %v, want %v", err, test.want)
			}
		})
	}
}

func TestTooManyPages(t *testing.T) {
	p := start(t)
	var pages []tab
	for range MaxPages {
		v := open(t, p)
		v.hello(t)
		pages = append(pages, v)
	}
	if _, _, err := open(t, p).conn.Read(t.Context()); websocket.CloseStatus(err) != websocket.StatusTryAgainLater {
		t.Errorf("one page too many heard %v", err)
	}
	if err := pages[0].conn.Close(websocket.StatusNormalClosure, ""); err != nil {
		t.Fatal(err)
	}
	waitFor(t, func() bool { return p.pages() < MaxPages })
	open(t, p).hello(t)
}

// TestSlowPage opens a page that does not read, beside one that does.
func TestSlowPage(t *testing.T) {
	p := start(t)
	open(t, p)
	quick := open(t, p)
	quick.hello(t)
	const enough = 4000 // more than what sockets hold
	text := strings.Repeat("a", MaxText)
	for i := range enough {
		if p.pages() == 1 {
			return
		}
		began := time.Now()
		p.Show(Event{Kind: Message, ID: int64(i), Text: text})
		if took := time.Since(began); took > 2*time.Second {
			t.Fatalf("showing took %v", took)
		}
		if got := next[Event](t, quick); got.ID != int64(i) {
			t.Fatalf("event %d came in place of %d", got.ID, i)
		}
	}
	t.Errorf("a page that does not read is open after %d events", enough)
}

// waitFor waits until something is so.
func waitFor(t *testing.T, so func() bool) {
	t.Helper()
	for deadline := time.After(10 * time.Second); !so(); {
		select {
		case <-deadline:
			t.Fatal("it never came true")
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// pages returns how many pages are open.
func (p *Page) pages() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.open)
}
