package parallel_test

import (
	"errors"
	"testing"

	"github.com/ocapn-go/ocapn/examples/bench/parallel"
)

func TestDo(t *testing.T) {
	done := make([]bool, 1000)
	err := parallel.Do(len(done), 7, func(i int) error {
		if done[i] {
			t.Errorf("%d twice", i)
		}
		done[i] = true
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	for i, d := range done {
		if !d {
			t.Errorf("%d is left out", i)
		}
	}
}

func TestDoFails(t *testing.T) {
	failed := errors.New("it is enough")
	done := 0
	err := parallel.Do(1000, 1, func(i int) error {
		if done++; i == 9 {
			return failed
		}
		return nil
	})
	if !errors.Is(err, failed) || done != 10 {
		t.Errorf("%v after %d", err, done)
	}
}
