package locator_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

func TestSwissNumber(t *testing.T) {
	b := []byte("secret")
	s := locator.NewSwissNumber(b)
	b[0] = 'X'
	if got := s.Bytes(); string(got) != "secret" {
		t.Errorf("bytes %q, want those that were given", got)
	}
	s.Bytes()[0] = 'X'
	if got := s.Bytes(); string(got) != "secret" {
		t.Errorf("bytes %q, want those that were given", got)
	}
	if got, want := s.Digest(), sha256.Sum256([]byte("secret")); got != want {
		t.Errorf("digest %x, want %x", got, want)
	}
	if got := string(s.AppendSyrup([]byte("["))); got != "[6:secret" {
		t.Errorf("written as %s", got)
	}
}

func TestSwissNumberEqual(t *testing.T) {
	var zero locator.SwissNumber
	number := func(s string) locator.SwissNumber { return locator.NewSwissNumber([]byte(s)) }
	tests := []struct {
		name string
		a, b locator.SwissNumber
		want bool
	}{
		{"same", number("secret"), number("secret"), true},
		{"other", number("secret"), number("secreT"), false},
		{"longer", number("secret"), number("secrets"), false},
		{"zero and some", zero, number("secret"), false},
		{"zero", zero, zero, true},
		{"empty and zero", number(""), zero, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := test.a.Equal(test.b); got != test.want {
				t.Errorf("Equal: %t, want %t", got, test.want)
			}
			if got := test.b.Equal(test.a); got != test.want {
				t.Errorf("Equal the other way round: %t, want %t", got, test.want)
			}
		})
	}
	if !zero.IsZero() || !number("").IsZero() || number("x").IsZero() || zero.Bytes() != nil {
		t.Error("only the number without bytes is zero, and it has no bytes")
	}
}

func TestGenerateSwissNumber(t *testing.T) {
	s, err := locator.GenerateSwissNumber(strings.NewReader("0123456789abcdef0123456789ABCDEF and more"))
	if err != nil {
		t.Fatal(err)
	}
	if got := string(s.Bytes()); got != "0123456789abcdef0123456789ABCDEF" {
		t.Errorf("swiss number %q, want the first 32 bytes", got)
	}
	s, err = locator.GenerateSwissNumber(strings.NewReader("too short"))
	if !errors.Is(err, io.ErrUnexpectedEOF) || !s.IsZero() {
		t.Errorf("from a short source: error %v, zero %t", err, s.IsZero())
	}
}

func TestDecodeSwissNumber(t *testing.T) {
	tests := []struct {
		name, input, want string // want is empty for an error
	}{
		{"bytes", "6:secret", "secret"},
		{"string", `6"secret`, "secret"},
		{"not UTF-8", "2:\xff\x00", "\xff\x00"},
		{"string not UTF-8", "1\"\xff", ""},
		{"symbol", "6'secret", ""},
		{"integer", "6+", ""},
		{"no bytes", "0:", ""},
		{"empty string", `0"`, ""},
		{"too long", fmt.Sprintf("%d:%s", locator.MaxSwissBytes+1, strings.Repeat("x", locator.MaxSwissBytes+1)), ""},
		{"nothing", "", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var d syrup.Decoder
			d.Reset([]byte(test.input), syrup.Options{})
			s := locator.DecodeSwissNumber(&d)
			if err := d.Finish(); (err == nil) != (test.want != "") {
				t.Errorf("error %v", err)
			}
			if got := string(s.Bytes()); got != test.want {
				t.Errorf("swiss number %q, want %q", got, test.want)
			}
		})
	}
}

// TestSecretsAreRedacted prints a swiss number and a sturdyref in every way in which a program prints values by
// accident, as they are and inside of other values.
func TestSecretsAreRedacted(t *testing.T) {
	type exported struct {
		Swiss locator.SwissNumber
		Ref   locator.SturdyRef
	}
	type unexported struct {
		swiss locator.SwissNumber
		ref   locator.SturdyRef
	}
	const secret = "thesecret"
	swiss := locator.NewSwissNumber([]byte(secret))
	ref := locator.SturdyRef{Peer: mustPeer(t, "ocapn://x.tcp?host=h"), Swiss: swiss}
	values := map[string]any{
		"swiss number":      swiss,
		"sturdyref":         ref,
		"pointer":           &swiss,
		"pointer to ref":    &ref,
		"exported fields":   exported{swiss, ref},
		"unexported fields": unexported{swiss, ref},
		"pointer to struct": &unexported{swiss, ref},
		"slice":             []locator.SwissNumber{swiss},
		"slice of refs":     []locator.SturdyRef{ref},
		"map":               map[string]locator.SturdyRef{"a": ref},
		"any":               []any{swiss, ref},
	}
	// What would give the secret away: as text, in hexadecimal, as numbers, in base64.
	traces := []string{secret, fmt.Sprintf("%x", secret), strings.Trim(fmt.Sprint([]byte(secret)), "[]"), "dGhlc2VjcmV0"}
	for name, value := range values {
		printed := map[string]string{"json": asJSON(t, value)}
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "% x", "%#x", "%d", "%o", "%b", "%c", "%U", "%e", "%t", "%p", "%T", "%10.3v", "%w"} {
			printed[verb] = fmt.Sprintf(verb, value)
		}
		printed["slog text"] = logged(value, func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) })
		printed["slog json"] = logged(value, func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) })
		printed["error"] = fmt.Errorf("wrapped: %v", value).Error()
		for how, text := range printed {
			lower := strings.ToLower(text)
			for _, trace := range traces {
				if strings.Contains(lower, strings.ToLower(trace)) {
					t.Errorf("%s by %s shows the secret: %s", name, how, text)
				}
			}
		}
	}
	want := map[string]string{
		fmt.Sprint(swiss):                                      "(redacted)",
		fmt.Sprintf("%x", swiss):                               "(redacted)",
		fmt.Sprintf("%#v", swiss):                              "locator.SwissNumber(redacted)",
		fmt.Sprint(ref):                                        "ocapn://x.tcp/s/(redacted)?host=h",
		fmt.Sprintf("%#v", ref):                                "locator.SturdyRef(ocapn://x.tcp/s/(redacted)?host=h)",
		asJSON(t, exported{swiss, ref}):                        `{"Swiss":"(redacted)","Ref":"ocapn://x.tcp/s/(redacted)?host=h"}`,
		fmt.Sprint(locator.SwissNumber{}, locator.SturdyRef{}): " ",
	}
	for got, want := range want {
		if got != want {
			t.Errorf("printed %q, want %q", got, want)
		}
	}
}

func asJSON(tb testing.TB, value any) string {
	tb.Helper()
	b, err := json.Marshal(value)
	if err != nil {
		tb.Fatal(err)
	}
	return string(b)
}

// logged returns what a logger writes about the value.
func logged(value any, handler func(io.Writer) slog.Handler) string {
	var b bytes.Buffer
	slog.New(handler(&b)).Info("message", "key", value)
	return b.String()
}
