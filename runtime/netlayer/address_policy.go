package netlayer

import (
	"context"
	"net/netip"
)

// WithAddressPolicy returns a context for Netlayer.Dial that has the last word on every address of the Internet that is about to be
// connected to, once the names in the location are resolved: when allow returns an error, that address is not connected to. Netlayers
// that connect to such addresses honour it. So a location that a stranger made up cannot lead to where only this machine gets to,
// whatever its names stand for at the time.
//
// allow may be called from several goroutines.
func WithAddressPolicy(ctx context.Context, allow func(netip.AddrPort) error) context.Context {
	return context.WithValue(ctx, addressPolicy{}, allow)
}

// CheckAddress asks the policy that ctx has, if any, about an address of the form host:port, whose host is a number. It is for
// implementations of Netlayer.
func CheckAddress(ctx context.Context, address string) error {
	allow, ok := ctx.Value(addressPolicy{}).(func(netip.AddrPort) error)
	if !ok {
		return nil
	}
	addr, err := netip.ParseAddrPort(address)
	if err != nil {
		return err
	}
	return allow(netip.AddrPortFrom(addr.Addr().Unmap().WithZone(""), addr.Port()))
}

// addressPolicy is the key under which a context has its policy.
type addressPolicy struct{}
