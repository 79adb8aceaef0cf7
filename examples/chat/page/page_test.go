package page

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

const uri = "ocapn://abc.tcp-testing-only/s/swiss?host=127.0.0.1&port=1"

// start serves a page until the end of the test.
func start(t *testing.T) *Page {
	t.Helper()
	p, err := New(Options{Room: "lobby", URI: uri})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return p
}

func TestAddress(t *testing.T) {
	p, other := start(t), start(t)
	if p.secret == other.secret || len(p.secret) != 43 {
		t.Errorf("the secrets are %q and %q", p.secret, other.secret)
	}
	if !strings.HasPrefix(p.Address(), "http://127.0.0.1:") {
		t.Errorf("the address is %s", p.Address())
	}
}

func TestClose(t *testing.T) {
	p := start(t)
	v := open(t, p)
	v.hello(t)
	began := time.Now()
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	if _, _, err := v.conn.Read(t.Context()); websocket.CloseStatus(err) != websocket.StatusGoingAway {
		t.Errorf("the page heard %v", err)
	}
	if took := time.Since(began); took > 2*partTime {
		t.Errorf("closing took %v", took)
	}
	p.Show(Event{Kind: Note, At: time.Now(), Text: "too late"})
	if _, err := http.Get(p.Address()); err == nil {
		t.Error("there is a page behind Close")
	}
}

func TestNobodyLooks(t *testing.T) {
	p, err := New(Options{Note: "welcome"})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 * Backlog {
		p.Show(Event{Kind: Note, Text: "nobody sees it"})
	}
	if err := errors.Join(p.Close(), p.Close()); err != nil {
		t.Error(err)
	}
	if _, _, err := dial(t.Context(), p, "http://"+p.authority); err == nil {
		t.Error("a page opens behind Close")
	}
	if v, why := p.admit(nil); v != nil || why == "" {
		t.Error("a page is admitted behind Close")
	}
}
