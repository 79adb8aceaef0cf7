package main

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/ocapn-go/ocapn/examples/chat/screen"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/noise"
	"github.com/ocapn-go/ocapn/runtime/netlayer/onion"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tls"
	"github.com/ocapn-go/ocapn/runtime/netlayer/websocket"
)

// network is a way to reach others, and to be reached.
type network struct {
	name      string
	transport string
	calls     bool                          // members have it to call others who came by it, even if nobody asks for it
	hides     bool                          // nobody learns where those are who have nothing else
	check     func(designator string) error // returns why nobody can have the designator; nil if opening the network costs nothing
	named     string                        // the flag that says how others reach an address that does not say so itself
	open      func(ctx context.Context, o openOptions) (netlayer.Netlayer, error)
}

// networks are the networks that the program knows.
func networks() []network {
	return []network{
		{name: "tcp", transport: tcptesting.Transport, named: "-host", open: openTCP},
		{name: "websocket", transport: websocket.Transport, calls: true, named: "-url", open: openWebsocket},
		{name: "noise", transport: noise.Transport, calls: true, named: "-host", open: openNoise},
		{name: "tls", transport: tls.Transport, calls: true, named: "-host", open: openTLS},
		{name: "onion", transport: onion.Transport, hides: true, check: checkOnion, open: openOnion},
	}
}

// networkOf returns the network of a transport.
func networkOf(transport string) (network, bool) {
	all := networks()
	i := slices.IndexFunc(all, func(n network) bool { return n.transport == transport })
	if i < 0 {
		return network{}, false
	}
	return all[i], true
}

// reached opens the network, unless others would not learn where it is reached.
func (n network) reached(ctx context.Context, o openOptions) (netlayer.Netlayer, error) {
	named := o.host
	if n.named == "-url" {
		named = o.url
	}
	if n.named != "" && named == "" && isEverywhere(o.listen) {
		return nil, usageError(fmt.Sprintf("%s listens at all addresses of this machine, %q: %s has to say by which one others reach it",
			n.name, o.listen, n.named))
	}
	return n.open(ctx, o)
}

// isEverywhere reports whether the address is that of all interfaces, which nobody can call.
func isEverywhere(address string) bool {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return host == "" || err == nil && ip.IsUnspecified()
}

// openOptions are what a network is opened with.
type openOptions struct {
	listen     string // the address; empty if nobody is to call
	host       string // the name by which others reach the address; empty if it is in there
	url        string // of a websocket
	designator string // of TCP, which has no keys
	keyFile    string // of all others: who the peer is, from one run to the next; empty if it is somebody else each time
	tor        torOptions
	dialect    captp.Dialect
	refused    func(remote net.Addr, err error) // hears of those who called on noise or tls and did not prove who they are
}

// torOptions say how there comes to be a tor.
type torOptions struct {
	control  string            // the control port of one that runs; empty starts one
	program  string            // to start; empty is the one that is installed
	torrc    string            // its configuration; empty is none
	folder   string            // where it keeps its entry guards, and what makes it start faster; empty is nowhere
	shared   bool              // another tor may have the folder: then this one does without
	progress func(text string) // hears how far it has come
}

// keep has tor keep in a folder what it should have again next time: with other entry guards in each run, it would meet one that watches it
// soon.
func (o *torOptions) keep(f folder) {
	if f != "" {
		o.folder, o.shared = filepath.Join(string(f), "tor"), true
	}
}

// key returns the key in the file, or nil if there is none.
func (o openOptions) key() (ed25519.PrivateKey, error) {
	if o.keyFile == "" {
		return nil, nil
	}
	return netlayer.KeyFile(o.keyFile)
}

// isOld says whether peers are of the time of the dialect of Goblins, when netlayers were different, too.
func (o openOptions) isOld() bool { return o.dialect == captp.Goblins }

// framing returns how peers that we call over tcp expect messages.
func (o openOptions) framing() netlayer.Framing {
	if o.isOld() {
		return netlayer.Raw
	}
	return netlayer.Framed
}

func openTCP(_ context.Context, o openOptions) (netlayer.Netlayer, error) {
	return tcptesting.New(tcptesting.Options{
		Address: o.listen, DialOnly: o.listen == "", Host: o.host, Designator: o.designator, Framing: o.framing(),
	})
}

func openWebsocket(_ context.Context, o openOptions) (netlayer.Netlayer, error) {
	key, err := o.key()
	if err != nil {
		return nil, err
	}
	return websocket.New(websocket.Options{Key: key, Address: o.listen, URL: o.url, DialLegacy: o.isOld(), AcceptLegacy: o.isOld()})
}

func openNoise(_ context.Context, o openOptions) (netlayer.Netlayer, error) {
	key, err := o.key()
	if err != nil {
		return nil, err
	}
	return noise.New(noise.Options{Key: key, Address: o.listen, Host: o.host, Refused: o.refused})
}

func openTLS(_ context.Context, o openOptions) (netlayer.Netlayer, error) {
	return tls.New(tls.Options{CertFile: o.keyFile, Address: o.listen, Host: o.host, Refused: o.refused})
}

// checkOnion returns why the designator is not the address of an onion service.
func checkOnion(designator string) error {
	_, err := onion.ParseDesignator(designator)
	return err
}

func openOnion(ctx context.Context, o openOptions) (netlayer.Netlayer, error) {
	key, err := o.key()
	if err != nil {
		return nil, err
	}
	opts := onion.Options{
		Key: key, DialOnly: o.listen == "", ControlAddr: o.tor.control, TorPath: o.tor.program, TorrcFile: o.tor.torrc,
	}
	if o.tor.control == "" {
		opts.DataDir = o.tor.folder
	}
	if o.tor.progress != nil {
		opts.Progress = func(p onion.Progress) {
			o.tor.progress(fmt.Sprintf("tor: %d %% %s", p.Percent, screen.Visible(p.Summary)))
		}
	}
	nl, err := onion.New(ctx, opts)
	if o.tor.shared && isFolderTaken(err) {
		opts.DataDir = ""
		nl, err = onion.New(ctx, opts)
	}
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return nil, fmt.Errorf("%w (-tor says where)", err)
	case err != nil:
		return nil, err
	}
	return nl, nil
}

// isFolderTaken reports whether err is what becomes of a tor that is given the folder of another one that runs.
func isFolderTaken(err error) bool {
	failed, ok := errors.AsType[*onion.StartError](err)
	return ok && slices.ContainsFunc(failed.Output, func(line string) bool { return strings.Contains(line, "with the same data directory") })
}
