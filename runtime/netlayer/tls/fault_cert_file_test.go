package tls

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A file that lacks its end is no identity, and no reason to make another one. The error says which file it is, and nothing of what is in
// it.
func TestCertFileCutAnywhere(t *testing.T) {
	path := filepath.Join(t.TempDir(), "peer.pem")
	if _, err := openIdentity(path); err != nil {
		t.Fatal(err)
	}
	good, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for n := range good {
		if err := os.WriteFile(path, good[:n], 0o600); err != nil {
			t.Fatal(err)
		}
		id, err := openIdentity(path)
		if id != nil || err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("%d of %d bytes: %v", n, len(good), err)
			continue
		}
		for line := range bytes.FieldsSeq(good) {
			if len(line) > 10 && strings.Contains(err.Error(), string(line)) {
				t.Errorf("%d of %d bytes: the error shows what is in the file: %v", n, len(good), err)
			}
		}
		if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, good[:n]) {
			t.Errorf("%d of %d bytes: the file has changed, or %v", n, len(good), err)
		}
	}
}
