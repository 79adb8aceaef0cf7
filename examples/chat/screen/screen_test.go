package screen

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the golden files anew")

// at returns a time of the day of the tests.
func at(hour, minute int) time.Time { return time.Date(2026, 11, 24, hour, minute, 0, 0, time.UTC) }

// room returns a screen with a conversation.
func room() *Screen {
	s := New("ada", []string{"/help", "/leave", "/qr", "/who"})
	s.SetTitle("lobby")
	s.SetPeople([]Person{{"ada", 1}, {"bob", 2}, {"carol", 3}})
	s.Resize(60, 12)
	s.Add(Line{At: at(12, 3), Kind: Note, Text: "you are in the room as ada"})
	s.Add(Line{At: at(12, 3), Kind: Note, Text: "bob is here"})
	s.Add(Line{At: at(12, 4), Who: "bob", Color: 2, Text: "Hello, Ada! I have been waiting for you since this morning."})
	s.Add(Line{At: at(12, 4), Who: "ada", Color: 1, Self: true, Text: "Hello."})
	s.Add(Line{At: at(12, 5), Kind: Note, Text: "carol is here"})
	s.Add(Line{At: at(12, 6), Who: "carol", Color: 3, Text: "你好，大家。这一行有很多很宽的字，所以它会在中间断开，然后继续。"})
	return s
}

// shots is a script that collects what the screen showed.
type shots struct {
	t *testing.T
	*Screen
	all strings.Builder
}

// take notes what is shown now, with a ‸ in front of where the cursor is.
func (s *shots) take(what string) {
	f := s.Frame()
	if len(f.rows) != s.rows {
		s.t.Errorf("%s: %d rows on a terminal of %d", what, len(f.rows), s.rows)
	}
	fmt.Fprintf(&s.all, "=== %s\n", what)
	for i, row := range f.rows {
		if w := columns(row); w > s.columns {
			s.t.Errorf("%s: row %d has %d columns on a terminal of %d: %q", what, i, w, s.columns, plain(row))
		}
		text := plain(row)
		if i == f.row {
			text = insertAt(text, f.column, "‸")
		}
		fmt.Fprintln(&s.all, strings.TrimRight(text, " "))
	}
}

// insertAt puts a mark into the text, at a column.
func insertAt(text string, column int, mark string) string {
	at, width := 0, 0
	for c := range clusters(text) {
		if width >= column {
			break
		}
		width += c.columns
		at += len(c.text)
	}
	return text[:at] + mark + text[at:]
}

// types presses keys, and notes what is to be done.
func (s *shots) types(input string) {
	for _, a := range s.Press([]byte(input)) {
		fmt.Fprintf(&s.all, "--- %s %q\n", map[ActionKind]string{Enter: "enter", Leave: "leave", Redraw: "redraw", Bell: "bell"}[a.Kind], a.Text)
	}
}

// check compares everything with the golden file.
func (s *shots) check() {
	s.t.Helper()
	name := filepath.Join("testdata", strings.ToLower(strings.TrimPrefix(s.t.Name(), "TestScreen"))+".txt")
	got := s.all.String()
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o666); err != nil {
			s.t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		s.t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		s.t.Errorf("%s (-want +got); if it is meant, go test -update:\n%s", name, diff)
	}
}

func TestScreenConversation(t *testing.T) {
	s := &shots{t: t, Screen: room()}
	s.take("at rest")
	s.types("Hi, Carol")
	s.take("typing")
	s.types("\x1b[D\x1b[D\x1b[D\x1b[D\x1b[Ddear ")
	s.take("in the middle")
	s.types("\r")
	s.AddPending(7, Line{Who: "ada", Color: 1, Self: true, Text: "Hi, dear Carol"})
	s.take("nobody has heard it yet")
	s.Add(Line{At: at(12, 7), Who: "bob", Color: 2, Text: "你好"})
	s.DropPending(7)
	s.Add(Line{At: at(12, 7), Who: "ada", Color: 1, Self: true, Text: "Hi, dear Carol"})
	s.take("heard")
	s.types("\x1b[A")
	s.take("brought back")
	s.types("\x1b[A\x1b[B")
	s.take("and put away")
	s.types("\x1b[B")
	s.SetStatus("the room is away; trying again")
	s.Add(Line{At: at(12, 9), Kind: Trouble, Text: "not sent: the room is away"})
	s.take("away")
	s.types("\x04")
	s.check()
}

// TestScreenReadme takes the picture that the README shows.
func TestScreenReadme(t *testing.T) {
	s := &shots{t: t, Screen: New("ada", nil)}
	s.Resize(72, 13)
	s.SetTitle("lobby")
	s.SetPeople([]Person{{"bob", 2}, {"ada", 1}, {"carol", 3}})
	s.Add(Line{At: at(12, 3), Kind: Note, Text: "bob is here"})
	s.Add(Line{At: at(12, 3), Kind: Note, Text: "you are in the room as ada"})
	s.Add(Line{At: at(12, 4), Who: "bob", Color: 2, Text: "Hello, Ada! I have been waiting for you since this morning, and nobody came by."})
	s.Add(Line{At: at(12, 4), Who: "ada", Color: 1, Self: true, Text: "Good morning, Bob."})
	s.Add(Line{At: at(12, 5), Kind: Note, Text: "carol is here"})
	s.Add(Line{At: at(12, 6), Who: "carol", Color: 3, Text: "你好，大家！ 👋"})
	s.Add(Line{At: at(12, 7), Who: "bob", Color: 2, Text: "Watch this: \x1b[2J\x1b]0;mine\a \u202egnp.exe"})
	s.types("Nice try, b\t")
	s.take("in the README")
	s.check()
}

