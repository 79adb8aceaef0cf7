package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"github.com/ocapn-go/ocapn/examples/chat/chatcap"
	"github.com/ocapn-go/ocapn/examples/chat/screen"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// eventKind says what happened.
type eventKind uint8

const (
	eventJoined  eventKind = iota + 1 // a user is in the room: who, name
	eventLeft                         // and no longer
	eventMessage                      // a user said something: who, name, text
	eventSent                         // the room passed a message of the member's on: id, text
	eventUnsent                       // it did not: id, text, err
	eventAway                         // the room cannot be reached: err
	eventBack                         // it can again, and the member has a place in it
	eventMissed                       // something of a user was missed, who cannot be reached: text, err
)

// event is something that happened in a room, or to it.
type event struct {
	kind eventKind
	at   time.Time
	who  chatcap.User
	user int    // a number for who, which nobody else has at the same time
	name string // that the user gave herself
	self bool   // the user is the member herself
	text string
	odd  bool  // what was said is no text, and text describes it
	id   int64 // of a message of the member's
	err  error
}

// show prints an event as a line, if there is anything to say about it.
func show(out io.Writer, e event) {
	if line := e.line(nameOf(e)); line != "" && e.kind != eventMissed { // that is in the log
		fmt.Fprintln(out, line)
	}
}

// line returns the event as a line for people, of a user who is called name.
func (e event) line(name string) string {
	if e.kind == eventMessage {
		return fmt.Sprintf("<%s> %s", unbracketed(name), screen.Visible(e.text))
	}
	if text := e.note(name); text != "" {
		return "* " + text
	}
	return ""
}

// unbracketed returns the name without brackets that would seem to end it, and to begin another one, in front of a message.
func unbracketed(name string) string {
	name = strings.NewReplacer("> ", "› ", " <", " ‹").Replace(name)
	if rest, ends := strings.CutSuffix(name, ">"); ends {
		return rest + "›"
	}
	return name
}

// note returns what there is to say about an event that is no message, of a user who is called name.
func (e event) note(name string) string {
	switch e.kind {
	case eventJoined:
		if e.self {
			return "you are in the room as " + name
		}
		return name + " is here"
	case eventLeft:
		return name + " left"
	case eventUnsent:
		return fmt.Sprintf("not sent: %s (%s)", screen.Visible(e.text), why(e.err))
	case eventAway:
		return fmt.Sprintf("the room is away (%s)", why(e.err))
	case eventBack:
		return "the room is back"
	case eventMissed:
		return screen.Visible(e.text)
	}
	return ""
}

// maxName is how many columns of a name are shown.
const maxName = 40

// nameOf returns the name of the event's user as it is shown.
func nameOf(e event) string { return shown(e.name) }

// shown returns a name as it is shown: on one line, and never nothing. Spaces that are not seen are left out.
func shown(name string) string {
	name = strings.Join(strings.Fields(screen.Visible(name)), " ")
	return cmp.Or(screen.Cut(name, maxName), "somebody")
}

// why returns an error in words for a person who does not want to know where it comes from.
func why(err error) string {
	switch {
	case errors.Is(err, netlayer.ErrRefused):
		return "nobody answers there"
	case errors.Is(err, net.ErrClosed):
		return "the session ended"
	case errors.Is(err, context.DeadlineExceeded):
		return "no answer in time"
	}
	return screen.Visible(err.Error())
}
