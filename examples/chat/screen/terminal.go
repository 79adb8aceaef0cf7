package screen

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// What a terminal is told at the beginning and at the end: to keep what it shows for later and bring it back, to mark what is pasted, to
// leave what goes beyond its right side away, and to leave the wheel of the mouse alone.
const (
	begin = "\x1b[?1049h\x1b[?2004h\x1b[?7l\x1b[?1007l\x1b[H\x1b[2J"
	end   = "\x1b[0m\x1b[?1007h\x1b[?7h\x1b[?2004l\x1b[?25h\x1b[?1049l"
)

// colorCodes are the colours of people, and that of trouble behind them, by their numbers among the 256 that are the same on every terminal.
// They are readable on black and on white.
var colorCodes = [Colors + 1]int{30, 130, 164, 28, 63, 100, 31, 162, 160}

// Terminal turns frames into what a terminal has to be sent for it to show them, given what it shows already. The zero Terminal is one in
// black and white that has not begun.
type Terminal struct {
	// Colored says that people may be told apart by colours.
	Colored bool

	shown Frame
	known bool // shown is what the terminal shows
}

// Begin returns what makes the terminal ready. Whatever happens then, it must be sent what End returns.
func (t *Terminal) Begin() string {
	t.known = false
	return begin
}

// End returns what makes the terminal what it was before Begin.
func (t *Terminal) End() string { return end }

// Forget says that the terminal may show anything.
func (t *Terminal) Forget() { t.known = false }

// Draw returns what makes the terminal show f. It has nothing in it that a terminal obeys but moves of the cursor, colours and the clearing
// of rows, whatever is in the frame.
func (t *Terminal) Draw(f Frame) string {
	var b strings.Builder
	b.WriteString("\x1b[?25l")
	if !t.known {
		b.WriteString("\x1b[0m\x1b[2J")
	}
	for i, row := range f.rows {
		if t.known && i < len(t.shown.rows) && slices.Equal(row, t.shown.rows[i]) {
			continue
		}
		fmt.Fprintf(&b, "\x1b[%d;1H\x1b[2K", i+1)
		t.drawRow(&b, row)
	}
	for i := len(f.rows); t.known && i < len(t.shown.rows); i++ {
		fmt.Fprintf(&b, "\x1b[%d;1H\x1b[2K", i+1)
	}
	fmt.Fprintf(&b, "\x1b[%d;%dH\x1b[?25h", f.row+1, f.column+1)
	t.shown, t.known = f, true
	return b.String()
}

// drawRow writes a row. The cursor is set anew behind each character whose width terminals do not agree about.
func (t *Terminal) drawRow(b *strings.Builder, row []span) {
	column := 0
	for _, s := range row {
		codes := t.codes(s.style)
		if codes != "" {
			fmt.Fprintf(b, "\x1b[%sm", codes)
		}
		for c := range clusters(s.text) {
			b.WriteString(strings.Map(printed, c.text))
			column += c.columns
			if c.odd {
				fmt.Fprintf(b, "\x1b[%dG", column+1)
			}
		}
		if codes != "" {
			b.WriteString("\x1b[0m")
		}
	}
}

// codes returns the numbers of a style.
func (t *Terminal) codes(s style) string {
	var codes []string
	add := func(is bool, code string) {
		if is {
			codes = append(codes, code)
		}
	}
	add(s.bold, "1")
	add(s.faint, "2")
	add(s.reverse, "7")
	add(s.picture, "30;107")
	if t.Colored && s.color > 0 {
		add(true, fmt.Sprintf("38;5;%d", colorCodes[(s.color-1)%len(colorCodes)]))
	}
	return strings.Join(codes, ";")
}

// printed leaves out what a terminal would obey. There is no such thing in a frame; this is where it would do harm.
func printed(r rune) rune {
	if unicode.IsControl(r) {
		return -1
	}
	return r
}
