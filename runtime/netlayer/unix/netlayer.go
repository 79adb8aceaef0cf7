package unix

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// Transport is the symbol by which locations name this netlayer.
const Transport = "unix-socket"

// hintPath is the hint of a location. It is necessary.
const hintPath = "path"

// Options are the settings of New. The zero value only dials.
type Options struct {
	// Path is the socket to listen on. One that a dead process has left there is replaced. When empty, the netlayer listens
	// nowhere: Location is zero, and Accept waits for Close.
	Path string

	// Designator is the own designator; 26 random letters and digits when empty.
	Designator string

	// Framing is how dialled conns send: Framed or Raw.
	Framing netlayer.Framing

	// MessageTime is how long a message that has begun to arrive may take; a minute when zero: see netlayer.StreamOptions.
	MessageTime time.Duration

	// DialPolicy, if not nil, is asked for each path that Dial is about to connect to. An error keeps it from being dialled.
	// Locations come from peers, and name whatever socket a peer would like to have dialled from here. DialPolicy may be
	// called from several goroutines.
	DialPolicy func(path string) error
}

// Netlayer dials and accepts streams over sockets in the file system. New returns it.
type Netlayer struct {
	// Immutable after New.
	location locator.Peer
	listener *netlayer.StreamListener
	stream   netlayer.StreamOptions // of dialled conns
	policy   func(path string) error
}

// New returns a netlayer that listens already. Errors are about the options or come from listening.
func New(opts Options) (*Netlayer, error) {
	if opts.Framing != netlayer.Framed && opts.Framing != netlayer.Raw {
		return nil, fmt.Errorf("unix: dialled conns cannot send in framing %v", opts.Framing)
	}
	nl := &Netlayer{
		stream: netlayer.StreamOptions{Framing: opts.Framing, MessageTime: opts.MessageTime}, policy: opts.DialPolicy,
	}
	if opts.Path == "" {
		nl.listener = netlayer.NewStreamListener(nil, netlayer.StreamOptions{})
		return nl, nil
	}
	path, err := filepath.Abs(opts.Path)
	if err != nil {
		return nil, fmt.Errorf("unix: %w", err)
	}
	if opts.Designator == "" {
		opts.Designator = strings.ToLower(rand.Text())
	}
	nl.location, err = locator.NewPeer(Transport, opts.Designator, map[string]string{hintPath: path})
	if err != nil {
		return nil, fmt.Errorf("unix: %w", err)
	}
	l, err := listen(path)
	if err != nil {
		return nil, fmt.Errorf("unix: %w", err)
	}
	nl.listener = netlayer.NewStreamListener(l, netlayer.StreamOptions{Framing: netlayer.Detect, MessageTime: opts.MessageTime})
	return nl, nil
}

// listen listens on the path, and takes it over from a process that is gone.
func listen(path string) (net.Listener, error) {
	var config net.ListenConfig
	l, err := config.Listen(context.Background(), "unix", path)
	if errors.Is(err, syscall.EADDRINUSE) && isStale(path) {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		l, err = config.Listen(context.Background(), "unix", path)
	}
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, 0o600); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// isStale reports whether the path is a socket that nobody listens on.
func isStale(path string) bool {
	info, err := os.Lstat(path)
	if err != nil || info.Mode().Type() != fs.ModeSocket {
		return false
	}
	var dialer net.Dialer
	c, err := dialer.DialContext(context.Background(), "unix", path)
	if err == nil {
		_ = c.Close()
	}
	return errors.Is(err, syscall.ECONNREFUSED)
}

// Transport returns "unix-socket".
func (nl *Netlayer) Transport() string { return Transport }

// Location returns the designator, with the path to dial; zero when Options.Path was empty.
func (nl *Netlayer) Location() locator.Peer { return nl.location }

// CheckIntroduction allows sockets in the directory of the own one: see netlayer.IntroductionChecker. Any other is a door to some
// program of this machine, and a netlayer that only dials allows none. A path with ".." in it leads somewhere else than it reads, when
// there is a link before that.
func (nl *Netlayer) CheckIntroduction(peer locator.Peer) error {
	own, _ := nl.location.Hint(hintPath)
	path, _ := peer.Hint(hintPath)
	if own == "" || path != filepath.Clean(path) || filepath.Dir(path) != filepath.Dir(own) {
		return errors.New("unix: peers may not introduce to a socket outside of the directory of the own one")
	}
	return nil
}

// Dial connects to the socket of the peer: see netlayer.Netlayer.
func (nl *Netlayer) Dial(ctx context.Context, peer locator.Peer) (netlayer.Conn, error) {
	c, err := nl.dial(ctx, peer)
	if errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("%w: %w", netlayer.ErrRefused, err)
	}
	if err != nil {
		return nil, &netlayer.DialError{Peer: peer, Err: err}
	}
	return netlayer.NewStream(c, nl.stream), nil
}

// dial connects to the path in the location.
func (nl *Netlayer) dial(ctx context.Context, peer locator.Peer) (net.Conn, error) {
	if peer.Transport != Transport {
		return nil, fmt.Errorf("%w: transport is not %s", netlayer.ErrLocation, Transport)
	}
	path, _ := peer.Hint(hintPath)
	if !filepath.IsAbs(path) {
		return nil, fmt.Errorf("%w: path %q is not absolute", netlayer.ErrLocation, path)
	}
	if nl.policy != nil {
		if err := nl.policy(path); err != nil {
			return nil, err
		}
	}
	var dialer net.Dialer
	return dialer.DialContext(ctx, "unix", path)
}

// Accept returns the next conn: see netlayer.Netlayer.
func (nl *Netlayer) Accept() (netlayer.Conn, error) { return nl.listener.Accept() }

// Close stops listening and removes the socket: see netlayer.Netlayer.
func (nl *Netlayer) Close() error { return nl.listener.Close() }
