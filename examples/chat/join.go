package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/ocapn-go/ocapn/runtime/locator"
)

// runJoin joins a room. Without -say and -expect it passes on what a person types on a terminal, or the lines that it reads until there are
// no more.
func runJoin(ctx context.Context, args []string, s streams) error {
	var (
		nets netFlags
		t    talk
		todo script
	)
	flags := flag.NewFlagSet("chat join", flag.ContinueOnError)
	flags.SetOutput(s.err)
	name := flags.String("name", "", "your `name` in the room; by default that of last time")
	flags.Var(&todo.say, "say", "say `text`; repeatable")
	flags.IntVar(&todo.expect, "expect", 0, "wait for `n` messages of others")
	timeout := flags.Duration("timeout", 30*time.Second, "how long a scripted member stays at the most")
	folder := folderFlag(flags)
	nets.flags(flags, "by default that of the room")
	t.flags(flags)
	if err := flags.Parse(args); err != nil {
		return err
	}
	flags.Visit(func(f *flag.Flag) {
		if f.Name == "say" || f.Name == "expect" {
			t.script = &todo
		}
	})
	if t.web && t.script != nil {
		return usageError("-web is for people, who neither -say nor -expect")
	}
	in, out, isTerminal := t.terminal(s)
	if isTerminal && !isSupervised() {
		return supervise(append([]string{"join"}, args...), in, out, s)
	}
	kept, err := folder.recent()
	if err != nil {
		return err
	}
	var ask io.Reader
	if isTerminal {
		ask = in
	}
	ref, own, err := kept.choose(flags.Args(), *name, ask, s.out)
	if err != nil {
		return err
	}
	if t.script != nil {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, *timeout)
		defer cancel()
	}
	nets.tor.progress = func(text string) { fmt.Fprintln(s.err, text) }
	if isTerminal {
		nets.tor.progress = func(text string) { fmt.Fprintln(s.out, text) }
		fmt.Fprintln(s.out, "Joining…")
	}
	opened, err := nets.openOwn(ctx, ref.Peer.Transport)
	if err != nil {
		return err
	}
	log := t.log(s)
	vat, err := newVat(opened, log)
	if err != nil {
		return err
	}
	defer vat.Close()
	return t.attend(ctx, s, vat, log, ref, own, func(room *stay) error {
		if t.script != nil {
			return nil
		}
		return folder.remember(own, visit{Title: room.title(), URI: ref.URI(), At: time.Now()})
	})
}

// choose returns the room that is to be joined, and under which name: what the command line says, or what is kept, or what the person says
// who is asked, if there is one.
func (r recent) choose(args []string, name string, ask io.Reader, out io.Writer) (locator.SturdyRef, string, error) {
	none := locator.SturdyRef{}
	name = cmp.Or(name, r.Name)
	var room string
	switch {
	case len(args) == 1:
		room = args[0]
	case len(args) == 0 && ask != nil && len(r.Rooms) > 0:
		r.list(out)
		fmt.Fprint(out, "Which room? A number or a URI; Enter is the first: ")
		line, err := readLine(ask)
		if err != nil {
			return none, "", err
		}
		room = cmp.Or(line, "1")
	}
	if name == "" && room != "" && ask != nil {
		byDefault := cmp.Or(os.Getenv("USER"), os.Getenv("USERNAME"))
		fmt.Fprintf(out, "Your name in the room [%s]: ", byDefault)
		line, err := readLine(ask)
		if err != nil {
			return none, "", err
		}
		name = cmp.Or(line, byDefault)
	}
	if name == "" || room == "" {
		return none, "", usageError("join needs -name and the URI of a room")
	}
	if v, ok := r.find(room); ok {
		room = v.URI
	}
	ref, err := locator.ParseSturdyRef(room)
	if err != nil {
		return none, "", usageError(err.Error())
	}
	return ref, name, nil
}

// readLine reads a line, and nothing behind it.
func readLine(in io.Reader) (string, error) {
	var line []byte
	for len(line) < maxLine {
		b := make([]byte, 1)
		n, err := in.Read(b)
		switch {
		case n == 1 && b[0] == '\n':
			return strings.TrimSpace(string(line)), nil
		case n == 1:
			line = append(line, b[0])
		case err != nil:
			return "", errors.Join(errors.New("nothing was chosen"), err)
		}
	}
	return "", os.ErrInvalid
}
