package main

import (
	"bufio"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"
)

// A signal ends the command. It is sent when the command has said that it is watching.
func TestWatchEndsWithASignal(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("a process cannot interrupt itself there")
	}
	workIn(t, map[string]string{"good.ocapn": good})
	lines, stdout := io.Pipe()
	ended := make(chan int, 1)
	go func() { ended <- run([]string{"watch", "good.ocapn"}, strings.NewReader(""), stdout, io.Discard) }()
	if line, err := bufio.NewReader(lines).ReadString('\n'); err != nil || !strings.HasPrefix(line, "watching") {
		t.Fatalf("%q %v", line, err)
	}
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	self, err := os.FindProcess(os.Getpid())
	if err != nil {
		t.Fatal(err)
	}
	if err := self.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if code := <-ended; code != exitOK {
		t.Errorf("exit code %d", code)
	}
}
