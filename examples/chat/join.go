package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/ocapn-go/ocapn/examples/chat/chatcap"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
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

// runJoin joins a room. Without -say and -expect it passes on the lines that it reads until there are no more.
func runJoin(ctx context.Context, args []string, s streams) error {
	var todo script
	flags := flag.NewFlagSet("chat join", flag.ContinueOnError)
	flags.SetOutput(s.err)
	name := flags.String("name", "", "your `name` in the room")
	flags.Var(&todo.say, "say", "say `text`; repeatable")
	flags.IntVar(&todo.expect, "expect", 0, "wait for `n` messages of others")
	listen := flags.String("listen", "127.0.0.1:0", "the `address` to listen on; if empty, others cannot call you")
	verbose := flags.Bool("v", false, "log the sessions with peers")
	timeout := flags.Duration("timeout", 30*time.Second, "how long a scripted member stays at the most")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() != 1 || *name == "" {
		return usageError("join needs -name and the URI of a room")
	}
	ref, err := locator.ParseSturdyRef(flags.Arg(0))
	if err != nil {
		return usageError(err.Error())
	}
	scripted := false
	flags.Visit(func(f *flag.Flag) { scripted = scripted || f.Name == "say" || f.Name == "expect" })
	if scripted {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, *timeout)
		defer cancel()
	}
	log := newLog(s, *verbose)
	vat, err := newVat(*listen, log)
	if err != nil {
		return err
	}
	defer vat.Close()
	m, err := join(ctx, vat, log, captp.Enliven[chatcap.Chatroom](ctx, vat, ref).Cap(), *name)
	if err != nil {
		return err
	}
	if scripted {
		err = m.perform(ctx, todo, s.out)
	} else {
		err = m.converse(ctx, s)
	}
	if err != nil {
		return err
	}
	if _, err = m.channel.Leave(ctx); err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, parting)
	defer cancel()
	_ = vat.Shutdown(ctx) // the answers to those who open the last message are on their way, and whoever is late missed it
	return nil
}

// parting is how long the member's program answers others when she has left.
const parting = time.Second

// show prints an event as a line.
func show(out io.Writer, e event) {
	switch e.kind {
	case eventJoined:
		if e.self {
			fmt.Fprintf(out, "* you are in the room as %s\n", printable(e.name))
		} else {
			fmt.Fprintf(out, "* %s is here\n", printable(e.name))
		}
	case eventLeft:
		fmt.Fprintf(out, "* %s left\n", printable(e.name))
	case eventMessage:
		fmt.Fprintf(out, "<%s> %s\n", printable(e.name), printable(e.text))
	}
}

// printable returns text that comes from others without what a terminal would obey.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || (r >= 0x80 && r < 0xa0) {
			return -1
		}
		return r
	}, text)
}

// perform does what the script says, and prints what happens in the room. It returns an error if ctx ends before all came true.
func (m *membership) perform(ctx context.Context, todo script, out io.Writer) error {
	var others, heard, echoed int
	audience := 0                 // how many were there when the member spoke, herself included
	entered, said := false, false // a member hears of herself behind everybody who was there before
	for {
		if entered && !said && (others > 0 || todo.expect == 0) {
			for _, text := range todo.say {
				if err := m.say(ctx, text); err != nil {
					return err
				}
			}
			said, audience = true, 1+others
		}
		if said && heard >= todo.expect && echoed == len(todo.say) {
			return m.linger(ctx, len(todo.say)*audience)
		}
		select {
		case e := <-m.events:
			show(out, e)
			switch {
			case e.kind == eventMessage && e.self:
				echoed++
			case e.kind == eventMessage:
				heard++
			case e.kind == eventJoined && e.self:
				entered = true
			case e.kind == eventJoined:
				others++
			case e.kind == eventLeft && others > 0:
				others--
			}
		case <-captp.Broken(m.channel):
			return fmt.Errorf("the room is gone")
		case <-ctx.Done():
			return fmt.Errorf("heard %d of %d messages: %w", heard, todo.expect, ctx.Err())
		}
	}
}

// linger waits a moment for the others to open what the member said: only her program can open it for them.
func (m *membership) linger(ctx context.Context, times int) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for m.opened.Load() < int64(times) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil // somebody does not want to know
		}
	}
	return nil
}

// converse lets a person talk: a line read is a message sent.
func (m *membership) converse(ctx context.Context, s streams) error {
	typed := make(chan string)
	go readLines(ctx, s.in, typed)
	for {
		select {
		case line, ok := <-typed:
			if !ok {
				return nil
			}
			if line == "" {
				continue
			}
			if err := m.say(ctx, line); err != nil {
				return err
			}
		case e := <-m.events:
			if !(e.kind == eventMessage && e.self) { // the person sees what she typed
				show(s.out, e)
			}
		case <-captp.Broken(m.channel):
			return fmt.Errorf("the room is gone")
		case <-ctx.Done():
			return nil
		}
	}
}

// readLines sends the lines of in to typed and closes it behind the last one. It ends with in, or with the first line after ctx.
func readLines(ctx context.Context, in io.Reader, typed chan<- string) {
	defer close(typed)
	scan := bufio.NewScanner(in)
	for scan.Scan() {
		select {
		case typed <- scan.Text():
		case <-ctx.Done():
			return
		}
	}
}
