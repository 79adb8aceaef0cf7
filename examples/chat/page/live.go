package page

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"
)

const (
	maxFrame  = 6*MaxText + 1<<10 // of a message as JSON, in which a byte can become six
	writeTime = 10 * time.Second  // for one event
	partTime  = time.Second       // for a page to hear that it is over
)

// viewer is a page that is open.
type viewer struct {
	frames chan json.RawMessage // what it is told next
	drop   context.CancelFunc
}

// serveLive serves the websocket of a page. It ends with the page, or with p.
func (p *Page) serveLive(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Origin") != "http://"+p.authority {
		http.Error(w, "forbidden", http.StatusForbidden)
		return
	}
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return // which has been answered
	}
	conn.SetReadLimit(maxFrame)
	ctx, drop := context.WithCancel(r.Context())
	defer drop()
	defer context.AfterFunc(ctx, func() { conn.CloseNow() })()
	v, why := p.admit(drop)
	if v == nil {
		time.AfterFunc(partTime, drop)
		conn.Close(websocket.StatusTryAgainLater, why)
		return
	}
	defer p.viewers.Done()
	told := make(chan struct{})
	go func() {
		defer close(told)
		p.tell(ctx, conn, v)
	}()
	p.listen(ctx, conn)
	drop()
	<-told
	conn.CloseNow()
	p.mu.Lock()
	delete(p.open, v)
	p.mu.Unlock()
}

// admit opens a page that drop closes, or says why not.
func (p *Page) admit(drop context.CancelFunc) (v *viewer, why string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.closed:
		return nil, "the conversation is over"
	case len(p.open) >= MaxPages:
		return nil, "too many pages are open"
	}
	v = &viewer{make(chan json.RawMessage, Backlog), drop}
	v.frames <- p.story.greeting(p.uri != "")
	p.open[v] = struct{}{}
	p.viewers.Add(1)
	return v, ""
}

// tell sends a page what happens. It ends with ctx, with p, or when the page does not read, and the connection does too then.
func (p *Page) tell(ctx context.Context, conn *websocket.Conn, v *viewer) {
	defer v.drop()
	for {
		select {
		case frame := <-v.frames:
			if write(ctx, conn, frame) != nil {
				return
			}
		case <-p.done:
			conn.Close(websocket.StatusGoingAway, "the conversation is over")
			return
		case <-ctx.Done():
			return
		}
	}
}

// write sends one frame.
func write(ctx context.Context, conn *websocket.Conn, frame json.RawMessage) error {
	ctx, cancel := context.WithTimeout(ctx, writeTime)
	defer cancel()
	return conn.Write(ctx, websocket.MessageText, frame)
}

// listen takes what is entered in a page. It ends with ctx, with the connection, and with the first thing that a page does
// not send.
func (p *Page) listen(ctx context.Context, conn *websocket.Conn) {
	for {
		kind, frame, err := conn.Read(ctx)
		if err != nil {
			return
		}
		var said struct {
			Say string `json:"say"`
		}
		if kind != websocket.MessageText || json.Unmarshal(frame, &said) != nil {
			conn.Close(websocket.StatusUnsupportedData, "not understood")
			return
		}
		text := strings.TrimSpace(said.Say)
		if text == "" {
			continue
		}
		if len(text) > MaxText || !utf8.ValidString(text) {
			conn.Close(websocket.StatusMessageTooBig, "the message is too long")
			return
		}
		select {
		case p.entered <- text:
		case <-ctx.Done():
			return
		}
	}
}
