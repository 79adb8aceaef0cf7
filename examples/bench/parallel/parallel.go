// Package parallel does many things, some of them at once.
package parallel

import (
	"errors"
	"sync"
	"sync/atomic"
)

// Do calls do with each number below n, from so many goroutines, and waits for all. After an error a goroutine does nothing more.
func Do(n, width int, do func(i int) error) error {
	errs := make([]error, width)
	var next atomic.Int64
	var running sync.WaitGroup
	for g := range errs {
		running.Go(func() {
			for i := next.Add(1) - 1; i < int64(n) && errs[g] == nil; i = next.Add(1) - 1 {
				errs[g] = do(int(i))
			}
		})
	}
	running.Wait()
	return errors.Join(errs...)
}
