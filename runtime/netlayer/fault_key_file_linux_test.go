package netlayer_test

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// The environment of the process that TestKeyFileProcess stands for: what it does, and where.
const (
	keyProcess = "OCAPN_KEY_PROCESS"
	keyFolder  = "OCAPN_KEY_FOLDER"
)

// TestKeyFileProcess is no test but a process that other tests of this file start.
func TestKeyFileProcess(t *testing.T) {
	folder := os.Getenv(keyFolder)
	switch job := os.Getenv(keyProcess); job {
	case "":
		t.Skip("it is started by other tests")
	case "many": // keys, until the process is killed
		fmt.Println("begun")
		for i := range 100_000 {
			if _, err := netlayer.KeyFile(filepath.Join(folder, strconv.Itoa(i))); err != nil {
				t.Fatal(err)
			}
		}
	default: // one key, where no file may be longer than so many bytes
		most, err := strconv.ParseUint(job, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		signal.Ignore(syscall.SIGXFSZ)
		path := filepath.Join(folder, job)
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: most, Max: most}); err != nil {
			t.Fatal(err)
		}
		_, err = netlayer.KeyFile(path)
		fmt.Println(err)
	}
}

// startKeyProcess starts a process that makes keys in a folder.
func startKeyProcess(t *testing.T, job, folder string) (*exec.Cmd, *bufio.Reader) {
	t.Helper()
	process := exec.Command(os.Args[0], "-test.run", "^TestKeyFileProcess$")
	process.Env = append(os.Environ(), keyProcess+"="+job, keyFolder+"="+folder)
	out, err := process.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := process.Start(); err != nil {
		t.Fatal(err)
	}
	return process, bufio.NewReader(out)
}

// expectNoNewKey checks that an error of KeyFile names the file, and that there is nothing in the folder.
func expectNoNewKey(t *testing.T, path, text string) {
	t.Helper()
	if !strings.Contains(text, path) || strings.Contains(text, "PRIVATE") {
		t.Errorf("KeyFile: %s, want an error that names %s", text, path)
	}
	if names, err := os.ReadDir(filepath.Dir(path)); err != nil || len(names) > 0 {
		t.Errorf("in the folder: %v, error %v", names, err)
	}
}

// A disk that is full leaves no file, whatever part of the key there was room for.
func TestKeyFileOnAFullDisk(t *testing.T) {
	folder := t.TempDir()
	for _, most := range []int{0, 1, 60, 118} { // a key file has 119 bytes
		process, out := startKeyProcess(t, strconv.Itoa(most), folder)
		line, _ := out.ReadString('\n')
		if err := process.Wait(); err != nil {
			t.Fatal(err)
		}
		expectNoNewKey(t, filepath.Join(folder, strconv.Itoa(most)), line)
		if !strings.Contains(line, "file too large") {
			t.Errorf("KeyFile: %s", line)
		}
	}
	process, out := startKeyProcess(t, "119", folder)
	line, _ := out.ReadString('\n')
	if err := process.Wait(); err != nil || line != "<nil>\n" {
		t.Errorf("with room for a key: %s, error %v", line, err)
	}
}

// A process that is killed at any moment while it makes keys leaves whole keys under their names, if any, and the next one goes on with
// them.
func TestKeyFileOfAKilledProcess(t *testing.T) {
	for range 4 {
		folder := t.TempDir()
		process, out := startKeyProcess(t, "many", folder)
		if line, err := out.ReadString('\n'); line != "begun\n" {
			t.Fatalf("the process says %q, error %v", line, err)
		}
		time.Sleep(5*time.Millisecond + time.Duration(randomBelow(t, 20_000))*time.Microsecond)
		_ = process.Process.Kill()
		_ = process.Wait()
		names, err := os.ReadDir(folder)
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			path := filepath.Join(folder, name.Name())
			content, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			key, err := netlayer.KeyFile(path)
			if whole := !strings.HasPrefix(name.Name(), "."); whole && err != nil {
				t.Errorf("%s, of %d: %v", name.Name(), len(names), err)
			} else if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, content) {
				t.Errorf("%s has changed, or %v", name.Name(), err)
			} else if again, err := netlayer.KeyFile(path); whole && (err != nil || !again.Equal(key)) {
				t.Errorf("%s: another key, or %v", name.Name(), err)
			}
		}
		if _, err := netlayer.KeyFile(filepath.Join(folder, "next")); err != nil {
			t.Errorf("the next key: %v", err)
		}
	}
}

