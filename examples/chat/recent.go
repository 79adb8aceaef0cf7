package main

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ocapn-go/ocapn/examples/chat/screen"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// recent is what a person does not want to type again.
type recent struct {
	Name  string  `json:"name,omitempty"`
	Rooms []visit `json:"rooms,omitempty"` // the last one first
}

// visit is a room that the person was in.
type visit struct {
	Title string    `json:"title,omitempty"`
	URI   string    `json:"uri"`
	At    time.Time `json:"at"`
}

const (
	recentFile = "recent.json"
	// maxRecent is how many rooms are kept.
	maxRecent = 20
)

// recent returns what is kept.
func (f folder) recent() (recent, error) {
	var r recent
	err := f.read(recentFile, &r)
	return r, err
}

// remember keeps the name of a person and the room that she is in.
func (f folder) remember(name string, v visit) error {
	r, err := f.recent()
	if err != nil {
		return err
	}
	r.Name = name
	r.Rooms = slices.DeleteFunc(r.Rooms, func(old visit) bool { return old.sameAs(v) })
	r.Rooms = slices.Insert(r.Rooms, 0, v)
	r.Rooms = r.Rooms[:min(len(r.Rooms), maxRecent)]
	return f.write(recentFile, r)
}

// sameAs reports whether both lead to the same room, wherever it was at the time.
func (v visit) sameAs(w visit) bool {
	a, errA := locator.ParseSturdyRef(v.URI)
	b, errB := locator.ParseSturdyRef(w.URI)
	return errA == nil && errB == nil && a.Equal(b)
}

// String returns the room as it is listed, without what lets others in.
func (v visit) String() string {
	transport := "?"
	if ref, err := locator.ParseSturdyRef(v.URI); err == nil {
		transport = ref.Peer.Transport
	}
	return fmt.Sprintf("%-20s  %-16s  %s", cmp.Or(screen.Cut(screen.Visible(v.Title), 20), "(no name)"), screen.Visible(transport), v.At.Local().Format("2006-01-02 15:04"))
}

// list prints the rooms with the numbers by which they can be joined, and their URIs if they are wanted.
func (r recent) list(out io.Writer, uris bool) {
	for i, v := range r.Rooms {
		fmt.Fprintf(out, "%3d  %s\n", i+1, v)
		if uris {
			fmt.Fprintf(out, "     %s\n", v.URI)
		}
	}
}

// find returns the URI of the room that somebody means by a number of the list, or by its title if no other one has that.
func (r recent) find(text string) (uri string, err error) {
	if n, err := strconv.Atoi(text); err == nil && n >= 1 && n <= len(r.Rooms) {
		return r.Rooms[n-1].URI, nil
	}
	for _, v := range r.Rooms {
		switch {
		case !strings.EqualFold(v.Title, text):
		case uri != "":
			return "", usageError(fmt.Sprintf("more than one room is called %q; chat rooms lists them with their numbers", text))
		default:
			uri = v.URI
		}
	}
	if uri == "" {
		return "", usageError(fmt.Sprintf("%q is no URI of a room, nor the number or the title of one that you were in", text))
	}
	return uri, nil
}

// runRooms lists the rooms that a person was in.
func runRooms(_ context.Context, args []string, s streams) error {
	flags := flag.NewFlagSet("chat rooms", flag.ContinueOnError)
	flags.SetOutput(s.err)
	uris := flags.Bool("uri", false, "print the URIs too; whoever has one can join")
	var f folder
	f.flag(flags)
	if err := flags.Parse(args); err != nil {
		return err
	}
	r, err := f.recent()
	if err != nil {
		return err
	}
	if len(r.Rooms) == 0 {
		fmt.Fprintln(s.err, "There are no rooms yet.")
	}
	r.list(s.out, *uris)
	return nil
}
