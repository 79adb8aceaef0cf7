package netlayer_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// recordedDesignator is that of the key whose seed is the bytes from 0 to 31, as other implementations write it.
const recordedDesignator = "aoqqpp7tzyil4hlq3umoos6atft6jvrqtosq2xy53sdgiesvgg4a"

// recordedKey returns that key.
func recordedKey() ed25519.PublicKey {
	seed := make([]byte, ed25519.SeedSize)
	for i := range seed {
		seed[i] = byte(i)
	}
	return ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
}

func TestDesignator(t *testing.T) {
	if got := netlayer.Designator(recordedKey()); got != recordedDesignator {
		t.Errorf("Designator: %q, want %q", got, recordedDesignator)
	}
}

func TestParseDesignator(t *testing.T) {
	got, err := netlayer.ParseDesignator(recordedDesignator)
	if err != nil || !bytes.Equal(got, recordedKey()) {
		t.Errorf("ParseDesignator(%q): %x, %v, want %x", recordedDesignator, got, err, recordedKey())
	}
	for name, text := range map[string]string{
		"empty":                        "",
		"capital letters":              strings.ToUpper(recordedDesignator),
		"padded":                       recordedDesignator + "====",
		"in groups":                    recordedDesignator[:4] + "-" + recordedDesignator[4:20] + "--" + recordedDesignator[20:],
		"no key":                       "unreachable",
		"short":                        recordedDesignator[:50],
		"cut":                          recordedDesignator[:51],
		"long":                         recordedDesignator + "aa",
		"twice":                        recordedDesignator + recordedDesignator,
		"hexadecimal":                  strings.Repeat("0123456789abcdef", 4),
		"other letters":                "0" + recordedDesignator[1:],
		"bits behind the key":          recordedDesignator[:51] + "b",
		"line break":                   recordedDesignator + "\n",
		"line break inside":            recordedDesignator[:9] + "\r\n" + recordedDesignator[9:],
		"letters that fold":            strings.Replace(recordedDesignator, "s", "ſ", 1),
		"letters that grow when lower": strings.Replace(recordedDesignator, "k", "K", 1) + "K",
	} {
		if key, err := netlayer.ParseDesignator(text); !errors.Is(err, netlayer.ErrLocation) {
			t.Errorf("%s: ParseDesignator(%q): %x, %v, want an error that wraps ErrLocation", name, text, key, err)
		}
	}
}
