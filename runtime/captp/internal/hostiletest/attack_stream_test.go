package hostiletest

import (
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
)

// octets is a connection to the target over TCP, on which any octets are sent.
type octets struct {
	conn net.Conn
}

// dialOctets connects to where the target takes streams.
func dialOctets(t testing.TB, way Way) net.Conn {
	t.Helper()
	host, _ := way.Target.Hint("host")
	port, _ := way.Target.Hint("port")
	conn, err := net.Dial("tcp", net.JoinHostPort(host, port))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// rest reads until the target hangs up, and returns what it said.
func (o octets) rest() string {
	var out strings.Builder
	buf := make([]byte, 4096)
	for {
		n, err := o.conn.Read(buf)
		out.Write(buf[:n])
		if err != nil {
			return out.String()
		}
	}
}

// TestStreamAttacks sends frames that lie, and ends in the middle of everything.
func TestStreamAttacks(t *testing.T) {
	target, err := StartVat(captp.Limits{HandshakeTime: 200 * time.Millisecond, DrainTime: 100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer target.Close()
	before := target.Report(true)
	for _, tt := range []struct {
		name  string
		send  string
		abort string // a part of what comes back, "" for anything
	}{
		{"nothing", "", ""},
		{"a length without an end", "1", "the session was not set up in time"},
		{"a length of 10^19", "10000000000000000000:", "op:abort"},
		{"a length with 100 digits", strings.Repeat("9", 100) + ":", "op:abort"},
		{"a length of 100 zeros", strings.Repeat("0", 100) + ":", "op:abort"},
		{"a negative length", "-5:hello", "op:abort"},
		{"a length that is a hello's, and no hello", "300:", "the session was not set up in time"},
		{"10,000 frames of no octets", strings.Repeat("0:", 10_000), "the session was not set up in time"},
		{"half a raw hello", "<16'op:start-session", "the session was not set up in time"},
		{"a raw record without an end", "<16'op:start-session" + strings.Repeat("[", 300), ""},
		{"a raw text of 16 KiB and more", "<16'op:start-session20000\"" + strings.Repeat("x", 20000), "op:abort"},
		{"a request of the web", "GET / HTTP/1.1\r\n\r\n", "op:abort"},
		{"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "op:abort"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := octets{dialOctets(t, target.Ways()[0])}
			if _, err := o.conn.Write([]byte(tt.send)); err != nil {
				t.Fatal(err)
			}
			if heard := o.rest(); !strings.Contains(heard, tt.abort) {
				t.Errorf("heard %.300q, want %q", heard, tt.abort)
			}
			if err := Meet(t.Context(), target.Ways()[0]); err != nil {
				t.Error(err)
			}
		})
	}
	f := &field{t: t, before: before, report: func(letGo bool) (Report, error) { return target.Report(letGo), nil }}
	f.settle()
}

// TestSlowOctets sets a session up octet by octet, while 200 others do not, and with many messages in one segment.
func TestSlowOctets(t *testing.T) {
	target, err := StartVat(captp.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer target.Close()
	way := target.Ways()[0]
	for range 200 {
		conn := dialOctets(t, way)
		if _, err := conn.Write([]byte("12")); err != nil {
			t.Fatal(err)
		}
	}
	a := &Attacker{Key: fresh(9, 1), Location: elsewhere("slow")}
	conn := dialOctets(t, way)
	for _, c := range framed(a.Hello()) {
		if _, err := conn.Write([]byte{c}); err != nil {
			t.Fatal(err)
		}
	}
	segment := []byte{}
	for range 50 {
		segment = append(segment, framed([]byte(call(bootstrap, fetch(Echo), -1, 1)))...)
	}
	if _, err := conn.Write(segment); err != nil {
		t.Fatal(err)
	}
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	if heard := (octets{conn}).rest(); strings.Count(heard, "7'fulfill") != 50 {
		t.Errorf("%d answers, want 50", strings.Count(heard, "7'fulfill"))
	}
	if err := Meet(t.Context(), way); err != nil {
		t.Error(err)
	}
}

// framed returns a message as a stream carries it.
func framed(msg []byte) []byte {
	return append(append([]byte(nil), strconv.Itoa(len(msg))+":"...), msg...)
}
