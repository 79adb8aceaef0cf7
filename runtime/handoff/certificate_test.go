package handoff_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// TestParseRefuses puts something else in every place of the two certificates.
func TestParseRefuses(t *testing.T) {
	s := newScene(t)
	sig := string(handoff.Signature{}.AppendSyrup(nil))
	give, receive := string(s.signedGive().AppendSyrup(nil)), string(s.signedReceive(7).AppendSyrup(nil))
	hash := "32:" + strings.Repeat("x", 32)
	inGive := func(old, new string) string { return replaced(t, give, old, new) }
	inReceive := func(old, new string) string { return replaced(t, receive, old, new) }
	session := s.gifterSession()
	giftID := string(s.giftID.AppendSyrup(nil))
	count := "7+<17'desc:sig-envelope"

	for _, test := range []struct{ name, input, what string }{
		{"nothing", "", ""},
		{"no envelope", string(s.give().AppendSyrup(nil)), "record label"},
		{"a list", "[" + give[1:len(give)-1] + "]", ""},
		{"something after it", give + "f", ""},
		{"the receive", receive, "record label"},
		{"an envelope in it", "<17'desc:sig-envelope" + give + sig + ">", "record label"},
		{"other label", inGive("handoff-give", "handoff-GIVE"), "record label"},
		{"label a string", inGive("17'desc:handoff-give", `17"desc:handoff-give`), ""},
		{"key of small order", inGive(string(s.receiverWithGifter.Public().AppendSyrup(nil)), string(handoff.PublicKey{}.AppendSyrup(nil))), "public key"},
		{"key the bytes alone", inGive(string(s.receiverWithGifter.Public().AppendSyrup(nil)), hash), "public key"},
		{"location a string", inGive(string(s.location.AppendSyrup(nil)), `3"foo`), ""},
		{"location a sturdyref", inGive("10'ocapn-peer", "15'ocapn-sturdyref"), ""},
		{"short session", inGive("32:"+string(session[:]), "31:"+string(session[1:])), "session identifier"},
		{"session a string", inGive("32:"+string(session[:]), `3"foo`), ""},
		{"long side", inGive("32:"+string(idOf(s.gifterWithExporter)), "33:x"+string(idOf(s.gifterWithExporter))), "public identifier"},
		{"side a key", inGive("32:"+string(idOf(s.gifterWithExporter)), string(s.gifterWithExporter.Public().AppendSyrup(nil))), ""},
		{"no gift identifier", inGive(giftID, ""), ""},
		{"empty gift identifier", inGive(giftID, "0:"), "gift identifier"},
		{"long gift identifier", inGive(giftID, "256:"+strings.Repeat("x", 256)), "gift identifier"},
		{"gift identifier a string", inGive(giftID, `3"foo`), ""},
		{"gift identifier a number", inGive(giftID, "1+"), ""},
		{"one field more", inGive(giftID, giftID+"f"), ""},
		{"a key for a signature", inGive(give[len(give)-101:len(give)-1], string(handoff.PublicKey{2}.AppendSyrup(nil))), "signature"},
		{"too long", inGive(giftID, fmt.Sprintf("%d:%s", handoff.MaxCertificateBytes, strings.Repeat("x", handoff.MaxCertificateBytes))), ""},
		{"too deep", inGive(giftID, strings.Repeat("[", 8)+strings.Repeat("]", 8)), ""},
	} {
		t.Run("give/"+test.name, func(t *testing.T) {
			g, err := handoff.ParseGive([]byte(test.input))
			checkNotParsed(t, g, err, test.what)
			around := strings.Replace(string(s.receive(0).AppendSyrup(nil)), give, test.input, 1)
			r, err := handoff.ParseReceive(handoff.SignEnvelope(s.receiverWithGifter, []byte(around)).AppendSyrup(nil))
			if err == nil {
				t.Errorf("a receive with it parses as %v", r)
			}
		})
	}
	for _, test := range []struct{ name, input, what string }{
		{"a give", give, "record label"},
		{"no envelope", string(s.receive(7).AppendSyrup(nil)), "record label"},
		{"count negative", inReceive(count, "7-<17'desc:sig-envelope"), ""},
		{"count beyond 64 bits", inReceive(count, "18446744073709551616+<17'desc:sig-envelope"), ""},
		{"count of many digits", inReceive(count, strings.Repeat("9", 21)+"+<17'desc:sig-envelope"), ""},
		{"count a fraction", inReceive(count, "D\x3f\xe0\x00\x00\x00\x00\x00\x00<17'desc:sig-envelope"), ""},
		{"count a string", inReceive(count, `1"7<17'desc:sig-envelope`), ""},
		{"no count", inReceive(count, "<17'desc:sig-envelope"), ""},
		{"give without envelope", inReceive(give, string(s.give().AppendSyrup(nil))), "record label"},
		{"give missing", inReceive(give, ""), ""},
		{"give false", inReceive(give, "f"), ""},
		{"give a receive", inReceive(give, receive), "record label"},
		{"short session", inReceive("32:"+string(idOf(s.receiverWithExporter)), "1:x"), "public identifier"},
	} {
		t.Run("receive/"+test.name, func(t *testing.T) {
			r, err := handoff.ParseReceive([]byte(test.input))
			checkNotParsed(t, r, err, test.what)
		})
	}
	for i := range receive {
		if r, err := handoff.ParseReceive([]byte(receive[:i])); err == nil {
			t.Errorf("the first %d bytes parse as %v", i, r)
		}
	}
}

