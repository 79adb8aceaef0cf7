package report

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/ocapn-go/ocapn/examples/bench/workload"
)

const (
	barsWidth   = 860
	barsLeft    = 130 // names of peers
	barsRight   = 170 // values
	barHeight   = 14
	barStep     = 19
	barsTitle   = 42 // title of a workload, with what is above
	barsMargin  = 20
	logFrom     = 25 // how many times the smallest value the largest is where a logarithmic scale starts to be used
	firstShare  = 0.5
	legendLines = 30
)

// Bars draws the first metric of each workload as an SVG file with horizontal bars. Where values are too far apart, the scale is
// logarithmic, and says so.
func Bars(w io.Writer, tables []workload.Table, rounds int) error {
	c := &canvas{}
	c.text(barsMargin, barsMargin+8, "start", dimColor, 12, Machine(rounds))
	y := float64(legendLines)
	for _, t := range tables {
		y = barsOf(c, t, y)
	}
	return c.write(w, barsWidth, y+barsMargin)
}

// barsOf draws a workload below y, and returns where it ends.
func barsOf(c *canvas, t workload.Table, y float64) float64 {
	m := t.Metrics[0]
	values := map[string]float64{}
	low, high := math.Inf(1), 0.0
	for _, r := range t.Results {
		if v, ok := r.Median(m); ok {
			values[r.Peer] = v
			high = max(high, v)
			if v > 0 {
				low = min(low, v)
			}
		}
	}
	s := scale{low: low * firstShare, high: high, length: barsWidth - barsLeft - barsRight, log: high > logFrom*low}
	unit := string(m) + betterWord(m)
	if s.log {
		unit += ", logarithmic"
	}
	c.text(barsMargin, y+barsTitle-12, "start", inkColor, 14, t.ID)
	c.text(barsLeft, y+barsTitle-12, "start", dimColor, 12, unit)
	y += barsTitle
	for _, r := range t.Results {
		if r.Cannot {
			continue
		}
		c.text(barsLeft-8, y+barHeight-3, "end", inkColor, 12, r.Peer)
		v, ok := values[r.Peer]
		if ok && v > 0 {
			c.rect(barsLeft, y, s.at(v), barHeight, barColor(r.Peer))
			c.text(barsLeft+s.at(v)+6, y+barHeight-3, "start", inkColor, 12, barLabel(t, r, v))
		} else {
			c.text(barsLeft+6, y+barHeight-3, "start", dimColor, 12, shown(v, ok, r))
		}
		y += barStep
	}
	if line := unable(t); line != "" {
		c.text(barsLeft, y+barHeight-3, "start", dimColor, 12, line)
		y += barStep
	}
	return y
}

func betterWord(m workload.Metric) string {
	if m.MoreIsBetter() {
		return ", more is better"
	}
	return ", less is better"
}

func barColor(peer string) string {
	if peer == us || strings.HasPrefix(peer, ours) {
		return ourColor
	}
	return dimColor
}

// barLabel is the value, with its ratio to the reference.
func barLabel(t workload.Table, r workload.Result, v float64) string {
	base, ok := median(t, t.Reference, t.Metrics[0])
	if !ok || base == 0 || r.Peer == t.Reference {
		return number(v)
	}
	return fmt.Sprintf("%s  (%s x %s)", number(v), number(v/base), t.Reference)
}
