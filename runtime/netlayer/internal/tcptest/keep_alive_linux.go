package tcptest

import (
	"net"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// ExpectKeepAlive checks that the socket is as netlayer.KeepAlive says.
func ExpectKeepAlive(t testing.TB, c *net.TCPConn) {
	t.Helper()
	raw, err := c.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	if err := raw.Control(func(fd uintptr) {
		for name, opt := range map[string][2]int{
			"enabled":  {syscall.SOL_SOCKET, syscall.SO_KEEPALIVE},
			"idle":     {syscall.IPPROTO_TCP, syscall.TCP_KEEPIDLE},
			"interval": {syscall.IPPROTO_TCP, syscall.TCP_KEEPINTVL},
			"count":    {syscall.IPPROTO_TCP, syscall.TCP_KEEPCNT},
		} {
			if got[name], err = syscall.GetsockoptInt(int(fd), opt[0], opt[1]); err != nil {
				t.Error(name, err)
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]int{"enabled": 1, "idle": 15, "interval": 15, "count": 3}, got); diff != "" {
		t.Errorf("options of the socket (-want +got):\n%s", diff)
	}
}
