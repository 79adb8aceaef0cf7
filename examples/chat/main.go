// Chat is a chat over OCapN: rooms that anybody can host, users whose messages are sealed, no server that has to be trusted with who said
// what. It speaks the protocol of goblin-chat; chatcap/chat.ocapn describes its objects.
//
//	go run ./examples/chat demo                       a room and two users in three processes, who talk and go
//	go run ./examples/chat host -name lobby           hosts a room and prints the URI by which it is joined
//	go run ./examples/chat host -as ada -qr           hosts a room and is in it; the URI comes as a picture for phones too
//	go run ./examples/chat join -name ada URI         joins a room
//	go run ./examples/chat join lobby                 joins the room of that title, or of that number in the list of rooms, again
//	go run ./examples/chat join                       asks which room, on a terminal
//	go run ./examples/chat rooms                      lists the rooms of last time
//
// On a terminal, a member sees the room and types; /help says how. Otherwise a line read is a message sent, and what happens is printed as
// lines, or as JSON with -json. A line that begins with a slash is a command, as /who, and one that begins with two is a message that begins
// with one. Text of others is shown so that it cannot be taken for anything else: what a terminal would obey, or not show, is made visible,
// and whoever has a name that can be taken for that of somebody in the room, or for the member's own, is shown with a number behind it.
//
// With -web, the conversation is on a page in the browser too, whose address is printed. It is served on loopback only; whoever on this
// machine knows the address can read the conversation and speak in the member's name, until the program ends. The end of the input is not
// the end of the conversation then, but on a terminal.
//
// A join can be scripted: -say sends lines, -expect waits for that many messages of others, -timeout bounds it all. The exit status
// is 0 if everything came, 1 otherwise. With -v, the sessions with peers are logged.
//
// # Networks
//
// A room is hosted on one or more networks, -net: noise, which is the default, tls, websocket, onion, which needs a tor, or tcp, which has no
// protection at all and is for tests. There is a URI for each of them. A member is called on the network of the URI by which she joins, and calls others on theirs; for
// tcp and onion, -net has to say so.
//
// A room, and whoever is in it, can have the programs of the others call an address, and whoever is called sees from where. So a room that
// is hosted on onion, and a member who joins by the URI of one or has -net onion, call nobody but onion services; beside them, only what is
// on the network of the room's URI, or on one that -net names.
//
// -listen says where to listen: by default at 127.0.0.1, which only programs on this machine reach. -host, or -url of a websocket, says how
// others reach the address; README.md, beside this file, has an example for each network.
//
// With -room, a room is the same one each time that it is hosted: its networks, keys and addresses and its swiss number are kept, and an
// address also while the room is not on that network. Another -listen, -host or -url is kept from then on. Members whose room goes away take
// a place again when it is back.
//
// What is kept is in a folder ocapn-chat where the system keeps the settings of a user, for this user alone: rooms that were hosted with
// -room, the last rooms that a person was in, her name, and the entry guards of tor, on which it rests that nobody learns where she is. -folder
// names another one, and -folder "" keeps nothing. Scripted members keep nothing but the guards. Of several programs that run at once, the
// first has the guards that are kept, and the others have new ones; for a room there are some of its own.
//
// # Events
//
// With -json, each line of the output is an object with the fields event and time, and what goes with the event:
//
//	hosting  room, uri              a room is hosted; whoever has the URI can join
//	joined   user, name, self       somebody is in the room; self is true for the member herself, who hears of herself as well
//	left     user, name             and no longer
//	message  user, name, text, odd  somebody said something; odd is true if it is no text, and text describes it
//	sent     id, text               the room passed on what the member said, perhaps before it comes back as a message of the same id
//	unsent   id, text, error        it did not
//	missed   text, error            something of a user who cannot be reached
//	away     error                  the room cannot be reached; it is tried again
//	back                            the member has a place in it again, and hears anew who is there
//	note     text                   a line that a command answers
//
// Fields that are empty, false or zero are left out. The user is a number that tells users of one name apart, until the room is away. What
// is typed while the room is away waits. Why a command fails is on standard error, and its exit status is 1.
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
//
// # Limits
//
// A room has 1,000 members, and no more of another room are shown. A line that is read may have 1 MiB. 64 messages are sent ahead of the
// room's answers. Of a name 1 KiB is kept and 40 columns are shown, beside messages on a terminal 14, or fewer if it is narrow.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/ocapn-go/ocapn/examples/chat/screen"
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
		{"rooms", "list the rooms that you were in", runRooms},
	}
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), endings()...)
	defer stop()
	if isSupervised() {
		go orphaned(ctx, stop)
	}
	status := run(ctx, os.Args[1:], streams{os.Stdin, os.Stdout, os.Stderr})
	if isSupervised() {
		status += cleanly
	}
	os.Exit(status)
}

// endings returns the signals that end the program.
func endings() []os.Signal {
	all := []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGHUP}
	return slices.DeleteFunc(all, func(sig os.Signal) bool { return signal.Ignored(sig) }) // as nohup has it
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
	if len(args) > 0 && slices.Contains([]string{"help", "-h", "-help", "--help"}, args[0]) {
		usage(s.out)
		return 0
	}
	usage(s.err)
	return 2
}

// usage prints what the commands are.
func usage(out io.Writer) {
	fmt.Fprintln(out, "usage: chat COMMAND [flags]")
	for _, c := range commands() {
		fmt.Fprintf(out, "  %-6s %s\n", c.name, c.summary)
	}
	fmt.Fprintln(out, "chat COMMAND -h says what its flags are.")
}

// status reports err and returns the exit status for it.
func status(err error, s streams) int {
	var (
		usage usageError
		ended exitStatus
	)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, flag.ErrHelp):
		return 0
	case errors.As(err, &ended):
		return int(ended)
	case errors.As(err, &usage):
		fmt.Fprintln(s.err, "chat:", screen.Visible(err.Error()))
		return 2
	}
	fmt.Fprintln(s.err, "chat:", screen.Visible(err.Error())) // some of it may be what a peer says
	return 1
}

// usageError says that the command line was wrong.
type usageError string

func (e usageError) Error() string { return string(e) }
