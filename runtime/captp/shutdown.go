package captp

import (
	"context"

	"github.com/ocapn-go/ocapn/runtime/locator"
)

// Shutdown lets the turns that run, and those that wait for their object, come to their end, and peers hear of it, and closes the vat
// then, or when ctx ends, in which case it returns ctx.Err(). Connections are no longer accepted meanwhile, but messages are.
//
// A peer has heard when it answers a question that it is asked after the last answer: some drop an answer if the end of the session is
// right behind it. Peers that say nothing, and turns that begin meanwhile, as there are peers that go on calling, are not waited for
// longer than half of Limits.HandshakeTime after that.
//
// Spec: CapTP#opabort.
func (v *Vat) Shutdown(ctx context.Context) error {
	for nl := range v.netlayers.All() {
		nl.Close()
	}
	v.awaitRest(ctx)
	v.awaitPeers(ctx)
	err := ctx.Err()
	v.Close()
	return err
}

// awaitRest waits until no turn runs or waits that is there now.
func (v *Vat) awaitRest(ctx context.Context) {
	rested := make(chan struct{})
	v.do(func() {
		v.shutDown = true
		v.rested = append(v.rested, rested)
	})
	v.await(ctx, rested)
}

// awaitIdle waits until no turn runs or waits.
func (v *Vat) awaitIdle(ctx context.Context) {
	idle := make(chan struct{})
	v.do(func() { v.idle = append(v.idle, idle) })
	v.await(ctx, idle)
}

func (v *Vat) await(ctx context.Context, ch <-chan struct{}) {
	select {
	case <-ch:
	case <-v.over:
	case <-ctx.Done():
	}
}

// tellIdle lets those know who wait for turns to end. It runs on the loop.
func (v *Vat) tellIdle() {
	if v.turns == v.late && len(v.rested) > 0 {
		closeAll(v.rested)
		v.rested = nil
	}
	if v.turns == 0 && len(v.idle) > 0 {
		closeAll(v.idle)
		v.idle = nil
	}
}

func closeAll(channels []chan struct{}) {
	for _, ch := range channels {
		close(ch)
	}
}

// awaitPeers waits until every peer has dealt with the answers that it was sent, also to what it asks meanwhile.
func (v *Vat) awaitPeers(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, v.limits.signOfLife())
	defer cancel()
	for before, begun := int64(-1), int64(0); ctx.Err() == nil && !v.isOver(); before = begun {
		var answers []*future
		v.call(func() {
			if begun = v.begun; begun != before {
				answers = v.askAll()
			}
		})
		for _, f := range answers {
			_ = f.wait(ctx) // an error is as good as an answer
		}
		if len(answers) == 0 {
			return
		}
		v.awaitIdle(ctx)
	}
}

// askAll asks every peer for a sign of life, and returns the answers. It runs on the loop.
func (v *Vat) askAll() []*future {
	var answers []*future
	for c := range v.conns {
		if c.ended || !c.session.Established() {
			continue
		}
		f := &future{vat: v}
		node := v.core.NewPromise(f, false)
		f.node = node
		if c.ask(locator.SwissNumber{}, node) {
			answers = append(answers, f)
		}
	}
	return answers
}
