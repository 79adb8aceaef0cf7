package screen

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Kind says what a line is.
type Kind uint8

const (
	Said    Kind = iota // somebody said something
	Note                // something happened
	Trouble             // something went wrong
	Bare                // a text to be copied, with nothing beside it
)

// Line is what stands in the conversation under one time. Its texts may come from anybody.
type Line struct {
	At    time.Time // shown as it is, in the time zone that it has; not shown if zero
	Kind  Kind
	Who   string // who said it
	Color int    // of Who, see [Colors]
	Self  bool   // it was said by the person at this terminal
	Text  string

	pending bool // nobody has heard it yet
}

const (
	// maxText is how many bytes of a message are shown.
	maxText = 8 << 10

	timeColumns = 6 // 15:04 and a space
	leastName   = 3
)

// MaxName is how many columns of a name are shown beside a message, at the most.
const MaxName = 14

// Shorten returns no more than so many bytes of the text, and how many there are besides.
func Shorten(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	cut := limit
	for cut > max(0, limit-utf8.UTFMax) && !utf8.RuneStart(text[cut]) {
		cut--
	}
	return fmt.Sprintf("%s… (%d more bytes)", text[:cut], len(text)-cut)
}

// layout is where things stand in a row.
type layout struct {
	width int
	time  bool // there is a column for the time
	name  int  // columns of names; 0 puts them before the text
}

// newLayout returns the layout for rows of so many columns and names of so many.
func newLayout(width, names int) layout {
	l := layout{width: width, time: width >= 50}
	if width >= 30 {
		l.name = min(max(names, leastName), MaxName, width/4)
	}
	return l
}

// rows returns the rows that the line takes.
func (l layout) rows(line Line) [][]span {
	if line.Kind == Bare {
		return bareRows(line.Text, l.width)
	}
	first, rest, style := l.heads(line)
	indent := columns(first)
	var rows [][]span
	head := first
	for _, paragraph := range VisibleLines(line.Text) {
		for _, row := range wrap(paragraph, l.width-indent) {
			rows = append(rows, append(head[:len(head):len(head)], span{row, style}))
			head = rest
		}
	}
	return rows
}

// bareRows returns rows of so many columns with the text.
func bareRows(text string, width int) [][]span {
	var rows [][]span
	for _, row := range wrap(Visible(text), width) {
		rows = append(rows, []span{{row, style{}}})
	}
	return rows
}

// heads returns what stands before the text, in its first row and in the others, and the style of the text.
func (l layout) heads(line Line) (first, rest []span, text style) {
	mark, markStyle := "*", style{faint: true}
	text = markStyle
	switch line.Kind {
	case Trouble:
		mark, markStyle, text = "!", style{color: troubleColor, bold: true}, style{bold: true}
	case Said:
		mark, markStyle, text = Visible(line.Who), style{color: line.Color, bold: line.Self}, style{faint: line.pending}
	}
	var when string
	if l.time {
		when = strings.Repeat(" ", timeColumns)
		if !line.At.IsZero() {
			when = line.At.Format("15:04 ")
		}
	}
	if l.name == 0 {
		if line.Kind == Said {
			mark += ":"
		}
		mark = Cut(mark, max(l.width/2, leastName))
		return []span{{mark, markStyle}, {" ", style{}}}, []span{{strings.Repeat(" ", Width(mark)+1), style{}}}, text
	}
	mark = Cut(mark, l.name)
	bar := span{" │ ", style{faint: true}}
	left := when + strings.Repeat(" ", l.name-Width(mark))
	first = []span{{left, style{faint: true}}, {mark, markStyle}, bar}
	blank := strings.Repeat(" ", len(when)+l.name)
	return first, []span{{blank, style{}}, bar}, text
}
