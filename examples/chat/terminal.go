package main

import (
	"fmt"
	"os"
	"runtime"
	"time"

	"golang.org/x/term"

	"github.com/ocapn-go/ocapn/examples/chat/screen"
)

// escapeTime is how long a key may take that begins like another one.
const escapeTime = 50 * time.Millisecond

// terminalFace is a whole terminal that a person looks at. It has a goroutine of its own, which owns the screen, from open to close.
type terminalFace struct {
	out     *os.File
	keys    <-chan []byte
	changes chan func()   // what is to be shown, run by the goroutine
	typed   <-chan string // what was entered
	hurry   func()        // the person does not want to wait any longer
	closing chan struct{}
	closed  chan struct{}

	// Owned by the goroutine.
	screen   *screen.Screen
	terminal screen.Terminal
	lines    chan<- string // the other end of typed; nil when it is closed
	queue    []string      // entered, and not taken yet
	leaving  bool
}

// openTerminal takes over the terminal of in and out for a member of that name. Until it is closed nothing else may be printed there.
func openTerminal(in, out *os.File, name, title string, hurry func()) (*terminalFace, error) {
	before, err := term.MakeRaw(int(in.Fd()))
	if err != nil {
		return nil, err
	}
	undo, err := prepareConsole(out)
	if err != nil {
		_ = term.Restore(int(in.Fd()), before) // the first error says more
		return nil, err
	}
	lines := make(chan string)
	f := &terminalFace{
		out: out, keys: readKeys(in), changes: make(chan func(), 64), typed: lines, lines: lines, hurry: hurry,
		closing: make(chan struct{}), closed: make(chan struct{}),
		screen: screen.New(name, slashNames()), terminal: screen.Terminal{Colored: os.Getenv("NO_COLOR") == ""},
	}
	f.screen.SetTitle(title)
	go func() {
		defer close(f.closed)
		defer func() {
			fmt.Fprint(out, f.terminal.End())
			undo()
			_ = term.Restore(int(in.Fd()), before) // there is nothing else to try
		}()
		f.run()
	}()
	return f, nil
}

// close gives the terminal back, with what was seen last on it.
func (f *terminalFace) close() {
	close(f.closing)
	<-f.closed
	for _, line := range f.screen.Last() {
		fmt.Fprintln(f.out, line)
	}
}

// run shows what happens until the terminal is closed.
func (f *terminalFace) run() {
	resized, stop := watchSize()
	defer stop()
	fmt.Fprint(f.out, f.terminal.Begin())
	f.resize()
	for {
		fmt.Fprint(f.out, f.terminal.Draw(f.screen.Frame()))
		var (
			lines chan<- string
			line  string
			alone <-chan time.Time
		)
		if len(f.queue) > 0 {
			lines, line = f.lines, f.queue[0]
		}
		if f.screen.IsWaiting() {
			alone = time.After(escapeTime)
		}
		select {
		case keys, ok := <-f.keys:
			if !ok {
				f.keys = nil
				f.act(screen.Action{Kind: screen.Leave})
			}
			f.act(f.screen.Press(keys)...)
		case <-alone:
			f.act(f.screen.PressAlone()...)
		case change := <-f.changes:
			change()
			f.catchUp()
		case <-resized:
			f.resize()
		case lines <- line:
			f.queue = f.queue[1:]
		case <-f.closing:
			f.catchUp()
			return
		}
		if f.leaving && len(f.queue) == 0 && f.lines != nil {
			close(f.lines)
			f.lines = nil
		}
	}
}

// catchUp does all that is to be shown already, so that a flood of messages is not drawn one by one.
func (f *terminalFace) catchUp() {
	for {
		select {
		case change := <-f.changes:
			change()
		default:
			return
		}
	}
}

// resize finds out how large the terminal is.
func (f *terminalFace) resize() {
	if columns, rows, err := term.GetSize(int(f.out.Fd())); err == nil && columns > 0 && rows > 0 {
		if f.screen.Resize(columns, rows) {
			f.terminal.Forget()
		}
	}
}

// act does what a person wants.
func (f *terminalFace) act(actions ...screen.Action) {
	for _, a := range actions {
		switch a.Kind {
		case screen.Enter:
			if !f.leaving {
				f.queue = append(f.queue, a.Text)
			}
		case screen.Leave:
			if f.leaving {
				f.hurry()
			}
			f.leaving = true
			f.screen.SetStatus("leaving; Ctrl-C again to leave at once")
		case screen.Redraw:
			f.terminal.Forget()
		case screen.Bell:
			fmt.Fprint(f.out, "\a")
		}
	}
}

// change has something shown, unless the terminal is closed.
func (f *terminalFace) change(show func()) {
	select {
	case f.changes <- show:
	case <-f.closed:
	}
}

// readKeys sends what in reads to the channel that it returns, and closes it at the end. The goroutine ends with in.
func readKeys(in *os.File) <-chan []byte {
	keys := make(chan []byte)
	go func() {
		defer close(keys)
		for {
			buffer := make([]byte, 4096)
			n, err := in.Read(buffer)
			if n > 0 {
				keys <- buffer[:n]
			}
			if err != nil {
				return
			}
		}
	}()
	return keys
}

// terminalOf returns the files of a terminal that can do what a screen needs, if s is one.
func terminalOf(s streams) (in, out *os.File, ok bool) {
	in, _ = s.in.(*os.File)
	out, _ = s.out.(*os.File)
	if in == nil || out == nil || !term.IsTerminal(int(in.Fd())) || !term.IsTerminal(int(out.Fd())) {
		return nil, nil, false
	}
	name := os.Getenv("TERM")
	return in, out, name != "dumb" && (name != "" || runtime.GOOS == "windows")
}
