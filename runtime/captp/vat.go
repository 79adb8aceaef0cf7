package captp

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// Vat is a community of objects that share a way to be reached: their messages to each other and to objects elsewhere keep
// their order, and one session with a peer serves them all. A program mostly has one. All methods may be called by any
// goroutine.
type Vat struct {
	// Immutable after New.
	core           *core.Vat
	netlayers      netlayer.Set
	announced      map[string]locator.Peer // by transport: where we tell peers that we are
	locations      []locator.Peer          // where we can be reached, in the order of the netlayers
	dialectFor     func(locator.Peer) Dialect
	log            *slog.Logger
	tracer         Tracer
	limits         Limits
	decoding       syrup.Limits // those of limits that decoders want
	rand           io.Reader
	idleCollection bool
	introductions  IntroductionPolicy
	ctx            context.Context // of turns and dials; ends when the vat is being closed
	cancel         context.CancelFunc
	over           chan struct{} // closed when the loop has ended

	inbox       inbox
	drops       *dropList
	dropped     func(drop) // drops.add
	used        used
	parkers     parkers
	queues      queues
	goroutines  sync.WaitGroup
	runners     runners
	closed      atomic.Bool  // Close was called
	unreadBytes atomic.Int64 // see chargeUnread
	// arrivingBytes is what connections hold for messages that are not whole, and roomForArriving how much that may be before the loop has
	// to look: see countArriving.
	arrivingBytes, roomForArriving atomic.Int64
	totals                         totals

	// Owned by the loop.
	conns       map[*conn]struct{}
	behind      []*conn                    // on which something arrived that was not handled
	spare       []*conn                    // for behind
	ending      []*conn                    // sessions that ended in this batch
	settled     []settlement               // waiters that hear after this batch
	closing     []chan struct{}            // closed with the vat
	watching    map[*brokenWaiter]struct{} // their channels, too
	turns       int                        // turns that run or wait
	late        int                        // those of them that began when the vat was being shut down
	underWay    turnCharge                 // of these, those at the word of peers whose sessions last
	leftTurns   turnCharge                 // and those of sessions that are over
	spared      turnCharge                 // of these, those that were not given up
	outputBytes int                        // the output of all connections: see countOutput
	opened      int                        // connections so far
	idleTimer   *time.Timer                // of the next look at idle connections; nil if there are none
	idleGroup   int                        // the group that was looked at last
	leavers     []*conn                    // who has left those behind, the oldest first
	begun       int64                      // turns so far
	shutDown    bool                       // Shutdown was called
	rested      []chan struct{}            // closed when there are no turns but late ones
	idle        []chan struct{}            // closed when there are no turns
	refuse      bool                       // no turns, dials and connections are started any more
	calm        bool                       // the batch is one event
	hurried     int                        // how often the loop does not yield
	stirred     int                        // goroutines that the last batch has let go on, about
	stopped     bool                       // the loop ends after this batch
	aging       *time.Timer                // for handoffs that take too long; nil if there are none
	redials     redials
	arrivals    map[*arrival]struct{} // those who wait for a session
	reclaim     reclaim
}

// New returns a vat, which accepts connections from now on on all of its netlayers. It is to be closed. The error is one of
// the options, such as two netlayers for one transport; then the netlayers are closed.
func New(opts ...Option) (*Vat, error) {
	o := defaultOptions()
	for _, opt := range opts {
		opt(&o)
	}
	v := &Vat{
		announced:      make(map[string]locator.Peer),
		tracer:         o.tracer,
		limits:         o.limits.orDefault(),
		rand:           o.rand,
		over:           make(chan struct{}),
		drops:          new(dropList),
		idleCollection: !o.noIdle,
		conns:          make(map[*conn]struct{}),
		watching:       make(map[*brokenWaiter]struct{}),
		redials:        make(redials),
		arrivals:       make(map[*arrival]struct{}),
	}
	v.log = slog.New(newLogGuard(o.log.Handler(), &v.totals))
	v.dialectFor = o.dialectOf(v)
	v.core = core.New(core.Config{Host: v, Limits: v.limits.core(), Closed: net.ErrClosed})
	v.introductions = o.introductions.orDefault(v)
	v.decoding = v.limits.syrup()
	v.dropped = v.drops.add
	v.inbox.wake = make(chan struct{}, 1)
	if err := v.addNetlayers(o.netlayers); err != nil {
		for _, nl := range o.netlayers {
			nl.Close()
		}
		return nil, err
	}
	v.ctx, v.cancel = context.WithCancel(context.Background())
	go v.loop()
	for _, nl := range o.netlayers {
		if !onlyDials(nl) {
			v.goroutines.Go(func() { v.accept(nl) })
		}
	}
	return v, nil
}

