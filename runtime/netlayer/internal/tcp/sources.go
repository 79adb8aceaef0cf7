package tcp

import (
	"container/list"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// Sources are where connections come from, with a limit to those of each: see netlayer.SourceLimits. The methods may be called from any
// goroutine.
type Sources struct {
	// Immutable.
	limits   netlayer.SourceLimits // with no field that is zero
	refusals *Refusals

	mu   sync.Mutex
	all  map[netip.Addr]*source // guarded by mu
	idle list.List              // of *source, those that are idle, in the order in which they became so; guarded by mu
}

// source is one of them.
//
// Its states: in use, while it has a connection; idle, when it has none; forgotten, and out of the table, when too many others are idle, or
// when it may open as many connections as one that is new.
type source struct {
	key    netip.Addr
	conns  int
	tokens float64       // new connections that are allowed at the time of last
	last   time.Time     // that tokens was brought up to date
	place  *list.Element // in idle, or nil
}

// NewSources returns a table without any. What it refuses is counted.
func NewSources(limits netlayer.SourceLimits, refusals *Refusals) *Sources {
	for _, field := range []struct {
		value    *int
		standard int
	}{
		{&limits.Conns, netlayer.DefaultSourceConns},
		{&limits.Rate, netlayer.DefaultSourceRate},
		{&limits.Burst, netlayer.DefaultSourceBurst},
	} {
		if *field.value == 0 {
			*field.value = field.standard
		}
	}
	return &Sources{limits: limits, refusals: refusals, all: map[netip.Addr]*source{}}
}

// Enter reports whether a connection from the address may be. If so, leave is to be called when it is closed; calling it again does
// nothing.
func (s *Sources) Enter(from net.Addr) (leave func(), ok bool) {
	key, ok := s.keyOf(from)
	if !ok {
		return func() {}, true
	}
	one := s.enter(key)
	if one == nil {
		s.refusals.Source.Add(1)
		return nil, false
	}
	return sync.OnceFunc(func() { s.leave(one) }), true
}

// keyOf returns which source the address is of, and whether it is one that has limits.
func (s *Sources) keyOf(from net.Addr) (netip.Addr, bool) {
	source := sourceOf(from)
	return source, source.IsValid() && (s.limits.Loopback || !source.IsLoopback())
}

// sourceOf returns which source the address is of: itself, or the network of it that one machine may have to itself. It is zero if the
// address is none of IP.
func sourceOf(from net.Addr) netip.Addr {
	tcp, ok := from.(*net.TCPAddr)
	if !ok {
		return netip.Addr{}
	}
	at := tcp.AddrPort().Addr().Unmap().WithZone("")
	if !at.Is6() || at.IsLoopback() || at.IsLinkLocalUnicast() { // of the last, all have one network
		return at
	}
	return masked(at, sourceBits).Addr()
}

// networkOf returns which network a source is in: one that somebody may have to himself who has many machines.
func networkOf(source netip.Addr) netip.Prefix {
	if source.Is4() {
		return masked(source, network4Bits)
	}
	return masked(source, network6Bits)
}

// masked returns the network of so many bits that the address is in, zero if the address is.
func masked(at netip.Addr, bits int) netip.Prefix {
	p, err := at.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return p
}

// enter returns the source with one connection more, or nil if it may have none.
func (s *Sources) enter(key netip.Addr) *source {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	one := s.all[key]
	if one == nil {
		one = &source{key: key, tokens: float64(s.limits.Burst), last: now}
	}
	s.refill(one, now)
	if s.limits.Conns > 0 && one.conns >= s.limits.Conns || s.limits.Rate > 0 && one.tokens < 1 {
		return nil // and it is in the table already: a new one has no connections, and a token at least
	}
	one.tokens--
	one.conns++
	s.all[key] = one
	if one.place != nil {
		s.idle.Remove(one.place)
		one.place = nil
	}
	return one
}

// refill allows the source the connections that the time since the last has brought. The caller holds mu.
func (s *Sources) refill(one *source, now time.Time) {
	one.tokens = min(float64(s.limits.Burst), one.tokens+float64(s.limits.Rate)*now.Sub(one.last).Seconds())
	one.last = now
}

// leave ends a connection of the source.
func (s *Sources) leave(one *source) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one.conns--
	if one.conns > 0 {
		return
	}
	one.place = s.idle.PushBack(one)
	now := time.Now()
	for s.idle.Len() > 0 {
		oldest := s.idle.Front().Value.(*source)
		s.refill(oldest, now)
		if s.idle.Len() <= maxIdleSources && s.limits.Rate > 0 && oldest.tokens < float64(s.limits.Burst) {
			return
		}
		s.idle.Remove(oldest.place)
		oldest.place = nil
		delete(s.all, oldest.key)
	}
}
