package hostiletest

import (
	"context"
	"crypto/rand"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/memory"
	"github.com/ocapn-go/ocapn/runtime/netlayer/noise"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
	"github.com/ocapn-go/ocapn/runtime/netlayer/websocket"
)

// Way is how one gets to a target: a transport, and how it is spoken.
type Way struct {
	Name   string
	Target locator.Peer

	hub *memory.Hub
}

// The names of ways.
const (
	WayFramed    = "tcp"       // tcp-testing-only, framed
	WayRaw       = "tcp-raw"   // tcp-testing-only, raw
	WayNoise     = "noise"     // encrypted and proved
	WayWebSocket = "websocket" // proved
	WayMemory    = "memory"    // within one process
)

// Netlayer returns a netlayer of somebody who has never been seen, who dials by this way. The caller closes it.
func (w Way) Netlayer() (netlayer.Netlayer, error) {
	switch w.Name {
	case WayNoise:
		return noise.New(noise.Options{})
	case WayWebSocket:
		return websocket.New(websocket.Options{})
	case WayMemory:
		return w.hub.Listen(rand.Text())
	case WayRaw:
		return tcptesting.New(tcptesting.Options{DialOnly: true, Framing: netlayer.Raw})
	default:
		return tcptesting.New(tcptesting.Options{DialOnly: true})
	}
}

// connect dials the target, and returns the location that the dialler announces by this way. The netlayer ends with the connection.
func (w Way) connect(ctx context.Context) (netlayer.Conn, locator.Peer, error) {
	nl, err := w.Netlayer()
	if err != nil {
		return nil, locator.Peer{}, err
	}
	conn, err := nl.Dial(ctx, w.Target)
	if err != nil {
		nl.Close()
		return nil, locator.Peer{}, err
	}
	own := nl.Location()
	if own.IsZero() {
		own = locator.Peer{Transport: w.Target.Transport, Designator: rand.Text()}
	}
	return ownedConn{conn, nl}, own, nil
}

// ownedConn is a connection with a netlayer of its own.
type ownedConn struct {
	netlayer.Conn
	nl netlayer.Netlayer
}

// Close closes both.
func (c ownedConn) Close() error {
	c.nl.Close()
	return c.Conn.Close()
}
