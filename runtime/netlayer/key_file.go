package netlayer

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
)

// keyBlock is the type of the PEM block in a key file, which holds a key in the form PKCS #8.
const keyBlock = "PRIVATE KEY"

// KeyFile returns the key that is kept in the file: who a peer is, from one run of its program to the next. When there is
// no such file, KeyFile makes a key and the file, but not the folder. Two processes that do so at once get the same key.
//
// The file is PEM, one block of type PRIVATE KEY that holds an Ed25519 key as PKCS #8, as other programs write and read it.
// Whoever reads it can pass for the peer. So it is made with mode 0600, and one that others than its owner may read or write
// is refused, on systems that have such modes. Errors show nothing of what is in the file.
func KeyFile(path string) (ed25519.PrivateKey, error) {
	content, err := SecretFile(path, newKeyFile)
	if err != nil {
		return nil, fmt.Errorf("netlayer: key file: %w", err)
	}
	key, err := parseKey(content)
	if err != nil {
		return nil, fmt.Errorf("netlayer: key file: %s: %w", path, err)
	}
	return key, nil
}

// parseKey returns the key in a file of this content.
func parseKey(content []byte) (ed25519.PrivateKey, error) {
	block, rest := pem.Decode(content)
	if block == nil || block.Type != keyBlock || len(bytes.TrimSpace(rest)) > 0 {
		return nil, fmt.Errorf("not one PEM block of type %s", keyBlock)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("not a private key in the form PKCS #8")
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("the key is a %T, and not one for Ed25519", parsed)
	}
	return key, nil
}

// newKeyFile returns the content of a file with a fresh key.
func newKeyFile() ([]byte, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: keyBlock, Bytes: der}), nil
}
