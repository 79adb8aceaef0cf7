package workload

import (
	"context"
	"errors"
	"sync"
)

// exhaust lets so many goroutines do something again and again until it says that there is no more, or fails.
func exhaust(ctx context.Context, width int, do func(ctx context.Context) (more bool, err error)) error {
	errs := make([]error, width)
	var running sync.WaitGroup
	for i := range errs {
		running.Go(func() {
			for more := true; more && errs[i] == nil; {
				more, errs[i] = do(ctx)
			}
		})
	}
	running.Wait()
	return errors.Join(errs...)
}
