package hostiletest

import (
	"cmp"
	"context"
	"math/rand/v2"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
)

// Storm is an endless number of sessions of peers that lie. Session number n of a seed is always the same, as far as that is possible:
// see the package documentation.
type Storm struct {
	Seed  uint64
	Valid bool // of messages that honest peers could send, to the same objects
	// Mean is how many messages a session of valid messages has on the average; 160 if it is 0. Others end when the target
	// ends them, or after twice that at the latest.
	Mean int
}

// Spent is what sessions of a storm came to.
type Spent struct {
	Sessions  int64
	Messages  int64 // that were sent
	Malformed int64 // of these, that no honest peer could send, as far as is known before they are looked at
	Aborted   int64 // sessions that the target aborted, and said so
}

// Add adds up.
func (s *Spent) Add(o Spent) {
	s.Sessions += o.Sessions
	s.Messages += o.Messages
	s.Malformed += o.Malformed
	s.Aborted += o.Aborted
}

// stormSession is one session of a storm.
type stormSession struct {
	*attackText
	storm    Storm
	attacker *Attacker
	pace     *Pace
	spent    Spent
}

// Run attacks the target with one session, at most at the pace. The error is that of connecting; whatever happens later is part of the
// attack.
func (s Storm) Run(ctx context.Context, way Way, number uint64, pace *Pace) (Spent, error) {
	a, err := Dial(ctx, way, fresh(s.Seed, number))
	if err != nil {
		return Spent{}, err
	}
	defer a.Close()
	r := rand.New(rand.NewPCG(s.Seed, number))
	session := &stormSession{
		attackText: &attackText{r: r, signer: a, valid: s.Valid, exports: len(Names)},
		storm:      s, attacker: a, pace: pace, spent: Spent{Sessions: 1},
	}
	if !s.Valid && r.IntN(16) == 0 {
		session.strange(ctx)
	} else {
		session.settled(ctx)
	}
	if a.Aborted() != "" {
		session.spent.Aborted++
	}
	return session.spent, nil
}

// strange says something else than an honest hello.
func (s *stormSession) strange(ctx context.Context) {
	s.attacker.Listen()
	msgs := [][]byte{s.attacker.Hello()}
	switch s.r.IntN(6) {
	case 0:
		msgs = nil // nothing but operations
	case 1:
		msgs = append(msgs, msgs[0]) // twice
	case 2:
		msgs = [][]byte{s.garbage()}
	default:
		for range 1 + s.r.IntN(3) {
			msgs[0] = s.mutate(msgs[0])
		}
	}
	s.malformed++
	for range s.r.IntN(8) {
		msgs = append(msgs, s.operation())
	}
	s.say(ctx, msgs)
	s.end()
}

// settled sets a session up and attacks after that.
func (s *stormSession) settled(ctx context.Context) {
	if !s.valid && s.r.IntN(4) == 0 {
		s.attacker.Reflex = s.reflex()
	}
	if s.attacker.Greet() != nil {
		return
	}
	s.spent.Messages++
	if s.fetchAll() != nil {
		return
	}
	if !s.valid && s.r.IntN(8) == 0 {
		s.flood(ctx)
		s.end()
		return
	}
	mean := cmp.Or(s.storm.Mean, meanSession)
	for left := 1 + s.r.IntN(2*mean); left > 0; left -= meanBurst {
		var msgs [][]byte
		for range 1 + s.r.IntN(2*meanBurst) {
			msgs = append(msgs, s.message())
		}
		if !s.say(ctx, msgs) {
			return
		}
	}
	s.end()
}

// Sessions that nobody ends are of so many messages, in bursts of so many, on the average.
const (
	meanSession = 160
	meanBurst   = 16
)

// fetchAll fetches the program's objects, and waits for the last, so that it is known at which positions they are: from 1 on, in order.
func (s *stormSession) fetchAll() error {
	msgs := make([]string, len(Names))
	for i, name := range Names {
		msgs[i] = call(bootstrap, fetch(name), -1, firstResolver+i)
	}
	if err := s.attacker.SayText(msgs...); err != nil {
		return err
	}
	s.spent.Messages += int64(len(msgs))
	_, err := s.attacker.Told(uint64(firstResolver + len(Names) - 1))
	return err
}

// firstResolver is where the resolvers of fetchAll are.
const firstResolver = 1000

// say sends a burst, and reports whether the session goes on.
func (s *stormSession) say(ctx context.Context, msgs [][]byte) bool {
	s.pace.Take(ctx, len(msgs))
	if ctx.Err() != nil || s.attacker.Over() || s.attacker.Say(msgs...) != nil {
		return false
	}
	s.spent.Messages += int64(len(msgs))
	s.spent.Malformed += int64(s.malformed)
	s.malformed = 0
	return true
}

// end ends the session in one of the ways in which sessions end.
func (s *stormSession) end() {
	switch s.r.IntN(8) {
	case 0:
		s.attacker.Close() // and whatever is under way is lost
	case 1:
		s.attacker.Leave()
	default:
		s.attacker.Finish()
	}
}

// flood says one thing again and again.
func (s *stormSession) flood(ctx context.Context) {
	template := s.floodOf()
	for range 1 + s.r.IntN(20) {
		var msgs [][]byte
		for range 50 {
			msgs = append(msgs, template())
		}
		if !s.say(ctx, msgs) {
			return
		}
	}
}

// reflex answers what the target asks, as no honest peer does. What it decides is a function of the number of what it answers.
func (s *stormSession) reflex() func(wire.Op) {
	text := &attackText{r: rand.New(rand.NewPCG(s.storm.Seed+1, s.r.Uint64())), signer: s.attacker, exports: len(Names)}
	return func(op wire.Op) {
		var resolver wire.Desc
		switch op := op.(type) {
		case *wire.Deliver:
			resolver = op.Resolver
		case *wire.Listen:
			resolver = op.Resolver
		}
		if resolver.Kind == wire.None || text.r.IntN(4) == 0 {
			return
		}
		// Nobody waits for the reflex, so it says nothing when the session is over.
		_ = s.attacker.Say(text.resolution(int(resolver.Pos)))
	}
}
