package hostiletest

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// Watch is what a process takes up, as the system sees it. Systems without /proc show zeros.
type Watch struct {
	Resident    int // bytes
	Peak        int // bytes, since the process began or since ResetPeak
	Descriptors int
	CPU         time.Duration // that the process has used
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
	w.CPU = used(pid)
	return w
}

// used returns the time that a process has used the processor.
func used(pid int) time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	// What follows the name of the program, which is in parentheses: fields 3 and on, of which 14 and 15 are ticks.
	_, after, _ := strings.Cut(string(stat), ") ")
	fields := strings.Fields(after)
	if len(fields) < 13 {
		return 0
	}
	var ticks int
	for _, field := range fields[11:13] {
		n, err := strconv.Atoi(field)
		if err != nil {
			return 0
		}
		ticks += n
	}
	return time.Duration(ticks) * time.Second / ticksPerSecond
}

// ticksPerSecond is what every Linux shows to programs.
const ticksPerSecond = 100

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
