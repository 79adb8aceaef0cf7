package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/ocapn-go/ocapn/examples/chat/screen"
)

// plainFace reads and prints lines.
type plainFace struct {
	in  <-chan string
	out io.Writer
}

func (f plainFace) entered() <-chan string { return f.in }

// show implements face. The person sees what she typed, and what is missed is in the log.
func (f plainFace) show(e event, who someone) {
	if line := e.line(who.Name); line != "" && !(e.kind == eventMessage && e.self) && e.kind != eventMissed {
		fmt.Fprintln(f.out, line)
	}
}

func (f plainFace) present(people) {}

func (f plainFace) note(lines ...string) {
	for _, line := range lines {
		fmt.Fprintf(f.out, "* %s\n", screen.Visible(line))
	}
}

func (f plainFace) sending(int64, string, someone) {}

func (f plainFace) refused(text string, err error) {
	f.show(event{kind: eventUnsent, text: text, err: err}, someone{})
}

func (f plainFace) picture(rows []string, caption string) {
	f.note(caption)
	printQR(f.out, rows)
}

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
	_ = json.NewEncoder(out).Encode(e) // there are only strings and numbers in it, and if nobody reads them there is nobody to tell
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

func (f jsonFace) present(people) {}

func (f jsonFace) sending(int64, string, someone) {}

func (f jsonFace) refused(text string, err error) {
	printJSON(f.out, jsonEvent{Event: "unsent", Text: text, Error: err.Error()})
}

func (f jsonFace) picture(rows []string, caption string) { f.note(append(rows, caption)...) }

// maxLine is how long a line of the input may be.
const maxLine = 1 << 20

// readLines sends the lines of in to the channel that it returns, and closes it behind the last one. The goroutine ends with in, or with
// the first line after ctx.
func readLines(ctx context.Context, in io.Reader) <-chan string {
	typed := make(chan string)
	go func() {
		defer close(typed)
		scan := bufio.NewScanner(in)
		scan.Buffer(nil, maxLine)
		for scan.Scan() {
			select {
			case typed <- scan.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return typed
}
