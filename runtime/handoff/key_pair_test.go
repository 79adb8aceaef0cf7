package handoff_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/handoff"
)

func TestGenerateKeyPair(t *testing.T) {
	seed := [32]byte([]byte("0123456789abcdef0123456789ABCDEF"))
	pair, err := handoff.GenerateKeyPair(bytes.NewReader(append(seed[:], "more"...)))
	if err != nil {
		t.Fatal(err)
	}
	if got, want := pair.Public(), handoff.KeyPairFromSeed(seed).Public(); got != want {
		t.Errorf("public key %v, want that of the first 32 bytes, %v", got, want)
	}
	pair, err = handoff.GenerateKeyPair(strings.NewReader("too short"))
	if !errors.Is(err, io.ErrUnexpectedEOF) || !pair.IsZero() {
		t.Errorf("from a short source: error %v, zero %t", err, pair.IsZero())
	}
}

// TestSecretsDoNotPrint prints a key pair in every way in which a program prints values by accident.
func TestSecretsDoNotPrint(t *testing.T) {
	type exported struct{ Keys handoff.KeyPair }
	type unexported struct{ keys handoff.KeyPair }
	seed := [32]byte([]byte("a seed that nobody may ever see!"))
	pair := handoff.KeyPairFromSeed(seed)
	private := ed25519.NewKeyFromSeed(seed[:])
	traces := []string{
		string(seed[:8]), hex.EncodeToString(seed[:8]), strings.Trim(fmt.Sprint(seed[:8]), "[]"),
		hex.EncodeToString(private[:8]),
	}
	for name, value := range map[string]any{
		"key pair": pair, "pointer": &pair, "exported field": exported{pair}, "unexported field": unexported{pair},
		"pointer to struct": &unexported{pair}, "slice": []handoff.KeyPair{pair}, "map": map[string]any{"a": pair},
	} {
		asJSON, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		var logged bytes.Buffer
		slog.New(slog.NewTextHandler(&logged, nil)).Info("message", "key", value)
		slog.New(slog.NewJSONHandler(&logged, nil)).Info("message", "key", value)
		printed := []string{string(asJSON), logged.String()}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%d", "%o", "%c", "%p"} {
			printed = append(printed, fmt.Sprintf(verb, value))
		}
		for _, text := range printed {
			for _, trace := range traces {
				if strings.Contains(strings.ToLower(text), strings.ToLower(trace)) {
					t.Errorf("%s shows the secret: %s", name, text)
				}
			}
		}
	}
	want := "key pair of " + pair.Public().String()
	for _, verb := range []string{"%v", "%#v", "%x"} {
		if got := fmt.Sprintf(verb, pair); got != want {
			t.Errorf("%s prints %q, want %q", verb, got, want)
		}
	}
}
