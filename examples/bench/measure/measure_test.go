package measure_test

import (
	"testing"

	"github.com/ocapn-go/ocapn/examples/bench/measure"
)

func TestQuantile(t *testing.T) {
	for _, tt := range []struct {
		values []int64
		q      float64
		want   int64
	}{
		{nil, 0.5, 0},
		{[]int64{7}, 0.99, 7},
		{[]int64{3, 1, 2}, 0.5, 2},
		{[]int64{5, 4, 3, 2, 1}, 0.99, 5},
		{[]int64{5, 4, 3, 2, 1}, 1, 5},
	} {
		if got := measure.Quantile(tt.values, tt.q); got != tt.want {
			t.Errorf("Quantile(%v, %v) = %d, want %d", tt.values, tt.q, got, tt.want)
		}
	}
}

func TestUsage(t *testing.T) {
	watch := measure.Start()
	var kept [][]byte
	for range 100 {
		kept = append(kept, make([]byte, 1000))
	}
	u := watch.Stop()
	if u.Mallocs < 100 || u.Bytes < 100*1000 || u.Time <= 0 {
		t.Errorf("100 slices of 1000 bytes: %+v", u)
	}
	before := measure.InUse()
	if before.Heap < float64(len(kept)) || before.Goroutines < 1 {
		t.Errorf("in use: %+v", before)
	}
}
