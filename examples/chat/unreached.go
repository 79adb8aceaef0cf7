package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// unreachedError says to a person why there is no way into a room.
type unreachedError struct {
	text string
	err  error // in the words of whoever found out
}

func (e *unreachedError) Error() string { return e.text }

func (e *unreachedError) Unwrap() error { return e.err }

// unreached returns the error of an attempt to join a room, in words for a person if the room was not reached, and how long it took.
func unreached(room locator.Peer, err error, took time.Duration) error {
	if _, third := errors.AsType[*captp.ThirdPartyError](err); third {
		return err
	}
	text, at := "", addressOf(room)
	switch {
	case errors.Is(err, netlayer.ErrRefused):
		text = fmt.Sprintf("nobody is there, at %s: is the room still hosted?", at)
	case errors.Is(err, netlayer.ErrIdentity):
		text = fmt.Sprintf("somebody is there, at %s, who is not the room: has its address got another owner?", at)
	case errors.Is(err, context.DeadlineExceeded):
		text = fmt.Sprintf("no answer within %v from %s", took.Round(100*time.Millisecond), at)
	default:
		return err
	}
	return &unreachedError{text, err}
}

// addressOf returns where a peer is called, or who it is if it does not say where.
func addressOf(p locator.Peer) string {
	if url, ok := p.Hint("url"); ok {
		return url
	}
	host, ok := p.Hint("host")
	if !ok {
		return p.ID().String()
	}
	if port, ok := p.Hint("port"); ok {
		return net.JoinHostPort(host, port)
	}
	return host
}
