package main

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// lines is a flag that can be given more than once.
type lines []string

func (l *lines) String() string     { return strings.Join(*l, "\n") }
func (l *lines) Set(s string) error { *l = append(*l, s); return nil }

// script is what a member does who is not a person.
type script struct {
	say    lines // said as soon as there is anybody to hear it
	expect int   // how many messages of others to wait for
}

// performance is how far a script has come.
type performance struct {
	script
	others, heard, echoed int
	sent                  int  // messages that the room says it has passed on
	audience              int  // how many were there when the member spoke, herself included
	entered, said         bool // a member hears of herself behind everybody who was there before, as a rule
}

// perform does what the script says, and shows what happens in the room. It returns an error if ctx ends before all came true, or if the
// room goes away.
func (s *stay) perform(ctx context.Context, todo script, show func(event)) error {
	p := performance{script: todo}
	for {
		if p.entered && !p.said && (p.others > 0 || p.expect == 0) {
			for _, text := range p.say {
				if _, err := s.say(ctx, text); err != nil {
					return err
				}
			}
			p.said, p.audience = true, 1+p.others
		}
		if p.said && p.heard >= p.expect && min(p.echoed, p.sent) == len(p.say) {
			return s.linger(ctx, len(p.say)*p.audience)
		}
		select {
		case e := <-s.events:
			show(e)
			if e.kind == eventAway {
				return fmt.Errorf("the room is gone: %w", e.err)
			}
			if e.kind == eventUnsent {
				return fmt.Errorf("say %q: %w", e.text, e.err)
			}
			p.note(e)
		case <-s.over:
			return fmt.Errorf("the room is gone: %w", s.err)
		case <-ctx.Done():
			return fmt.Errorf("heard %d of %d messages: %w", p.heard, p.expect, ctx.Err())
		}
	}
}

// note counts an event.
func (p *performance) note(e event) {
	switch {
	case e.kind == eventMessage && e.self:
		p.echoed++
	case e.kind == eventMessage:
		p.heard++
	case e.kind == eventSent:
		p.sent++
	case e.kind == eventJoined && e.self:
		p.entered = true
	case e.kind == eventJoined:
		p.others++
	case e.kind == eventLeft && p.others > 0:
		p.others--
	}
}

// linger waits a moment for the room to answer, and for the others to open what the member said: only her program can open it for them.
func (s *stay) linger(ctx context.Context, times int) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for s.user.opened.Load() < int64(times) {
		select {
		case <-tick.C:
		case <-s.events:
		case <-ctx.Done():
			return nil // somebody does not want to know
		}
	}
	return nil
}
