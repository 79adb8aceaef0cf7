package tls

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"math/big"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
)

// The file makes the peer, and its location, the same each time.
func TestCertFile(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "peer.pem")
	first := newNetlayerOf(t, Options{CertFile: path}).Location()
	if again := newNetlayerOf(t, Options{CertFile: path}).Location(); !again.Equal(first) {
		t.Errorf("%v, then %v", first, again)
	}
	if other := newNetlayerOf(t, Options{CertFile: filepath.Join(folder, "other.pem")}).Location(); other.SameAs(first) {
		t.Errorf("%v twice", other)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 && runtime.GOOS != "windows" {
		t.Errorf("%v, %v", info, err)
	}
	if runtime.GOOS == "windows" {
		return
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := New(Options{CertFile: path}); err == nil || !strings.Contains(err.Error(), "0644") {
		t.Errorf("New with a file that others can read: %v", err)
	}
}

// TestDesignator computes one without this package: the hash of the hash of the PEM.
func TestDesignator(t *testing.T) {
	if got, want := designatorOf([]byte("hello")), "9595c9df90075148eb06860365df33584b75bff782a510c6cd4883a419833d50"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	id := fresh(t)
	if !bytes.HasPrefix(id.announced, []byte("-----BEGIN CERTIFICATE-----\n")) || !bytes.HasSuffix(id.announced, []byte("-----END CERTIFICATE-----\n")) {
		t.Errorf("announced: %q", id.announced)
	}
}

// certified returns a certificate of the key for itself, and the key in PEM.
func certified(t *testing.T, key crypto.Signer) (certificate, private []byte) {
	t.Helper()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Unix(0, 0), NotAfter: time.Unix(1<<31-1, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return encodeCertificate(der), pem.EncodeToMemory(&pem.Block{Type: keyBlock, Bytes: encoded})
}

// TestOtherCertFiles reads files that other programs have written.
func TestOtherCertFiles(t *testing.T) {
	curve, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	old, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range []crypto.Signer{curve, edwards, old} {
		certificate, private := certified(t, key)
		for _, content := range [][]byte{bytes.Join([][]byte{private, certificate}, nil), bytes.Join([][]byte{certificate, private}, []byte("text\n"))} {
			id, err := parseIdentity(content)
			if err != nil || !bytes.Equal(id.announced, certificate) {
				t.Errorf("%T: %v", key, err)
			}
		}
	}
	// As Goblins has it.
	certificate, _ := certified(t, old)
	private := pem.EncodeToMemory(&pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(old)})
	if _, err := parseIdentity(append(private, certificate...)); err != nil {
		t.Error(err)
	}
}

func TestCertFileRefuses(t *testing.T) {
	content, err := newCertFile()
	if err != nil {
		t.Fatal(err)
	}
	other, err := newCertFile()
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(content, []byte("-----BEGIN CERTIFICATE"))
	otherAt := bytes.Index(other, []byte("-----BEGIN CERTIFICATE"))
	for name, test := range map[string]struct {
		content []byte
		want    string
	}{
		"empty":              {nil, "PEM"},
		"no certificate":     {content[:at], "PEM"},
		"no key":             {content[at:], "PEM"},
		"key of another":     {append(bytes.Clone(content[:at]), other[otherAt:]...), "PEM"},
		"two certificates":   {append(bytes.Clone(content), other[otherAt:]...), "more than one"},
		"other ends":         {bytes.ReplaceAll(content, []byte("\n"), []byte("\r\n")), "line feed"},
		"certificate spoilt": {bytes.Replace(content, []byte("CERTIFICATE-----\nMI"), []byte("CERTIFICATE-----\nAA"), 1), "PEM"},
	} {
		path := filepath.Join(t.TempDir(), "peer.pem")
		if err := os.WriteFile(path, append(test.content, "\n"...), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := New(Options{CertFile: path})
		if err == nil || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want an error about %q", name, err, test.want)
		}
		if err != nil && strings.Contains(err.Error(), string(content[50:70])) {
			t.Errorf("%s: %v shows what is in the file", name, err)
		}
	}
}

func TestDialRefuses(t *testing.T) {
	nl := newNetlayerOf(t, Options{})
	good := newVictim(t, Options{}).Location()
	for _, designator := range []string{
		"", "unreachable", good.Designator[:62], good.Designator + "00", strings.ToUpper(good.Designator[:63]) + "A", strings.Repeat("x", 64),
	} {
		bad := good
		bad.Designator = designator
		tcptest.ExpectDialError(t, nl, bad, netlayer.ErrLocation)
	}
	bad := good
	bad.Transport = "tls"
	tcptest.ExpectDialError(t, nl, bad, netlayer.ErrLocation)
	bad = good
	bad.Hints = locator.Hints{"port": "7"}
	tcptest.ExpectDialError(t, nl, bad, netlayer.ErrLocation)
}

// TestDefaultPort dials a location that names no port.
func TestDefaultPort(t *testing.T) {
	peer := newVictim(t, Options{}).Location()
	peer.Hints = locator.Hints{"host": "127.0.0.1"}
	forbidden := errors.New("forbidden")
	var asked []string
	ctx := netlayer.WithAddressPolicy(t.Context(), func(addr netip.AddrPort) error {
		asked = append(asked, addr.String())
		return forbidden
	})
	_, err := newNetlayerOf(t, Options{}).Dial(ctx, peer)
	if diff := cmp.Diff([]string{"127.0.0.1:8088"}, asked); diff != "" || !errors.Is(err, forbidden) {
		t.Errorf("%v, asked about (-want +got):\n%s", err, diff)
	}
}
