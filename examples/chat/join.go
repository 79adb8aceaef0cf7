package main

import (
	"context"
	"flag"
	"fmt"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
)

// joining is what the command line of join says.
type joining struct {
	name    string
	rooms   []string // at most one
	timeout time.Duration
	folder  folder
	nets    netFlags
	talk    talk
}

// parseJoin parses the arguments of join.
func parseJoin(args []string, s streams) (*joining, error) {
	var (
		j    joining
		todo script
	)
	flags := flag.NewFlagSet("chat join", flag.ContinueOnError)
	flags.SetOutput(s.err)
	flags.StringVar(&j.name, "name", "", "your `name` in the room; by default that of last time")
	flags.Var(&todo.say, "say", "say `text`; repeatable")
	flags.IntVar(&todo.expect, "expect", 0, "wait for `n` messages of others")
	flags.DurationVar(&j.timeout, "timeout", 30*time.Second, "how long a scripted member stays at the most")
	j.folder.flag(flags)
	j.nets.flags(flags, "that of the room")
	j.talk.flags(flags)
	if err := flags.Parse(args); err != nil {
		return nil, err
	}
	flags.Visit(func(f *flag.Flag) {
		if f.Name == "say" || f.Name == "expect" {
			j.talk.script = &todo
		}
	})
	if j.talk.web && j.talk.script != nil {
		return nil, usageError("-web is for people, who neither -say nor -expect")
	}
	if j.rooms = flags.Args(); len(j.rooms) > 1 {
		return nil, usageError("join takes one room")
	}
	return &j, nil
}

// runJoin joins a room. Without -say and -expect it passes on what a person types on a terminal, or the lines that it reads until there are
// no more.
func runJoin(ctx context.Context, args []string, s streams) error {
	j, err := parseJoin(args, s)
	if err != nil {
		return err
	}
	in, out, isTerminal := j.talk.terminal(s)
	if isTerminal && !isSupervised() {
		return supervise(append([]string{"join"}, args...), in, out, s)
	}
	var person *asker
	if isTerminal {
		person = &asker{in, out}
	}
	return j.run(ctx, s, person)
}

// run chooses the room, with the help of the person at the terminal if there is one, and joins it.
func (j *joining) run(ctx context.Context, s streams, person *asker) error {
	kept, err := j.folder.recent()
	if err != nil {
		return err
	}
	ref, own, err := kept.choose(ctx, j.rooms, j.name, person)
	if err != nil {
		return err
	}
	if j.talk.script != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, j.timeout)
		defer cancel()
	}
	progress := s.err
	if person != nil {
		progress = s.out
		fmt.Fprintln(s.out, "Joining…")
	}
	j.nets.tor.keep(j.folder)
	j.nets.tor.progress = func(text string) { fmt.Fprintln(progress, text) }
	log := j.talk.log(s)
	j.nets.log = log
	opened, err := j.nets.openOwn(ctx, ref.Peer)
	if err != nil {
		return err
	}
	vat, err := newVat(opened, log, captp.WithDialect(j.nets.dialect))
	if err != nil {
		return err
	}
	defer vat.Close()
	return j.talk.attend(ctx, s, vat, log, ref, own, func(room *stay) error {
		if j.talk.script != nil {
			return nil
		}
		return j.folder.remember(own, visit{Title: room.title(), URI: ref.URI(), At: time.Now()})
	})
}
