package report

import (
	"fmt"
	"io"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ocapn-go/ocapn/examples/bench/workload"
)

// Benchstat writes every round of everything in the format of Go benchmarks, for benchstat: a line for each round, named by workload and
// peer as in W2/64/peer=ocapn, with all metrics. Above them stand what was measured on, when, and of which commit, where that is known.
func Benchstat(w io.Writer, tables []workload.Table, at time.Time) error {
	var out []byte
	for _, line := range [][2]string{
		{"goos", runtime.GOOS},
		{"goarch", runtime.GOARCH},
		{"go", runtime.Version()},
		{"cores", strconv.Itoa(runtime.GOMAXPROCS(0))},
		{"date", at.UTC().Format(time.DateOnly)},
		{"commit", commit()},
	} {
		if line[1] != "" {
			out = fmt.Appendf(out, "%s: %s\n", line[0], line[1])
		}
	}
	out = append(appendUnits(out, tables), '\n')
	for _, t := range tables {
		for _, r := range t.Results {
			for _, s := range r.Rounds {
				out = appendRound(out, t, r.Peer, s)
			}
		}
	}
	_, err := w.Write(out)
	return err
}

// appendUnits says of which metrics more is better.
func appendUnits(out []byte, tables []workload.Table) []byte {
	var said []workload.Metric
	for _, t := range tables {
		for _, m := range t.Metrics {
			if m.MoreIsBetter() && !slices.Contains(said, m) {
				said = append(said, m)
				out = fmt.Appendf(out, "Unit %s better=higher\n", unit(m))
			}
		}
	}
	return out
}

func appendRound(out []byte, t workload.Table, peer string, s workload.Sample) []byte {
	out = fmt.Appendf(out, "Benchmark%s/peer=%s 1", t.ID, peer)
	for _, m := range t.Metrics {
		if v, ok := s[m]; ok {
			out = fmt.Appendf(out, " %s %s", strconv.FormatFloat(v, 'g', 6, 64), unit(m))
		}
	}
	return append(out, '\n')
}

// unit is a metric as one word.
func unit(m workload.Metric) string { return strings.ReplaceAll(string(m), " ", "-") }

// commit returns the revision that the program was built of, or nothing if it was built without one (go run -buildvcs=true has one).
func commit() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	return revisionOf(info.Settings)
}

// revisionOf returns the revision that is in the settings of a build, with a + if files were changed since.
func revisionOf(settings []debug.BuildSetting) string {
	var revision, changed string
	for _, s := range settings {
		switch {
		case s.Key == "vcs.revision":
			revision = s.Value
		case s.Key == "vcs.modified" && s.Value == "true":
			changed = "+"
		}
	}
	return revision + changed
}
