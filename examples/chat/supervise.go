package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"time"

	"golang.org/x/term"

	"github.com/ocapn-go/ocapn/examples/chat/screen"
)

const (
	// supervised is set in the environment of a program that another one waits for, to give the terminal back whatever happens.
	supervised = "OCAPN_CHAT_SUPERVISED"
	// cleanly is added to the exit status of such a program if it has given the terminal back itself. A panic does not.
	cleanly = 100
	// maxTail is how many bytes of what such a program prints on standard error are kept.
	maxTail = 64 << 10
)

// isSupervised reports whether another program looks after the terminal.
func isSupervised() bool { return os.Getenv(supervised) != "" }

// orphaned calls stop when nobody looks after the terminal any longer: then it is somebody else's. It ends with ctx.
func orphaned(ctx context.Context, stop func()) {
	parent := os.Getppid()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for os.Getppid() == parent {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
	stop()
}

// supervise runs this program again with the same arguments, and returns how it ended as an error, if not with success. Even if it is
// killed, the terminal is as it was before. What it prints on standard error comes when it has ended, if that is the terminal.
func supervise(args []string, in, out *os.File, s streams) error {
	before, err := term.GetState(int(in.Fd()))
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	child := exec.Command(self, args...)
	child.Env = append(os.Environ(), supervised+"=1")
	child.Stdin, child.Stdout, child.Stderr = in, out, s.err
	tail := new(tail)
	if file, ok := s.err.(*os.File); !ok || term.IsTerminal(int(file.Fd())) {
		child.Stderr = tail
	}
	signals := make(chan os.Signal, 8)
	if ends := endings(); len(ends) > 0 { // no signals would be all of them
		signal.Notify(signals, ends...)
	}
	if err := child.Start(); err != nil {
		signal.Stop(signals)
		return err
	}
	go func() {
		for sig := range signals {
			_ = child.Process.Signal(sig) // it may have ended, or have it from the terminal already
		}
	}()
	err = child.Wait()
	signal.Stop(signals)
	close(signals)

	status := child.ProcessState.ExitCode() - cleanly
	if status < 0 {
		fmt.Fprint(out, new(screen.Terminal).End())
		status = 1
	}
	_ = term.Restore(int(in.Fd()), before) // there is nothing else to try
	if _, err := s.err.Write(tail.kept); err != nil {
		return err
	}
	if _, exited := errors.AsType[*exec.ExitError](err); err != nil && !exited {
		return err
	}
	if status > 0 {
		return exitStatus(status)
	}
	return nil
}

// exitStatus is how a program ended that has said why itself.
type exitStatus int

func (e exitStatus) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// tail keeps the end of what is written.
type tail struct{ kept []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.kept = append(t.kept, p...)
	t.kept = t.kept[max(0, len(t.kept)-maxTail):]
	return len(p), nil
}
