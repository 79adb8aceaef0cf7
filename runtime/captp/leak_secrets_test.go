package captp_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"go/build"
	"math/big"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/handoff"
)

// secrets are texts that must not appear anywhere, in any of the forms in which bytes are printed.
type secrets struct {
	mu    sync.Mutex
	known map[string]string // what each is, by its bytes. Guarded by mu.
}

func (s *secrets) add(what string, secret []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.known == nil {
		s.known = make(map[string]string)
	}
	s.known[string(secret)] = what
}

// Read draws random bytes as a vat does. What it draws 32 bytes for is the seed of a key or a swiss number; of a key it takes down the private
// half, and the identifiers of the gifts that the vat would make with it.
func (s *secrets) Read(b []byte) (int, error) {
	n, err := rand.Read(b)
	if len(b) == 32 {
		seed := bytes.Clone(b)
		s.add("a seed or swiss number", seed)
		pair := handoff.KeyPairFromSeed([32]byte(seed))
		for i := range uint64(10) {
			s.add("an identifier of a gift", pair.GiftID(i).Bytes())
		}
	}
	return n, err
}

// forms returns what bytes look like when they are printed.
func forms(secret []byte) []string {
	decimal, hexadecimal := fmt.Sprint(secret), fmt.Sprintf("%#v", secret)
	return []string{
		string(secret),
		strings.Trim(strconv.Quote(string(secret)), `"`),
		strings.Trim(strconv.QuoteToASCII(string(secret)), `"`),
		url.PathEscape(string(secret)), url.QueryEscape(string(secret)),
		hex.EncodeToString(secret), strings.ToUpper(hex.EncodeToString(secret)),
		strings.TrimRight(base32.StdEncoding.EncodeToString(secret), "="),
		strings.ToLower(strings.TrimRight(base32.StdEncoding.EncodeToString(secret), "=")),
		base64.RawStdEncoding.EncodeToString(secret), base64.RawURLEncoding.EncodeToString(secret),
		strings.Trim(decimal, "[]"), strings.ReplaceAll(strings.Trim(decimal, "[]"), " ", ","), strings.ReplaceAll(strings.Trim(decimal, "[]"), " ", ", "),
		hexadecimal[strings.Index(hexadecimal, "{")+1 : len(hexadecimal)-1],
		new(big.Int).SetBytes(secret).String(),
	}
}

// expectNone reports every secret in a text.
func (s *secrets) expectNone(t *testing.T, where, text string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	for secret, what := range s.known {
		for i, form := range forms([]byte(secret)) {
			if at := strings.Index(text, form); at >= 0 {
				t.Errorf("%s holds %s, in form %d: …%.200s", where, what, i, text[max(0, at-100):])
			}
		}
	}
}

// sourcePath finds what looks like the path of a Go file.
var sourcePath = regexp.MustCompile(`[/\\][\w.@-]+\.go\b`)

// expectNoPaths reports every folder of this machine, and every path of a Go file, in a text.
func expectNoPaths(t *testing.T, where, text string) {
	t.Helper()
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	home, _ := os.UserHomeDir()
	for _, folder := range []string{here, filepath.Join(here, "..", ".."), build.Default.GOROOT, build.Default.GOPATH, os.TempDir(), home} {
		if len(folder) < 2 {
			continue
		}
		if at := strings.Index(text, folder+string(filepath.Separator)); at >= 0 {
			t.Errorf("%s holds the folder %s: …%.200s", where, folder, text[max(0, at-100):])
		}
	}
	if found := sourcePath.FindString(text); found != "" {
		t.Errorf("%s holds the path of a file, …%s", where, found)
	}
}

// A search for secrets finds them in whatever prints bytes, or else what it does not find means nothing.
func TestSearchForSecrets(t *testing.T) {
	var s secrets
	secret := make([]byte, 32)
	if _, err := s.Read(secret); err != nil {
		t.Fatal(err)
	}
	if len(s.known) != 11 {
		t.Errorf("%d secrets come of a seed, want itself and 10 gifts", len(s.known))
	}
	for _, format := range []string{"%s", "%q", "%+q", "%x", "%X", "%v", "%d", "%#v"} {
		text := fmt.Sprintf("error: "+format+" is wrong", secret)
		if found := forms(secret); !containsAny(text, found) {
			t.Errorf("it is not found when printed by %s: %s", format, text)
		}
	}
	for _, text := range []string{"a/b/core/vat.go:12", `C:\core\vat.go`} {
		if sourcePath.FindString(text) == "" {
			t.Errorf("the path is not found in %s", text)
		}
	}
}

func containsAny(text string, parts []string) bool {
	for _, part := range parts {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}
