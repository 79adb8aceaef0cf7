package websocket_test

import (
	"os"
	"runtime"
	"testing"
	"time"
)

// patience is how long a test waits for what should take no time.
const patience = 20 * time.Second

// expectNoLeaks makes the test fail unless in its end, after everything it cleans up, there are no more goroutines and
// descriptors than now.
func expectNoLeaks(t *testing.T) {
	t.Helper()
	goroutines, descriptors := runtime.NumGoroutine(), openDescriptors()
	t.Cleanup(func() {
		deadline := time.After(patience)
		for runtime.NumGoroutine() > goroutines || openDescriptors() > descriptors {
			select {
			case <-time.After(5 * time.Millisecond):
			case <-deadline:
				stacks := make([]byte, 1<<20)
				t.Errorf("%d goroutines, %d before; %d descriptors, %d before:\n%s", runtime.NumGoroutine(), goroutines,
					openDescriptors(), descriptors, stacks[:runtime.Stack(stacks, true)])
				return
			}
		}
	})
}

// openDescriptors returns how many descriptors the process has, on systems that tell.
func openDescriptors() int {
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(list)
}
