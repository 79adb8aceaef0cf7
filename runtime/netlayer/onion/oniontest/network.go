package oniontest

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// program starts the network, and ends it when its standard input is closed.
//
//go:embed tor-testnet
var program []byte

const (
	// startTime is how long a network may take to start.
	startTime = 2 * time.Minute

	// poll is how often the file is looked for that says that the network can be used.
	poll = 50 * time.Millisecond
)

// StartNetwork starts a private Tor network, which ends with the test, and returns the file with the lines that the configuration of its
// clients consists of. It returns when the network can be used.
func StartNetwork(t testing.TB) (torrc string) {
	t.Helper()
	python := skipWithoutTor(t)
	folder := t.TempDir()
	script, torrc, ready := filepath.Join(folder, "tor-testnet"), filepath.Join(folder, "torrc"), filepath.Join(folder, "ready")
	if err := os.WriteFile(script, program, 0o600); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	cmd := exec.CommandContext(context.Background(), python, script,
		"--client-torrc", torrc, "--ready-file", ready, "--timeout", "110")
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = io.Discard, &said
	open, err := cmd.StdinPipe() // the network lives as long as this is open
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	t.Cleanup(func() {
		_ = open.Close()
		<-ended
	})
	for deadline := time.After(startTime); ; {
		select {
		case <-ended:
			t.Fatalf("the private network has ended:\n%s", said.Bytes())
		case <-deadline:
			t.Fatal("the private network takes too long to start")
		case <-time.After(poll):
		}
		if _, err := os.Stat(ready); !errors.Is(err, fs.ErrNotExist) {
			t.Logf("private network: %.1f s", time.Since(start).Seconds())
			return torrc
		}
	}
}

// skipWithoutTor skips the test where there can be no network, or nobody asks for one, and returns the Python to start it with.
func skipWithoutTor(t testing.TB) (python string) {
	t.Helper()
	if testing.Short() || os.Getenv("OCAPN_TOR") != "1" {
		t.Skip("the tests with tor run when OCAPN_TOR is 1, as .ci/tor sets it")
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3, which the private network is started with")
	}
	for _, name := range []string{"tor", "tor-gencert"} {
		_, err := exec.LookPath(name)
		_, errSbin := exec.LookPath(filepath.Join("/usr/sbin", name))
		if err != nil && errSbin != nil {
			t.Skipf("there is no %s", name)
		}
	}
	return python
}
