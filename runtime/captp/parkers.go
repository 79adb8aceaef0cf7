package captp

import (
	"sync"
	"sync/atomic"
)

// parker wakes one goroutine that waits for a future, when that is settled or the vat has ended. It is used again, which a channel that
// was closed cannot be.
type parker struct {
	wake  chan struct{} // of capacity 1
	shard *parkerShard

	prev, next *parker // in the list of the shard while somebody waits
}

// parkers are the parkers with which somebody waits, in several lists, so that those who wait at the same time seldom meet. A channel
// that all of them select on would make every wait one for its lock.
type parkers struct {
	shards [parkerShards]parkerShard
	made   atomic.Uint32
}

const parkerShards = 8

// parkerShard is a part of the parkers.
type parkerShard struct {
	mu    sync.Mutex
	first *parker // Guarded by mu.
	over  bool    // the vat has ended. Guarded by mu.

	_ [40]byte // each in a cache line of its own
}

// parker returns a parker, to be given to putParker when nobody can wake it any longer.
func (v *Vat) parker() *parker {
	p := take[parker](&v.used.parkers)
	if p.wake == nil {
		p.wake = make(chan struct{}, 1)
		p.shard = &v.parkers.shards[v.parkers.made.Add(1)%parkerShards]
	}
	return p
}

func (v *Vat) putParker(p *parker) { v.used.parkers.Put(p) }

// wakeUp wakes who waits with p.
func (p *parker) wakeUp() {
	select {
	case p.wake <- struct{}{}:
	default: // it is woken already
	}
}

// enter puts p into its list. It reports false if the vat has ended.
func (p *parker) enter() bool {
	s := p.shard
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over {
		return false
	}
	if p.next = s.first; p.next != nil {
		p.next.prev = p
	}
	s.first = p
	return true
}

// leave takes p out of its list. It reports false if the vat has ended: then p may be woken for that, too.
func (p *parker) leave() bool {
	s := p.shard
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over {
		return false
	}
	if p.prev != nil {
		p.prev.next = p.next
	} else {
		s.first = p.next
	}
	if p.next != nil {
		p.next.prev = p.prev
	}
	p.prev, p.next = nil, nil
	return true
}

// end wakes everybody: the vat has ended.
func (p *parkers) end() {
	for i := range p.shards {
		s := &p.shards[i]
		s.mu.Lock()
		s.over = true
		for q := s.first; q != nil; q = q.next {
			q.wakeUp()
		}
		s.first = nil
		s.mu.Unlock()
	}
}
