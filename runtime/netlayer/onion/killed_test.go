package onion_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer/onion"
)

// The environment of a program that opens a netlayer and waits to be killed: whether it is that program, and its options. Its
// arguments are further ones for tor.
const (
	program      = "OCAPN_ONION_PROGRAM"
	programTor   = "OCAPN_ONION_TOR"
	programTorrc = "OCAPN_ONION_TORRC"
)

// programMain is that program.
func programMain() {
	nl, err := onion.New(context.Background(), onion.Options{
		TorPath: os.Getenv(programTor), TorrcFile: os.Getenv(programTorrc), ExtraArgs: os.Args[1:],
	})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	fmt.Println(nl.Location())
	select {}
}

// TestKilledProgram kills a program, which cannot do anything about its tor: that goes as well.
func TestKilledProgram(t *testing.T) {
	opts := startsFake(t, "")
	t.Setenv(programTor, opts.TorPath)
	killProgram(t, func() string {
		_, address := fakeIn(t, os.Getenv(fakeFolder))
		return address
	})
}

// fakeIn returns what the fake says of itself that is a process.
func fakeIn(t *testing.T, folder string) (process *os.Process, address string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, fakeProcess))
	if err != nil {
		t.Fatal(err)
	}
	number, address, _ := strings.Cut(string(text), " ")
	pid, err := strconv.Atoi(number)
	if err != nil {
		t.Fatal(err)
	}
	if process, err = os.FindProcess(pid); err != nil {
		t.Fatal(err)
	}
	return process, address
}

// killProgram starts the program, kills it, and waits until nobody listens any more where its tor did.
func killProgram(t *testing.T, address func() string, args ...string) {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), executable, args...)
	cmd.Env = append(os.Environ(), program+"=1")
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Wait() }()
	defer func() { _ = cmd.Process.Kill() }()
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "ocapn://") {
		t.Fatalf("the program says %q, %v", line, err)
	}
	if !listens(address()) {
		t.Fatal("tor is not there before the program is killed")
	}
	start := time.Now()
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for listens(address()) {
		if time.Since(start) > patience {
			t.Fatal("tor goes on after the program was killed")
		}
		<-time.After(10 * time.Millisecond)
	}
	t.Logf("tor has ended %.2f s after the program was killed", time.Since(start).Seconds())
}

// listens reports whether somebody listens at the address.
func listens(address string) bool {
	c, err := net.Dial("tcp", address)
	if err != nil {
		return false
	}
	_ = c.Close()
	return true
}

// TestKilledTor kills the process of a netlayer, which starts another one that serves the same address.
func TestKilledTor(t *testing.T) {
	opts := startsFake(t, "")
	a := open(t, opts)
	opts.Key, opts.DataDir = keyOf("b"), filepath.Join(t.TempDir(), "data")
	ready := make(chan struct{}, 10)
	opts.Progress = func(p onion.Progress) {
		if p.Stage == onion.StageReady {
			ready <- struct{}{}
		}
	}
	b := open(t, opts)
	<-ready
	dialled, err := a.Dial(t.Context(), b.Location())
	if err != nil {
		t.Fatal(err)
	}
	defer dialled.Close()
	accept(t, b)
	folder := os.Getenv(fakeFolder)
	killed, _ := fakeIn(t, folder)
	if err := killed.Kill(); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Accept(); !errors.Is(err, onion.ErrGone) || !strings.Contains(err.Error(), "killed") {
		t.Errorf("Accept: %v, want an error that wraps ErrGone, and how tor ended", err)
	}
	// What a tor leaves that was killed: the network still knows the service.
	if err := os.WriteFile(filepath.Join(folder, b.Location().Designator), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	select {
	case <-ready:
	case <-time.After(patience):
		t.Fatal("tor is not started again")
	}
	if now, _ := fakeIn(t, folder); now.Pid == killed.Pid {
		t.Error("there is no new process")
	}
	again, err := a.Dial(t.Context(), b.Location())
	if err != nil {
		t.Fatal(err)
	}
	_ = again.Close()
	accept(t, b)
	_, _ = dialled.Close(), a.Close()
	if err := b.Close(); err != nil {
		t.Error(err)
	}
}
