package websocket_test

import (
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/websocket"
)

func TestSoak(t *testing.T) {
	acceptor, dialler := selfSigned(t)
	for name, listening := range map[string]func(*testing.T) netlayer.Netlayer{
		"ws":  func(t *testing.T) netlayer.Netlayer { return open(t, websocket.Options{Address: here}) },
		"wss": func(t *testing.T) netlayer.Netlayer { return openTLS(t, acceptor, websocket.Options{}) },
	} {
		t.Run(name, func(t *testing.T) {
			tcptest.Soak(t, func(listens bool) netlayer.Netlayer {
				if listens {
					return listening(t)
				}
				return open(t, websocket.Options{TLSConfig: dialler})
			}, tcptest.SoakTime(t))
		})
	}
}
