package captp

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// Introduction is what a peer asks for that hands off a reference to an object of another peer, with which this vat has no session:
// that the vat calls that other peer. See [WithIntroductions].
type Introduction struct {
	// Gifter is the peer that asks.
	Gifter locator.PeerID
	// Exporter is whom to call, and where, as the gifter says.
	Exporter locator.Peer
}

// IntroductionPolicy says whom other peers may have a vat call. Its functions are called by several goroutines, and may take some
// time; the error that one returns is the reason why the reference breaks. The zero value is the default policy.
type IntroductionPolicy struct {
	// Peer decides on an introduction before anything is done for it. By default every peer may be called by a transport that the vat
	// has a netlayer for, unless that netlayer is a netlayer.IntroductionChecker and refuses.
	Peer func(ctx context.Context, i Introduction) error
	// Address decides on each address of the Internet that is about to be connected to, when the names in a location are resolved. By
	// default, addresses of this machine and of private networks are called only if the vat itself has a location with an address of the
	// same kind, and others that do not lead to one machine, never.
	Address func(addr netip.AddrPort) error
}

// WithIntroductions says whom other peers may have this vat call, in place of the default of each field of the policy that is not nil.
// An address that a stranger names is an order to connect, from where this process is, to wherever the stranger likes. And by a
// transport that proves nothing about the other side (see netlayer.Conn), whoever answers there is taken for the peer that it says it
// is, also in what the program wants of that peer later.
func WithIntroductions(p IntroductionPolicy) Option {
	return func(o *options) { o.introductions = p }
}

// orDefault returns the policy with the defaults for v in place of what is nil.
func (p IntroductionPolicy) orDefault(v *Vat) IntroductionPolicy {
	if p.Peer == nil {
		p.Peer = v.allowIntroduction
	}
	if p.Address == nil {
		p.Address = v.allowAddress
		return p
	}
	own := p.Address
	p.Address = func(addr netip.AddrPort) error { return v.survive(func() error { return own(addr) }) }
	return p
}

// survive asks a policy. A panic of it is an error like any other: strangers choose when it is asked, and about whom.
func (v *Vat) survive(policy func() error) (err error) {
	err = errors.New(internalError)
	defer v.outlive("an introduction policy")
	return policy()
}

// allowIntroduction is the default for IntroductionPolicy.Peer.
func (v *Vat) allowIntroduction(_ context.Context, i Introduction) error {
	nl, ok := v.netlayers.Lookup(i.Exporter.Transport)
	if !ok {
		return fmt.Errorf("%w: no netlayer for transport %q", netlayer.ErrLocation, cut(i.Exporter.Transport))
	}
	if checker, ok := nl.(netlayer.IntroductionChecker); ok {
		return checker.CheckIntroduction(i.Exporter)
	}
	return nil
}

// errAddress is why an address is not called at the word of a peer.
var errAddress = errors.New("peers may not introduce to an address of this kind")

// allowAddress is the default for IntroductionPolicy.Address.
func (v *Vat) allowAddress(addr netip.AddrPort) error {
	kind := kindOf(addr.Addr())
	if kind == addressPublic || kind != addressOther && v.listensAt(kind) {
		return nil
	}
	return errAddress
}

// addressKind says who gets to an address.
type addressKind uint8

const (
	addressPublic   addressKind = iota // everybody
	addressPrivate                     // a private network
	addressLoopback                    // this machine
	addressOther                       // a link, a group, or nobody
)

func kindOf(a netip.Addr) addressKind {
	switch a = a.Unmap(); {
	case a.IsLoopback():
		return addressLoopback
	case a.IsPrivate():
		return addressPrivate
	case !a.IsGlobalUnicast() || slices.ContainsFunc(notPublic[:], func(p netip.Prefix) bool { return p.Contains(a) }):
		return addressOther
	default:
		return addressPublic
	}
}

// notPublic are the networks that look public and are not, or that lead on to addresses of another kind (RFC 6890).
var notPublic = [...]netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),       // this network
	netip.MustParsePrefix("100.64.0.0/10"),   // customers of a provider
	netip.MustParsePrefix("192.0.0.0/24"),    // protocol assignments
	netip.MustParsePrefix("192.88.99.0/24"),  // relays to IPv6
	netip.MustParsePrefix("198.18.0.0/15"),   // benchmarks
	netip.MustParsePrefix("240.0.0.0/4"),     // reserved
	netip.MustParsePrefix("::/96"),           // IPv4 in an older form
	netip.MustParsePrefix("::ffff:0:0:0/96"), // IPv4 behind a translator
	netip.MustParsePrefix("64:ff9b::/96"),    // the same, well known
	netip.MustParsePrefix("64:ff9b:1::/48"),  // the same, local
	netip.MustParsePrefix("100::/64"),        // nobody
	netip.MustParsePrefix("2001::/23"),       // protocol assignments, IPv4 in tunnels
	netip.MustParsePrefix("2002::/16"),       // IPv4 in a tunnel
	netip.MustParsePrefix("5f00::/16"),       // segments of routes
	netip.MustParsePrefix("fec0::/10"),       // a site
}

// listensAt reports whether one of the vat's own locations has an address of the kind.
func (v *Vat) listensAt(kind addressKind) bool {
	for _, p := range v.locations {
		for _, hint := range p.Hints {
			if a, err := addressIn(hint); err == nil && kindOf(a) == kind {
				return true
			}
		}
	}
	return false
}

// addressIn returns the address that a hint is, or that the URL in it leads to.
func addressIn(hint string) (netip.Addr, error) {
	if u, err := url.Parse(hint); err == nil && u.Host != "" {
		hint = u.Hostname()
	}
	return netip.ParseAddr(hint)
}

// introduce asks the policy about an introduction, and tells the core. It is called by the loop.
func (v *Vat) introduce(i *core.Introduction) {
	if v.refuse {
		v.core.Decline(i, ErrClosed)
		return
	}
	asked := Introduction{Gifter: i.Gifter(), Exporter: i.Exporter()}
	v.goroutines.Go(func() {
		ctx, cancel := context.WithTimeout(v.ctx, v.limits.HandoffTime)
		defer cancel()
		if err := v.survive(func() error { return v.introductions.Peer(ctx, asked) }); err != nil {
			v.totals.introductionsDeclined.Add(1)
			v.log.Info("introduction declined", peerKey, idName(asked.Gifter), "exporter", peerName(asked.Exporter), "error", err)
			v.do(func() { v.core.Decline(i, err) })
			return
		}
		v.do(func() { v.core.Introduce(i) })
	})
}

// ageLater lets handoffs that have been under way too long be given up. It runs on the loop, at the end of a batch.
func (v *Vat) ageLater() {
	if v.aging != nil || !v.core.Aging() {
		return
	}
	v.aging = time.AfterFunc(v.limits.HandoffTime/2, func() {
		v.do(func() {
			v.aging = nil
			v.core.Age()
		})
	})
}
