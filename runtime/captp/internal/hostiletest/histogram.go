package hostiletest

import (
	"fmt"
	"math/bits"
	"time"
)

// Histogram counts durations in buckets that are at most a sixteenth wide. The zero value is empty. It is a value of JSON, and belongs to
// one goroutine at a time.
type Histogram struct {
	Counts map[int]int64 `json:",omitempty"`
	N      int64
	Max    time.Duration
}

const subBuckets = 16

// bucketOf returns the bucket of a duration.
func bucketOf(d time.Duration) int {
	n := uint64(max(d, 0))
	if n < subBuckets {
		return int(n)
	}
	shift := bits.Len64(n) - 5
	return shift*subBuckets + int(n>>shift)
}

// end returns the longest duration of a bucket.
func end(bucket int) time.Duration {
	if bucket < subBuckets {
		return time.Duration(bucket)
	}
	shift := bucket/subBuckets - 1
	return time.Duration((bucket-shift*subBuckets+1)<<shift - 1)
}

// Add counts a duration.
func (h *Histogram) Add(d time.Duration) {
	if h.Counts == nil {
		h.Counts = map[int]int64{}
	}
	h.Counts[bucketOf(d)]++
	h.N++
	h.Max = max(h.Max, d)
}

// Merge adds what another histogram has counted.
func (h *Histogram) Merge(o Histogram) {
	if h.Counts == nil {
		h.Counts = map[int]int64{}
	}
	for bucket, n := range o.Counts {
		h.Counts[bucket] += n
	}
	h.N += o.N
	h.Max = max(h.Max, o.Max)
}

// Quantile returns the duration that the part q of all does not exceed, 0 if there are none.
func (h *Histogram) Quantile(q float64) time.Duration {
	left := int64(q * float64(h.N))
	for bucket := range bucketOf(1<<62) + 1 {
		if left -= h.Counts[bucket]; left < 0 {
			return min(end(bucket), h.Max)
		}
	}
	return h.Max
}

// String returns the number, the median, p99 and the maximum.
func (h *Histogram) String() string {
	return fmt.Sprintf("%d calls, median %v, p99 %v, max %v",
		h.N, round(h.Quantile(0.5)), round(h.Quantile(0.99)), round(h.Max))
}

func round(d time.Duration) time.Duration {
	if d > time.Millisecond {
		return d.Round(10 * time.Microsecond)
	}
	return d.Round(100 * time.Nanosecond)
}
