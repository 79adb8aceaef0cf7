package oneways_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/internal/transcript"
	"github.com/ocapn-go/ocapn/golden/oneways"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// observer counts, and remembers who joined. Turns run one at a time, so it needs no lock.
type observer struct {
	texts  []string
	joined []oneways.Observer
	ticks  int
}

func (o *observer) NewMessage(_ context.Context, from, text string) error {
	o.texts = append(o.texts, from+": "+text)
	return nil
}

func (o *observer) UserJoined(_ context.Context, who oneways.Observer) error {
	o.joined = append(o.joined, who)
	return nil
}

func (o *observer) Tick(context.Context) error {
	o.ticks++
	return errors.New("nobody hears this")
}

func (o *observer) Seen(context.Context) (int64, error) { return int64(len(o.texts)), nil }

func TestOneWay(t *testing.T) {
	l := captptest.NewLink(t)
	server := &observer{}
	c := captptest.Carry(t, l.B, l.A, oneways.NewObserver(l.B, server))
	l.ClearTranscript()
	for _, text := range []string{"hello", "bye"} {
		if err := c.NewMessage(t.Context(), "ada", text); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.E(t.Context()).Tick(); err != nil {
		t.Fatal(err)
	}
	if err := c.UserJoined(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	// Messages on one reference arrive in order, so the answer comes after all of them.
	if n, err := c.Seen(t.Context()); n != 2 || err != nil {
		t.Errorf("got %d, %v", n, err)
	}
	if diff := cmp.Diff([]string{"ada: hello", "ada: bye"}, server.texts); diff != "" || server.ticks != 1 || len(server.joined) != 1 {
		t.Errorf("%d ticks, %d joined, texts (-want +got):\n%s", server.ticks, len(server.joined), diff)
	}
	bodies := transcript.Bodies(l.Transcript())
	if diff := cmp.Diff([]string{`['new-message "ada" "hello"]`, `['new-message "ada" "bye"]`, `['tick]`}, bodies[:3]); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
	if got := strings.Count(l.Transcript(), "['new-message \"ada\" \"hello\"] f f>"); got != 1 {
		t.Errorf("want neither answer position nor resolver:\n%s", l.Transcript())
	}
	if got := strings.Count(strings.Join(bodies, "\n"), "'fulfill"); got != 1 {
		t.Errorf("%d answers, want only that of seen:\n%s", got, l.Transcript())
	}
}

func TestLocalError(t *testing.T) {
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, oneways.NewObserver(l.B, &observer{}))
	var encode *captp.EncodeError
	if err := c.NewMessage(t.Context(), "\xff", ""); !errors.As(err, &encode) {
		t.Errorf("got %v, want *EncodeError", err)
	}
	if err := c.UserJoined(t.Context(), oneways.Observer{}); !errors.As(err, &encode) {
		t.Errorf("got %v, want *EncodeError", err)
	}
	if err := (oneways.Observer{}).Tick(t.Context()); err == nil {
		t.Error("the zero reference took a message")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Tick(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
}
