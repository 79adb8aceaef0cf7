package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// part is what one user of the demo does.
type part struct {
	name string
	say  []string
}

// runDemo hosts a room in this process and lets two users join it, each in a process of their own. It prints what each of them saw.
func runDemo(ctx context.Context, args []string, s streams) error {
	flags := flag.NewFlagSet("chat demo", flag.ContinueOnError)
	flags.SetOutput(s.err)
	if err := flags.Parse(args); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	vat, ref, err := host("127.0.0.1:0", "lobby")
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
	fmt.Fprintln(s.out, "\nBoth heard each other, and left.")
	return vat.Close()
}

// actor is a user of the demo at work.
type actor struct {
	part
	process *exec.Cmd
	saw     bytes.Buffer
	errors  bytes.Buffer
}

// start starts a process of this program for the part, which waits for expect messages of others.
func (p part) start(ctx context.Context, uri string, expect int) (*actor, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	args := []string{"join", "-name", p.name, "-expect", fmt.Sprint(expect)}
	for _, text := range p.say {
		args = append(args, "-say", text)
	}
	a := &actor{part: p}
	a.process = exec.CommandContext(ctx, self, append(args, uri)...)
	a.process.Stdout, a.process.Stderr = &a.saw, &a.errors
	return a, a.process.Start()
}

// finish waits for the actor and prints what she saw.
func (a *actor) finish(s streams) error {
	err := a.process.Wait()
	fmt.Fprintf(s.out, "\nWhat %s (process %d) saw:\n%s", a.name, a.process.Process.Pid, a.saw.String())
	if err != nil {
		return fmt.Errorf("%s: %w: %s", a.name, err, a.errors.String())
	}
	return nil
}
