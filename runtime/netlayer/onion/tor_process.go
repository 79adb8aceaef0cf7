package onion

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/cretz/bine/process"
)

// torProcess is a tor that New, or the supervising goroutine, has started. Another goroutine waits for its end.
type torProcess struct {
	// Immutable after startTor.
	cmd      *exec.Cmd
	portFile string
	folder   *folder // goes when tor has ended
	output   *output
	ended    chan struct{} // closed when tor has ended

	err error // how it ended: written before ended is closed
}

// startTor starts a tor and does not wait for anything.
func startTor(opts Options) (*torProcess, error) {
	path, err := torPath(opts.TorPath)
	if err != nil {
		return nil, err
	}
	folder, err := newFolder()
	if err != nil {
		return nil, err
	}
	p := &torProcess{
		folder: folder, portFile: folder.join("control-port"), output: &output{}, ended: make(chan struct{}),
	}
	args, err := p.arguments(opts)
	if err == nil {
		p.cmd = exec.Command(path, args...) //nolint:noctx // a context would kill tor when New has returned
		p.cmd.Stdout, p.cmd.Stderr = p.output, p.output
		p.cmd.WaitDelay = time.Second // what tor has started may hold on to its output
		p.cmd.SysProcAttr = ownGroup()
		err = p.cmd.Start()
	}
	if err != nil {
		return nil, errors.Join(err, folder.remove())
	}
	go p.wait()
	return p, nil
}

// torPath finds the program.
func torPath(path string) (string, error) {
	if path != "" {
		return path, nil
	}
	path, err := exec.LookPath("tor")
	if err == nil {
		return path, nil
	}
	for _, path := range []string{"/usr/sbin/tor", "/usr/local/sbin/tor", "/usr/local/bin/tor", "/opt/homebrew/bin/tor"} {
		if _, err := exec.LookPath(path); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%w: install tor, or say where it is", err)
}

// arguments returns the command line. What it says is stronger than what a torrc says.
func (p *torProcess) arguments(opts Options) ([]string, error) {
	data, torrc := opts.DataDir, opts.TorrcFile
	if data == "" {
		data = p.folder.join("data")
	}
	data, err := filepath.Abs(data)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, err
	}
	if torrc == "" {
		torrc = p.folder.join("torrc")
		if err := os.WriteFile(torrc, nil, 0o600); err != nil {
			return nil, err
		}
	}
	return append([]string{
		"-f", torrc,
		"--DataDirectory", data,
		"--SocksPort", "auto OnionTrafficOnly",
		"--ControlPort", "auto",
		"--ControlPortWriteToFile", p.portFile,
		"--CookieAuthentication", "1",
		"--__OwningControllerProcess", strconv.Itoa(os.Getpid()),
		"--Log", "notice stdout",
	}, opts.ExtraArgs...), nil
}

// wait waits for the end of tor. startTor starts it.
func (p *torProcess) wait() {
	p.err = p.cmd.Wait()
	close(p.ended)
}

// control waits until tor has a control port. The error wraps ErrGone if tor ends first.
func (p *torProcess) control(ctx context.Context) (endpoint, error) {
	tick := time.NewTicker(portFilePoll)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-p.ended:
			return endpoint{}, fmt.Errorf("%w: %w", ErrGone, p.exit())
		case <-ctx.Done():
			return endpoint{}, context.Cause(ctx)
		}
		text, _ := os.ReadFile(p.portFile)
		for line := range strings.Lines(string(text)) { // a torrc may add others
			if port, err := process.ControlPortFromFileContents(line); err == nil {
				return endpoint{"tcp", "127.0.0.1:" + strconv.Itoa(port)}, nil
			}
		}
	}
}

// exit says how tor has ended, once it has.
func (p *torProcess) exit() error {
	if p.err == nil {
		return errors.New("it has ended by itself")
	}
	return p.err
}

// endsNow reports whether tor has ended or is about to: its ports are closed before its end is known.
func (p *torProcess) endsNow() bool {
	select {
	case <-p.ended:
		return true
	case <-time.After(200 * time.Millisecond):
		return false
	}
}

// end waits for the end of tor, which is under way if tor is well, and removes what it leaves. When tor takes too long, or gently is
// false, tor is killed.
func (p *torProcess) end(gently bool) {
	timer := time.NewTimer(endTime)
	defer timer.Stop()
	if gently {
		select {
		case <-p.ended:
		case <-timer.C:
		}
	}
	_ = p.cmd.Process.Kill()
	<-p.ended
	_ = p.folder.remove()
}

// output keeps the last warnings and errors that tor prints.
type output struct {
	mu    sync.Mutex
	rest  []byte
	lines []string
}

// Write implements io.Writer.
func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, c := range b {
		switch {
		case c == '\n':
			o.add(string(o.rest))
			o.rest = o.rest[:0]
		case len(o.rest) < maxOutputLine:
			o.rest = append(o.rest, c)
		}
	}
	return len(b), nil
}

// add keeps a line that is a warning or worse, without the time before it.
func (o *output) add(line string) {
	for _, severity := range []string{"[warn] ", "[err] "} {
		if _, text, ok := strings.Cut(line, severity); ok {
			if len(o.lines) == maxOutputLines {
				o.lines = o.lines[1:]
			}
			o.lines = append(o.lines, strings.TrimSpace(text))
			return
		}
	}
}

// last returns the lines.
func (o *output) last() []string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]string(nil), o.lines...)
}