// certificate is either of the two.
type certificate interface{ AppendSyrup([]byte) []byte }

// checkNotParsed checks that parsing failed and returned nothing.
func checkNotParsed(t *testing.T, c certificate, err error, what string) {
	t.Helper()
	if err == nil || c.AppendSyrup(nil) != nil {
		t.Fatalf("parsed as %v, error %v", c, err)
	}
	got := ""
	var wrong *handoff.FormError
	if errors.As(err, &wrong) {
		got = wrong.What
	}
	if got != what {
		t.Errorf("error %v about %q, want one about %q", err, got, what)
	}
}

func replaced(tb testing.TB, text, old, new string) string {
	tb.Helper()
	if strings.Count(text, old) != 1 {
		tb.Fatalf("%q is there %d times", old, strings.Count(text, old))
	}
	return strings.Replace(text, old, new, 1)
}

func idOf(k handoff.KeyPair) []byte {
	id := k.Public().ID()
	return id[:]
}

// TestLargestCertificateParses checks that the limits on certificates leave room for what the limits of their parts admit.
func TestLargestCertificateParses(t *testing.T) {
	s := newScene(t)
	hints := map[string]string{}
	for i := range locator.MaxHints {
		hints[fmt.Sprintf("%064d", i)] = strings.Repeat("v", 400)
	}
	location, err := locator.NewPeer(strings.Repeat("t", locator.MaxTransportBytes), strings.Repeat("d", locator.MaxDesignatorBytes), hints)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(location.AppendSyrup(nil)); n < locator.MaxRecordBytes-200 {
		t.Fatalf("a location of %d bytes is not a long one", n)
	}
	s.location, s.giftID = location, mustGiftID(t, make([]byte, handoff.MaxGiftIDBytes))
	if check := verify(t, s.exporter(), s.signedReceive(1<<64-1)); check != 0 {
		t.Errorf("fails %v", check)
	}
}

// TestParseKeepsNoInput overwrites the input after parsing.
func TestParseKeepsNoInput(t *testing.T) {
	s := newScene(t)
	raw := s.signedReceive(0).AppendSyrup(nil)
	before := bytes.Clone(raw)
	r, err := handoff.ParseReceive(raw)
	if err != nil {
		t.Fatal(err)
	}
	clear(raw)
	checkBytes(t, "the receive", r.AppendSyrup(nil), before)
	checkBytes(t, "the give", r.Receive().SignedGive.AppendSyrup(nil), s.signedGive().AppendSyrup(nil))
	if check := failing(t, s.exporter(), r); check != 0 {
		t.Errorf("fails %v", check)
	}
}

