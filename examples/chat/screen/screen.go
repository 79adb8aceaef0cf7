package screen

import (
	"slices"
	"strings"
	"time"
)

const (
	// maxLines is how many lines of the conversation are kept, as long as they have no more than maxKept bytes together.
	maxLines = 2000
	maxKept  = 1 << 20
)

// Person is somebody who is in the room. The name may be anything.
type Person struct {
	Name  string
	Color int // see [Colors]
}

// ActionKind says what is to be done.
type ActionKind uint8

const (
	Enter  ActionKind = iota + 1 // the person entered a text
	Leave                        // the person wants to leave
	Redraw                       // the terminal shows something else: [Terminal.Forget]
	Bell                         // there was nothing to do
)

// Action is what a person wants who pressed a key.
type Action struct {
	Kind ActionKind
	Text string // of Enter
}

// Screen is what a person sees of a conversation, and what she is typing. It does nothing by itself: bytes of the keyboard and lines of
// the conversation go in, and actions and frames come out. It belongs to one goroutine.
type Screen struct {
	name     string   // of the person
	commands []string // that Tab completes

	columns, rows int
	title         string
	people        []Person
	status        string

	lines   []Line
	kept    int // bytes of all lines
	pending []pendingLine
	names   int // columns of the longest name among them
	newer   int // rows below those that are shown
	picture []string

	keyboard   keyboard
	editor     editor
	history    history
	completion completion
}

// pendingLine is a line of the person that nobody has heard yet.
type pendingLine struct {
	id   int64
	line Line
}

// New returns the screen of a person of that name, on a terminal of 80 columns and 24 rows. The commands are what a text can begin with,
// as /help.
func New(name string, commands []string) *Screen {
	return &Screen{name: name, commands: commands, columns: 80, rows: 24}
}

// Resize says how large the terminal is. It reports whether that is news.
func (s *Screen) Resize(columns, rows int) bool {
	was := [2]int{s.columns, s.rows}
	s.columns, s.rows = max(columns, 1), max(rows, 1)
	s.newer = min(s.newer, s.mostNewer())
	return was != [2]int{s.columns, s.rows}
}

// SetTitle says what the room is called.
func (s *Screen) SetTitle(title string) { s.title = title }

// SetName says what the person is called.
func (s *Screen) SetName(name string) { s.name = name }

// SetPeople says who is in the room.
func (s *Screen) SetPeople(people []Person) { s.people = slices.Clone(people) }

// SetStatus says what is not as it should be; nothing, if it is empty.
func (s *Screen) SetStatus(status string) { s.status = status }

// ShowPicture shows nothing but the rows of a picture until a key is pressed. A caption that does not fit is left out.
func (s *Screen) ShowPicture(picture []string, caption string) {
	s.picture = append(slices.Clone(picture), caption)
}

// Add puts a line below the others. A person who looks at older ones goes on seeing them.
func (s *Screen) Add(line Line) {
	if day := newDay(s.lastTime(), line.At); day != "" {
		s.append(Line{Kind: Note, Text: day})
	}
	s.append(line)
}

// append puts one line below the others.
func (s *Screen) append(line Line) {
	line.Text = Shorten(line.Text, maxText)
	s.lines = append(s.lines, line)
	s.kept += len(line.Text)
	for len(s.lines) > maxLines || s.kept > maxKept {
		s.kept -= len(s.lines[0].Text)
		s.lines = slices.Delete(s.lines, 0, 1)
	}
	if line.Kind == Said {
		s.names = max(s.names, Width(Visible(line.Who)))
	}
	if s.newer > 0 {
		s.newer += len(s.layout().rows(line)) // or fewer, if the first ones are gone: a frame finds out
	}
}

// lastTime returns the time of the last line that has one.
func (s *Screen) lastTime() time.Time {
	for _, line := range slices.Backward(s.lines) {
		if !line.At.IsZero() {
			return line.At
		}
	}
	return time.Time{}
}

// newDay returns the day of now if it is another one than that of last.
func newDay(last, now time.Time) string {
	const day = "Monday, 2 January 2006"
	if last.IsZero() || now.IsZero() || last.Format(day) == now.Format(day) {
		return ""
	}
	return now.Format(day)
}

// AddPending shows what the person has just said below everything else, as something that nobody has heard yet.
func (s *Screen) AddPending(id int64, line Line) {
	line.pending, line.At = true, time.Time{}
	s.pending = append(s.pending, pendingLine{id, line})
	s.names = max(s.names, Width(Visible(line.Who)))
}

// DropPending takes such a line away: it has been heard, and added as it was, or never will be.
func (s *Screen) DropPending(id int64) {
	s.pending = slices.DeleteFunc(s.pending, func(p pendingLine) bool { return p.id == id })
}

// SetInput puts a text back for the person to change it, if she is not typing another one already. It reports whether it did.
func (s *Screen) SetInput(text string) bool {
	if s.editor.text() != "" {
		return false
	}
	s.editor.set(text)
	return true
}

// Press takes bytes of the keyboard, and returns what is to be done.
func (s *Screen) Press(input []byte) []Action { return s.pressed(s.keyboard.feed(input)) }

// IsWaiting reports whether a key was pressed that may be the beginning of another one. If nothing comes soon, [Screen.PressAlone] says
// so.
func (s *Screen) IsWaiting() bool { return s.keyboard.isWaiting() }

// PressAlone takes what was pressed last for a key of its own.
func (s *Screen) PressAlone() []Action { return s.pressed(s.keyboard.flush()) }

func (s *Screen) pressed(keys []key) []Action {
	var actions []Action
	for _, k := range keys {
		if a := s.press(k); a.Kind != 0 {
			actions = append(actions, a)
		}
	}
	return actions
}

// press does what a key is for.
func (s *Screen) press(k key) Action {
	if k.kind == keyInterrupt {
		return Action{Kind: Leave}
	}
	if s.picture != nil {
		s.picture = nil
		return Action{}
	}
	if k.kind != keyTab {
		s.completion = completion{}
	}
	done := true
	switch k.kind {
	case keyEnter:
		return s.enter()
	case keyEndOfInput:
		if s.editor.text() == "" {
			return Action{Kind: Leave}
		}
		_, done = s.editor.press(key{kind: keyDelete})
	case keyRedraw:
		return Action{Kind: Redraw}
	case keyTab:
		done = s.completion.complete(&s.editor, s.commands, s.otherNames())
	case keyPageUp:
		done = s.scroll(s.page())
	case keyPageDown:
		done = s.scroll(-s.page())
	case keyUp:
		done = s.editor.line(false) || s.recall(s.history.older(s.editor.text()))
	case keyDown:
		done = s.editor.line(true) || s.recall(s.history.newer())
	default:
		_, done = s.editor.press(k)
	}
	if !done && k.kind != keyEscape {
		return Action{Kind: Bell}
	}
	return Action{}
}

// enter takes the text for entered. Text that a person cannot see is none.
func (s *Screen) enter() Action {
	text := strings.TrimSpace(s.editor.text())
	if text == "" {
		return Action{}
	}
	s.history.add(text)
	s.editor.set("")
	s.newer = 0
	return Action{Enter, text}
}

// recall shows a line of the history, if there is one.
func (s *Screen) recall(text string, ok bool) bool {
	if ok {
		s.editor.set(text)
	}
	return ok
}

// otherNames returns the names of everybody else.
func (s *Screen) otherNames() []string {
	var names []string
	for _, p := range s.people {
		if p.Name != s.name {
			names = append(names, p.Name)
		}
	}
	return names
}
