package tcp_test

import (
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
)

// Sockets that are wrapped in something else find out, too, that the machine at the other side is gone: both ends are this package's.
func TestKeepAlive(t *testing.T) {
	dialled, accepted := tcptest.Wires(t)
	tcptest.ExpectKeepAlive(t, dialled)
	tcptest.ExpectKeepAlive(t, accepted)
}
