package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// part is what one user of the demo does.
type part struct {
	name string
	say  []string
}

// runDemo hosts a room in this process and lets two users join it, each in a process of their own. It prints what each of
// them saw, and that the words went from one to the other and not by way of the room.
func runDemo(ctx context.Context, args []string, s streams) error {
	flags := flag.NewFlagSet("chat demo", flag.ContinueOnError)
	flags.SetOutput(s.err)
	if err := flags.Parse(args); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	vat, ref, err := host(ctx, newHosted("lobby"), netFlags{}, newLog(s, false))
	if err != nil {
		return err
	}
	defer vat.Close()
	fmt.Fprintf(s.out, "The room is at %s\n", ref)
	parts := []part{
		{"alice", []string{"Hello, is anybody here?", "What a lovely day for capabilities."}},
		{"bob", []string{"I am. Hello, Alice!", "Nobody could have said that in my name."}},
	}
	actors := make([]*actor, len(parts))
	for i, p := range parts {
		others := 0
		for j, o := range parts {
			if j != i {
				others += len(o.say)
			}
		}
		if actors[i], err = p.start(ctx, ref.URI(), others); err != nil {
			return err
		}
	}
	for _, a := range actors {
		if err := a.finish(s); err != nil {
			return err
		}
	}
	a, b := actors[0], actors[1]
	if !a.hasSessionWith(b) || !b.hasSessionWith(a) {
		return fmt.Errorf("%s and %s had no session with each other:\n%s%s", a.name, b.name, &a.log, &b.log)
	}
	fmt.Fprintf(s.out, "\n%s and %s had a session of their own, in which each opened what the other said.\n", a.name, b.name)
	fmt.Fprintln(s.out, "Both heard each other, and left.")
	return vat.Close()
}

// actor is a user of the demo at work.
type actor struct {
	part
	process *exec.Cmd
	saw     bytes.Buffer
	log     bytes.Buffer
}

// start starts a process of this program for the part, which waits for expect messages of others.
func (p part) start(ctx context.Context, uri string, expect int) (*actor, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	args := []string{"join", "-v", "-name", p.name, "-expect", fmt.Sprint(expect)}
	for _, text := range p.say {
		args = append(args, "-say", text)
	}
	a := &actor{part: p}
	a.process = exec.CommandContext(ctx, self, append(args, uri)...)
	a.process.Stdout, a.process.Stderr = &a.saw, &a.log
	return a, a.process.Start()
}

// finish waits for the actor and prints what she saw.
func (a *actor) finish(s streams) error {
	err := a.process.Wait()
	fmt.Fprintf(s.out, "\nWhat %s (process %d) saw:\n%s", a.name, a.process.Process.Pid, a.saw.String())
	if err != nil {
		return fmt.Errorf("%s: %w: %s", a.name, err, &a.log)
	}
	return nil
}

// hasSessionWith reports whether the actor had a session with the other one. It may be called when both are finished.
func (a *actor) hasSessionWith(other *actor) bool {
	names := other.peers(logReached)
	return len(names) == 1 && slices.Contains(a.peers(logUp), names[0])
}

// peers returns the peers of the lines in the actor's log that say what.
func (a *actor) peers(what string) []string {
	var peers []string
	for line := range strings.Lines(a.log.String()) {
		if _, peer, ok := strings.Cut(line, fmt.Sprintf("msg=%q peer=", what)); ok {
			peers = append(peers, strings.TrimSpace(peer))
		}
	}
	return peers
}
