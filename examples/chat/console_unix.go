//go:build unix

package main

import (
	"os"
	"os/signal"
	"syscall"
)

// prepareConsole makes a terminal understand what it is sent, and returns what undoes that. There is nothing to do here.
func prepareConsole(*os.File) (undo func(), err error) { return func() {}, nil }

// watchSize returns a channel that says when the size of the terminal may have changed, until stop is called.
func watchSize() (changed <-chan os.Signal, stop func()) {
	c := make(chan os.Signal, 1)
	signal.Notify(c, syscall.SIGWINCH)
	return c, func() { signal.Stop(c) }
}
