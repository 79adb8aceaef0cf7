package netlayer_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

func TestKeyFile(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "peer.key")
	key, err := netlayer.KeyFile(path)
	if err != nil {
		t.Fatal(err)
	}
	message := []byte("message")
	if !ed25519.Verify(key.Public().(ed25519.PublicKey), message, ed25519.Sign(key, message)) {
		t.Error("the key does not sign")
	}
	again, err := netlayer.KeyFile(path)
	if err != nil || !again.Equal(key) {
		t.Errorf("second KeyFile: another key, or %v", err)
	}
	if other, err := netlayer.KeyFile(filepath.Join(folder, "other.key")); err != nil || other.Equal(key) {
		t.Errorf("KeyFile of another path: the same key, or %v", err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("mode: %#o, want 0600", got)
	}
	if names, err := os.ReadDir(folder); err != nil || len(names) != 2 {
		t.Errorf("files in the folder: %v, %v, want the two of the keys", names, err)
	}
}

// The format is one that other programs know.
func TestKeyFileFormat(t *testing.T) {
	path := filepath.Join(t.TempDir(), "peer.key")
	seed := make([]byte, ed25519.SeedSize)
	for i := range seed {
		seed[i] = byte(i)
	}
	// As in RFC 8410: a sequence of version, algorithm 1.3.101.112, and the seed in an octet string in an octet string.
	der := append([]byte("\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20"), seed...)
	write(t, path, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), 0o600)
	key, err := netlayer.KeyFile(path)
	if err != nil || !key.Equal(ed25519.NewKeyFromSeed(seed)) {
		t.Errorf("KeyFile: another key, or %v", err)
	}
}

// Processes that start at once are one peer. Goroutines stand for them: nothing is shared but the folder.
func TestKeyFileAtOnce(t *testing.T) {
	for range 20 {
		path := filepath.Join(t.TempDir(), "peer.key")
		keys := make([]ed25519.PrivateKey, 8)
		var all sync.WaitGroup
		for i := range keys {
			all.Go(func() {
				var err error
				if keys[i], err = netlayer.KeyFile(path); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		for _, key := range keys {
			if !bytes.Equal(key, keys[0]) {
				t.Fatal("different keys")
			}
		}
	}
}

func TestKeyFileRefuses(t *testing.T) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	curve, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	good := block(t, "PRIVATE KEY", key)
	for _, test := range []struct {
		name    string
		content []byte
		mode    fs.FileMode
		want    string // part of the error
	}{
		{"others can read", good, 0o604, "0604"},
		{"group can read", good, 0o640, "0640"},
		{"group can write", good, 0o620, "0620"},
		{"empty", nil, 0o600, "PEM"},
		{"no PEM", []byte("secret"), 0o600, "PEM"},
		{"other block", block(t, "OPENSSH PRIVATE KEY", key), 0o600, "PEM"},
		{"two blocks", append(bytes.Clone(good), good...), 0o600, "PEM"},
		{"cut", good[:len(good)/2], 0o600, "PEM"},
		{"too long", append(bytes.Repeat([]byte("\n"), 70_000), good...), 0o600, "bytes"},
		{"no key", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("secret")}), 0o600, "PKCS #8"},
		{"other key", block(t, "PRIVATE KEY", curve), 0o600, "Ed25519"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if runtime.GOOS == "windows" && test.mode != 0o600 {
				t.Skip("no such modes here")
			}
			path := filepath.Join(t.TempDir(), "peer.key")
			write(t, path, test.content, test.mode)
			got, err := netlayer.KeyFile(path)
			if err == nil || got != nil || !strings.Contains(err.Error(), test.want) {
				t.Fatalf("KeyFile: %v, want an error about %q", err, test.want)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the error shows what is in the file: %v", err)
			}
			if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, test.content) {
				t.Errorf("the file has changed, or %v", err)
			}
		})
	}
	if _, err := netlayer.KeyFile(filepath.Join(t.TempDir(), "none", "peer.key")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("KeyFile in no folder: %v, want %v", err, fs.ErrNotExist)
	}
	if _, err := netlayer.KeyFile(t.TempDir()); err == nil {
		t.Error("KeyFile of a folder: no error")
	}
}

// block returns a PEM block that holds the key.
func block(t *testing.T, name string, key any) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: name, Bytes: der})
}

// write writes a file with exactly the mode.
func write(t *testing.T, path string, content []byte, mode fs.FileMode) {
	t.Helper()
	if err := errors.Join(os.WriteFile(path, content, mode), os.Chmod(path, mode)); err != nil {
		t.Fatal(err)
	}
}
