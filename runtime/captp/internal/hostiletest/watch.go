package hostiletest

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Watch is what a process takes up, as the system sees it. Systems without /proc show zeros.
type Watch struct {
	Resident    int // bytes
	Peak        int // bytes, since the process began or since ResetPeak
	Descriptors int
}

// Look returns what a process takes up at present.
func Look(pid int) Watch {
	var w Watch
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return w
	}
	for line := range strings.Lines(string(status)) {
		switch name, value, _ := strings.Cut(line, ":"); name {
		case "VmRSS":
			w.Resident = kibibytes(value)
		case "VmHWM":
			w.Peak = kibibytes(value)
		}
	}
	if fds, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid)); err == nil {
		w.Descriptors = len(fds)
	}
	return w
}

// kibibytes reads a number of bytes that stands in /proc as " 123 kB".
func kibibytes(s string) int {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(s), " kB"))
	if err != nil {
		return 0
	}
	return n << 10
}

// ResetPeak makes the peak of a process its present size, where the system allows it.
func ResetPeak(pid int) {
	// What cannot be reset stays as high as it was, and a test of it is stricter.
	_ = os.WriteFile(fmt.Sprintf("/proc/%d/clear_refs", pid), []byte("5"), 0)
}
