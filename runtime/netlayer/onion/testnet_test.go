package onion_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// testnetTime is how long the private network may take to start: 10 to 20 s, or longer on a machine that has more to do.
const testnetTime = 2 * time.Minute

// startTestnet starts a private Tor network on 127.0.0.1, which ends with the test, and returns the torrc of its clients. Without tor
// and Python, or without being asked for it, the test is skipped.
func startTestnet(t *testing.T) (torrc string) {
	t.Helper()
	if testing.Short() || os.Getenv("OCAPN_TOR") != "1" {
		t.Skip("the tests with tor run when OCAPN_TOR is 1, as .ci/tor sets it")
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("there is no python3, which the private network is started with")
	}
	if _, err := exec.LookPath("tor"); err != nil {
		if _, err := os.Stat("/usr/sbin/tor"); err != nil {
			t.Skip("there is no tor")
		}
	}
	start := time.Now()
	folder := t.TempDir()
	torrc = filepath.Join(folder, "torrc")
	ready := filepath.Join(folder, "ready")
	cmd := exec.CommandContext(context.Background(), python, filepath.Join("testdata", "tor-testnet"),
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
	deadline := time.After(testnetTime)
	for {
		select {
		case <-ended:
			t.Fatalf("the private network has ended:\n%s", said.Bytes())
		case <-deadline:
			t.Fatal("the private network takes too long to start")
		case <-time.After(50 * time.Millisecond):
		}
		if _, err := os.Stat(ready); !errors.Is(err, os.ErrNotExist) {
			t.Logf("private network: %.1f s", time.Since(start).Seconds())
			return torrc
		}
	}
}
