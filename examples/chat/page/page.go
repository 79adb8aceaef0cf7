package page

import (
	"context"
	"crypto/rand"
	"embed"
	"encoding/base64"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/ocapn-go/ocapn/examples/chat/screen"
)

const (
	// MaxText is how many bytes a message has at the most. Of longer ones of others the beginning is shown, and longer ones are not
	// taken from a page.
	MaxText = 8 << 10
	// MaxPages is how many pages can be open at the same time.
	MaxPages = 8
	// Backlog is how many events can wait for a page.
	Backlog = 256
	// MaxLines is how many lines of the conversation a page is told that is opened in the middle of it.
	MaxLines = 500
	// MaxHistory is how many bytes these have together, about.
	MaxHistory = 1 << 20
)

//go:embed site
var site embed.FS

// Options say what a page is about.
type Options struct {
	Room string // what the room is called; nothing if it has no name
	URI  string // by which the room is joined; nothing if it is not to be shown
	Note string // said at the beginning; nothing if it is empty
}

// Page is a conversation as the browser shows it, in up to [MaxPages] pages.
type Page struct {
	// Immutable after New.
	authority string // of the address: what requests have to name
	secret    string
	uri       string
	server    *http.Server
	entered   chan string
	done      chan struct{}      // closed by Close
	drop      context.CancelFunc // drops all pages
	viewers   sync.WaitGroup

	mu     sync.Mutex
	closed bool
	story  story
	open   map[*viewer]struct{}
}

// New serves a page on a port of its own of 127.0.0.1. It goes on until Close.
func New(o Options) (*Page, error) {
	listener, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	random := make([]byte, 32)
	rand.Read(random) // never fails
	ctx, drop := context.WithCancel(context.Background())
	p := &Page{
		authority: listener.Addr().String(),
		secret:    base64.RawURLEncoding.EncodeToString(random),
		uri:       o.URI,
		entered:   make(chan string),
		done:      make(chan struct{}),
		drop:      drop,
		story:     story{room: o.Room},
		open:      make(map[*viewer]struct{}),
	}
	if o.Note != "" {
		p.Show(Event{Kind: Note, At: time.Now(), Text: o.Note})
	}
	p.server = &http.Server{
		Handler:           p,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       20 * time.Second,
		WriteTimeout:      20 * time.Second,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(slog.DiscardHandler, slog.LevelError), // what is asked holds the secret
	}
	go p.server.Serve(listener) // ends with Close
	return p, nil
}

// Address returns where the page is. Whoever knows it sees the conversation and can speak in it, from this machine.
func (p *Page) Address() string { return "http://" + p.authority + "/" + p.secret + "/" }

// Entered returns the channel of what is entered in pages: text that is not blank and not longer than [MaxText]. A page waits until its
// text is taken. The channel is never closed.
func (p *Page) Entered() <-chan string { return p.entered }

// Show shows that something happened, in all pages that are open and in those that will be.
func (p *Page) Show(e Event) {
	for _, text := range []*string{&e.Text, &e.Error, &e.Who.Name} {
		*text = screen.Shorten(*text, MaxText)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	frame := p.story.add(&e)
	for v := range p.open {
		select {
		case v.frames <- frame:
		default:
			v.drop() // it is told how things stand when it connects again
			delete(p.open, v)
		}
	}
}

// Close ends all pages, which say that the conversation is over. It does not wait for a page longer than a moment.
func (p *Page) Close() error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil
	}
	p.closed = true
	close(p.done)
	p.mu.Unlock()
	defer p.drop()
	defer time.AfterFunc(partTime, p.drop).Stop()
	err := p.server.Close()
	p.viewers.Wait()
	return err
}
