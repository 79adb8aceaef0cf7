package netlayer_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

var _ netlayer.TrySender = (*netlayer.Stream)(nil) // the kit skips what is none

// pairs connect two sockets, for streams that may send without waiting.
var pairs = map[string]func(t *testing.T) (near, far net.Conn){
	"tcp":  func(t *testing.T) (near, far net.Conn) { return socketPair(t, "tcp", "127.0.0.1:0") },
	"unix": func(t *testing.T) (near, far net.Conn) { return socketPair(t, "unix", filepath.Join(t.TempDir(), "s")) },
}

// socketPair returns two sockets that are connected, and closed with the test.
func socketPair(t *testing.T, network, address string) (near, far net.Conn) {
	t.Helper()
	var config net.ListenConfig
	l, err := config.Listen(context.Background(), network, address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	var dialer net.Dialer
	if near, err = dialer.DialContext(context.Background(), network, l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	if far, err = l.Accept(); err != nil {
		t.Fatal(err)
	}
	for _, c := range []net.Conn{near, far} {
		t.Cleanup(func() { _ = c.Close() })
	}
	return near, far
}

// smallBuffer makes a socket take little at once, so that what is written is cut.
func smallBuffer(t *testing.T, c net.Conn) {
	t.Helper()
	if err := c.(interface{ SetWriteBuffer(n int) error }).SetWriteBuffer(4096); err != nil {
		t.Fatal(err)
	}
}

// tryUntilKept calls TrySend with one message of the size after another until it keeps something. It returns the messages.
func tryUntilKept(t *testing.T, c *netlayer.Stream, size int) (msgs [][]byte) {
	t.Helper()
	for total := 0; total < 64<<20; total += size {
		msg := records(size)[0]
		msgs = append(msgs, bytes.Clone(msg))
		done, err := c.TrySend([][]byte{msg})
		if err != nil {
			t.Fatalf("TrySend: %v", err)
		}
		clear(msg)
		if !done {
			return msgs
		}
	}
	t.Fatal("64 MiB sent, and nobody reads")
	return nil
}

// tryBehindKept calls TrySend with messages of the size until it keeps something, and then with two more, which are kept, too. The system
// may make room in between and take all: then it starts again.
func tryBehindKept(t *testing.T, c *netlayer.Stream, size int) (msgs, more [][]byte) {
	t.Helper()
	for range 100 {
		msgs = append(msgs, tryUntilKept(t, c, size)...)
		more = records(10, 5)
		switch done, err := c.TrySend(more); {
		case err != nil:
			t.Fatalf("TrySend behind what is kept: %v", err)
		case !done:
			return msgs, more
		}
		msgs = append(msgs, more...)
	}
	t.Fatal("TrySend behind what is kept: true, a hundred times")
	return nil, nil
}

// TestTrySendKeepsAll gives messages to streams that cannot send without waiting.
func TestTrySendKeepsAll(t *testing.T) {
	for _, test := range []struct {
		name string
		opts netlayer.StreamOptions
		in   string // arrives before Send
		want func(msgs [][]byte) [][]byte
	}{
		{"framed", netlayer.StreamOptions{}, "", inOneWrite},
		{"raw", netlayer.StreamOptions{Framing: netlayer.Raw}, "", slices.Clone[[][]byte]},
		{"detect framed", netlayer.StreamOptions{Framing: netlayer.Detect}, "3:<t>", inOneWrite},
		{"detect raw", netlayer.StreamOptions{Framing: netlayer.Detect}, "<t>", slices.Clone[[][]byte]},
		{"detect nothing", netlayer.StreamOptions{Framing: netlayer.Detect}, "", inOneWrite},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := &script{segments: [][]byte{[]byte(test.in)}}
			c := netlayer.NewStream(s, test.opts)
			if done, err := c.TrySend([][]byte{nil, {}}); !done || err != nil {
				t.Errorf("TrySend of nothing: %v, %v, want true", done, err)
			}
			msgs := records(3, 0, 20_000, 7)
			given := [][]byte{bytes.Clone(msgs[0]), nil, bytes.Clone(msgs[1])}
			for _, given := range [][][]byte{given, {bytes.Clone(msgs[2])}, nil} {
				if done, err := c.TrySend(given); done || err != nil {
					t.Errorf("TrySend of %d: %v, %v, want false", len(given), done, err)
				}
				for i := range given {
					clear(given[i])
					given[i] = nil
				}
			}
			if len(s.writes) > 0 {
				t.Errorf("TrySend has written %q", s.writes)
			}
			if test.opts.Framing == netlayer.Detect {
				_, _ = c.Receive(nil)
			}
			if err := c.Send(msgs[3:]); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want(msgs), s.writes); diff != "" {
				t.Errorf("writes of Send (-want +got):\n%s", diff)
			}
			s.writes = nil
			if err := c.Send(nil); err != nil || len(s.writes) > 0 {
				t.Errorf("Send of nothing: %d writes, %v", len(s.writes), err)
			}
			if done, err := c.TrySend(nil); !done || err != nil {
				t.Errorf("TrySend of nothing: %v, %v, want true", done, err)
			}
		})
	}
}