// onlyDials reports whether nobody can dial the netlayer.
func onlyDials(nl netlayer.Netlayer) bool {
	d, ok := nl.(netlayer.Dialler)
	return nl.Location().IsZero() || ok && d.OnlyDials()
}

// addNetlayers fills the tables of netlayers and locations.
func (v *Vat) addNetlayers(list []netlayer.Netlayer) error {
	var err error
	if v.netlayers, err = netlayer.NewSet(list...); err != nil {
		return fmt.Errorf("captp: %w", err)
	}
	for _, nl := range list {
		transport := nl.Transport()
		location := nl.Location()
		if location.IsZero() {
			// Who cannot be called still has to say who it is.
			var name [16]byte
			if _, err := io.ReadFull(v.rand, name[:]); err != nil {
				return err
			}
			if location, err = locator.NewPeer(transport, hex.EncodeToString(name[:]), nil); err != nil {
				return err
			}
		} else if !onlyDials(nl) {
			v.locations = append(v.locations, location)
		}
		v.announced[transport] = location
		v.core.AddLocation(location)
	}
	return nil
}

// Location returns where the vat can be reached by a transport, and whether it can.
func (v *Vat) Location(transport string) (locator.Peer, bool) {
	for _, p := range v.locations {
		if p.Transport == transport {
			return p, true
		}
	}
	return locator.Peer{}, false
}

// Locations returns all locations at which the vat can be reached, in the order of its netlayers.
func (v *Vat) Locations() []locator.Peer {
	return append([]locator.Peer(nil), v.locations...)
}

// Close ends the vat: sessions are aborted, everything that waits breaks, the contexts of running turns end. It returns when
// every goroutine of the vat has ended, handlers that run included, so it must not be called by one. It always returns nil.
//
// Spec: CapTP#opabort.
func (v *Vat) Close() error {
	if !v.closed.CompareAndSwap(false, true) {
		<-v.over
		return nil
	}
	v.cancel()
	v.runners.close()
	for nl := range v.netlayers.All() {
		nl.Close()
	}
	v.call(func() {
		v.refuse = true
		v.core.Shutdown("the vat is closed")
	})
	v.goroutines.Wait()
	v.do(func() { v.stopped = true })
	<-v.over
	return nil
}

// isOver reports whether the loop has ended.
func (v *Vat) isOver() bool {
	select {
	case <-v.over:
		return true
	default:
		return false
	}
}

// accept accepts connections until the netlayer is closed. It is started by New.
func (v *Vat) accept(nl netlayer.Netlayer) {
	for {
		nc, err := nl.Accept()
		switch {
		case err == nil:
			v.connect(nc, nil, nl.Transport())
		case errors.Is(err, net.ErrClosed):
			return
		default:
			v.log.Warn("accept failed", "transport", nl.Transport(), "error", err)
			select {
			case <-time.After(acceptPause):
			case <-v.ctx.Done():
				return
			}
		}
	}
}

// peerName returns how a peer is named in logs.
func peerName(p locator.Peer) string { return idName(p.ID()) }

func idName(id locator.PeerID) string { return id.Designator + "." + id.Transport }
