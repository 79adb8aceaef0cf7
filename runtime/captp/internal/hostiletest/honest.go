package hostiletest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// Honest are peers that call the target all the time, each in a session of its own: in turn an echo, and an echo of the result of another
// call, which is not waited for. They count how long that takes, by phases that the test names, and every outcome.
type Honest struct {
	cancel  context.CancelFunc
	workers sync.WaitGroup
	peers   []*honestPeer

	mu     sync.Mutex
	phase  string  // Guarded by mu.
	result Outcome // Guarded by mu.
}

// Outcome is what honest peers have seen.
type Outcome struct {
	Calls  map[string]*Histogram // by phase
	Wrong  int64                 // outcomes that were not the right one
	Errors []string              // the first of these
}

// honestPeer is one of them.
type honestPeer struct {
	vat         *captp.Vat
	echo, maker captp.AnyRef
	number      int64
}

// answerPatience is how long an outcome may take before there is none, which is an error: a hang. Nothing else depends on it.
const answerPatience = 2 * time.Minute

// StartHonest starts n honest peers, spread over the ways, that pause between two calls.
func StartHonest(ctx context.Context, ways []Way, n int, pause time.Duration) (*Honest, error) {
	ctx, cancel := context.WithCancel(ctx)
	h := &Honest{cancel: cancel, phase: "start", result: Outcome{Calls: map[string]*Histogram{}}}
	for i := range n {
		p, err := newHonestPeer(ctx, ways[i%len(ways)])
		if err != nil {
			h.Stop()
			return nil, err
		}
		h.peers = append(h.peers, p)
		h.workers.Go(func() { h.work(ctx, p, pause) })
	}
	return h, nil
}

// newHonestPeer connects to the target.
func newHonestPeer(ctx context.Context, way Way) (*honestPeer, error) {
	nl, err := way.Netlayer()
	if err != nil {
		return nil, err
	}
	p := new(honestPeer)
	if p.vat, err = captp.New(captp.WithNetlayer(nl)); err != nil {
		return nil, err
	}
	for name, ref := range map[string]*captp.AnyRef{Echo: &p.echo, Maker: &p.maker} {
		sturdy := locator.SturdyRef{Peer: way.Target, Swiss: locator.NewSwissNumber([]byte(name))}
		if *ref, err = captp.Enliven[captp.AnyRef](ctx, p.vat, sturdy).Await(ctx); err != nil {
			p.vat.Close()
			return nil, fmt.Errorf("%s, by %s: %w", name, way.Name, err)
		}
	}
	return p, nil
}

// work calls until ctx is done.
func (h *Honest) work(ctx context.Context, p *honestPeer, pause time.Duration) {
	for ctx.Err() == nil {
		start := time.Now()
		err := p.call(ctx)
		took := time.Since(start)
		if ctx.Err() != nil {
			return
		}
		h.count(took, err)
		if err != nil {
			return // the session is over, or something is wrong that will be wrong again
		}
		time.Sleep(pause)
	}
}

// count takes an outcome down.
func (h *Honest) count(took time.Duration, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if err != nil {
		h.result.Wrong++
		if len(h.result.Errors) < 10 {
			h.result.Errors = append(h.result.Errors, fmt.Sprintf("in phase %q: %v", h.phase, err))
		}
		return
	}
	calls := h.result.Calls[h.phase]
	if calls == nil {
		calls = new(Histogram)
		h.result.Calls[h.phase] = calls
	}
	calls.Add(took)
}

// call makes one call and checks its outcome.
func (p *honestPeer) call(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, answerPatience)
	defer cancel()
	p.number++
	target := p.echo.Ref
	if p.number%2 == 0 {
		target = captp.InvokeRef(ctx, p.maker.Ref).Cap().Ref
		defer captp.Release(captp.AnyRef{Ref: target})
	}
	answer, err := captp.Invoke(ctx, target, p.number).Await(ctx)
	if err != nil {
		return err
	}
	if list, ok := answer.([]any); !ok || len(list) != 1 || list[0] != p.number {
		return fmt.Errorf("call %d has the answer %v", p.number, answer)
	}
	return nil
}

// Phase says that what comes is counted under another name.
func (h *Honest) Phase(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.phase = name
}

// Outcome returns what was seen up to now.
func (h *Honest) Outcome() Outcome {
	h.mu.Lock()
	defer h.mu.Unlock()
	out := Outcome{Calls: map[string]*Histogram{}, Wrong: h.result.Wrong, Errors: append([]string(nil), h.result.Errors...)}
	for phase, calls := range h.result.Calls {
		c := new(Histogram)
		c.Merge(*calls)
		out.Calls[phase] = c
	}
	return out
}

// Stop hangs up, and returns what was seen.
func (h *Honest) Stop() Outcome {
	h.cancel()
	for _, p := range h.peers {
		p.vat.Close()
	}
	h.workers.Wait()
	return h.Outcome()
}

// Meet is a peer that has never been seen: it connects to the target, makes two calls, and goes.
func Meet(ctx context.Context, way Way) error {
	p, err := newHonestPeer(ctx, way)
	if err != nil {
		return err
	}
	defer p.vat.Close()
	return errors.Join(p.call(ctx), p.call(ctx))
}
