package workload

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/ocapn-go/ocapn/examples/bench/measure"
	"github.com/ocapn-go/ocapn/examples/bench/peer"
)

// Result is what became of a cell.
type Result struct {
	Peer string
	// Cannot is set if the peer has no means for the workload.
	Cannot bool
	// Err is why the cell failed; what was measured before counts.
	Err error
	// Rounds are the samples.
	Rounds []Sample
}

// Median returns the median of a metric over the rounds, and whether it was measured.
func (r Result) Median(m Metric) (float64, bool) {
	values := r.values(m)
	return measure.Quantile(values, 0.5), len(values) > 0
}

// Spread returns the lowest and the highest value of a metric in any round, and whether there was more than one round to tell it from.
func (r Result) Spread(m Metric) (lowest, highest float64, ok bool) {
	values := r.values(m)
	if len(values) < 2 {
		return 0, 0, false
	}
	return slices.Min(values), slices.Max(values), true
}

func (r Result) values(m Metric) []float64 {
	var values []float64
	for _, s := range r.Rounds {
		if v, ok := s[m]; ok {
			values = append(values, v)
		}
	}
	return values
}

// Table is a workload with its results, in the order of its cells.
type Table struct {
	Workload

	Results []Result
}

// Result returns the result of a peer, and whether there is one.
func (t Table) Result(peer string) (Result, bool) {
	for _, r := range t.Results {
		if r.Peer == peer {
			return r, true
		}
	}
	return Result{}, false
}

// Options are how workloads are run.
type Options struct {
	Rounds int
	Budget Budget
	// Only picks cells by workload and peer, as in W2/64/ocapn; nil picks all.
	Only *regexp.Regexp
	// Progress is told what comes next.
	Progress func(round int, cell string)
}

// Run runs all cells that are picked, in rounds. Workloads of which no cell is picked are left out. If ctx ends, it returns what there is.
func Run(ctx context.Context, workloads []Workload, o Options) []Table {
	tables := picked(workloads, o.Only)
	for round := range o.Rounds {
		for i := range tables {
			t := &tables[i]
			if round > 0 && t.Once {
				continue
			}
			for j := range t.Cells {
				j = (j + round) % len(t.Cells) // nobody is always the first
				if ctx.Err() != nil {
					return tables
				}
				o.Progress(round, t.ID+"/"+t.Cells[j].Peer)
				runCell(ctx, t.Cells[j], &t.Results[j], o.Budget)
			}
		}
	}
	return tables
}

// picked returns the workloads without the cells that are not picked.
func picked(workloads []Workload, only *regexp.Regexp) []Table {
	var tables []Table
	for _, w := range workloads {
		t := Table{Workload: w}
		t.Cells = nil
		for _, c := range w.Cells {
			if only == nil || only.MatchString(w.ID+"/"+c.Peer) {
				t.Cells = append(t.Cells, c)
				t.Results = append(t.Results, Result{Peer: c.Peer})
			}
		}
		if len(t.Cells) > 0 {
			tables = append(tables, t)
		}
	}
	return tables
}

// runCell does one round of a cell, unless it is known to lead nowhere.
func runCell(ctx context.Context, c Cell, r *Result, b Budget) {
	if r.Cannot || r.Err != nil {
		return
	}
	s, err := c.Run(ctx, b)
	switch {
	case errors.Is(err, peer.ErrCannot):
		r.Cannot = true
	case err != nil && ctx.Err() == nil:
		r.Err = fmt.Errorf("%s: %w", c.Peer, err)
	case err == nil:
		r.Rounds = append(r.Rounds, s)
	}
}
