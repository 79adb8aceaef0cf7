package handoff_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/handoff"
)

func TestPublicIDCompare(t *testing.T) {
	low, high := handoff.PublicID{0x7f, 31: 1}, handoff.PublicID{0x80}
	for _, test := range []struct {
		name string
		a, b handoff.PublicID
		want int
	}{
		{"unsigned", low, high, -1},
		{"turned", high, low, 1},
		{"equal", low, low, 0},
		{"last byte", handoff.PublicID{31: 1}, handoff.PublicID{31: 2}, -1},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.a.Compare(test.b); got != test.want {
				t.Errorf("got %d, want %d", got, test.want)
			}
		})
	}
}

// TestPublicValuesPrint checks that what is public prints in hexadecimal, which is how it is compared by eye.
func TestPublicValuesPrint(t *testing.T) {
	want := "ab" + strings.Repeat("00", 31)
	for _, v := range []fmt.Stringer{handoff.PublicKey{0xab}, handoff.PublicID{0xab}, handoff.SessionID{0xab}} {
		if got := fmt.Sprint(v); got != want {
			t.Errorf("%T prints as %s, want %s", v, got, want)
		}
	}
	if got := fmt.Sprint(handoff.Signature{0xab}); got != want+strings.Repeat("00", 32) {
		t.Errorf("a signature prints as %s", got)
	}
}

// TestErrorsSayWhere checks what a person reads about a value that is refused.
func TestErrorsSayWhere(t *testing.T) {
	_, err := decode(handoff.PublicKey{1}.AppendSyrup(nil), handoff.DecodePublicKey)
	if want := "handoff: public key: want a canonical key that is not of small order"; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error %v, want one with %q", err, want)
	}
	if text := fmt.Sprint(err); !strings.Contains(text, "offset") {
		t.Errorf("error %q says no offset", text)
	}
}