func randomBelow(t *testing.T, n int64) int64 {
	t.Helper()
	i, err := rand.Int(rand.Reader, big.NewInt(n))
	if err != nil {
		t.Fatal(err)
	}
	return i.Int64()
}

// asNobody runs f as a user who may do nothing with what it does not own.
func asNobody(t *testing.T, f func()) {
	t.Helper()
	if os.Getuid() != 0 {
		f()
		return
	}
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	if err := syscall.Setfsuid(65534); err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := syscall.Setfsuid(0); err != nil {
			t.Error(err)
		}
	}()
	f()
}

// What cannot be read is not replaced by a new key, and neither is what cannot be written.
func TestKeyFileWithoutPermission(t *testing.T) {
	folder := t.TempDir()
	path := filepath.Join(folder, "peer.key")
	key, err := netlayer.KeyFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{folder, filepath.Dir(folder)} {
		if err := os.Chmod(p, 0o755); err != nil { // #nosec: nothing of it is secret
			t.Fatal(err)
		}
	}
	if err := os.Chmod(path, 0o200); err != nil {
		t.Fatal(err)
	}
	asNobody(t, func() {
		if got, err := netlayer.KeyFile(path); got != nil || !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), path) {
			t.Errorf("a file that cannot be read: %v", err)
		}
	})
	if err := os.Chmod(path, 0o600); err != nil {
		t.Fatal(err)
	}
	if again, err := netlayer.KeyFile(path); err != nil || !again.Equal(key) {
		t.Errorf("afterwards: another key, or %v", err)
	}
	empty := filepath.Join(folder, "empty")
	if err := os.Mkdir(empty, 0o555); err != nil {
		t.Fatal(err)
	}
	asNobody(t, func() {
		_, err := netlayer.KeyFile(filepath.Join(empty, "peer.key"))
		if !errors.Is(err, fs.ErrPermission) {
			t.Errorf("a folder that cannot be written to: %v", err)
		}
		expectNoNewKey(t, filepath.Join(empty, "peer.key"), fmt.Sprint(err))
	})
}

// What is in the place of a key file and is none stays as it is.
func TestKeyFileInTheWrongPlace(t *testing.T) {
	folder := t.TempDir()
	file, dangling, ring := filepath.Join(folder, "file"), filepath.Join(folder, "dangling"), filepath.Join(folder, "ring")
	write(t, file, []byte("no key"), 0o600)
	if err := errors.Join(os.Symlink(filepath.Join(folder, "none"), dangling), os.Symlink(ring, ring)); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{folder, file, filepath.Join(file, "peer.key"), dangling, ring, os.DevNull, "/dev/zero"} {
		if got, err := netlayer.KeyFile(path); got != nil || err == nil || !strings.Contains(err.Error(), path) {
			t.Errorf("KeyFile of %s: %v", path, err)
		}
	}
	if after, err := os.ReadDir(folder); err != nil || len(after) != len(before) {
		t.Errorf("in the folder: %v, error %v", after, err)
	}
}

// A file that lacks its end is no key, and no reason to make another one. The line feed at the end may be missing.
func TestKeyFileCutAnywhere(t *testing.T) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	good := block(t, "PRIVATE KEY", key)
	path := filepath.Join(t.TempDir(), "peer.key")
	for n := range good {
		write(t, path, good[:n], 0o600)
		got, err := netlayer.KeyFile(path)
		switch {
		case n == len(good)-1 && err == nil && got.Equal(key):
		case err == nil:
			t.Errorf("%d of %d bytes: a key", n, len(good))
		case !strings.Contains(err.Error(), path):
			t.Errorf("%d of %d bytes: %v", n, len(good), err)
		}
		if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, good[:n]) {
			t.Errorf("%d of %d bytes: the file has changed, or %v", n, len(good), err)
		}
	}
}
