package sturdyrefs_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/internal/transcript"
	"github.com/ocapn-go/ocapn/golden/sturdyrefs"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// directory keeps sturdyrefs by name.
type directory map[string]locator.SturdyRef

func (d directory) Put(_ context.Context, name string, where locator.SturdyRef) error {
	d[name] = where
	return nil
}

func (d directory) Get(_ context.Context, name string) (captp.Opt[locator.SturdyRef], error) {
	ref, ok := d[name]
	return captp.Opt[locator.SturdyRef]{Value: ref, Set: ok}, nil
}

func (directory) Mark(_ context.Context, b sturdyrefs.Bookmark) (sturdyrefs.Bookmark, error) {
	return b, nil
}

func TestSturdyRefs(t *testing.T) {
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, sturdyrefs.NewDirectory(l.B, directory{}))
	own, err := captp.Publish(l.A, sturdyrefs.NewDirectory(l.A, directory{}))
	if err != nil {
		t.Fatal(err)
	}
	l.ClearTranscript()
	if err := c.Put(t.Context(), "home", own); err != nil {
		t.Fatal(err)
	}
	if sent := transcript.Bodies(l.Transcript())[0]; !strings.HasPrefix(sent, `['put "home" <ocapn-sturdyref <ocapn-peer `) {
		t.Errorf("sent %s", sent)
	}
	got, err := c.Get(t.Context(), "home")
	if err != nil || !got.Set {
		t.Fatalf("got %v, %v", got.Set, err)
	}
	if diff := cmp.Diff(own.AppendSyrup(nil), got.Value.AppendSyrup(nil)); diff != "" {
		t.Errorf("sturdyref (-want +got):\n%s", diff)
	}
	none, err := c.Get(t.Context(), "nowhere")
	if none.Set || err != nil {
		t.Errorf("got %v, %v", none.Set, err)
	}
	b, err := c.Mark(t.Context(), sturdyrefs.Bookmark{Title: "a", Where: own})
	if b.Title != "a" || b.Mirror.Set || err != nil {
		t.Errorf("got %v, %v", b, err)
	}
	// What came back can be enlivened by whoever it was meant for.
	home := captp.Enliven[sturdyrefs.Directory](t.Context(), l.B, got.Value)
	if _, err := home.Await(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestRefuses(t *testing.T) {
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, sturdyrefs.NewDirectory(l.B, directory{}))
	var encode *captp.EncodeError
	if err := c.Put(t.Context(), "zero", locator.SturdyRef{}); !errors.As(err, &encode) {
		t.Errorf("got %v, want *EncodeError", err)
	}
	_, err := captp.Invoke(t.Context(), c.Ref, captp.Symbol("put"), "x", c).Await(t.Context())
	if err == nil || !strings.Contains(err.Error(), "where: want a sturdyref") {
		t.Errorf("got %v", err)
	}
}
