package report

import (
	"cmp"
	"io"
	"math"
	"slices"
	"strconv"

	"github.com/ocapn-go/ocapn/examples/bench/workload"
)

const (
	linesWidth  = 860
	linesHeight = 340 // of one chart, with its title
	linesLeft   = 80
	linesRight  = 90 // names of peers
	linesTop    = 62 // title, and what is done
	linesBottom = 44
	nameStep    = 14 // between names of peers
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
	to.text(barsMargin, top+linesTop-32, "start", inkColor, 14, c.ID)
	to.text(barsMargin, top+linesTop-14, "start", dimColor, 12, "calls per second: "+c.About)
	low, high := c.bounds()
	if high == 0 {
		return
	}
	bottom := top + linesHeight - linesBottom
	marks := ticks(low, high)
	y := scale{low: marks[0], high: marks[len(marks)-1], length: linesHeight - linesTop - linesBottom, log: true}
	for _, v := range marks {
		to.line(linesLeft, bottom-y.at(v), linesWidth-linesRight, bottom-y.at(v))
		to.text(linesLeft-8, bottom-y.at(v)+4, "end", dimColor, 11, grouped(strconv.FormatFloat(v, 'f', -1, 64)))
	}
	first, last := float64(c.size(c.Tables[0])), float64(c.size(c.Tables[len(c.Tables)-1]))
	x := scale{low: first, high: last, length: linesWidth - linesLeft - linesRight, log: true}
	for _, t := range c.Tables {
		size := c.size(t)
		to.text(linesLeft+x.at(float64(size)), bottom+16, "middle", dimColor, 11, c.label(size))
	}
	to.text(linesLeft+x.length/2, bottom+34, "middle", dimColor, 11, c.Grows)
	var names []name
	for i, peer := range c.peers() {
		color := colors()[i%len(colors())]
		var points [][2]float64
		for _, t := range c.Tables {
			if v, ok := median(t, peer, workload.PerSecond); ok && v > 0 {
				points = append(points, [2]float64{linesLeft + x.at(float64(c.size(t))), bottom - y.at(v)})
			}
		}
		if len(points) > 0 {
			to.path(points, color)
			names = append(names, name{peer, color, points[len(points)-1]})
		}
	}
	write(to, names, bottom)
}

// bounds returns the least and the most calls per second, 0 and 0 if there are none.
func (c Curve) bounds() (low, high float64) {
	for _, t := range c.Tables {
		for _, r := range t.Results {
			if v, ok := r.Median(workload.PerSecond); ok && v > 0 {
				if high == 0 {
					low = v
				}
				low, high = min(low, v), max(high, v)
			}
		}
	}
	return low, high
}

// name is the name of a peer at the end of its line.
type name struct {
	peer, color string
	at          [2]float64
}

// write writes names beside the ends of their lines, one below the other where these are close together, and none below bottom.
func write(to *canvas, names []name, bottom float64) {
	slices.SortStableFunc(names, func(a, b name) int { return cmp.Compare(a.at[1], b.at[1]) })
	var column []*name // at the right end
	for i := range names {
		if n := &names[i]; n.at[0] >= linesWidth-linesRight-1 {
			if len(column) > 0 {
				n.at[1] = max(n.at[1], column[len(column)-1].at[1]+nameStep)
			}
			column = append(column, n)
		}
	}
	for _, n := range slices.Backward(column) {
		n.at[1] = min(n.at[1], bottom)
		bottom = n.at[1] - nameStep
	}
	for _, n := range names {
		to.text(n.at[0]+8, n.at[1]+4, "start", n.color, 12, n.peer)
	}
}

// ticks returns the marks of a logarithmic scale for values from low to high, a power of ten or more from the first to the last: powers of
// ten, and where these are few, twice and five times as much.
func ticks(low, high float64) []float64 {
	low = min(low, high/10) // less would make much of small differences
	steps := []float64{1, 2, 5}
	if high/low > 1000 {
		steps = steps[:1]
	}
	marks := []float64{0}
	for power := math.Floor(math.Log10(low)); ; power++ {
		for _, step := range steps {
			mark := step * math.Pow(10, power)
			if mark <= low {
				marks[0] = mark
				continue
			}
			marks = append(marks, mark)
			if mark >= high {
				return marks
			}
		}
	}
}

// label writes a size in few characters.
func (c Curve) label(n int) string {
	switch {
	case c.Grows != "bytes" || n < 1<<10:
		return grouped(strconv.Itoa(n))
	case n >= 1<<20:
		return strconv.Itoa(n>>20) + " MiB"
	default:
		return strconv.Itoa(n>>10) + " KiB"
	}
}
