package captp

import "sync"

// runners are the goroutines of a vat that wait for a turn. The one that began to wait last gets the next: it is the warmest.
type runners struct {
	mu     sync.Mutex
	idle   []chan *turn // of capacity 1, so that giving a turn never waits
	closed bool         // nobody waits any longer
}

// runTurn lets t run, which has the queue of its object, on another goroutine than the caller's: one that has just had a
// turn and waits for the next, or a new one. It does not block.
func (v *Vat) runTurn(t *turn) {
	if runner := v.runners.pop(); runner != nil {
		runner <- t
		return
	}
	v.goroutines.Add(1)
	go v.runTurns(t)
}

// runTurns runs t and what comes after it. It is started by runTurn and ends when enough others wait for a turn, or when the
// vat is closed.
func (v *Vat) runTurns(t *turn) {
	defer v.goroutines.Done()
	self := make(chan *turn, 1)
	for t != nil {
		t.run()
		if !v.runners.push(self) {
			return
		}
		t = <-self
	}
}

// pop returns the channel of a runner, which takes one turn, nil if none waits.
func (r *runners) pop() chan *turn {
	r.mu.Lock()
	defer r.mu.Unlock()
	last := len(r.idle) - 1
	if last < 0 {
		return nil
	}
	runner := r.idle[last]
	r.idle = r.idle[:last]
	return runner
}

// push makes a runner wait. It reports false if there is no need for another one.
func (r *runners) push(runner chan *turn) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed || len(r.idle) == maxIdleRunners {
		return false
	}
	r.idle = append(r.idle, runner)
	return true
}

// close ends those who wait.
func (r *runners) close() {
	r.mu.Lock()
	idle := r.idle
	r.idle, r.closed = nil, true
	r.mu.Unlock()
	for _, runner := range idle {
		runner <- nil
	}
}
