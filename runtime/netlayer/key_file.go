package netlayer

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

const (
	// keyBlock is the type of the PEM block in a key file, which holds a key in the form PKCS #8.
	keyBlock = "PRIVATE KEY"

	// maxKeyFile is how many bytes a key file has at most. One with an Ed25519 key has about 120.
	maxKeyFile = 4 << 10
)

// KeyFile returns the key that is kept in the file: who a peer is, from one run of its program to the next. When there is
// no such file, KeyFile makes a key and the file, but not the folder. Two processes that do so at once get the same key.
//
// The file is PEM, one block of type PRIVATE KEY that holds an Ed25519 key as PKCS #8, as other programs write and read it.
// Whoever reads it can pass for the peer. So it is made with mode 0600, and one that others than its owner may read or write
// is refused, on systems that have such modes. Errors show nothing of what is in the file.
func KeyFile(path string) (ed25519.PrivateKey, error) {
	key, err := readKeyFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = createKeyFile(path); err == nil {
			key, err = readKeyFile(path)
		}
	}
	if err != nil {
		return nil, fmt.Errorf("netlayer: key file: %w", err)
	}
	return key, nil
}

// readKeyFile returns the key in the file.
func readKeyFile(path string) (ed25519.PrivateKey, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	switch mode := info.Mode(); {
	case !mode.IsRegular():
		return nil, fmt.Errorf("%s is not a regular file", path)
	case mode.Perm()&0o077 != 0 && runtime.GOOS != "windows":
		return nil, fmt.Errorf("%s has mode %#o: others than its owner can get at the private key in it; make it 0600, or make a new key",
			path, mode.Perm())
	}
	content, err := io.ReadAll(io.LimitReader(f, maxKeyFile))
	if err != nil {
		return nil, err
	}
	key, err := parseKey(content)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
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

// createKeyFile makes the file with a fresh key, unless somebody else makes it meanwhile. It comes to be under its name at
// once and whole, so that nobody reads a part of it.
func createKeyFile(path string) error {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	folder := filepath.Dir(path)
	f, err := os.CreateTemp(folder, ".key-*") // has mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	err = errors.Join(pem.Encode(f, &pem.Block{Type: keyBlock, Bytes: der}), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	if err := os.Link(f.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(folder)
}

// syncFolder makes the names in the folder survive a crash, where that can be asked for.
func syncFolder(folder string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	d, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
