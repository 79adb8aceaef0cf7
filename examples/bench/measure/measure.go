// Package measure tells what a stretch of work cost the process: time, CPU time, allocations.
package measure

import (
	"runtime"
	"slices"
	"time"
)

// Usage is what the process has used up.
type Usage struct {
	Time    time.Duration
	CPU     time.Duration // of all threads, in and outside of the kernel; 0 where the system does not tell
	Mallocs uint64
	Bytes   uint64 // allocated, whether or not they are free again
}

// Stopwatch is a moment from which on usage counts.
type Stopwatch struct {
	start time.Time
	cpu   time.Duration
	mem   runtime.MemStats
}

// Start collects garbage, so that what was there before costs nothing any more, and starts to count.
func Start() *Stopwatch {
	runtime.GC()
	s := &Stopwatch{}
	runtime.ReadMemStats(&s.mem)
	s.cpu = cpuTime()
	s.start = time.Now()
	return s
}

// Stop returns what was used since the start.
func (s *Stopwatch) Stop() Usage {
	u := Usage{Time: time.Since(s.start), CPU: cpuTime() - s.cpu}
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	u.Mallocs = mem.Mallocs - s.mem.Mallocs
	u.Bytes = mem.TotalAlloc - s.mem.TotalAlloc
	return u
}

// Memory is what is in use once garbage is collected.
type Memory struct {
	Heap, Stack float64 // bytes
	Goroutines  float64
}

// InUse collects garbage until nothing more goes, as what is let go of may set free more, at the other end too, and returns what is left.
func InUse() Memory {
	var mem runtime.MemStats
	last := ^uint64(0)
	for range 20 {
		runtime.GC()
		time.Sleep(10 * time.Millisecond)
		runtime.ReadMemStats(&mem)
		if mem.HeapAlloc > last-last/1000 {
			break
		}
		last = mem.HeapAlloc
	}
	return Memory{Heap: float64(mem.HeapAlloc), Stack: float64(mem.StackInuse), Goroutines: float64(runtime.NumGoroutine())}
}

// Quantile returns the value below which so much of all values lies, 0.5 for the median. It sorts values. Of none it is 0.
func Quantile[T int64 | float64 | time.Duration](values []T, q float64) T {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[min(int(q*float64(len(values))), len(values)-1)]
}
