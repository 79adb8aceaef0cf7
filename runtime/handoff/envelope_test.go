package handoff_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/handoff"
)

// TestEnvelopeKeepsTheObject checks that an object stays as it was spelt, which is what was signed.
func TestEnvelopeKeepsTheObject(t *testing.T) {
	keys := handoff.KeyPairFromSeed(seedA)
	for _, object := range []string{"t", "007+", `{1"b1+1"a2+}`, "<3'foo[]>", "<17'desc:sig-envelope0+f>"} {
		t.Run(object, func(t *testing.T) {
			e, err := decode(handoff.SignEnvelope(keys, []byte(object)).AppendSyrup(nil), handoff.DecodeEnvelope)
			if err != nil {
				t.Fatal(err)
			}
			if string(e.Object) != object {
				t.Errorf("object %s", e.Object)
			}
			if !e.Verify(keys.Public()) {
				t.Error("the signature does not hold")
			}
			if e.Verify(handoff.KeyPairFromSeed(seedB).Public()) {
				t.Error("the signature holds under another key")
			}
		})
	}
}

func TestEnvelopeSurvivesAppending(t *testing.T) {
	e, err := decode([]byte("<17'desc:sig-envelope1+"+string(handoff.Signature{}.AppendSyrup(nil))+">"), handoff.DecodeEnvelope)
	if err != nil {
		t.Fatal(err)
	}
	before := e.AppendSyrup(nil)
	_ = append(e.Object, "overwrites nothing"...)
	if after := e.AppendSyrup(nil); !bytes.Equal(before, after) {
		t.Errorf("%q became %q", before, after)
	}
}

func TestDecodeEnvelopeRefuses(t *testing.T) {
	sig := string(handoff.Signature{}.AppendSyrup(nil))
	form := "<17'desc:sig-envelope<3'foo>" + sig + ">"
	tests := []struct {
		name, input, what string // what a FormError is about, or empty for an error of package syrup
	}{
		{"a list", "[17'desc:sig-envelope1+" + sig + "]", ""},
		{"other label", "<17'desc:sig-ENVELOPE1+" + sig + ">", "record label"},
		{"label a string", `<17"desc:sig-envelope1+` + sig + ">", ""},
		{"no object", "<17'desc:sig-envelope" + sig + ">", ""},
		{"no signature", "<17'desc:sig-envelope1+>", ""},
		{"signature first", "<17'desc:sig-envelope" + sig + "1+>", "signature"},
		{"a key for a signature", "<17'desc:sig-envelope1+" + string(handoff.PublicKey{2}.AppendSyrup(nil)) + ">", "signature"},
		{"one field more", "<17'desc:sig-envelope1+" + sig + "f>", ""},
		{"other r", strings.Replace(form, "[1'r32:", "[1'R32:", 1), "signature"},
		{"other s", strings.Replace(form, "[1's32:", "[1'S32:", 1), "signature"},
		{"other algorithm", strings.Replace(form, "5'eddsa", "5'ecdsa", 1), "signature"},
		{"leading zero", strings.Replace(form, "[1's32:", "[1's032:", 1), "signature"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e, err := decode([]byte(test.input), handoff.DecodeEnvelope)
			if err == nil || e.Object != nil {
				t.Fatalf("decoded with object %q, error %v", e.Object, err)
			}
			what := ""
			var wrong *handoff.FormError
			if errors.As(err, &wrong) {
				what = wrong.What
			}
			if what != test.what {
				t.Errorf("error %v about %q, want one about %q", err, what, test.what)
			}
		})
	}
	for i := range form {
		if e, err := decode([]byte(form[:i]), handoff.DecodeEnvelope); err == nil || e.Object != nil {
			t.Errorf("%q: decoded with error %v", form[:i], err)
		}
	}
}

func FuzzEnvelope(f *testing.F) {
	v := read[recorded](f, "crypto.json")
	f.Add([]byte(v.Handoff.GiveEnvelope))
	f.Add([]byte(v.Handoff.ReceiveEnvelope))
	f.Add([]byte(v.Websocket.Answer))
	f.Add([]byte("<017'desc:sig-envelope007+" + string(handoff.Signature{1, 63: 2}.AppendSyrup(nil)) + ">"))
	f.Add([]byte("<17'desc:sig-envelope"))
	f.Fuzz(func(t *testing.T, input []byte) {
		e, err := decode(input, handoff.DecodeEnvelope)
		if err != nil {
			return
		}
		written := e.AppendSyrup(nil)
		again, err := decode(written, handoff.DecodeEnvelope)
		if err != nil {
			t.Fatalf("%q is written as %q, which does not decode: %v", input, written, err)
		}
		if !bytes.Equal(again.Object, e.Object) || again.Signature != e.Signature {
			t.Errorf("%q is written as %q, which is another envelope", input, written)
		}
		if bytes.HasPrefix(input, []byte("<17'")) && !bytes.Equal(written, input) {
			t.Errorf("%q is written as %q", input, written)
		}
		keys := handoff.KeyPairFromSeed(seedA)
		signed := handoff.SignEnvelope(keys, e.Object)
		if !signed.Verify(keys.Public()) || e.Signature != signed.Signature && e.Verify(keys.Public()) {
			t.Errorf("%q: only our own signature holds under our key", e.Object)
		}
	})
}
