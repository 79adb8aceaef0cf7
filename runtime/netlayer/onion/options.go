package onion

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"time"
)

// Options are the settings of New. The zero value starts the tor that is installed, with a fresh key and a fresh, temporary data folder.
type Options struct {
	// Key is who this peer is: its public half is the address of the onion service. netlayer.KeyFile keeps one from one run to the
	// next. When nil, New makes one that goes with the process. A key serves in one place at a time.
	Key ed25519.PrivateKey

	// DialOnly serves no onion service: Location is zero, and Accept waits for Close.
	DialOnly bool

	// ControlAddr attaches to a tor that runs already on this machine, by its control port: host:port, or unix: and a path. Whoever
	// listens there is given Key. When empty, New starts a tor, which the fields from TorPath to ExtraArgs are about.
	ControlAddr string
	// ControlPassword is for a control port that asks for a password. Without it New reads the cookie file of that tor, which also
	// proves to New that it is that tor, or needs neither.
	ControlPassword string
	// SocksAddr is where the tor that runs already takes SOCKS: host:port, or unix: and a path. When empty, New asks that tor.
	SocksAddr string

	// TorPath is the program to start. When empty, it is "tor" where programs are looked for, or where systems install it.
	TorPath string
	// DataDir is the data folder of the tor that is started; New makes it if it is not there. One that is kept makes later starts
	// faster, and tor keeps its entry guards there, on which anonymity rests. It serves one tor at a time. When empty, it is a
	// temporary folder, which goes when tor ends.
	DataDir string
	// TorrcFile is the configuration of the tor that is started, an empty one when empty: for bridges, or a network of its own.
	TorrcFile string
	// ExtraArgs are further arguments of the tor that is started.
	ExtraArgs []string

	// NoRestart leaves it at that when tor is gone. Otherwise the netlayer starts it anew, or attaches to it anew, until that succeeds.
	NoRestart bool

	// Progress, if not nil, is told how far starting has come, in New and whenever tor is started again. While there is no progress it is
	// told nothing twice; after a minute of that, the summary says so, and what tor warns of. Calls come one after the other and hold up
	// what they tell of; they must not call the netlayer.
	Progress func(Progress)

	// Framed sends each message with its length before it on dialled conns. Deployed peers do not receive that on onion services.
	// Whatever is said here, both framings are received, and accepted conns answer in the framing of the other side.
	Framed bool

	// WriteEach sends each message by a write of its own when the framing is raw. It is for peers that take what one read returns for a
	// whole string, as the official test suite does, and makes messages that are sent together arrive two or three times as late.
	WriteEach bool

	// Authenticate makes both sides of every conn prove their designators before anything else, and refuses peers that do not. Only
	// peers with this option can be reached, and can reach this one.
	Authenticate bool
	// HandshakeTime bounds that proof; zero means 20 s.
	HandshakeTime time.Duration
	// Handshakes bounds the accepted conns whose proof is under way, and also those that wait for Accept; zero means 1000. When there
	// are more, the oldest proof under way is given up.
	Handshakes int

	// MessageTime is how long a message that has begun to arrive may take; a minute when zero: see netlayer.StreamOptions.
	MessageTime time.Duration
}

// complete checks the options and fills in their defaults.
func (o *Options) complete() error {
	own := o.TorPath != "" || o.DataDir != "" || o.TorrcFile != "" || len(o.ExtraArgs) > 0
	switch {
	case o.ControlAddr != "" && own:
		return errors.New("the options both attach to a tor and say how to start one")
	case o.ControlAddr == "" && (o.ControlPassword != "" || o.SocksAddr != ""):
		return errors.New("the options are about a tor that runs already and do not say where its control port is")
	case o.DialOnly && o.Authenticate:
		return errors.New("who authenticates proves an address, and who only dials has none")
	case o.Key != nil && len(o.Key) != ed25519.PrivateKeySize:
		return errors.New("the key is no Ed25519 key")
	}
	if o.Key == nil {
		_, key, err := ed25519.GenerateKey(rand.Reader)
		if err != nil {
			return err
		}
		o.Key = key
	}
	if o.HandshakeTime <= 0 {
		o.HandshakeTime = defaultHandshakeTime
	}
	if o.Handshakes <= 0 {
		o.Handshakes = defaultHandshakes
	}
	return nil
}
