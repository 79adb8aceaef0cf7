package main

import (
	"os"
	"time"

	"golang.org/x/sys/windows"
)

// prepareConsole makes a terminal understand what it is sent, and returns what undoes that.
func prepareConsole(out *os.File) (undo func(), err error) {
	console := windows.Handle(out.Fd())
	var mode uint32
	if err := windows.GetConsoleMode(console, &mode); err != nil {
		return nil, err
	}
	if err := windows.SetConsoleMode(console, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING); err != nil {
		return nil, err
	}
	return func() { _ = windows.SetConsoleMode(console, mode) }, nil // there is nothing else to try
}

// sizeInterval is how often the size of the terminal is looked at: the system does not say that it has changed.
const sizeInterval = 500 * time.Millisecond

// watchSize returns a channel that says when the size of the terminal may have changed, until stop is called.
func watchSize() (changed <-chan struct{}, stop func()) {
	c, done := make(chan struct{}), make(chan struct{})
	go func() {
		tick := time.NewTicker(sizeInterval)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
			case <-done:
				return
			}
			select {
			case c <- struct{}{}:
			case <-done:
				return
			}
		}
	}()
	return c, func() { close(done) }
}
