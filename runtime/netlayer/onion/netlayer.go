package onion

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"net"
	"sync"
	"time"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// Transport is the symbol by which locations name this netlayer.
//
// Spec: Netlayers#tor-onion-netlayer.
const Transport = "onion"

// Netlayer dials onion services and serves one. New returns it.
//
// The life of a netlayer:
//
//  1. New returns when there is a tor and the onion service is published.
//  2. When tor is gone, there is none until the supervising goroutine has another one. Conns end with their tor.
//  3. Close takes the onion service down. The tor goes on for the conns that are open.
//  4. When Close was called and no conn is open, the tor ends, and everything is over.
type Netlayer struct {
	// Immutable after New.
	opts     Options
	location locator.Peer
	acceptor *acceptor          // nil with Options.DialOnly
	lost     chan error         // what Accept has to say of a tor that is gone
	closing  context.CancelFunc // ends starting anew, and Accept
	closed   <-chan struct{}    // closed by closing
	over     chan struct{}      // closed by the supervising goroutine at its end

	closeOnce sync.Once

	mu sync.Mutex
	// Guarded by mu.
	tor      *tor  // nil while there is none
	why      error // why there is none
	isClosed bool
	open     int       // conns, and dials under way
	closedAt time.Time // when the last conn was closed
}

// New starts a tor, or attaches to one, serves the onion service, and returns when others can look it up. That takes from seconds to a
// minute or two; Options.Progress tells how far it has come. The end of ctx ends the attempt; once New has returned, ctx has no say. The
// error is a *StartError, or about the options.
func New(ctx context.Context, opts Options) (*Netlayer, error) {
	if err := opts.complete(); err != nil {
		return nil, fmt.Errorf("onion: %w", err)
	}
	alive, cancel := context.WithCancel(context.Background())
	nl := &Netlayer{
		opts: opts, lost: make(chan error, 1), closing: cancel, closed: alive.Done(), over: make(chan struct{}),
	}
	target := ""
	if !opts.DialOnly {
		var err error
		if nl.location, err = locator.NewPeer(Transport, Designator(publicKey(opts.Key)), nil); err != nil {
			return nil, fmt.Errorf("onion: %w", err)
		}
		if nl.acceptor, err = newAcceptor(nl); err != nil {
			return nil, fmt.Errorf("onion: %w", err)
		}
		target = nl.acceptor.listener.Addr().String()
	}
	t, err := start(ctx, opts, target)
	if err != nil {
		cancel()
		if nl.acceptor != nil {
			nl.acceptor.close()
		}
		return nil, err
	}
	nl.adopt(t)
	go nl.supervise(alive, t, target)
	return nl, nil
}

// publicKey returns the public half of the key.
func publicKey(key ed25519.PrivateKey) ed25519.PublicKey { return key.Public().(ed25519.PublicKey) }

// Transport returns "onion".
func (nl *Netlayer) Transport() string { return Transport }

// Location returns the address of the onion service as the designator; zero with Options.DialOnly.
func (nl *Netlayer) Location() locator.Peer { return nl.location }

// Accept returns the next conn that came to the onion service: see netlayer.Netlayer. When tor is gone, one call returns an error that
// wraps ErrGone; the next one waits for what comes once there is a tor again.
func (nl *Netlayer) Accept() (netlayer.Conn, error) {
	var accepted <-chan *conn
	var failed <-chan error
	if nl.acceptor != nil {
		accepted, failed = nl.acceptor.accepted, nl.acceptor.failed
	}
	select {
	case <-nl.closed:
		return nil, errClosed
	default:
	}
	select {
	case c := <-accepted:
		return c, nil
	case err := <-failed:
		return nil, fmt.Errorf("onion: accept: %w", err)
	case err := <-nl.lost:
		return nil, fmt.Errorf("onion: accept: %w", err)
	case <-nl.closed:
		return nil, errClosed
	}
}

// Refused returns how many connections became no conn: see netlayer.Refuser. All come from this machine, so none is refused for where it
// comes from.
func (nl *Netlayer) Refused() netlayer.Refusals {
	if nl.acceptor == nil {
		return netlayer.Refusals{}
	}
	return netlayer.Refusals{Crowded: nl.acceptor.crowded.Load(), Failed: nl.acceptor.unproved.Load()}
}

// errClosed is what a netlayer returns after Close.
var errClosed = fmt.Errorf("onion: %w", net.ErrClosed)

// CheckIntroduction allows every onion service: see netlayer.IntroductionChecker. Dialling one gives nobody a way into this machine or
// its network, since the address is given to tor and nothing else is done with it.
func (nl *Netlayer) CheckIntroduction(peer locator.Peer) error {
	if peer.Transport != Transport {
		return fmt.Errorf("onion: %w: transport is not %s", netlayer.ErrLocation, Transport)
	}
	if _, err := ParseDesignator(peer.Designator); err != nil {
		return fmt.Errorf("onion: %w", err)
	}
	return nil
}

// Close takes down the onion service: see netlayer.Netlayer. When no conn is open, it waits until the tor that New has started has ended,
// a few seconds at most. Otherwise the Close of the last conn does so, and until then Dial goes on too; afterwards it returns an error
// that wraps net.ErrClosed. A tor of somebody else goes on as it was.
func (nl *Netlayer) Close() error {
	nl.closeOnce.Do(func() {
		nl.mu.Lock()
		nl.isClosed = true
		nl.mu.Unlock()
		nl.closing()
		if nl.acceptor != nil {
			nl.acceptor.close()
		}
		nl.mu.Lock()
		t, idle := nl.tor, nl.open == 0
		nl.mu.Unlock()
		switch {
		case t == nil:
		case idle:
			nl.endTor(t)
		case nl.acceptor != nil:
			t.control.withdraw(nl.location.Designator)
		}
	})
	nl.awaitEnd()
	return nil
}

// awaitEnd waits until everything is over, if nothing but that is left to be done.
func (nl *Netlayer) awaitEnd() {
	nl.mu.Lock()
	idle := nl.isClosed && nl.open == 0
	nl.mu.Unlock()
	if idle {
		<-nl.over
	}
}

// use keeps the tor from ending until release is called. The error says why there is none.
func (nl *Netlayer) use() error {
	nl.mu.Lock()
	defer nl.mu.Unlock()
	switch {
	case nl.isClosed && nl.open == 0:
		return errClosed
	case nl.tor == nil:
		return nl.why
	}
	nl.open++
	return nil
}

// hold counts a conn that has been accepted, and reports whether it may go on.
func (nl *Netlayer) hold() bool {
	nl.mu.Lock()
	defer nl.mu.Unlock()
	if !nl.isClosed {
		nl.open++
	}
	return !nl.isClosed
}

// release ends the use of one conn or dial. The last one after Close ends the tor, and waits for that.
func (nl *Netlayer) release() {
	nl.mu.Lock()
	nl.open--
	nl.closedAt = time.Now()
	last, t := nl.isClosed && nl.open == 0, nl.tor
	nl.mu.Unlock()
	if last && t != nil {
		nl.endTor(t)
	}
	nl.awaitEnd()
}

// endTor ends the tor, if it is ours after a moment.
func (nl *Netlayer) endTor(t *tor) {
	nl.mu.Lock()
	rest := time.Until(nl.closedAt.Add(linger))
	nl.mu.Unlock()
	if t.process != nil && rest > 0 {
		<-time.After(rest)
	}
	t.end()
}

var _ interface {
	netlayer.Refuser
	netlayer.IntroductionChecker
} = (*Netlayer)(nil)

var _ interface {
	netlayer.TrySender
	netlayer.BufferReceiver
} = (*conn)(nil)
