package core_test

import (
	"testing"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/handoff"
)

// TestUnreadSessionsStay checks that a full vat ends no session whose peer has said something that was not looked at yet.
func TestUnreadSessionsStay(t *testing.T) {
	v := core.New(core.Config{Limits: core.Limits{Sessions: 1}})
	unread := true
	open := func() *core.Session {
		return v.Open(core.Opening{
			Location: peerAt("memory", "me"), Key: handoff.KeyPairFromSeed([32]byte{2}), Dialect: &wire.Modern,
			Unread: func() bool { return unread },
		})
	}
	first := open()
	at := peerAt("memory", "peer")
	raw := at.AppendSyrup(nil)
	v.Receive(first, &wire.StartSession{
		Version: "1.0", Key: oneKey.Public(), Location: at, LocationRaw: raw, Signature: handoff.SignLocation(oneKey, raw),
	})
	if !first.Established() {
		t.Fatal("the session is not up")
	}
	if second := open(); first.Ended() || !second.Ended() {
		t.Errorf("of a session with something unread and a new one, the first has ended: %v, the other one: %v", first.Ended(), second.Ended())
	}
	unread = false
	if second := open(); !first.Ended() || second.Ended() {
		t.Errorf("of a session with nothing unread and a new one, the first has ended: %v, the other one: %v", first.Ended(), second.Ended())
	}
}
