package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/ocapn-go/ocapn/examples/chat/screen"
)

// jsonFace reads lines and prints events as JSON, see the documentation of the program.
type jsonFace struct {
	in  <-chan string
	out io.Writer
}

// jsonEvent is an event as a script reads it.
type jsonEvent struct {
	Event string    `json:"event"`
	Time  time.Time `json:"time"`
	Room  string    `json:"room,omitempty"`
	URI   string    `json:"uri,omitempty"`
	User  int       `json:"user,omitempty"`
	Name  string    `json:"name,omitempty"`
	Self  bool      `json:"self,omitempty"`
	ID    int64     `json:"id,omitempty"`
	Text  string    `json:"text,omitempty"`
	Odd   bool      `json:"odd,omitempty"`
	Error string    `json:"error,omitempty"`
}

var jsonNames = map[eventKind]string{
	eventJoined: "joined", eventLeft: "left", eventMessage: "message", eventSent: "sent", eventUnsent: "unsent", eventAway: "away",
	eventBack: "back", eventMissed: "missed",
}

// printJSON prints one event as a line.
func printJSON(out io.Writer, e jsonEvent) {
	if e.Time.IsZero() {
		e.Time = time.Now()
	}
	e.Time = e.Time.UTC()
	var line strings.Builder
	encoder := json.NewEncoder(&line)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(e) // there are only strings and numbers in it
	fmt.Fprintln(out, escapeHidden(strings.TrimSuffix(line.String(), "\n")))
}

// escapeHidden returns the JSON with numbers for characters that a terminal obeys, or does not show. They are in strings.
func escapeHidden(line string) string {
	var b strings.Builder
	for _, r := range line {
		switch high, low := utf16.EncodeRune(r); {
		case r < utf8.RuneSelf-1 || !screen.IsHidden(r):
			b.WriteRune(r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\u%04x\u%04x`, high, low)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

func (f jsonFace) entered() <-chan string { return f.in }

func (f jsonFace) show(e event, _ someone) {
	j := jsonEvent{Event: jsonNames[e.kind], Time: e.at, User: e.user, Name: e.name, Self: e.self, ID: e.id, Text: e.text, Odd: e.odd}
	if e.err != nil {
		j.Error = e.err.Error()
	}
	printJSON(f.out, j)
}

func (f jsonFace) note(lines ...string) {
	for _, line := range lines {
		printJSON(f.out, jsonEvent{Event: "note", Text: line})
	}
}

func (f jsonFace) bare(text string) { f.note(text) }

func (f jsonFace) present(people) {}

func (f jsonFace) sending(int64, string, someone) {}

func (f jsonFace) refused(text string, err error) {
	printJSON(f.out, jsonEvent{Event: "unsent", Text: text, Error: err.Error()})
}

func (f jsonFace) picture(rows []string, caption string) { f.note(append(rows, caption)...) }
