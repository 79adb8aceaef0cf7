package netlayer

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// SecretFile returns what is in the file, at most 64 KiB: who a peer is, say, in the form of its netlayer. When there is no such file,
// SecretFile makes one of what content returns, but not the folder. Two processes that do so at once get the same.
//
// The file is made with mode 0600, and one that others than its owner may read or write is refused, on systems that have such
// modes. Errors show nothing of what is in the file.
func SecretFile(path string, content func() ([]byte, error)) ([]byte, error) {
	secret, err := readSecretFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err = createSecretFile(path, content); err != nil {
			return nil, fmt.Errorf("making %s: %w", path, err)
		}
		secret, err = readSecretFile(path)
	}
	return secret, err
}

// readSecretFile returns what is in the file.
func readSecretFile(path string) ([]byte, error) {
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
	secret, err := io.ReadAll(io.LimitReader(f, maxSecretFile+1))
	if len(secret) > maxSecretFile {
		return nil, fmt.Errorf("%s has more than %d bytes", path, maxSecretFile)
	}
	return secret, err
}

// createSecretFile makes the file, unless somebody else makes it meanwhile. It comes to be under its name at once and whole, so
// that nobody reads a part of it.
func createSecretFile(path string, content func() ([]byte, error)) error {
	secret, err := content()
	if err != nil {
		return err
	}
	folder := filepath.Dir(path)
	f, err := os.CreateTemp(folder, ".key-*") // has mode 0600
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(secret)
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
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
