package websocket_test

import (
	"errors"
	"net"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/websocket"
)

func TestCrowd(t *testing.T) {
	tcptest.Crowd(t, func(t *testing.T, limits netlayer.SourceLimits) tcptest.Pair {
		return tcptest.Pair{open(t, websocket.Options{}), open(t, websocket.Options{Address: here, Sources: limits})}
	})
}

// broken is a listener that cannot accept at first, for a reason that package net/http takes for the end.
type broken struct {
	net.Listener
	failures int
}

func (l *broken) Accept() (net.Conn, error) {
	if l.failures > 0 {
		l.failures--
		return nil, errors.New("no buffer space available")
	}
	return l.Listener.Accept()
}

func TestAcceptErrorsPass(t *testing.T) {
	l, err := net.Listen("tcp", here)
	if err != nil {
		t.Fatal(err)
	}
	nl := open(t, websocket.Options{Listener: &broken{l, 3}})
	connect(t, open(t, websocket.Options{}), nl)
}
