package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/ocapn-go/ocapn/runtime/locator"
)

// choose returns the room that is to be joined, and under which name: what the command line says, or what is kept, or what the person says
// who is asked, if there is one.
func (r recent) choose(ctx context.Context, rooms []string, name string, person *asker) (locator.SturdyRef, string, error) {
	none := locator.SturdyRef{}
	name = cmp.Or(name, r.Name)
	room := strings.Join(rooms, "")
	if room == "" && person != nil && len(r.Rooms) > 0 {
		r.list(person.out, false)
		line, err := person.ask(ctx, "Which room? A number or a URI; Enter is the first: ")
		if err != nil {
			return none, "", err
		}
		room = cmp.Or(line, "1")
	}
	if name == "" && room != "" && person != nil {
		byDefault := cmp.Or(os.Getenv("USER"), os.Getenv("USERNAME"))
		line, err := person.ask(ctx, fmt.Sprintf("Your name in the room [%s]: ", byDefault))
		if err != nil {
			return none, "", err
		}
		name = cmp.Or(line, byDefault)
	}
	if name == "" || room == "" {
		return none, "", usageError("join needs -name and the URI of a room")
	}
	ref, err := r.resolve(room)
	return ref, name, err
}

// resolve returns the room that somebody means by a URI, or by a number or a title of those that are kept. A URI means what it says,
// whatever rooms call themselves; one that was copied from a terminal may be broken into rows.
func (r recent) resolve(room string) (locator.SturdyRef, error) {
	uri := strings.Join(strings.Fields(room), "")
	if !strings.HasPrefix(uri, "ocapn:") {
		var err error
		if uri, err = r.find(room); err != nil {
			return locator.SturdyRef{}, err
		}
	}
	ref, err := locator.ParseSturdyRef(uri)
	if err != nil {
		return ref, usageError(err.Error())
	}
	return ref, nil
}

// asker asks the person at a terminal.
type asker struct {
	in  io.Reader
	out io.Writer
}

// ask returns the line that the person answers, without the spaces around it. If ctx ends before, what reads the line ends with the input.
func (a asker) ask(ctx context.Context, question string) (string, error) {
	fmt.Fprint(a.out, question)
	type answer struct {
		line string
		err  error
	}
	answered := make(chan answer, 1)
	go func() {
		line, err := readLine(a.in)
		answered <- answer{line, err}
	}()
	select {
	case got := <-answered:
		return got.line, got.err
	case <-ctx.Done():
		fmt.Fprintln(a.out)
		return "", errNotChosen
	}
}

var errNotChosen = errors.New("nothing was chosen")

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
		case errors.Is(err, io.EOF):
			return "", errNotChosen
		case err != nil:
			return "", err
		}
	}
	return "", fmt.Errorf("the line is longer than %d bytes", maxLine)
}
