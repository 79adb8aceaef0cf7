package report

import (
	"fmt"
	"io"

	"github.com/ocapn-go/ocapn/examples/bench/workload"
)

// goal is a number to reach, by the peer that this is about: a metric of a workload is at most, or at least, a value, or so many times that
// of another peer.
type goal struct {
	workload string
	metric   workload.Metric
	subject  string // the peer
	atLeast  bool
	value    float64
	of       string // the peer that value is a multiple of; empty if it is absolute
}

const (
	us    = "ocapn"
	ours  = "syrup-dict" // the form of structs in messages
	kibi  = 1024
	micro = 1000 // in a millisecond
)

// goals are the numbers to reach.
func goals() []goal {
	return []goal{
		{"W1", workload.P50, us, false, 1.5, "raw"},
		{"W1", workload.P50, us, false, 1, "netrpc"},
		{"W1", workload.Allocs, us, false, 6, ""},
		{"W2/64", workload.PerSecond, us, true, 12, "capnp"},
		{"W2/64", workload.PerSecond, us, true, 10, "grpc"},
		{"W2/64", workload.PerSecond, us, true, 6, "netrpc"},
		{"W2/1024", workload.PerSecond, us, true, 18, "capnp"},
		{"W2/1024", workload.PerSecond, us, true, 13, "grpc"},
		{"W3/64", workload.PerSecond, us, true, 11, "capnp"},
		{"W3/64", workload.PerSecond, us, true, 8, "grpc"},
		{"W4/1MiB", workload.MBPerSecond, us, true, 1.2, "capnp"},
		{"W4/64KiB", workload.MBPerSecond, us, true, 0.9, "capnp"},
		{"W4/64KiB", workload.MBPerSecond, us, true, 2, "grpc"},
		{"W5/10ms", workload.P50, us, false, 21 * micro, ""},
		{"W5/0ms", workload.P50, us, false, 40, ""},
		{"W6/64", workload.PerSecond, us, true, 14, "capnp"},
		{"W6/memory", workload.HeapGrowth, us, false, 5, ""},
		{"W7", workload.MemoryEach, us, false, 20 * kibi, ""},
		{"W7", workload.PerSecond, us, true, 3000, ""},
		{"W8", workload.HeapEach, us, false, 300, ""},
		{"W8", workload.Goroutines, us, false, 0, ""},
		{"W9/record", workload.EncodeNs, ours, false, 1 / 2.0, "protobuf"},
		{"W9/record", workload.DecodeNs, ours, false, 1 / 1.3, "protobuf"},
		{"W9/record", workload.EncodeAlloc, ours, false, 0.01, ""},
	}
}

// String says what is to be reached.
func (g goal) String() string {
	bound := "at most"
	if g.atLeast {
		bound = "at least"
	}
	if g.of != "" {
		return fmt.Sprintf("%s: %s %s %s x %s", g.workload, g.metric, bound, number(g.value), g.of)
	}
	return fmt.Sprintf("%s: %s %s %s", g.workload, g.metric, bound, number(g.value))
}

// Verdict is what became of a goal.
type Verdict struct {
	Goal     string `json:"goal"`
	Measured string `json:"measured,omitempty"`
	// Known is false if something that the goal is about was not measured.
	Known   bool `json:"known"`
	Reached bool `json:"reached"`
}

// Word returns the verdict in one word or two.
func (v Verdict) Word() string {
	switch {
	case !v.Known:
		return "not measured"
	case v.Reached:
		return "reached"
	default:
		return "missed"
	}
}

// Judge compares the goals with what was measured. Goals of workloads that were not run are left out.
func Judge(tables []workload.Table) []Verdict {
	var verdicts []Verdict
	for _, g := range goals() {
		for _, t := range tables {
			if t.ID == g.workload {
				verdicts = append(verdicts, g.judge(t))
			}
		}
	}
	return verdicts
}

func (g goal) judge(t workload.Table) Verdict {
	v := Verdict{Goal: g.String()}
	value, ok := median(t, g.subject, g.metric)
	if !ok {
		return v
	}
	v.Measured = number(value)
	if g.of != "" {
		base, ok := median(t, g.of, g.metric)
		if !ok || base == 0 {
			v.Measured = ""
			return v
		}
		value /= base
		v.Measured = number(value) + " x"
	}
	v.Known = true
	v.Reached = value <= g.value
	if g.atLeast {
		v.Reached = value >= g.value
	}
	return v
}

func median(t workload.Table, peer string, m workload.Metric) (float64, bool) {
	r, _ := t.Result(peer)
	return r.Median(m)
}

// Goals writes the verdicts for a terminal.
func Goals(w io.Writer, verdicts []Verdict) {
	if len(verdicts) == 0 {
		return
	}
	table := [][]string{{"goal", "measured", ""}}
	reached := 0
	for _, v := range verdicts {
		table = append(table, []string{v.Goal, v.Measured, v.Word()})
		if v.Known && v.Reached {
			reached++
		}
	}
	fmt.Fprintf(w, "%d of %d goals reached\n", reached, len(verdicts))
	aligned(w, table)
}
