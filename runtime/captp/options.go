package captp

import (
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// Option is an option of [New].
type Option func(*options)

type options struct {
	netlayers  []netlayer.Netlayer
	dialect    Dialect
	dialectFor func(locator.Peer) Dialect
	log        *slog.Logger
	tracer     Tracer
	limits     Limits
	rand       io.Reader
	noIdle     bool

	introductions IntroductionPolicy
}

func defaultOptions() options {
	return options{log: slog.New(slog.DiscardHandler), rand: rand.Reader}
}

// WithNetlayer lets the vat be reached, and reach others, by nl. The option may be repeated, once for each transport. The
// vat closes nl when it is closed.
func WithNetlayer(nl netlayer.Netlayer) Option {
	return func(o *options) { o.netlayers = append(o.netlayers, nl) }
}

// WithDialect says what is sent to peers. The default is [Modern]. What is received may be in any dialect.
func WithDialect(d Dialect) Option { return func(o *options) { o.dialect = d } }

// WithDialectFor lets the dialect depend on the peer that is dialled. For a connection that was accepted, f is asked with a
// peer of which nothing but the transport is known. f is called from several goroutines.
func WithDialectFor(f func(peer locator.Peer) Dialect) Option {
	return func(o *options) { o.dialectFor = f }
}

// WithLogger says where failures of handlers and the ends of sessions are logged. The default is nowhere. What peers send is
// logged quoted and cut, and arguments, results and secrets are never logged. Of lines of one kind at most 60 are logged in a minute, 15 of
// them about one peer, since peers can bring many of them about; the next one says, under left_out, how many are missing. Those at level debug are all logged.
func WithLogger(l *slog.Logger) Option { return func(o *options) { o.log = l } }

// WithTracer lets t hear of every operation. See [Tracer].
func WithTracer(t Tracer) Option { return func(o *options) { o.tracer = t } }

// WithLimits sets the limits; zero fields mean the defaults.
func WithLimits(l Limits) Option { return func(o *options) { o.limits = l } }

// WithRand says where session keys and swiss numbers come from. The default is crypto/rand. r is read from several
// goroutines.
func WithRand(r io.Reader) Option { return func(o *options) { o.rand = r } }

// WithoutIdleCollection keeps the vat from running the garbage collector. By default it does so, once, when it came to know
// objects of peers, has then been quiet for two seconds, and the program has not collected by itself; and when it came to know half as
// many objects as Limits.Imports without a collection that found any of them unreachable. Peers would otherwise
// keep what this vat has dropped until the program allocates again, or for two minutes. A collection costs time in
// proportion to the live heap. See also [Release].
func WithoutIdleCollection() Option { return func(o *options) { o.noIdle = true } }

// dialectOf returns what says which dialect a peer is spoken to. Where the function of the program panics, that is the default.
func (o *options) dialectOf(v *Vat) func(locator.Peer) Dialect {
	if o.dialectFor == nil {
		return func(locator.Peer) Dialect { return o.dialect }
	}
	return func(peer locator.Peer) (d Dialect) {
		d = o.dialect
		defer v.outlive("the choice of a dialect")
		return o.dialectFor(peer)
	}
}

// Dialect is a way to write the protocol: peers of different age differ in the labels of operations and in the form of
// errors.
type Dialect uint8

const (
	// Modern is the draft of July 2026.
	Modern Dialect = iota
	// SuitePR is what the official test suite reads that knows op:deliver without a resolver.
	SuitePR
	// SuiteMain is what the official test suite reads that wants op:deliver-only instead.
	SuiteMain
	// Goblins is what Goblins up to 0.17 reads. It loses every message that holds a tagged value, such as a variant of a union, or an
	// error as data, and whoever waits for the answer waits for ever. Reasons of broken promises are sent in the one form that it reads.
	Goblins
)

func (d Dialect) String() string {
	if d > Goblins {
		return fmt.Sprintf("Dialect(%d)", uint8(d))
	}
	return d.table().Name
}

// ParseDialect returns the dialect of a name: modern, suite-pr, suite-main, goblins.
func ParseDialect(name string) (Dialect, error) {
	for d := Modern; d <= Goblins; d++ {
		if d.table().Name == name {
			return d, nil
		}
	}
	return 0, fmt.Errorf("captp: unknown dialect %q", cut(name))
}

// table returns what package wire knows of the dialect; an unknown one is Modern.
func (d Dialect) table() *wire.Dialect {
	switch d {
	case SuitePR:
		return &wire.SuitePR
	case SuiteMain:
		return &wire.SuiteMain
	case Goblins:
		return &wire.Goblins
	default:
		return &wire.Modern
	}
}