// inOneWrite frames the messages together.
func inOneWrite(msgs [][]byte) [][]byte { return [][]byte{encodings[netlayer.Framed](msgs)} }

// countingConn is more than the socket it wraps, whose descriptor it lets be seen.
type countingConn struct {
	*net.TCPConn
	written int
}

func (c *countingConn) Write(p []byte) (int, error) {
	c.written += len(p)
	return c.TCPConn.Write(p)
}

// TestTrySendDoesNotBypass checks that bytes go through the Write of what wraps a socket.
func TestTrySendDoesNotBypass(t *testing.T) {
	near, _ := pairs["tcp"](t)
	counting := &countingConn{TCPConn: near.(*net.TCPConn)}
	c := netlayer.NewStream(counting, netlayer.StreamOptions{})
	if done, err := c.TrySend(records(1)); done || err != nil {
		t.Errorf("TrySend: %v, %v, want false", done, err)
	}
	if err := c.Send(nil); err != nil {
		t.Fatal(err)
	}
	if want := len(encodings[netlayer.Framed](records(1))); counting.written != want {
		t.Errorf("%d bytes went through Write, want %d", counting.written, want)
	}
}

// TestTrySendLeavesLong gives TrySend more than it sends, at once and in two calls.
func TestTrySendLeavesLong(t *testing.T) {
	for _, sizes := range [][]int{{72 << 10}, {1, 72 << 10, 2}, {40_000, 40_000}, {1 << 20, 1}} {
		for framing := range encodings {
			near, far := pairs["tcp"](t)
			c := netlayer.NewStream(near, netlayer.StreamOptions{Framing: framing})
			msgs := records(sizes...)
			for range 2 {
				if done, err := c.TrySend(msgs); done || err != nil {
					t.Fatalf("%v %v: TrySend: %v, %v, want false", framing, sizes, done, err)
				}
			}
			want := append(msgs, msgs...)
			expectSent(t, c, netlayer.NewStream(far, netlayer.StreamOptions{}), want)
		}
	}
}

// expectSent sends what is kept, ends sending, and checks what the other side receives.
func expectSent(t *testing.T, near, far *netlayer.Stream, want [][]byte) {
	t.Helper()
	sending := make(chan error, 1)
	go func() { sending <- errors.Join(near.Send(nil), near.CloseSend()) }()
	got, err := receiveAll(far)
	if !slices.EqualFunc(got, want, bytes.Equal) || err != io.EOF {
		t.Errorf("%d messages, %v; want %d others and io.EOF", len(got), err, len(want))
	}
	if err := <-sending; err != nil {
		t.Errorf("Send and CloseSend: %v", err)
	}
}

