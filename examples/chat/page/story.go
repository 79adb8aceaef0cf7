package page

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/ocapn-go/ocapn/examples/chat/screen"
)

// Kind says what happened.
type Kind string

// What can happen.
const (
	Joined  Kind = "joined"  // Who is in the room
	Left    Kind = "left"    // Who is there no longer
	Message Kind = "message" // Who said Text; ID if it was sent from here
	Sending Kind = "sending" // Text is on its way, as ID
	Sent    Kind = "sent"    // the room passed ID on
	Unsent  Kind = "unsent"  // Text did not go, because of Error; ID if it was on its way
	Missed  Kind = "missed"  // Text says what could not be learned, because of Error
	Away    Kind = "away"    // the room cannot be reached, because of Error
	Back    Kind = "back"    // it can again
	Note    Kind = "note"    // Text is said by the program
)

// Person is somebody in the room.
type Person struct {
	ID    int    `json:"id"` // which nobody else in the room has
	Name  string `json:"name"`
	Color int    `json:"color"` // 1 to 8
	Self  bool   `json:"self,omitempty"`
}

// Event is something that happened. Its texts may come from anybody.
type Event struct {
	Kind  Kind      `json:"event"`
	At    time.Time `json:"time"`
	Who   Person    `json:"who,omitzero"`
	Text  string    `json:"text,omitempty"`
	Odd   bool      `json:"odd,omitempty"` // what was said is no text, and Text describes it
	ID    int64     `json:"id,omitempty"`
	Error string    `json:"error,omitempty"`

	// Quiet is set for those who were in the room before the person herself: that they are there is no news.
	Quiet bool `json:"quiet,omitempty"`
}

// story is how things stand, and how they came to.
type story struct {
	room   string
	inside bool // the person herself is in the room
	away   bool
	people []Person
	lines  []line
	bytes  int // of lines
}

// line is an event as pages are told it.
type line struct {
	kind  Kind
	id    int64
	frame json.RawMessage
}

// hello is the first that a page is told.
type hello struct {
	Event  Kind              `json:"event"`
	Room   string            `json:"room"`
	Away   bool              `json:"away"`
	People []Person          `json:"people"`
	Lines  []json.RawMessage `json:"lines"`
	Limit  int               `json:"limit"`
	Invite bool              `json:"invite"`
}

// add takes note of an event and returns it as pages are told it.
func (s *story) add(e *Event) json.RawMessage {
	same := func(p Person) bool { return p.ID == e.Who.ID }
	switch e.Kind {
	case Joined:
		s.inside = s.inside || e.Who.Self
		e.Quiet = !s.inside
		s.people = append(slices.DeleteFunc(s.people, same), e.Who)
	case Left:
		if i := slices.IndexFunc(s.people, same); i >= 0 {
			e.Who = s.people[i] // as she was known
		}
		s.people = slices.DeleteFunc(s.people, same)
	case Away:
		s.away, s.inside, s.people = true, false, nil
	case Back:
		s.away = false
	}
	frame := encode(e)
	s.remember(e, frame)
	return frame
}

// remember adds an event to the lines, if it is one, and forgets those that are too many. A message that is on its way is a line until it
// is known what became of it.
func (s *story) remember(e *Event, frame json.RawMessage) {
	if e.ID != 0 && (e.Kind == Message || e.Kind == Unsent) {
		s.forget(func(l line) bool { return l.kind == Sending && l.id == e.ID })
	}
	if e.Kind == Sent || e.Quiet {
		return
	}
	s.lines = append(s.lines, line{e.Kind, e.ID, frame})
	s.bytes += len(frame)
	for len(s.lines) > MaxLines || s.bytes > MaxHistory {
		s.bytes -= len(s.lines[0].frame)
		s.lines = s.lines[1:]
	}
}

// forget removes lines.
func (s *story) forget(which func(line) bool) {
	s.lines = slices.DeleteFunc(s.lines, func(l line) bool {
		gone := which(l)
		if gone {
			s.bytes -= len(l.frame)
		}
		return gone
	})
}

// greeting returns how things stand, as a new page is told it.
func (s *story) greeting(invite bool) json.RawMessage {
	h := hello{
		Event: "hello", Room: screen.Shorten(s.room, MaxText), Away: s.away, People: s.people, Limit: MaxText, Invite: invite,
		Lines: make([]json.RawMessage, len(s.lines)),
	}
	for i, l := range s.lines {
		h.Lines[i] = l.frame
	}
	return encode(h)
}

// encode returns what has nothing but strings, numbers and lists as JSON.
func encode(v any) json.RawMessage {
	frame, err := json.Marshal(v)
	if err != nil {
		return json.RawMessage(`{"event":"note","text":"(what happened cannot be shown)"}`) // a year with five digits
	}
	return frame
}
