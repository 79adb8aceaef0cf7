package hostiletest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
)

// Child is another process of this program: a target, or honest peers. It ends with its standard input, and so with this process. Its
// methods may be called from any goroutine.
type Child struct {
	// Ways is how to get to it, if it is a target.
	Ways []Way

	cmd   *exec.Cmd
	stdin io.Closer

	mu   sync.Mutex // over one question and its answer
	ask  *json.Encoder
	hear *json.Decoder
}

// roleVariable is the variable of the environment that tells a child what it is.
const roleVariable = "OCAPN_HOSTILE_CHILD"

// The roles.
const (
	roleTarget = "target"
	roleHonest = "honest"
)

// settings is what a child is told first.
type settings struct {
	Limits captp.Limits  `json:",omitzero"` // of a target
	Ways   []Way         `json:",omitempty"`
	Peers  int           `json:",omitempty"`
	Pause  time.Duration `json:",omitempty"`
}

// question is what a child is asked.
type question struct {
	Phase  string `json:",omitempty"` // what comes is another phase
	LetGo  bool   `json:",omitempty"` // the target lets go of what it keeps
	Report bool   `json:",omitempty"` // say how things are
}

// reply is what a child says.
type reply struct {
	Err     string  `json:",omitempty"`
	Ways    []Way   `json:",omitempty"`
	Report  Report  `json:",omitzero"`
	Outcome Outcome `json:",omitzero"`
}

// StartTarget starts a target in a process of its own, which runs with the environment given besides that of this process.
func StartTarget(limits captp.Limits, env ...string) (*Child, error) {
	return start(roleTarget, settings{Limits: limits}, env)
}

// StartHonestChild is [StartHonest] in a process of its own.
func StartHonestChild(ways []Way, n int, pause time.Duration) (*Child, error) {
	return start(roleHonest, settings{Ways: ways, Peers: n, Pause: pause}, nil)
}

func start(role string, s settings, env []string) (*Child, error) {
	c := &Child{cmd: exec.Command(os.Args[0])}
	c.cmd.Env = append(append(os.Environ(), roleVariable+"="+role), env...)
	c.cmd.Stderr = os.Stderr
	stdin, err := c.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := c.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.cmd.Start(); err != nil {
		return nil, err
	}
	c.stdin, c.ask, c.hear = stdin, json.NewEncoder(stdin), json.NewDecoder(stdout)
	r, err := c.says(s)
	if err != nil {
		c.Close()
		return nil, err
	}
	c.Ways = r.Ways
	return c, nil
}

// says tells the child something, and returns what it says to that.
func (c *Child) says(to any) (reply, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	var r reply
	if err := c.ask.Encode(to); err != nil {
		return r, fmt.Errorf("the child is gone: %w", err)
	}
	if err := c.hear.Decode(&r); err != nil {
		return r, fmt.Errorf("the child is gone: %w", err)
	}
	if r.Err != "" {
		return r, fmt.Errorf("the child: %s", r.Err)
	}
	return r, nil
}

// Pid returns the number of the process.
func (c *Child) Pid() int { return c.cmd.Process.Pid }

// Report returns how things are with a target: see [Target.Report].
func (c *Child) Report(letGo bool) (Report, error) {
	r, err := c.says(question{Report: true, LetGo: letGo})
	return r.Report, err
}

// Phase is [Honest.Phase].
func (c *Child) Phase(name string) error {
	_, err := c.says(question{Phase: name})
	return err
}

// Outcome is [Honest.Outcome].
func (c *Child) Outcome() (Outcome, error) {
	r, err := c.says(question{Report: true})
	return r.Outcome, err
}

// Close ends the child, and returns an error if it did not end well: if it had crashed, say.
func (c *Child) Close() error {
	c.stdin.Close()
	return c.cmd.Wait()
}

// RunChild is the main function of a child. It returns false in a process that is none.
func RunChild() bool {
	role := os.Getenv(roleVariable)
	if role == "" {
		return false
	}
	in, out := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	var s settings
	if in.Decode(&s) != nil {
		return true
	}
	answer, stop, first := serve(role, s)
	defer stop()
	for r := first; out.Encode(r) == nil; {
		var q question
		if in.Decode(&q) != nil {
			return true
		}
		r = answer(q)
	}
	return true
}

// serve starts what a child is for, and returns what answers the questions.
func serve(role string, s settings) (answer func(question) reply, stop func(), first reply) {
	if role == roleHonest {
		h, err := StartHonest(context.Background(), s.Ways, s.Peers, s.Pause)
		if err != nil {
			return nil, func() {}, reply{Err: err.Error()}
		}
		return func(q question) reply {
			if q.Phase != "" {
				h.Phase(q.Phase)
				return reply{}
			}
			return reply{Outcome: h.Outcome()}
		}, func() { h.Stop() }, reply{}
	}
	t, err := StartVat(s.Limits)
	if err != nil {
		return nil, func() {}, reply{Err: err.Error()}
	}
	var ways []Way
	for _, w := range t.Ways() {
		if w.hub == nil { // nobody else gets to memory
			ways = append(ways, w)
		}
	}
	return func(q question) reply { return reply{Report: t.Report(q.LetGo)} }, t.Close, reply{Ways: ways}
}
