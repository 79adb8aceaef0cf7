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

const (
	linesWidth  = 860
	linesHeight = 300 // of one chart, with its title
	linesLeft   = 80
	linesRight  = 120
	linesTop    = 50
	linesBottom = 40
)

// Lines draws the curves as an SVG file, both scales logarithmic.
func Lines(w io.Writer, curves []Curve, rounds int) error {
	c := &canvas{}
	c.text(barsMargin, barsMargin+8, "start", dimColor, 12, Machine(rounds))
	y := float64(legendLines)
	for _, curve := range curves {
		curve.draw(c, y)
		y += linesHeight
	}
	return c.write(w, linesWidth, y+barsMargin)
}

// draw draws one curve for each peer, in a frame whose upper end is at top.
func (c Curve) draw(to *canvas, top float64) {
	low, high := math.Inf(1), 0.0
	for _, t := range c.Tables {
		for _, r := range t.Results {
			if v, ok := r.Median(workload.PerSecond); ok && v > 0 {
				low, high = min(low, v), max(high, v)
			}
		}
	}
	to.text(barsMargin, top+linesTop-22, "start", inkColor, 14, c.ID)
	to.text(barsLeft, top+linesTop-22, "start", dimColor, 12, "calls per second: "+c.About)
	if high == 0 {
		return
	}
	first, last := float64(c.size(c.Tables[0])), float64(c.size(c.Tables[len(c.Tables)-1]))
	x := scale{low: first, high: last, length: linesWidth - linesLeft - linesRight, log: true}
	y := scale{low: decade(low), high: 10 * decade(high), length: linesHeight - linesTop - linesBottom, log: true}
	bottom := top + linesHeight - linesBottom
	for v := y.low; v <= y.high*1.01; v *= 10 {
		to.line(linesLeft, bottom-y.at(v), linesWidth-linesRight, bottom-y.at(v))
		to.text(linesLeft-8, bottom-y.at(v)+4, "end", dimColor, 11, number(v))
	}
	for _, t := range c.Tables {
		size := c.size(t)
		to.text(linesLeft+x.at(float64(size)), bottom+16, "middle", dimColor, 11, short(size))
	}
	to.text(linesLeft+x.length/2, bottom+32, "middle", dimColor, 11, c.Grows)
	for i, name := range c.peers() {
		color := colors()[i%len(colors())]
		var points [][2]float64
		for _, t := range c.Tables {
			if v, ok := median(t, name, workload.PerSecond); ok && v > 0 {
				points = append(points, [2]float64{linesLeft + x.at(float64(c.size(t))), bottom - y.at(v)})
			}
		}
		if len(points) > 0 {
			to.path(points, color)
		}
		to.text(linesWidth-linesRight+14, top+linesTop+16*float64(i), "start", color, 12, name)
	}
}

// decade returns the power of ten that is not above v.
func decade(v float64) float64 { return math.Pow(10, math.Floor(math.Log10(v))) }

// short writes a size in few characters.
func short(n int) string {
	switch {
	case n >= 1<<20 && n%(1<<20) == 0:
		return strconv.Itoa(n>>20) + "Mi"
	case n >= 1<<10 && n%(1<<10) == 0:
		return strconv.Itoa(n>>10) + "Ki"
	default:
		return grouped(strconv.Itoa(n))
	}
}