// TestTrySendWhileNobodyReads fills the buffers of sockets again and again, with messages that are cut anywhere.
func TestTrySendWhileNobodyReads(t *testing.T) {
	for network, pair := range pairs {
		for framing := range encodings {
			t.Run(network+" "+framing.String(), func(t *testing.T) {
				nearConn, farConn := pair(t)
				smallBuffer(t, nearConn)
				near := netlayer.NewStream(nearConn, netlayer.StreamOptions{Framing: framing})
				far := netlayer.NewStream(farConn, netlayer.StreamOptions{})
				for _, size := range []int{100, 1000, 7777, 20_000, 60_000, 69_000} {
					want, more := tryBehindKept(t, near, size)
					last := records(30_000, 100_000, 3)
					want = slices.Concat(want, more, last)
					sending := make(chan error, 1)
					go func() { sending <- near.Send(last) }()
					var got [][]byte
					for len(got) < len(want) {
						var err error
						if got, err = far.Receive(got); err != nil {
							t.Fatalf("Receive after %d of %d messages: %v", len(got), len(want), err)
						}
					}
					if !slices.EqualFunc(got, want, bytes.Equal) {
						t.Fatalf("%d messages of %d bytes arrive changed", len(want), size)
					}
					if err := <-sending; err != nil {
						t.Fatalf("Send: %v", err)
					}
				}
			})
		}
	}
}

func TestCloseSendRefusesWhileKept(t *testing.T) {
	for network, pair := range pairs {
		t.Run(network, func(t *testing.T) {
			nearConn, farConn := pair(t)
			near := netlayer.NewStream(nearConn, netlayer.StreamOptions{})
			want := tryUntilKept(t, near, 10_000)
			for range 2 {
				if err := near.CloseSend(); !errors.Is(err, netlayer.ErrUnsent) {
					t.Errorf("CloseSend: %v, want an error that wraps ErrUnsent", err)
				}
			}
			expectSent(t, near, netlayer.NewStream(farConn, netlayer.StreamOptions{}), want)
			if err := near.CloseSend(); err != nil {
				t.Errorf("second CloseSend: %v", err)
			}
			if done, err := near.TrySend(records(1)); done || !errors.Is(err, net.ErrClosed) {
				t.Errorf("TrySend after CloseSend: %v, %v, want an error that wraps net.ErrClosed", done, err)
			}
		})
	}
}

func TestCloseWhileKept(t *testing.T) {
	for network, pair := range pairs {
		t.Run(network, func(t *testing.T) {
			nearConn, _ := pair(t)
			c := netlayer.NewStream(nearConn, netlayer.StreamOptions{})
			tryUntilKept(t, c, 10_000)
			sending := make(chan error, 1)
			go func() { sending <- c.Send(nil) }()
			if err := c.Close(); err != nil {
				t.Errorf("Close: %v", err)
			}
			_, try := c.TrySend(records(1))
			for what, err := range map[string]error{
				"Send under way": <-sending, "TrySend": try, "Send": c.Send(nil), "CloseSend": c.CloseSend(),
			} {
				if !errors.Is(err, net.ErrClosed) {
					t.Errorf("%s: %v, want an error that wraps net.ErrClosed", what, err)
				}
			}
		})
	}
}

func TestTrySendErrorStays(t *testing.T) {
	broken := errors.New("broken")
	for framing := range encodings {
		s := &script{writeErr: broken}
		c := netlayer.NewStream(s, netlayer.StreamOptions{Framing: framing})
		if done, err := c.TrySend(records(1)); done || err != nil {
			t.Errorf("%v: TrySend: %v, %v, want false", framing, done, err)
		}
		for range 2 {
			if err := c.Send(nil); !errors.Is(err, broken) {
				t.Errorf("%v: Send: %v, want %v", framing, err, broken)
			}
			if done, err := c.TrySend(nil); done || !errors.Is(err, broken) {
				t.Errorf("%v: TrySend: %v, %v, want %v", framing, done, err, broken)
			}
		}
	}
}
