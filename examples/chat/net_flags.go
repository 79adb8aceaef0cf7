package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// netFlags are the flags that are about networks.
type netFlags struct {
	nets    lines
	listen  lines
	url     string
	host    string
	tor     torOptions
	dialect captp.Dialect
	log     *slog.Logger // hears of those who called and were refused; nil if nobody wants to know
}

func (n *netFlags) flags(flags *flag.FlagSet, byDefault string) {
	flags.Var(&n.nets, "net", "the `networks` by which to be reached: "+strings.Join(networkNames(), ", ")+"; repeatable; by default "+byDefault)
	flags.Var(&n.listen, "listen", "the `address` to listen on, perhaps with the network in front, as in noise=:7000; repeatable; if empty, others cannot call you; "+
		"by default "+anywhere+", which only programs on this machine reach")
	flags.StringVar(&n.url, "url", "", "the `URL` by which others reach the websocket; by default that of the address")
	flags.StringVar(&n.host, "host", "", "the `name` by which others reach this machine over tcp, noise and tls; by default that of the address")
	flags.Func("dialect", "what is sent: modern, or goblins for Goblins up to 0.17; everybody in a room has to send the same", func(name string) (err error) {
		n.dialect, err = captp.ParseDialect(name)
		return err
	})
	flags.StringVar(&n.tor.control, "tor-control", "", "the control port of a tor that runs already, as `host:port`; by default one is started")
	flags.StringVar(&n.tor.program, "tor", "", "the `program` tor that is started; by default the one that is installed")
	flags.StringVar(&n.tor.torrc, "torrc", "", "the configuration `file` of the tor that is started")
}

// refused logs that somebody called with whom there came to be no session.
func (n *netFlags) refused(remote net.Addr, err error) {
	if n.log != nil {
		n.log.Info("refused", "remote", remote, "error", err)
	}
}

// networkNames returns the names of all networks.
func networkNames() []string {
	var names []string
	for _, n := range networks() {
		names = append(names, n.name)
	}
	return names
}

// chosen returns the networks of the flags, or else those of these names.
func (n *netFlags) chosen(byDefault ...string) ([]network, error) {
	names := byDefault
	if len(n.nets) > 0 {
		names = strings.FieldsFunc(strings.Join(n.nets, ","), func(r rune) bool { return r == ',' || r == ' ' })
	}
	all := networks()
	var chosen []network
	for _, name := range names {
		i := slices.IndexFunc(all, func(n network) bool { return n.name == name })
		if i < 0 {
			return nil, usageError(fmt.Sprintf("there is no network %q; there are %s", name, strings.Join(networkNames(), ", ")))
		}
		if !slices.ContainsFunc(chosen, func(n network) bool { return n.name == name }) {
			chosen = append(chosen, all[i])
		}
	}
	return chosen, nil
}

// address returns where to listen on a network: as the flags say, or else at the address given.
func (n *netFlags) address(net, byDefault string) string {
	address := byDefault
	for _, text := range n.listen {
		name, rest, named := strings.Cut(text, "=")
		if !named {
			address = text
		} else if name == net {
			return rest
		}
	}
	return address
}

const (
	// byDefault is the network of rooms.
	byDefault = "noise"
	// anywhere is where a program listens that is not told where: so that others on this machine can call it.
	anywhere = "127.0.0.1:0"
)

// openHosted opens the networks for a room that is hosted: those of the flags, or else those of last time.
func (n *netFlags) openHosted(ctx context.Context, h *hosted) ([]netlayer.Netlayer, error) {
	chosen, err := n.chosen(h.networks()...)
	if err != nil {
		return nil, err
	}
	if n.url != "" {
		h.URL = n.url
	}
	if n.host != "" {
		h.Host = n.host
	}
	var (
		opened []netlayer.Netlayer
		listen []listened
	)
	for _, on := range chosen {
		o := openOptions{host: h.Host, url: h.URL, designator: h.Designator, tor: n.tor, dialect: n.dialect, refused: n.refused}
		o.listen = n.address(on.name, cmp.Or(h.address(on.name), anywhere))
		if o.keyFile, err = h.keyFile(on.name); err != nil {
			return nil, errors.Join(err, closeAll(opened))
		}
		if o.listen == "" && !on.hides {
			return nil, errors.Join(usageError(fmt.Sprintf("nobody can join a room on %s that listens nowhere", on.name)), closeAll(opened))
		}
		if h.folder != "" {
			o.tor.folder, o.tor.shared = filepath.Join(string(h.folder), "tor"), false // a room is in one place at a time
		}
		nl, err := on.reached(ctx, o)
		if failed, ok := errors.AsType[*net.OpError](err); ok && failed.Op == "listen" && o.listen == h.address(on.name) {
			err = fmt.Errorf("%w: that is where the room is kept; with another -listen it moves, and unless -url says where it is reached, has another URI", err)
		}
		if err != nil {
			return nil, errors.Join(err, closeAll(opened))
		}
		opened = append(opened, nl)
		listen = append(listen, listened{on.name, bound(o.listen, nl.Location(), on.named == "-url" && h.URL != "")})
	}
	h.listensAt(listen)
	return opened, nil
}

// openOwn opens the networks of a member of a room that is there. Others who came by another network call her on her own; she calls them on
// theirs, so she has all those that cost nothing and prove who answers, if only to call. But not if she hides: the room, and everybody in
// it, can have her program call whom they like, and would see where it calls from.
func (n *netFlags) openOwn(ctx context.Context, room locator.Peer) ([]netlayer.Netlayer, error) {
	own, ok := networkOf(room.Transport)
	if !ok {
		return nil, usageError(fmt.Sprintf("the room is reached over %s, which this program does not know", room.Transport))
	}
	if own.check != nil {
		if err := own.check(room.Designator); err != nil {
			return nil, usageError(err.Error())
		}
	}
	chosen, err := n.chosen(own.name)
	if err != nil {
		return nil, err
	}
	hides := own.hides || slices.ContainsFunc(chosen, func(c network) bool { return c.hides })
	var opened []netlayer.Netlayer
	for _, net := range networks() {
		o := openOptions{host: n.host, url: n.url, tor: n.tor, dialect: n.dialect, refused: n.refused}
		switch {
		case net.name == own.name, slices.ContainsFunc(chosen, func(c network) bool { return c.name == net.name }):
			o.listen = n.address(net.name, anywhere)
		case net.calls && !hides:
			o.host, o.url = "", ""
		default:
			continue
		}
		nl, err := net.reached(ctx, o)
		if err != nil {
			return nil, errors.Join(err, closeAll(opened))
		}
		opened = append(opened, nl)
	}
	return opened, nil
}

// closeAll closes netlayers that no vat has.
func closeAll(opened []netlayer.Netlayer) error {
	var errs []error
	for _, nl := range opened {
		errs = append(errs, nl.Close())
	}
	return errors.Join(errs...)
}

// bound returns the address to listen on next time so that the location stays: with the port that was free this time, if any was asked for.
// If the location is named by a flag, it says nothing of the address, and stays anyway.
func bound(listen string, at locator.Peer, isNamed bool) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil || port != "0" || isNamed {
		return listen
	}
	port, _ = at.Hint("port")
	if text, ok := at.Hint("url"); ok {
		if u, err := url.Parse(text); err == nil {
			port = u.Port()
		}
	}
	if port == "" {
		return listen
	}
	return net.JoinHostPort(host, port)
}
