package handoff_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/handoff"
)

func TestKeyPairGiftID(t *testing.T) {
	keys := handoff.KeyPairFromSeed(seedA)
	mac := hmac.New(sha256.New, seedA[:])
	mac.Write([]byte("ocapn gift identifier\x00\x00\x00\x00\x00\x00\x00\x01\x02"))
	checkBytes(t, "the identifier", keys.GiftID(0x102).Bytes(), mac.Sum(nil))

	seen := map[[32]byte]string{}
	for name, keys := range map[string]handoff.KeyPair{"A": keys, "B": handoff.KeyPairFromSeed(seedB)} {
		for _, n := range []uint64{0, 1, 2, 256, 1 << 32, 1<<64 - 1} {
			name := fmt.Sprint(name, n)
			id := keys.GiftID(n)
			if len(id.Bytes()) != 32 || !id.Equal(keys.GiftID(n)) {
				t.Errorf("%s: %d bytes", name, len(id.Bytes()))
			}
			if other := seen[id.Digest()]; other != "" {
				t.Errorf("%s is %s", name, other)
			}
			seen[id.Digest()] = name
		}
	}
	if id := (handoff.KeyPair{}).GiftID(1); !id.IsZero() {
		t.Error("no key pair makes an identifier")
	}
}

func TestNewGiftID(t *testing.T) {
	for _, n := range []int{0, 1, 7, 16, 32, 255, 256} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			b := bytes.Repeat([]byte{0xee}, n)
			id, err := handoff.NewGiftID(b)
			decoded, decodeErr := decode(fmt.Appendf(nil, "%d:%s", n, b), handoff.DecodeGiftID)
			if n == 0 || n > handoff.MaxGiftIDBytes {
				for _, err := range []error{err, decodeErr} {
					var wrong *handoff.FormError
					if !errors.As(err, &wrong) || wrong.What != "gift identifier" {
						t.Errorf("error %v", err)
					}
				}
				if !id.IsZero() || !decoded.IsZero() {
					t.Error("an identifier with the error")
				}
				return
			}
			if err != nil || decodeErr != nil {
				t.Fatal(err, decodeErr)
			}
			clear(b)
			want := bytes.Repeat([]byte{0xee}, n)
			checkBytes(t, "bytes", id.Bytes(), want)
			checkBytes(t, "form", decoded.AppendSyrup(nil), fmt.Appendf(nil, "%d:%s", n, want))
			if !id.Equal(decoded) || id.Digest() != sha256.Sum256(want) {
				t.Error("they differ")
			}
		})
	}
	if mustGiftID(t, []byte("a")).Equal(mustGiftID(t, []byte("b"))) || mustGiftID(t, []byte("a")).Equal(handoff.GiftID{}) {
		t.Error("different identifiers are equal")
	}
}

func TestDecodeGiftIDRefuses(t *testing.T) {
	for _, input := range []string{"", "f", "1+", `3"foo`, "3'foo", "3:fo", "[3:foo]", "3:foof"} {
		if id, err := decode([]byte(input), handoff.DecodeGiftID); err == nil {
			t.Errorf("%q decodes as %v", input, id)
		}
	}
}

// TestGiftIDsDoNotPrint prints everything that holds a gift identifier in every way in which a program prints values by accident.
func TestGiftIDsDoNotPrint(t *testing.T) {
	s := newScene(t)
	secret := []byte("an identifier nobody shall see!!")
	s.giftID = mustGiftID(t, secret)
	gifts := handoff.NewGifts[string, string](1, 1, 1)
	if _, _, err := gifts.Deposit(s.gifterSession(), s.giftID, "gift"); err != nil {
		t.Fatal(err)
	}
	traces := []string{
		string(secret[:8]), hex.EncodeToString(secret[:8]), strings.Trim(fmt.Sprint(secret[:8]), "[]"),
		base64.StdEncoding.EncodeToString(secret[:6]),
	}
	type unexported struct{ value any }
	type inside struct {
		id      handoff.GiftID
		give    handoff.Give
		signed  handoff.SignedGive
		receive handoff.SignedReceive
		right   handoff.Withdrawal
	}
	right := s.withdrawal(t, 0)
	for name, value := range map[string]any{
		"identifier": s.giftID, "give": s.give(), "signed give": s.signedGive(), "receive": s.receive(0),
		"signed receive": s.signedReceive(0), "withdrawal": right, "gifts": gifts,
		"fields": inside{s.giftID, s.give(), s.signedGive(), s.signedReceive(0), right},
	} {
		for shape, value := range map[string]any{
			"itself": value, "pointer": &value, "field": struct{ V any }{value}, "unexported field": unexported{value},
			"pointer to struct": &unexported{value}, "slice": []any{value}, "map": map[string]any{"a": value},
		} {
			var logged bytes.Buffer
			slog.New(slog.NewTextHandler(&logged, nil)).Info("message", "value", value)
			slog.New(slog.NewJSONHandler(&logged, nil)).Info("message", "value", value)
			printed := []string{logged.String()}
			if asJSON, err := json.Marshal(value); err == nil {
				printed = append(printed, string(asJSON))
			}
			for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%o", "%c", "%p"} {
				printed = append(printed, fmt.Sprintf(verb, value))
			}
			for _, text := range printed {
				for _, trace := range traces {
					if strings.Contains(strings.ToLower(text), strings.ToLower(trace)) {
						t.Errorf("%s as %s shows the identifier: %.200s", name, shape, text)
					}
				}
			}
		}
	}
	for verb, want := range map[string]string{"%v": "(redacted)", "%x": "(redacted)", "%#v": "handoff.GiftID(redacted)"} {
		if got := fmt.Sprintf(verb, s.giftID); got != want {
			t.Errorf("%s prints %s, want %s", verb, got, want)
		}
	}
	if got := fmt.Sprint(handoff.GiftID{}); got != "" {
		t.Errorf("none prints as %q", got)
	}
}
