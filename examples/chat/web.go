package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ocapn-go/ocapn/examples/chat/page"
)

// webFace shows what another face shows on a page in the browser too. The person can talk on both.
type webFace struct {
	face
	page  *page.Page
	typed chan string
}

// openPage gives the conversation a page beside the face that it has, which tells where the page is. If the person leaves when she closes
// that face, she does so still; otherwise the end of what is read there is nothing to the page. The page ends with done.
func (c *conversation) openPage(ctx context.Context, leaves bool) (done func(), err error) {
	p, err := page.New(page.Options{Room: c.title(), URI: c.ref.URI()})
	if err != nil {
		return nil, fmt.Errorf("serve the page: %w", err)
	}
	f := &webFace{c.face, p, make(chan string)}
	ctx, cancel := context.WithCancel(ctx)
	go f.merge(ctx, leaves)
	c.face.note("The conversation is on a page in the browser too, at")
	c.face.bare(p.Address())
	c.face.note("Whoever on this machine knows that address can read it and speak for you.")
	c.face = f
	return func() {
		cancel()
		_ = p.Close() // it has nothing to save
	}, nil
}

// merge passes on what is entered in both faces. It ends with ctx, and with the other face if the person leaves with it.
func (f *webFace) merge(ctx context.Context, leaves bool) {
	other := f.face.entered()
	for {
		var text string
		select {
		case line, ok := <-other:
			if !ok && leaves {
				close(f.typed)
				return
			}
			if !ok {
				other = nil
				continue
			}
			text = line
		case text = <-f.page.Entered():
		case <-ctx.Done():
			return
		}
		select {
		case f.typed <- text:
		case <-ctx.Done():
			return
		}
	}
}

func (f *webFace) entered() <-chan string { return f.typed }

func (f *webFace) show(e event, who someone) {
	f.face.show(e, who)
	f.page.Show(onPage(e, who))
}

// pageKinds are the events as the page calls them.
var pageKinds = map[eventKind]page.Kind{
	eventJoined: page.Joined, eventLeft: page.Left, eventMessage: page.Message, eventSent: page.Sent, eventUnsent: page.Unsent,
	eventMissed: page.Missed, eventAway: page.Away, eventBack: page.Back,
}

// onPage returns the event as the page has it.
func onPage(e event, who someone) page.Event {
	shown := page.Event{
		Kind: pageKinds[e.kind], At: e.at, Text: e.text, Odd: e.odd, ID: e.id,
		Who: page.Person{ID: e.user, Name: who.Name, Color: who.Color, Self: e.self},
	}
	if e.err != nil {
		shown.Error = why(e.err)
	}
	return shown
}

func (f *webFace) note(lines ...string) {
	f.face.note(lines...)
	f.page.Show(page.Event{Kind: page.Note, At: time.Now(), Text: strings.Join(lines, "\n")})
}

func (f *webFace) bare(text string) {
	f.face.bare(text)
	f.page.Show(page.Event{Kind: page.Note, At: time.Now(), Text: text})
}

func (f *webFace) sending(id int64, text string, who someone) {
	f.face.sending(id, text, who)
	f.page.Show(page.Event{Kind: page.Sending, At: time.Now(), ID: id, Text: text})
}

func (f *webFace) refused(text string, err error) {
	f.face.refused(text, err)
	f.page.Show(page.Event{Kind: page.Unsent, At: time.Now(), Text: text, Error: why(err)})
}

func (f *webFace) picture(rows []string, caption string) {
	f.face.picture(rows, caption)
	f.page.Show(page.Event{Kind: page.Note, At: time.Now(), Text: "The picture is behind the button Invite. " + caption})
}
