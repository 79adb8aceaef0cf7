package tcp_test

import (
	"net"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcp"
)

func TestHints(t *testing.T) {
	for _, test := range []struct {
		listens, host, port string
		want                map[string]string // nil for an error
	}{
		{"127.0.0.1:80", "", "", map[string]string{"host": "127.0.0.1", "port": "80"}},
		{"[::1]:80", "", "", map[string]string{"host": "::1", "port": "80"}},
		{"0.0.0.0:80", "example.org", "", map[string]string{"host": "example.org", "port": "80"}},
		{"127.0.0.1:80", "example.org", "443", map[string]string{"host": "example.org", "port": "443"}},
		{"0.0.0.0:80", "", "443", nil},
		{"[::]:80", "", "", nil},
	} {
		addr, err := net.ResolveTCPAddr("tcp", test.listens)
		if err != nil {
			t.Fatal(err)
		}
		got, err := tcp.Hints(addr, test.host, test.port)
		if diff := cmp.Diff(test.want, got); diff != "" || (err == nil) != (test.want != nil) {
			t.Errorf("%+v: %v (-want +got):\n%s", test, err, diff)
		}
	}
	if _, err := tcp.Hints(&net.UnixAddr{Name: "socket"}, "", ""); err == nil {
		t.Error("hints for a socket in the file system")
	}
}

func TestAddress(t *testing.T) {
	for _, test := range []struct {
		hints locator.Hints
		port  string
		want  string // empty for an error
	}{
		{locator.Hints{"host": "example.org", "port": "80"}, "", "example.org:80"},
		{locator.Hints{"host": "::1", "port": "080"}, "", "[::1]:80"},
		{locator.Hints{"host": "example.org"}, "8088", "example.org:8088"},
		{locator.Hints{"host": "example.org", "port": "80"}, "8088", "example.org:80"},
		{locator.Hints{"host": "example.org", "port": ""}, "8088", ""},
		{locator.Hints{"host": "example.org"}, "", ""},
		{locator.Hints{"port": "80"}, "", ""},
		{nil, "8088", ""},
		{locator.Hints{"host": "h", "port": "0"}, "", ""},
		{locator.Hints{"host": "h", "port": "65536"}, "", ""},
		{locator.Hints{"host": "h", "port": "-1"}, "", ""},
		{locator.Hints{"host": "h", "port": "http"}, "", ""},
	} {
		got, err := tcp.Address(locator.Peer{Transport: "t", Designator: "d", Hints: test.hints}, test.port)
		if got != test.want || (err == nil) != (test.want != "") {
			t.Errorf("%v, port %q: %q, %v, want %q", test.hints, test.port, got, err, test.want)
		}
	}
}
