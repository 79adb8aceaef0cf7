package screen

import "strings"

// Colors is how many colours there are for people, 1 to Colors. Trouble has another one; what else is shown has that
// of the terminal.
const Colors = 8

// troubleColor is the colour of what went wrong, which nobody has.
const troubleColor = Colors + 1

// style says how text looks.
type style struct {
	color   int // 0 is the terminal's own
	bold    bool
	faint   bool
	reverse bool
	picture bool // dark on light, whatever the terminal has
}

// span is text of one style. It is visible, see [Visible].
type span struct {
	text  string
	style style
}

// Frame is what a terminal shows: a row of text for each of its rows, and where the cursor is.
type Frame struct {
	rows        [][]span
	row, column int // of the cursor, from 0
}

// String returns the rows, one a line, without styles and without spaces at the end.
func (f Frame) String() string {
	var b strings.Builder
	for _, row := range f.rows {
		b.WriteString(strings.TrimRight(plain(row), " ") + "\n")
	}
	return b.String()
}

// plain returns the text of a row.
func plain(row []span) string {
	var b strings.Builder
	for _, s := range row {
		b.WriteString(s.text)
	}
	return b.String()
}

// columns returns how many columns a row takes.
func columns(row []span) int {
	n := 0
	for _, s := range row {
		n += Width(s.text)
	}
	return n
}

// clip returns the row without what goes beyond its columns.
func clip(row []span, limit int) []span {
	for i, s := range row {
		w := Width(s.text)
		if w > limit {
			return append(row[:i:i], span{Cut(s.text, limit), s.style})
		}
		limit -= w
	}
	return row
}
