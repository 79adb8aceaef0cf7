package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// talk says how a member talks, and how she sees what happens.
type talk struct {
	json, lines bool
	web         bool
	qr          bool                // show the URI of the room as a picture at the beginning
	hosted      []locator.SturdyRef // of the room, if this program hosts it
	script      *script             // nil if she is a person
	verbose     bool
}

func (t *talk) flags(flags *flag.FlagSet) {
	flags.BoolVar(&t.json, "json", false, "print events as JSON, one a line")
	flags.BoolVar(&t.lines, "lines", false, "print lines, and do not take over the terminal")
	flags.BoolVar(&t.web, "web", false, "show the conversation on a page in the browser too, and print its address")
	flags.BoolVar(&t.verbose, "v", false, "log the sessions with peers")
}

// terminal returns the files of the terminal that the member sees the room on, if it is that.
func (t talk) terminal(s streams) (in, out *os.File, ok bool) {
	if t.json || t.lines || t.script != nil {
		return nil, nil, false
	}
	return terminalOf(s)
}

// log returns the log of the command: if there is a whole terminal, it has no place for warnings, which are shown as events.
func (t talk) log(s streams) *slog.Logger {
	if _, _, ok := t.terminal(s); ok && !t.verbose {
		return slog.New(slog.DiscardHandler)
	}
	return newLog(s, t.verbose)
}

const (
	// parting is how long the member's program answers others when she has left, until they have heard.
	parting = 2 * time.Second
	// farewell is how long it may take to leave.
	farewell = 5 * time.Second
	// lastWords is how long a person who leaves waits for what is on its way.
	lastWords = 2 * time.Second
)

// attend lets a member of that name be in the room that ref leads to, and leave it in the end. When she is in it, ready is called.
func (t talk) attend(ctx context.Context, s streams, vat *captp.Vat, log *slog.Logger, ref locator.SturdyRef, name string, ready func(*stay) error) error {
	staying, cancel := context.WithCancel(ctx)
	defer cancel()
	began := time.Now()
	room, err := attend(staying, vat, log, ref, name)
	if err != nil {
		log.Info("not in the room", "error", err)
		return unreached(ref.Peer, err, time.Since(began))
	}
	if err := ready(room); err != nil {
		return err
	}
	if t.script != nil {
		err = room.perform(staying, *t.script, t.show(s))
	} else {
		err = t.converse(staying, cancel, room, s)
	}
	if err != nil {
		return err
	}
	leaving, stop := context.WithTimeout(context.WithoutCancel(ctx), farewell)
	defer stop()
	if err := room.leave(leaving); err != nil {
		return err
	}
	leaving, stop = context.WithTimeout(context.WithoutCancel(ctx), parting)
	defer stop()
	_ = vat.Shutdown(leaving) // the answers to those who open the last message are on their way, and whoever is late missed it
	return nil
}

// show returns what shows events to a script.
func (t talk) show(s streams) func(event) {
	if t.json {
		return func(e event) { jsonFace{out: s.out}.show(e, someone{}) }
	}
	return func(e event) { show(s.out, e) }
}

// converse lets a person talk, or a program that writes lines.
func (t talk) converse(ctx context.Context, hurry func(), room *stay, s streams) error {
	c := &conversation{stay: room, here: people{own: room.user.name}}
	failed := func() error { return nil }
	in, out, ok := t.terminal(s)
	if ok {
		f, err := openTerminal(in, out, room.user.name, room.title(), hurry)
		if err != nil {
			return fmt.Errorf("take over the terminal: %w", err)
		}
		defer f.close()
		c.face, c.keys, c.grace = f, keyHelp(), lastWords
		c.invite(t.hosted)
		if t.qr {
			c.qr()
		}
	} else {
		var typed <-chan string
		typed, failed = readLines(ctx, s.in)
		c.face, c.waits = t.lineFace(typed, s.out), true
	}
	if t.web {
		done, err := c.openPage(ctx, ok)
		if err != nil {
			return err
		}
		defer done()
	}
	return errors.Join(c.run(ctx), failed())
}

// lineFace returns what reads and prints lines.
func (t talk) lineFace(typed <-chan string, out io.Writer) face {
	if t.json {
		return jsonFace{typed, out}
	}
	return plainFace{typed, out}
}
