package workload

import (
	"context"
	"time"

	"github.com/ocapn-go/ocapn/examples/bench/codec"
	"github.com/ocapn-go/ocapn/examples/bench/measure"
)

// codecs is W9. Peers are encodings here, and nothing is sent.
func codecs() []Workload {
	about := map[codec.Kind]string{
		codec.OneRecord:   "the struct of W3 encoded and decoded",
		codec.ManyRecords: "a list of a thousand of them encoded and decoded",
		codec.LongBlob:    "100 KiB of bytes encoded and decoded",
	}
	var all []Workload
	for _, k := range codec.Kinds() {
		w := Workload{
			ID: "W9/" + k.String(), About: about[k], Reference: "protobuf",
			Metrics: []Metric{EncodeNs, DecodeNs, EncodeAlloc, DecodeAlloc, WireBytes},
		}
		for _, c := range codec.All() {
			w.Cells = append(w.Cells, Cell{c.Name(), func(_ context.Context, b Budget) (Sample, error) { return codecSpeed(c, k, b.Time/2) }})
		}
		all = append(all, w)
	}
	return all
}

// codecSpeed encodes for so long and then decodes for so long.
func codecSpeed(c codec.Codec, k codec.Kind, long time.Duration) (Sample, error) {
	data, err := c.Encode(k)
	if err != nil {
		return nil, err
	}
	s := Sample{WireBytes: float64(len(data))}
	data = append([]byte(nil), data...)
	for _, half := range []struct {
		time, allocs Metric
		work         func() error
	}{
		{EncodeNs, EncodeAlloc, func() error { _, err := c.Encode(k); return err }},
		{DecodeNs, DecodeAlloc, func() error { return c.Decode(k, data) }},
	} {
		if _, _, err := batches(long/warmUpShare, half.work); err != nil {
			return nil, err
		}
		watch := measure.Start()
		n, ns, err := batches(long, half.work)
		u := watch.Stop()
		if err != nil {
			return nil, err
		}
		s[half.time] = ns
		s[half.allocs] = float64(u.Mallocs) / float64(n)
	}
	return s, nil
}

const batchTime = 200 * time.Microsecond

// batches does the work for so long, in batches so short that what else happens on the machine hits only some of them, and returns how
// often it was done and how many nanoseconds once took in the median batch.
func batches(long time.Duration, work func() error) (n int, ns float64, err error) {
	var times []float64
	start := time.Now()
	for size, last := 1, start; last.Sub(start) < long || n == 0; {
		for range size {
			if err := work(); err != nil {
				return n, 0, err
			}
		}
		now := time.Now()
		took := now.Sub(last)
		times = append(times, float64(took.Nanoseconds())/float64(size))
		n += size
		if last = now; took < batchTime/2 {
			size *= 2
			times = times[:0] // the clock is too coarse for what was measured so far
		}
	}
	return n, measure.Quantile(times, 0.5), nil
}
