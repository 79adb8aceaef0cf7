package screen

import (
	"iter"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/examples/chat/screentest"
)

// runes are the characters of a terminal that gives each rune columns of its own, as older ones do.
func runes(text string) iter.Seq2[string, int] {
	return func(yield func(string, int) bool) {
		for _, r := range text {
			if !yield(string(r), runeColumns(r)) {
				return
			}
		}
	}
}

// TestTerminalShowsFrames has random things happen, and compares what the terminal shows with each frame.
func TestTerminalShowsFrames(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pieces := []string{
		"word ", "a", "你好", "👩‍💻", "🇨🇭", "❤️", "u\u0308", "\x1b[2J", "\n", "\u202e", strings.Repeat("long", 30), "\r", "\x1b[A", "\x1b[5~", "\x7f", "\t", "\x1b\r",
		"שלום", "नि", "\u0301", "\x9b1A", "\xff",
	}
	text := func() string {
		var b strings.Builder
		for range random.IntN(6) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		return b.String()
	}
	s, columns, rows := room(), 60, 12
	e := screentest.New(columns, rows, Characters)
	terminal := Terminal{Colored: true}
	send := func(output string) {
		if _, err := e.Write([]byte(output)); err != nil {
			t.Fatalf("%v in %q", err, output)
		}
	}
	send(terminal.Begin())
	for i := range 1000 {
		switch random.IntN(12) {
		case 0:
			columns, rows = 1+random.IntN(90), 1+random.IntN(20)
			s.Resize(columns, rows)
			e.Resize(columns, rows)
			terminal.Forget()
		case 1:
			s.SetTitle(text())
		case 2:
			s.SetPeople([]Person{{text(), 1}, {text(), random.IntN(20)}})
		case 3:
			s.SetStatus(text())
		case 4:
			s.AddPending(int64(i), Line{Who: text(), Text: text(), Self: true})
		case 5:
			for id := range i - random.IntN(60) {
				s.DropPending(int64(id))
			}
		case 6:
			s.ShowPicture([]string{"█▀▀█", "█▄▄█"}, text())
		case 7, 8:
			s.Add(Line{At: at(12, i), Kind: Kind(random.IntN(3)), Who: text(), Color: random.IntN(20), Text: text()})
		default:
			s.Press([]byte(text()))
		}
		f := s.Frame()
		send(terminal.Draw(f))
		if columns < 2 {
			continue // wide characters have no place there
		}
		if diff := cmp.Diff(f.String(), e.String()); diff != "" {
			t.Fatalf("step %d, %d columns (-frame +terminal):\n%s", i, columns, diff)
		}
		if e.Row != f.row || e.Column != f.column {
			t.Fatalf("step %d: the cursor is at %d, %d, want %d, %d", i, e.Row, e.Column, f.row, f.column)
		}
	}
	send(terminal.End())
	for mode, want := range map[string]bool{"1049": false, "2004": false, "7": true, "25": true, "1007": true} {
		if on, known := e.Mode(mode); on != want || !known {
			t.Errorf("in the end, mode %s is %t", mode, on)
		}
	}
}

// TestTerminalThatKnowsLess has a terminal that takes joined characters apart: what follows them still stands where it should.
func TestTerminalThatKnowsLess(t *testing.T) {
	s := New("ada", nil)
	s.Resize(60, 4)
	s.Add(Line{At: at(12, 0), Who: "👩‍💻", Text: "❤️x👍🏽x🇨🇭x"})
	s.Press([]byte("👩‍💻|"))
	f := s.Frame()
	e := screentest.New(60, 4, runes)
	var terminal Terminal
	if _, err := e.Write([]byte(terminal.Begin() + terminal.Draw(f))); err != nil {
		t.Fatal(err)
	}
	for i, row := range f.rows {
		column := 0
		for c := range clusters(plain(row)) {
			if got := e.Cell(i, column); !c.odd && got != c.text {
				t.Errorf("row %d, column %d: %q, want %q; it shows\n%s", i, column, got, c.text, e)
			}
			column += c.columns
		}
	}
	if e.Column != f.column {
		t.Errorf("the cursor is in column %d, want %d", e.Column, f.column)
	}
}

// TestTerminalDrawsLittle checks that a key costs one row, and not the terminal.
func TestTerminalDrawsLittle(t *testing.T) {
	s := room()
	var terminal Terminal
	whole := len(terminal.Draw(s.Frame()))
	s.Press([]byte("x"))
	got := terminal.Draw(s.Frame())
	if want := "\x1b[?25l\x1b[12;1H\x1b[2K\x1b[1mada> \x1b[0mx\x1b[12;7H\x1b[?25h"; got != want {
		t.Errorf("a key is drawn with %q, want %q; the terminal took %d bytes", got, want, whole)
	}
}

func TestTerminalColors(t *testing.T) {
	for colored, want := range map[bool]string{true: "\x1b[38;5;30m", false: "bob"} {
		s := room()
		s.Add(Line{Who: "bob", Color: 1, Text: "hi"})
		terminal := Terminal{Colored: colored}
		got := terminal.Draw(s.Frame())
		if !strings.Contains(got, want) || strings.Contains(got, "\x1b[38;5;30m") != colored {
			t.Errorf("with colours %t: %q", colored, got)
		}
	}
}

// TestColorsAreReadable wants the contrast of WCAG for large text, and some more, on black and on white.
func TestColorsAreReadable(t *testing.T) {
	linear := func(c float64) float64 { return math.Pow((c/255+0.055)/1.055, 2.4) } // of all but the darkest
	levels := []float64{0, 95, 135, 175, 215, 255}
	for _, code := range colorCodes {
		n := code - 16
		l := 0.2126*linear(levels[n/36]) + 0.7152*linear(levels[n/6%6]) + 0.0722*linear(levels[n%6])
		if black, white := (l+0.05)/0.05, 1.05/(l+0.05); min(black, white) < 3.7 {
			t.Errorf("colour %d has the contrast %.1f on black, and %.1f on white", code, black, white)
		}
	}
}
