package onion

import (
	"slices"
	"sync"
	"time"
)

// reporter tells the program how far starting has come, and nothing twice while there is no progress. A tor that cannot connect goes on
// trying, and warns of the same again and again. What comes at the end of stallTime is told by the goroutine of a timer.
type reporter struct {
	tell func(Progress) // may be nil

	mu sync.Mutex // held while the program is told, which is one thing after the other
	// Guarded by mu.
	last   Progress
	told   []Progress // since there was progress
	output *output    // what tor prints; nil when it is somebody else's
	timer  *time.Timer
	over   bool
}

// newReporter returns a reporter, which goes on until stop is called.
func newReporter(tell func(Progress)) *reporter {
	r := &reporter{tell: tell}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.timer = time.AfterFunc(stallTime, r.stalled)
	return r
}

// listen says where the warnings of tor are.
func (r *reporter) listen(output *output) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.output = output
}

// report tells the program of what may be progress.
func (r *reporter) report(p Progress) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p.Stage != r.last.Stage || p.Percent != r.last.Percent {
		r.told = nil
		r.timer.Reset(stallTime)
	}
	r.last = p
	r.say(p)
}

// stalled tells the program that there is no progress, and the last that tor has warned of.
func (r *reporter) stalled() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over {
		return
	}
	r.timer.Reset(stallTime)
	p := r.last
	p.Summary += ": no progress for a minute"
	if r.output != nil {
		if warnings := r.output.last(); len(warnings) > 0 {
			p.Summary += "; tor warns: " + warnings[len(warnings)-1]
		}
	}
	r.say(p)
}

// say tells the program, unless it was told. The caller holds mu.
func (r *reporter) say(p Progress) {
	if r.tell == nil || len(r.told) == maxTold || slices.Contains(r.told, p) {
		return
	}
	r.told = append(r.told, p)
	r.tell(p)
}

// stop returns the last that was reported. The program is told of nothing any more once it has returned.
func (r *reporter) stop() Progress {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.over = true
	r.timer.Stop()
	return r.last
}