// TestOtherSpellings has a certificate that is not canonical: what was signed is what was received.
func TestOtherSpellings(t *testing.T) {
	s := newScene(t)
	give := strings.Replace(string(s.give().AppendSyrup(nil)), "17'desc", "017'desc", 1)
	raw := handoff.SignEnvelope(s.gifterWithExporter, []byte(give)).AppendSyrup(nil)
	receive := s.receive(0)
	var err error
	if receive.SignedGive, err = handoff.ParseGive(raw); err != nil {
		t.Fatal(err)
	}
	if check := verify(t, s.exporter(), handoff.SignReceive(s.receiverWithGifter, receive)); check != 0 {
		t.Errorf("fails %v", check)
	}
}

func TestCertificatesPrint(t *testing.T) {
	s := newScene(t)
	give := fmt.Sprintf("<desc:handoff-give :%v ocapn://exporter.tcp-testing-only?host=127.0.0.1&port=22046 :%v :%v (redacted)>",
		s.receiverWithGifter.Public(), s.gifterSession(), s.gifterWithExporter.Public().ID())
	receive := fmt.Sprintf("<desc:handoff-receive :%v :%v 7 <desc:sig-envelope %s>>",
		s.receiverSession(), s.receiverWithExporter.Public().ID(), give)
	for _, test := range []struct {
		value fmt.Stringer
		want  string
	}{
		{s.give(), give},
		{s.signedGive(), "<desc:sig-envelope " + give + ">"},
		{s.receive(7), receive},
		{s.signedReceive(7), "<desc:sig-envelope " + receive + ">"},
	} {
		if got := test.value.String(); got != test.want {
			t.Errorf("%T prints as\n%s, want\n%s", test.value, got, test.want)
		}
	}
}

func FuzzGive(f *testing.F) {
	for _, raw := range recordedOf(f, "give") {
		f.Add(raw)
	}
	s := newScene(f)
	f.Add(s.signedGive().AppendSyrup(nil))
	f.Add(bytes.Replace(s.signedGive().AppendSyrup(nil), []byte("17'"), []byte("0017'"), 2))
	f.Add([]byte("<17'desc:sig-envelope<17'desc:handoff-give"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		g, err := handoff.ParseGive(raw)
		if err != nil {
			return
		}
		checkBytes(t, "as it came", g.AppendSyrup(nil), raw)
		again, err := handoff.ParseGive(handoff.SignGive(s.gifterWithExporter, g.Give()).AppendSyrup(nil))
		if err != nil {
			t.Fatalf("signed anew: %v", err)
		}
		if again.String() != g.String() || !again.Give().GiftID.Equal(g.Give().GiftID) {
			t.Errorf("%v, signed anew %v", g, again)
		}
		if !again.Verify(s.gifterWithExporter.Public()) {
			t.Error("our own signature does not hold")
		}
	})
}

func FuzzReceiveCert(f *testing.F) {
	for _, raw := range recordedOf(f, "receive") {
		f.Add(raw)
	}
	s := newScene(f)
	for _, count := range []uint64{0, 1, 1<<64 - 1} {
		f.Add(s.signedReceive(count).AppendSyrup(nil))
	}
	f.Add(handoff.SignReceive(s.receiverWithExporter, s.receive(0)).AppendSyrup(nil))
	f.Add([]byte("<17'desc:sig-envelope<20'desc:handoff-receive"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := handoff.ParseReceive(raw)
		if err != nil {
			return
		}
		checkBytes(t, "as it came", r.AppendSyrup(nil), raw)
		again, err := handoff.ParseReceive(handoff.SignReceive(s.receiverWithGifter, r.Receive()).AppendSyrup(nil))
		if err != nil {
			t.Fatalf("signed anew: %v", err)
		}
		if again.String() != r.String() {
			t.Errorf("%v, signed anew %v", r, again)
		}
		e := s.exporter()
		e.Counts = handoff.NewCounts(1)
		if _, err := e.Verify(r); err == nil && !bytes.Contains(raw, s.receive(r.Receive().HandoffCount).AppendSyrup(nil)) {
			t.Errorf("%q is accepted, and nobody signed it", raw)
		}
	})
}
