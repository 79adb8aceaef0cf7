package enums_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/enums"
	"github.com/ocapn-go/ocapn/golden/internal/transcript"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

var lamp = enums.LampFuncs{
	SetFunc:  func(_ context.Context, to enums.Light) (enums.Light, error) { return to, nil },
	TellFunc: func(_ context.Context, a enums.Ack) (enums.Ack, error) { return a, nil },
	DrawFunc: func(_ context.Context, s enums.Style) (enums.Style, error) { return s, nil },
	AllFunc: func(_ context.Context, lights []enums.Light) (map[string]enums.Ack, error) {
		out := map[string]enums.Ack{}
		for _, l := range lights {
			out[string(l)] = enums.AckOK
		}
		return out, nil
	},
}

func remote(t *testing.T) (enums.Lamp, *captptest.Link) {
	t.Helper()
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, enums.NewLamp(l.B, lamp))
	l.ClearTranscript()
	return c, l
}

func TestWire(t *testing.T) {
	c, l := remote(t)
	if got, err := c.Set(t.Context(), enums.LightGreen); err != nil || got != enums.LightGreen {
		t.Errorf("Set: got %q, %v", got, err)
	}
	if got, err := c.Tell(t.Context(), enums.AckConnectionClosed); err != nil || got != enums.AckConnectionClosed {
		t.Errorf("Tell: got %q, %v", got, err)
	}
	if got, err := c.Draw(t.Context(), enums.StyleBold); err != nil || got != enums.StyleBold {
		t.Errorf("Draw: got %q, %v", got, err)
	}
	got, err := c.All(t.Context(), []enums.Light{enums.LightRed})
	if diff := cmp.Diff(map[string]enums.Ack{"red": enums.AckOK}, got); diff != "" || err != nil {
		t.Errorf("All: %v (-want +got):\n%s", err, diff)
	}
	want := []string{
		`['set 'go!]`, `['fulfill 'go!]`,
		`['tell 'CONNECTION-CLOSED]`, `['fulfill 'CONNECTION-CLOSED]`,
		`['draw "bold"]`, `['fulfill "bold"]`,
		`['all ['red]]`, `['fulfill {"red": 'OK}]`,
	}
	if diff := cmp.Diff(want, transcript.Bodies(l.Transcript())); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}

func TestOpenEnumKeepsUnknown(t *testing.T) {
	c, _ := remote(t)
	got, err := c.Tell(t.Context(), "LATER")
	if err != nil || got != "LATER" || got.Known() {
		t.Errorf("got %q, %v, known: %v", got, err, got.Known())
	}
}

func TestAcceptsStringsAndSymbols(t *testing.T) {
	c, _ := remote(t)
	for _, args := range [][]any{
		{captp.Symbol("tell"), "OK"},
		{captp.Symbol("set"), "red"},
		{captp.Symbol("draw"), captp.Symbol("plain")},
	} {
		if _, err := captp.Invoke(t.Context(), c.Ref, args...).Await(t.Context()); err != nil {
			t.Errorf("%v: %v", args, err)
		}
	}
}

func TestRefuses(t *testing.T) {
	c, l := remote(t)
	_, err := captp.Invoke(t.Context(), c.Ref, captp.Symbol("set"), captp.Symbol("pink")).Await(t.Context())
	if err == nil || !strings.HasSuffix(err.Error(), "to: want a case of light, got another name") {
		t.Errorf("received: got %v", err)
	}
	l.ClearTranscript()
	var encode *captp.EncodeError
	if _, err := c.Set(t.Context(), "pink"); !errors.As(err, &encode) {
		t.Errorf("unknown case of a closed enum: got %v, want *EncodeError", err)
	}
	if _, err := c.Tell(t.Context(), ""); !errors.As(err, &encode) {
		t.Errorf("no case: got %v, want *EncodeError", err)
	}
	if got := transcript.Bodies(l.Transcript()); len(got) > 0 {
		t.Errorf("sent %q", got)
	}
}
