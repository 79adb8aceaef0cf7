package report

import (
	"fmt"
	"html"
	"io"
	"math"
	"strings"
)

// canvas gathers the elements of an SVG drawing. Lengths are pixels.
type canvas struct {
	body []byte
}

const (
	font      = "system-ui, sans-serif"
	inkColor  = "var(--ink)"
	dimColor  = "var(--dim)"
	ruleColor = "var(--rule)"
	ourColor  = "#1f6feb"
)

// palette has the colors that depend on what the page around a drawing is like.
const palette = `<style>
:root { --paper: #ffffff; --ink: #1f2328; --dim: #6e7781; --rule: #d8dee4 }
@media (prefers-color-scheme: dark) { :root { --paper: #0d1117; --ink: #e6edf3; --dim: #8b949e; --rule: #30363d } }
</style>
`

// colors are those of the peers in line charts, ours first.
func colors() []string {
	return []string{ourColor, dimColor, "#bf8700", "#1a7f37", "#8250df", "#cf222e", "#d4579a"}
}

func (c *canvas) rect(x, y, width, height float64, fill string) {
	c.body = fmt.Appendf(c.body, `<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" style="fill:%s"/>`+"\n", x, y, width, height, fill)
}

func (c *canvas) line(x1, y1, x2, y2 float64) {
	c.body = fmt.Appendf(c.body, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" style="stroke:%s"/>`+"\n", x1, y1, x2, y2, ruleColor)
}

// text writes s; anchor is start, middle or end.
func (c *canvas) text(x, y float64, anchor, fill string, size int, s string) {
	c.body = fmt.Appendf(c.body, `<text x="%.1f" y="%.1f" text-anchor="%s" style="fill:%s" font-size="%d">%s</text>`+"\n",
		x, y, anchor, fill, size, html.EscapeString(s))
}

// path draws a line through points, and a dot on each.
func (c *canvas) path(points [][2]float64, color string) {
	var list strings.Builder
	for _, p := range points {
		list.WriteString(fmt.Sprintf("%.1f,%.1f ", p[0], p[1]))
		c.body = fmt.Appendf(c.body, `<circle cx="%.1f" cy="%.1f" r="2.5" style="fill:%s"/>`+"\n", p[0], p[1], color)
	}
	c.body = fmt.Appendf(c.body, `<polyline points="%s" fill="none" style="stroke:%s" stroke-width="1.5"/>`+"\n", list.String(), color)
}

// write writes the drawing.
func (c *canvas) write(w io.Writer, width, height float64) error {
	_, err := fmt.Fprintf(w, `<svg xmlns="http://www.w3.org/2000/svg" width="%[1]g" height="%[2]g" viewBox="0 0 %[1]g %[2]g" font-family="%[3]s">
%[4]s<rect width="%[1]g" height="%[2]g" style="fill:var(--paper)"/>
%[5]s</svg>
`, width, height, font, palette, c.body)
	return err
}

// scale maps values onto a length. If it is logarithmic, the value low is at 0.
type scale struct {
	low, high, length float64
	log               bool
}

// at returns where a value is.
func (s scale) at(v float64) float64 {
	if !s.log {
		return s.length * v / s.high
	}
	if s.high <= s.low {
		return s.length / 2
	}
	return s.length * math.Log(v/s.low) / math.Log(s.high/s.low)
}
