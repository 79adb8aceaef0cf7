package tcptest

import (
	"os"
	"runtime"
	"testing"
	"time"
)

// Patience is how long tests wait for what should take no time.
const Patience = 20 * time.Second

// ExpectNoLeaks makes the test fail unless in its end, after everything it cleans up, there are no more goroutines and descriptors
// than now.
func ExpectNoLeaks(t testing.TB) {
	t.Helper()
	<-time.After(time.Millisecond) // the first timer or socket of a process opens descriptors, which stay
	goroutines, descriptors := runtime.NumGoroutine(), OpenDescriptors()
	t.Cleanup(func() {
		deadline := time.After(Patience)
		for runtime.NumGoroutine() > goroutines || OpenDescriptors() > descriptors {
			select {
			case <-time.After(5 * time.Millisecond):
			case <-deadline:
				stacks := make([]byte, 1<<20)
				t.Errorf("%d goroutines, %d before; %d descriptors, %d before:\n%s", runtime.NumGoroutine(), goroutines,
					OpenDescriptors(), descriptors, stacks[:runtime.Stack(stacks, true)])
				return
			}
		}
	})
}

// OpenDescriptors returns how many descriptors the process has, on systems that tell.
func OpenDescriptors() int {
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return 0
	}
	return len(list)
}

// LiveHeap returns how many bytes are in use.
func LiveHeap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
