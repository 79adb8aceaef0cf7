//go:build unix

package netlayer_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"slices"
	"syscall"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
)

// TestTrySendAtOnce sends messages that the socket takes, before anybody reads.
func TestTrySendAtOnce(t *testing.T) {
	for network, pair := range pairs {
		for framing, encode := range encodings {
			t.Run(network+" "+framing.String(), func(t *testing.T) {
				nearConn, far := pair(t)
				near := netlayer.NewStream(nearConn, netlayer.StreamOptions{Framing: framing})
				want := encode(slices.Repeat(records(3, 0, 30), 4))
				msgs := slices.Insert(records(3, 0, 30), 1, nil)
				for range 2 {
					if done, err := near.TrySend(msgs); !done || err != nil {
						t.Fatalf("TrySend: %v, %v, want true", done, err)
					}
					if err := near.Send(msgs); err != nil {
						t.Fatal(err)
					}
				}
				if err := near.CloseSend(); err != nil {
					t.Errorf("CloseSend: %v", err)
				}
				if got, err := io.ReadAll(far); !bytes.Equal(got, want) || err != nil {
					t.Errorf("%v, sent %q, want %q", err, got, want)
				}
			})
		}
	}
}

func TestTrySendAllocatesNothing(t *testing.T) {
	for network, pair := range pairs {
		for framing := range encodings {
			nearConn, far := pair(t)
			near := netlayer.NewStream(nearConn, netlayer.StreamOptions{Framing: framing})
			msgs := records(3, 5)
			buf := make([]byte, 1000)
			allocs := testing.AllocsPerRun(1000, func() {
				if done, err := near.TrySend(msgs); !done || err != nil {
					t.Fatalf("TrySend: %v, %v, want true", done, err)
				}
				if _, err := far.Read(buf); err != nil {
					t.Fatal(err)
				}
			})
			if allocs > 0 {
				t.Errorf("%s %v: %v allocations, want none", network, framing, allocs)
			}
		}
	}
}

// TestTrySendCutsMessages checks that what was sent ends inside a message, whose rest is kept: the other tests rely on it.
func TestTrySendCutsMessages(t *testing.T) {
	for framing, encode := range encodings {
		nearConn, far := pairs["tcp"](t)
		smallBuffer(t, nearConn)
		near := netlayer.NewStream(nearConn, netlayer.StreamOptions{Framing: framing})
		msgs := tryUntilKept(t, near, 60_000)
		_ = near.Close()
		got, err := io.ReadAll(far)
		if err != nil {
			t.Fatal(err)
		}
		whole, all := encode(msgs[:len(msgs)-1]), encode(msgs)
		if len(got) <= len(whole) || len(got) >= len(all) || !bytes.HasPrefix(all, got) {
			t.Errorf("%v: %d bytes sent, want more than the %d of %d messages and less than %d", framing, len(got), len(whole), len(msgs)-1, len(all))
		}
	}
}

// TestTrySendGoesOn reads little by little, and TrySend sends what it has kept as the socket takes it.
func TestTrySendGoesOn(t *testing.T) {
	for network, pair := range pairs {
		for framing, encode := range encodings {
			t.Run(network+" "+framing.String(), func(t *testing.T) {
				nearConn, far := pair(t)
				smallBuffer(t, nearConn)
				near := netlayer.NewStream(nearConn, netlayer.StreamOptions{Framing: framing})
				msgs := tryUntilKept(t, near, 9_000)
				for range 5 {
					more := records(9_000, 10)
					msgs = append(msgs, more...)
					if done, err := near.TrySend(more); done || err != nil {
						t.Fatalf("TrySend behind what is kept: %v, %v, want false", done, err)
					}
				}
				var got []byte
				buf := make([]byte, 500)
				for done := false; !done; {
					n, err := far.Read(buf)
					if err != nil {
						t.Fatal(err)
					}
					got = append(got, buf[:n]...)
					if done, err = near.TrySend(nil); err != nil {
						t.Fatal(err)
					}
				}
				if err := near.CloseSend(); err != nil {
					t.Errorf("CloseSend: %v", err)
				}
				tail, err := io.ReadAll(far)
				if !bytes.Equal(append(got, tail...), encode(msgs)) || err != nil {
					t.Errorf("%d messages arrive changed, %v", len(msgs), err)
				}
			})
		}
	}
}

// TestTrySendToNobody sends after the other side has closed.
func TestTrySendToNobody(t *testing.T) {
	for network, pair := range pairs {
		t.Run(network, func(t *testing.T) {
			nearConn, far := pair(t)
			near := netlayer.NewStream(nearConn, netlayer.StreamOptions{})
			if err := far.Close(); err != nil {
				t.Fatal(err)
			}
			if _, err := near.Receive(nil); err == nil {
				t.Fatal("Receive: no error")
			}
			var err error
			for err == nil {
				_, err = near.TrySend(records(1))
			}
			var op *net.OpError
			if !errors.As(err, &op) || !errors.Is(err, syscall.EPIPE) && !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("TrySend: %v, want a *net.OpError about a broken pipe", err)
			}
			if again := near.Send(nil); again != err {
				t.Errorf("Send: %v, want the same error", again)
			}
			if done, again := near.TrySend(nil); done || again != err {
				t.Errorf("TrySend again: %v, %v, want the same error", done, again)
			}
		})
	}
}
