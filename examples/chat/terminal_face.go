package main

import (
	"time"

	"github.com/ocapn-go/ocapn/examples/chat/screen"
)

// keyHelp returns what keys are for.
func keyHelp() []string {
	return []string{
		"Tab        complete a name or a command",
		"Up, Down   bring back what was typed before",
		"PgUp, PgDn move through the conversation",
		"Alt-Enter  begin another line of the same message",
	}
}

func (f *terminalFace) entered() <-chan string { return f.typed }

// show implements face. What the member says is shown as something that is on its way until the room lets her hear it.
func (f *terminalFace) show(e event, who someone) {
	f.change(func() {
		switch e.kind {
		case eventMessage:
			f.screen.DropPending(e.id)
			f.screen.Add(screen.Line{At: e.at, Kind: screen.Said, Who: who.Name, Color: who.Color, Self: e.self, Text: e.text})
			return
		case eventUnsent:
			f.screen.DropPending(e.id)
			f.screen.Add(screen.Line{At: e.at, Kind: screen.Trouble, Text: e.note(who.Name)})
			return
		case eventAway:
			f.screen.SetStatus("the room is away; trying again")
		case eventBack:
			f.screen.SetStatus("")
		}
		if text := e.note(who.Name); text != "" {
			f.screen.Add(screen.Line{At: e.at, Kind: screen.Note, Text: text})
		}
	})
}

func (f *terminalFace) present(here people) {
	f.change(func() { f.screen.SetPeople(here.all()) })
}

func (f *terminalFace) note(lines ...string) {
	f.change(func() {
		for _, line := range lines {
			f.screen.Add(screen.Line{Kind: screen.Note, Text: line})
		}
	})
}

func (f *terminalFace) bare(text string) {
	f.change(func() { f.screen.Add(screen.Line{Kind: screen.Bare, Text: text}) })
}

func (f *terminalFace) sending(id int64, text string, who someone) {
	f.change(func() {
		f.screen.AddPending(id, screen.Line{Kind: screen.Said, Who: who.Name, Color: who.Color, Self: true, Text: text})
	})
}

// refused implements face. The text is there again to be sent later.
func (f *terminalFace) refused(text string, err error) {
	f.change(func() {
		line := event{kind: eventUnsent, text: text, err: err}.note("")
		if f.screen.SetInput(text) {
			line = "not sent: " + err.Error()
		}
		f.screen.Add(screen.Line{At: time.Now(), Kind: screen.Trouble, Text: line})
	})
}

func (f *terminalFace) picture(rows []string, caption string) {
	f.change(func() { f.screen.ShowPicture(rows, caption) })
}
