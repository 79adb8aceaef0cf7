package report

import (
	"encoding/json"
	"io"
	"runtime"

	"github.com/ocapn-go/ocapn/examples/bench/workload"
)

// document is what is written as JSON.
type document struct {
	Go        string      `json:"go"`
	System    string      `json:"system"`
	Cores     int         `json:"cores"`
	Rounds    int         `json:"rounds"`
	Workloads []tableJSON `json:"workloads"`
	Goals     []Verdict   `json:"goals"`
}

type tableJSON struct {
	ID        string       `json:"id"`
	About     string       `json:"about"`
	Reference string       `json:"reference"`
	Peers     []resultJSON `json:"peers"`
}

type resultJSON struct {
	Peer   string                      `json:"peer"`
	Cannot bool                        `json:"cannot,omitempty"`
	Failed string                      `json:"failed,omitempty"`
	Median map[workload.Metric]float64 `json:"median,omitempty"`
	Spread map[workload.Metric]spread  `json:"spread,omitempty"`
	Rounds []workload.Sample           `json:"rounds,omitempty"`
}

// spread is what lies between the rounds.
type spread struct {
	Lowest  float64 `json:"lowest"`
	Highest float64 `json:"highest"`
}

// JSON writes everything as one document.
func JSON(w io.Writer, tables []workload.Table, rounds int) error {
	d := document{
		Go: runtime.Version(), System: runtime.GOOS + "/" + runtime.GOARCH, Cores: runtime.GOMAXPROCS(0), Rounds: rounds,
		Workloads: []tableJSON{}, Goals: Judge(tables),
	}
	for _, t := range tables {
		out := tableJSON{ID: t.ID, About: t.About, Reference: t.Reference}
		for _, r := range t.Results {
			out.Peers = append(out.Peers, resultOf(t, r))
		}
		d.Workloads = append(d.Workloads, out)
	}
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(d)
}

func resultOf(t workload.Table, r workload.Result) resultJSON {
	out := resultJSON{
		Peer: r.Peer, Cannot: r.Cannot, Rounds: r.Rounds,
		Median: map[workload.Metric]float64{}, Spread: map[workload.Metric]spread{},
	}
	if r.Err != nil {
		out.Failed = r.Err.Error()
	}
	for _, m := range t.Metrics {
		if v, ok := r.Median(m); ok {
			out.Median[m] = v
		}
		if lowest, highest, ok := r.Spread(m); ok {
			out.Spread[m] = spread{lowest, highest}
		}
	}
	return out
}
