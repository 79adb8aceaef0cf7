package workload_test

import (
	"maps"
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/examples/bench/workload"
)

// small is a budget with which everything is done and nothing is measured.
func small() workload.Budget {
	return workload.Budget{Time: 2 * time.Millisecond, Callbacks: 50, Conns: 3, Objects: 20, Ends: 3, Stopped: 50}
}

// cannot are the cells that the peers have no means for.
var cannot = map[string][]string{
	"W2/64":     {"raw"},
	"W2/1024":   {"raw"},
	"W2/async":  {"raw", "grpc", "connect", "drpc"},
	"W3/1":      {"raw"},
	"W3/64":     {"raw"},
	"W6/1":      {"raw", "netrpc", "grpc", "connect", "drpc"},
	"W6/64":     {"raw", "netrpc", "grpc", "connect", "drpc"},
	"W6/memory": {"raw", "netrpc", "grpc", "connect", "drpc"},
	"W8":        {"raw", "netrpc", "grpc", "connect", "drpc"},
	"W12":       {"raw", "grpc", "connect", "drpc"},
	"W10/near":  {"raw", "netrpc", "grpc", "connect", "drpc", "capnp"},
	"W10/far":   {"raw", "netrpc", "grpc", "connect", "drpc", "capnp"},
}

// TestWorkloads runs every workload on every peer for a moment. Calls check what they are answered.
func TestWorkloads(t *testing.T) {
	tables := workload.Run(t.Context(), workload.All(), workload.Options{
		Rounds: 2, Budget: small(), Progress: func(int, string) {},
	})
	got := map[string][]string{}
	for _, table := range tables {
		for _, r := range table.Results {
			switch {
			case r.Err != nil:
				t.Errorf("%s: %v", table.ID, r.Err)
			case r.Cannot:
				got[table.ID] = append(got[table.ID], r.Peer)
			default:
				checkSamples(t, table, r)
			}
		}
	}
	if diff := cmp.Diff(cannot, got); diff != "" {
		t.Errorf("what cannot be done (-want +got):\n%s", diff)
	}
}

func checkSamples(t *testing.T, table workload.Table, r workload.Result) {
	t.Helper()
	want := 2
	if table.Once {
		want = 1
	}
	if len(r.Rounds) != want {
		t.Errorf("%s: %s: %d rounds, want %d", table.ID, r.Peer, len(r.Rounds), want)
	}
	for _, m := range table.Metrics {
		v, ok := r.Median(m)
		if !ok || math.IsNaN(v) || math.IsInf(v, 0) {
			t.Errorf("%s: %s: %s is %v, %v", table.ID, r.Peer, m, v, slices.Collect(maps.Keys(r.Rounds[0])))
		}
		if m.MoreIsBetter() && v <= 0 {
			t.Errorf("%s: %s: %v %s", table.ID, r.Peer, v, m)
		}
	}
}

func TestMedian(t *testing.T) {
	r := workload.Result{Rounds: []workload.Sample{{workload.P50: 3}, {workload.P50: 1}, {workload.P50: 2}, {}}}
	if got, ok := r.Median(workload.P50); got != 2 || !ok {
		t.Errorf("median of 3, 1, 2 is %v, %v", got, ok)
	}
	if _, ok := r.Median(workload.CPU); ok {
		t.Error("there is a median of nothing")
	}
}

func TestSpread(t *testing.T) {
	r := workload.Result{Rounds: []workload.Sample{{workload.P50: 3}, {workload.P50: 1, workload.CPU: 4}, {workload.P50: 2}, {}}}
	if lowest, highest, ok := r.Spread(workload.P50); lowest != 1 || highest != 3 || !ok {
		t.Errorf("the spread of 3, 1, 2 is %v to %v, %v", lowest, highest, ok)
	}
	if _, _, ok := r.Spread(workload.CPU); ok {
		t.Error("one value is spread")
	}
}
