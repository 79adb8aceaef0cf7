package report

import (
	"fmt"
	"io"
	"math"
	"strconv"

	"github.com/ocapn-go/ocapn/examples/bench/workload"
)

// Curve is a series with its results, a table for each size.
type Curve struct {
	workload.Series

	Tables []workload.Table
}

// peers returns the peers of the curve, in the order of the first table.
func (c Curve) peers() []string {
	var names []string
	if len(c.Tables) > 0 {
		for _, r := range c.Tables[0].Results {
			names = append(names, r.Peer)
		}
	}
	return names
}

// size returns the size that a table is for.
func (c Curve) size(t workload.Table) int {
	for i, w := range c.Workloads {
		if w.ID == t.ID {
			return c.Sizes[i]
		}
	}
	return 0
}

// GrowthText writes a table for each curve, and where the curve of the peer that this is about is steepest: how many calls per second are
// left when the size grows by one step.
func GrowthText(w io.Writer, curves []Curve) {
	for _, c := range curves {
		fmt.Fprintf(w, "%s  calls per second: %s\n", c.ID, c.About)
		aligned(w, c.rows())
		if step, from, to := c.steepest(us); to > 0 {
			fmt.Fprintf(w, "  %s: the steepest step is from %s to %s %s, where %s times as many calls are made\n",
				us, grouped(strconv.Itoa(from)), grouped(strconv.Itoa(to)), c.Grows, number(step))
		}
		fmt.Fprintln(w)
	}
}

func (c Curve) rows() [][]string {
	rows := [][]string{append([]string{c.Grows}, c.peers()...)}
	for _, t := range c.Tables {
		row := []string{grouped(strconv.Itoa(c.size(t)))}
		for _, name := range c.peers() {
			r, _ := t.Result(name)
			v, ok := r.Median(workload.PerSecond)
			row = append(row, shown(v, ok, r))
		}
		rows = append(rows, row)
	}
	return rows
}

// steepest returns the step of a peer's curve that falls most, as a factor, and between which sizes it is.
func (c Curve) steepest(peer string) (factor float64, from, to int) {
	factor = math.Inf(1)
	for i := 1; i < len(c.Tables); i++ {
		before, ok := median(c.Tables[i-1], peer, workload.PerSecond)
		after, ok2 := median(c.Tables[i], peer, workload.PerSecond)
		if ok && ok2 && before > 0 && after/before < factor {
			factor, from, to = after/before, c.size(c.Tables[i-1]), c.size(c.Tables[i])
		}
	}
	return factor, from, to
}
