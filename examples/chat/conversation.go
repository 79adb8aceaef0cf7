package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// conversation is a person in a room.
type conversation struct {
	*stay
	face  face
	waits bool          // what is entered waits while the room is away, and while too much is on its way
	keys  []string      // what keys are for, if there are any
	grace time.Duration // how long to wait in the end for what is on its way; zero is as long as it takes

	here   people
	away   bool
	onWay  int // messages of which it is not known whether the room passed them on
	unsent int // messages that it did not
}

// maxOnWay is how many messages are sent ahead of the room's answers.
const maxOnWay = 64

// errUnsent says that not everything that was entered arrived.
var errUnsent = errors.New("not everything was sent")

// run goes on until the person leaves, ctx ends or the room is given up.
func (c *conversation) run(ctx context.Context) error {
	open := true
	var late <-chan time.Time
	for {
		if !open && c.onWay == 0 {
			if c.unsent > 0 {
				return errUnsent
			}
			return nil
		}
		entered := c.face.entered()
		if !open || c.waits && (c.away || c.onWay >= maxOnWay) {
			entered = nil
		}
		select {
		case text, ok := <-entered:
			if open = ok; !ok && c.grace > 0 {
				late = time.After(c.grace)
			}
			if ok && c.enter(ctx, text) {
				return nil
			}
		case e := <-c.events:
			c.happened(e)
		case <-late:
			return errUnsent
		case <-c.over:
			return fmt.Errorf("the room is gone: %w", c.err)
		case <-ctx.Done():
			return nil
		}
	}
}

// happened shows an event, and keeps account of it.
func (c *conversation) happened(e event) {
	who := c.here.find(e)
	if c.here.note(e) {
		if e.kind == eventJoined {
			who = c.here.find(e)
		}
		c.face.present(c.here)
	}
	switch e.kind {
	case eventAway:
		c.away = true
	case eventBack:
		c.away = false
	case eventSent:
		c.onWay--
	case eventUnsent:
		c.onWay--
		c.unsent++
	}
	c.face.show(e, who)
}

// enter does what a line says, and reports whether the person leaves. A line that begins with a slash is a command, and one with two
// slashes a message that begins with one.
func (c *conversation) enter(ctx context.Context, text string) (leaves bool) {
	if strings.TrimSpace(text) == "" {
		return false
	}
	if rest, ok := strings.CutPrefix(text, "/"); ok && !strings.HasPrefix(rest, "/") {
		return c.obey(rest)
	} else if ok {
		text = rest
	}
	if c.onWay >= maxOnWay {
		c.face.refused(text, fmt.Errorf("%d messages are on their way", c.onWay))
		return false
	}
	id, err := c.say(ctx, text)
	if err != nil {
		c.face.refused(text, err)
		return false
	}
	c.onWay++
	c.face.sending(id, text, c.here.member())
	return false
}
