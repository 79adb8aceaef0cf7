// Chat is a small chat over OCapN: rooms that anybody can host, users whose messages are sealed, no server that has to be trusted
// with who said what. It speaks the protocol of goblin-chat; chatcap/chat.ocapn describes its objects.
//
//	go run ./examples/chat demo                       a room and two users in three processes, who talk and go
//	go run ./examples/chat host -name lobby           hosts a room and prints the URI by which it is joined
//	go run ./examples/chat join -name ada URI         joins a room: type a line, see the others
//
// A join can be scripted: -say sends lines, -expect waits for that many messages of others, -timeout bounds it all. The exit status
// is 0 if everything came, 1 otherwise. With -v, the sessions with peers are logged.
//
// # Who talks to whom
//
// The room introduces its members and passes on who said something, but not what: a message is a handle that the program of its author
// opens. Users and handles are handed off, so that members who only know the room come to have sessions with each other, and in those
// the words travel. These sessions outlive the room.
//
// For that, of two members one must be able to call the other. A member who joins with -listen "" is called by nobody. By those whom her
// own program calls she is heard all the same, from the first message on that comes after the call. On loopback it calls nobody either:
// a vat that does not listen there itself is not introduced to addresses there. To members with whom there is no session she is not in
// the room, nor they to her. Their programs log why, a *captp.ThirdPartyError, for everything of hers that they are told, and the room
// goes on. A member who can no longer be reached has left, even if nobody said so.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// command is what the program can do.
type command struct {
	name    string
	summary string
	run     func(ctx context.Context, args []string, s streams) error
}

// streams are what a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

func commands() []command {
	return []command{
		{"demo", "let two users talk in a room, each in a process of their own", runDemo},
		{"host", "host a room", runHost},
		{"join", "join a room", runJoin},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr}))
}

// run runs the command that args name and returns the exit status.
func run(ctx context.Context, args []string, s streams) int {
	if len(args) > 0 {
		for _, c := range commands() {
			if c.name == args[0] {
				return status(c.run(ctx, args[1:], s), s)
			}
		}
	}
	fmt.Fprintln(s.err, "usage: chat COMMAND [flags]")
	for _, c := range commands() {
		fmt.Fprintf(s.err, "  %-6s %s\n", c.name, c.summary)
	}
	return 2
}

// status reports err and returns the exit status for it.
func status(err error, s streams) int {
	var usage usageError
	switch {
	case err == nil:
		return 0
	case errors.Is(err, flag.ErrHelp):
		return 0
	case errors.As(err, &usage):
		fmt.Fprintln(s.err, "chat:", err)
		return 2
	}
	fmt.Fprintln(s.err, "chat:", err)
	return 1
}

// usageError says that the command line was wrong.
type usageError string

func (e usageError) Error() string { return string(e) }