func TestScreenScrolling(t *testing.T) {
	s := &shots{t: t, Screen: room()}
	for i := range 12 {
		s.Add(Line{At: at(13, i), Who: "bob", Color: 2, Text: fmt.Sprint("line ", i)})
	}
	s.take("the last lines")
	s.types("\x1b[5~")
	s.take("a page up")
	s.Add(Line{At: at(13, 30), Who: "carol", Color: 3, Text: "Something new that takes more than one row on such a terminal."})
	s.take("it stays while lines come")
	s.types("\x1b[5~\x1b[5~\x1b[5~\x1b[5~")
	s.take("the first lines")
	s.Resize(100, 12)
	s.take("wider")
	s.types("\x1b[6~")
	s.take("a page down")
	s.types("hello\r")
	s.take("who says something sees the last lines")
	s.types("\x1b[6~")
	s.check()
}

func TestScreenSizes(t *testing.T) {
	s := &shots{t: t, Screen: room()}
	s.types("a text that is being typed 你好")
	for _, size := range [][2]int{{100, 14}, {45, 12}, {28, 12}, {20, 8}, {15, 5}, {10, 3}, {8, 2}, {3, 1}, {1, 1}} {
		s.Resize(size[0], size[1])
		s.take(fmt.Sprintf("%d columns, %d rows", size[0], size[1]))
	}
	s.check()
}

func TestScreenLongInput(t *testing.T) {
	s := &shots{t: t, Screen: room()}
	s.types("\x1b[200~first line\r\nsecond line\twith a tab\u202e\x1b[201~")
	s.take("lines that were pasted")
	s.types("\x1b[200~" + strings.Repeat("很长", 70) + "\x1b[201~")
	s.take("more than a third of the rows")
	s.types("\x1b[A\x01\x7f\x15")
	s.take("the cursor is seen")
	s.types("\x1b[B\x05\x15")
	s.types(strings.Repeat("x", 55))
	s.take("a row that is full")
	s.types("\r")
	s.types("\r   \r")
	s.check()
}

func TestScreenStrangers(t *testing.T) {
	s := &shots{t: t, Screen: room()}
	s.Resize(60, 20)
	evil := "\x1b[2J\x1b]0;x\x07\u202egnp.exe\u009b1A"
	s.SetTitle("lob" + evil)
	s.SetPeople([]Person{{"ada", 1}, {"bo" + evil, 2}, {"", 3}})
	s.Add(Line{At: at(12, 8), Who: "mallory", Color: 2, Text: strings.Repeat("a", 3*maxText)})
	s.Add(Line{At: at(12, 8), Who: "bo" + evil, Color: 2, Text: "hi " + evil})
	s.Add(Line{At: at(12, 8), Who: "\u0301\u0301", Color: 9, Text: "12:09    bob │ I am Bob\n12:09    ada │ I am Ada\r\n\n\nno"})
	s.Add(Line{At: at(12, 9), Who: "👩‍💻👩‍💻👩‍💻👩‍💻👩‍💻👩‍💻👩‍💻👩‍💻👩‍💻", Color: 3, Text: "🇨🇭🇩🇪 ❤️ o" + strings.Repeat("\u0301", 40)})
	s.SetStatus("trouble: " + evil)
	s.take("names and messages that are not meant well")
	s.check()
}

func TestScreenCompletion(t *testing.T) {
	s := &shots{t: t, Screen: room()}
	s.SetPeople([]Person{{"ada", 1}, {"bob", 2}, {"Björn", 3}, {"ob\x1b", 3}})
	for _, input := range []string{"/h\t", "/\t\t", "b\t", "b\t\t", "b\t\t\t", "b\tx\t", "hi BO\t", "ob\t", "z\t", "\t", "/help b\t"} {
		s.types(input + "\r")
	}
	s.check()
}

func TestScreenPicture(t *testing.T) {
	s := &shots{t: t, Screen: room()}
	s.ShowPicture([]string{"█▀▀█", "█▄▄█"}, "Whoever has this picture can join.")
	s.take("a picture")
	s.Resize(20, 4)
	s.take("no room for the caption in one row")
	s.Resize(20, 1)
	s.take("no room for the picture")
	s.Resize(60, 12)
	s.types("x")
	s.take("gone with a key, which is not typed")
	s.ShowPicture([]string{"█"}, "")
	s.types("\x03")
	s.check()
}

// TestScreenDays has a conversation that goes on after midnight.
func TestScreenDays(t *testing.T) {
	s := &shots{t: t, Screen: room()}
	s.Add(Line{At: at(23, 59), Who: "bob", Color: 2, Text: "Good night."})
	s.Add(Line{At: at(24, 1), Who: "ada", Color: 1, Text: "Good morning."})
	s.take("on the next day")
	s.check()
}

// TestScreenKeepsWithinBounds checks that old lines go when there are too many, or too long ones.
func TestScreenKeepsWithinBounds(t *testing.T) {
	s := New("ada", nil)
	for i := range 3 * maxLines {
		s.Add(Line{Text: fmt.Sprint(i)})
	}
	if len(s.lines) != maxLines {
		t.Errorf("%d lines are kept, want %d", len(s.lines), maxLines)
	}
	for range 2 * maxKept / maxText {
		s.Add(Line{Text: strings.Repeat("x", 2*maxText)})
	}
	kept := 0
	for _, line := range s.lines {
		kept += len(line.Text)
	}
	if kept > maxKept || kept < maxKept/2 || kept != s.kept {
		t.Errorf("%d bytes are kept, counted as %d, want up to %d", kept, s.kept, maxKept)
	}
}
