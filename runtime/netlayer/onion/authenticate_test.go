package onion_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/onion"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// signs returns what the side with the label signs: the text that is part of it, who dialled, who was dialled, and their challenges.
func signs(label, dialler, dialled string, byDialler, byDialled []byte) []byte {
	b := append([]byte{}, syrup.RecordStart)
	b = syrup.AppendSymbol(b, label)
	b = syrup.AppendString(b, "OCapN onion netlayer mutual authentication 1")
	b = syrup.AppendString(b, dialler)
	b = syrup.AppendString(b, dialled)
	b = syrup.AppendBytes(b, byDialler)
	b = syrup.AppendBytes(b, byDialled)
	return append(b, syrup.RecordEnd)
}

// envelope returns the record with a signature by the key.
func envelope(record []byte, key ed25519.PrivateKey) []byte {
	pair := handoff.KeyPairFromSeed([ed25519.SeedSize]byte(key.Seed()))
	return handoff.SignEnvelope(pair, record).AppendSyrup(nil)
}

// opening returns what the side that dials begins with.
func opening(dialler, dialled string, challenge []byte) []byte {
	b := append([]byte{}, syrup.RecordStart)
	b = syrup.AppendSymbol(b, "init:auth-receiver")
	b = syrup.AppendString(b, dialler)
	b = syrup.AppendString(b, dialled)
	b = syrup.AppendBytes(b, challenge)
	return append(b, syrup.RecordEnd)
}

// challengeIn returns the last field of the record in an envelope, the challenge of the side that was dialled, or nil if it is none.
func challengeIn(msg []byte) []byte {
	var d syrup.Decoder
	d.Reset(msg, syrup.Options{})
	record := handoff.DecodeEnvelope(&d).Object
	d.Reset(record, syrup.Options{})
	d.Record()
	for range 5 {
		d.Skip()
	}
	challenge := d.Bytes()
	d.End()
	if d.Finish() != nil {
		return nil
	}
	return challenge
}

// challengeInOpening returns the last field of what the side that dials begins with.
func challengeInOpening(msg []byte) []byte {
	var d syrup.Decoder
	d.Reset(msg, syrup.Options{})
	d.Record()
	for range 3 {
		d.Skip()
	}
	return d.Bytes()
}

var start = []byte("<1'a>") // stands for the first message of CapTP

func TestAuthenticate(t *testing.T) {
	for _, framed := range []bool{false, true} {
		folder := t.TempDir()
		a := open(t, onion.Options{ControlAddr: startFake(t, folder, nil).address(), Authenticate: true, Framed: framed})
		b := open(t, onion.Options{ControlAddr: startFake(t, folder, nil).address(), Authenticate: true})
		dialled, err := a.Dial(t.Context(), b.Location())
		if err != nil {
			t.Fatal(err)
		}
		defer dialled.Close()
		if err := dialled.Send([][]byte{start, start}); err != nil {
			t.Fatal(err)
		}
		accepted := accept(t, b)
		if got := dialled.Proved(); got != b.Location().ID() {
			t.Errorf("Proved of the dialled conn: %v, want %v", got, b.Location().ID())
		}
		if got := accepted.Proved(); got != a.Location().ID() {
			t.Errorf("Proved of the accepted conn: %v, want %v", got, a.Location().ID())
		}
		var got [][]byte
		for len(got) < 2 {
			if got, err = accepted.Receive(got); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff([]string{"<1'a>", "<1'a>"}, texts(got)); diff != "" {
			t.Errorf("messages behind the proof (-want +got):\n%s", diff)
		}
	}
}

// TestDiallingWhoDoesNotAuthenticate mixes peers that want proof with peers that do not know of it.
func TestDiallingWhoDoesNotAuthenticate(t *testing.T) {
	folder := t.TempDir()
	wants := open(t, onion.Options{
		ControlAddr: startFake(t, folder, nil).address(), Authenticate: true, HandshakeTime: 300 * time.Millisecond,
	})
	plain := open(t, onion.Options{ControlAddr: startFake(t, folder, nil).address()})
	if _, err := wants.Dial(t.Context(), plain.Location()); !errors.Is(err, netlayer.ErrIdentity) {
		t.Errorf("Dial: %v, want an error that wraps ErrIdentity", err)
	}
	accept(t, plain)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err := wants.Dial(ctx, plain.Location()); !errors.Is(err, context.Canceled) {
		t.Errorf("Dial: %v, want an error that wraps %v", err, context.Canceled)
	}
	c, err := plain.Dial(t.Context(), wants.Location())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	sendRaw(t, c, start)
	expectEnd(t, c)
	expectNothingAccepted(t, wants)
}
