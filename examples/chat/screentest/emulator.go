// Package screentest has a terminal for tests.
package screentest

import (
	"fmt"
	"iter"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Terminal is a terminal as far as package screen makes use of one. It shows what it is sent, and anything that it does not know is an
// error. It belongs to one goroutine.
type Terminal struct {
	// Row and Column are where the cursor is, from 0.
	Row, Column int

	characters func(text string) iter.Seq2[string, int]
	cells      [][]string // of each row; "" behind a character that takes two columns
	modes      map[string]bool
	held       string // the beginning of a sequence or of a rune
}

// New returns a terminal of that size. The function returns the characters of a text, and how many columns each of them takes: terminals
// do not agree about that.
func New(columns, rows int, characters func(text string) iter.Seq2[string, int]) *Terminal {
	t := &Terminal{characters: characters, modes: map[string]bool{}}
	t.Resize(columns, rows)
	return t
}

// Resize makes the terminal one of another size, with nothing on it.
func (t *Terminal) Resize(columns, rows int) {
	t.cells = nil
	for range rows {
		t.cells = append(t.cells, blank(columns))
	}
	t.Row, t.Column = 0, 0
}

func blank(columns int) []string {
	row := make([]string, columns)
	for i := range row {
		row[i] = " "
	}
	return row
}

var (
	control = regexp.MustCompile(`^\x1b\[(\??)([0-9;]*)([A-Za-z])`)
	begun   = regexp.MustCompile(`^\x1b(\[\??[0-9;]*)?$`)
)

// Write takes what the terminal is sent. It may end anywhere; the rest comes next.
func (t *Terminal) Write(output []byte) (int, error) {
	rest := t.held + string(output)
	t.held = ""
	for rest != "" {
		n, err := t.step(rest)
		if err != nil {
			return 0, err
		}
		if n == 0 {
			t.held = rest
			break
		}
		rest = rest[n:]
	}
	return len(output), nil
}

// step takes the first part of what the terminal is sent, and returns how many bytes that was: none if there is more to come.
func (t *Terminal) step(output string) (int, error) {
	if m := control.FindStringSubmatch(output); m != nil {
		return len(m[0]), t.obey(m[1], m[2], m[3])
	}
	if begun.MatchString(output) {
		return 0, nil
	}
	n := strings.IndexByte(output, 0x1b)
	if n == 0 {
		return 0, fmt.Errorf("unknown sequence %.10q", output)
	}
	if n < 0 {
		n = len(output)
		for i := max(0, n-utf8.UTFMax); i < n; i++ {
			if utf8.RuneStart(output[i]) && !utf8.FullRuneInString(output[i:]) {
				n = i
			}
		}
	}
	for text, columns := range t.characters(output[:n]) {
		if err := t.show(text, columns); err != nil {
			return 0, err
		}
	}
	return n, nil
}

// show puts a character where the cursor is; at the right end, in place of what is there.
func (t *Terminal) show(text string, columns int) error {
	row := t.cells[t.Row]
	switch r, _ := utf8.DecodeRuneInString(text); {
	case r == '\r':
		t.Column = 0
	case r == '\n':
		t.Row = min(t.Row+1, len(t.cells)-1)
	case r == '\t':
		t.Column = min((t.Column/8+1)*8, len(row)-1)
	case r == '\a':
	case r < ' ' || r >= 0x7f && r < 0xa0:
		return fmt.Errorf("control character %q", text)
	case columns == 0:
		row[max(t.Column-1, 0)] += text
	default:
		at := max(0, min(t.Column, len(row)-columns))
		row[at] = text
		for i := 1; i < columns && at+i < len(row); i++ {
			row[at+i] = ""
		}
		t.Column = min(at+columns, len(row))
	}
	return nil
}

// obey does what a sequence is for.
func (t *Terminal) obey(private, numbers, final string) error {
	first, second, _ := strings.Cut(numbers, ";")
	number := func(s string) int {
		n, _ := strconv.Atoi(s)
		return max(n, 1) - 1
	}
	switch {
	case private == "?" && (final == "h" || final == "l"):
		t.modes[numbers] = final == "h"
	case final == "H":
		t.Row, t.Column = min(number(first), len(t.cells)-1), min(number(second), len(t.cells[0])-1)
	case final == "G":
		t.Column = min(number(first), len(t.cells[0]))
	case final == "J" && numbers == "2":
		for i := range t.cells {
			t.cells[i] = blank(len(t.cells[i]))
		}
	case final == "K" && numbers == "2":
		t.cells[t.Row] = blank(len(t.cells[t.Row]))
	case final == "m":
	default:
		return fmt.Errorf("unknown sequence %s%s%s", private, numbers, final)
	}
	return nil
}

// Mode reports whether a private mode is on, such as 1049. What nobody has set or reset is neither.
func (t *Terminal) Mode(number string) (on, known bool) {
	on, known = t.modes[number]
	return on, known
}

// Cell returns what a cell shows: nothing behind a character that takes two.
func (t *Terminal) Cell(row, column int) string { return t.cells[row][column] }

// String returns what is shown, a row a line, without spaces at the ends.
func (t *Terminal) String() string {
	var b strings.Builder
	for _, row := range t.cells {
		b.WriteString(strings.TrimRight(strings.Join(row, ""), " ") + "\n")
	}
	return b.String()
}
