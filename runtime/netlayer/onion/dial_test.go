package onion_test

import (
	"context"
	"errors"
	"io"
	"net"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/onion"
)

// TestSocksReplies dials peers and is given each reply there is. What may change soon is asked for again, until the context ends.
func TestSocksReplies(t *testing.T) {
	replies := map[string]byte{}
	var asked [256]atomic.Int32
	fake := startFake(t, t.TempDir(), func(f *fakeTor) {
		f.reply = func(name string) byte {
			asked[replies[name]].Add(1)
			return replies[name]
		}
	})
	for code := 1; code < 256; code++ {
		replies[peerOf(strconv.Itoa(code)).Designator] = byte(code)
	}
	nl := open(t, onion.Options{ControlAddr: fake.address(), DialOnly: true})
	temporary := map[int]bool{0x01: true, 0x03: true, 0x04: true, 0x06: true, 0xf0: true, 0xf2: true, 0xf3: true, 0xf7: true}
	refused := map[int]bool{0x05: true, 0xf4: true, 0xf5: true}
	located := map[int]bool{0xf1: true, 0xf6: true}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	var dials sync.WaitGroup
	for code := 1; code < 256; code++ {
		dials.Go(func() {
			_, err := nl.Dial(ctx, peerOf(strconv.Itoa(code)))
			var dialError *netlayer.DialError
			if !errors.As(err, &dialError) {
				t.Errorf("reply %#x: %v, want a *DialError", code, err)
			}
			for _, check := range []struct {
				target error
				want   bool
			}{
				{netlayer.ErrRefused, temporary[code] || refused[code]},
				{netlayer.ErrLocation, located[code]},
				{context.DeadlineExceeded, temporary[code]},
				{onion.ErrGone, false},
			} {
				if errors.Is(err, check.target) != check.want {
					t.Errorf("reply %#x: %v, want it to wrap %v: %v", code, err, check.target, check.want)
				}
			}
			if again := asked[code].Load() > 1; again != temporary[code] {
				t.Errorf("reply %#x: asked %d times", code, asked[code].Load())
			}
		})
	}
	dials.Wait()
}

// TestDialTriesAgain dials a peer that is not published yet.
func TestDialTriesAgain(t *testing.T) {
	folder := t.TempDir()
	published := make(chan struct{})
	near := startFake(t, folder, func(f *fakeTor) {
		f.reply = func(string) byte {
			select {
			case <-published:
				return 0
			default:
				return 0x04
			}
		}
	})
	nl := open(t, onion.Options{ControlAddr: near.address(), DialOnly: true})
	dialled := make(chan error, 1)
	go func() {
		c, err := nl.Dial(t.Context(), peerOf("b"))
		if err == nil {
			_ = c.Close()
		}
		dialled <- err
	}()
	open(t, onion.Options{ControlAddr: startFake(t, folder, nil).address(), Key: keyOf("b")})
	close(published)
	if err := <-dialled; err != nil {
		t.Errorf("Dial: %v", err)
	}
}

// TestHostileSocksPorts dials by what does not speak SOCKS as tor does.
func TestHostileSocksPorts(t *testing.T) {
	for _, test := range []struct {
		name  string
		speak func(net.Conn)
		waits bool
	}{
		{"silence", says(""), true},
		{"silence after the method", says("\x05\x00"), true},
		{"silence in the reply", says("\x05\x00\x05\x00\x00\x01\x00"), true},
		{"silence in a name", says("\x05\x00\x05\x00\x00\x03\xffx"), true},
		{"end", func(net.Conn) {}, false},
		{"wants a password", says("\x05\x02"), false},
		{"version 4", says("\x00\x5a\x00\x00\x00\x00\x00\x00"), false},
		{"another version in the reply", says("\x05\x00\x04\x00\x00\x01"), false},
		{"unknown kind of address", says("\x05\x00\x05\x00\x00\x09"), false},
		{"a web server", says("HTTP/1.1 400 Bad Request\r\n\r\n"), false},
		{"endless", endless("", "\x05"), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			fake := startFake(t, t.TempDir(), func(f *fakeTor) {
				f.takeover = func(socks bool, c net.Conn) bool {
					if socks {
						test.speak(c)
					}
					return socks
				}
			})
			nl := open(t, onion.Options{ControlAddr: fake.address(), DialOnly: true})
			before := runtime.NumGoroutine()
			limit := patience
			if test.waits {
				limit = 100 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(t.Context(), limit)
			defer cancel()
			_, err := nl.Dial(ctx, peerOf("b"))
			var dialError *netlayer.DialError
			if !errors.As(err, &dialError) || errors.Is(err, context.DeadlineExceeded) != test.waits || errors.Is(err, onion.ErrGone) == test.waits {
				t.Errorf("Dial: %v, want a *DialError, by the end of the context: %v", err, test.waits)
			}
			expectGoroutines(t, before)
		})
	}
}

// expectGoroutines waits until no more goroutines run than before.
func expectGoroutines(t testing.TB, before int) {
	t.Helper()
	deadline := time.After(patience)
	for runtime.NumGoroutine() > before {
		select {
		case <-time.After(time.Millisecond):
		case <-deadline:
			stacks := make([]byte, 1<<16)
			t.Fatalf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
		}
	}
}

// TestCancelledDials gives up many dials that tor does not answer: nothing is left of them.
func TestCancelledDials(t *testing.T) {
	var waiting atomic.Int32
	fake := startFake(t, t.TempDir(), func(f *fakeTor) {
		f.takeover = func(socks bool, c net.Conn) bool {
			if socks {
				waiting.Add(1)
				_, _ = io.Copy(io.Discard, c)
				waiting.Add(-1)
			}
			return socks
		}
	})
	nl := open(t, onion.Options{ControlAddr: fake.address(), DialOnly: true})
	before := runtime.NumGoroutine()
	ctx, cancel := context.WithCancel(t.Context())
	errs := make(chan error)
	const dials = 64
	for range dials {
		go func() {
			_, err := nl.Dial(ctx, peerOf("b"))
			errs <- err
		}()
	}
	for waiting.Load() < dials {
		<-time.After(time.Millisecond)
	}
	cancel()
	for range dials {
		if err := <-errs; !errors.Is(err, context.Canceled) {
			t.Errorf("Dial: %v, want an error that wraps %v", err, context.Canceled)
		}
	}
	expectGoroutines(t, before)
}

// TestSocksAddr dials by a SOCKS port that was named.
func TestSocksAddr(t *testing.T) {
	folder := t.TempDir()
	fake := startFake(t, folder, func(f *fakeTor) {
		f.answer = func(command string) string {
			if strings.Contains(command, "net/listeners/socks") {
				return "552 Not asked for"
			}
			return ""
		}
	})
	nl := open(t, onion.Options{ControlAddr: fake.address(), SocksAddr: fake.socks.Addr().String()})
	c, err := nl.Dial(t.Context(), nl.Location())
	if err != nil {
		t.Fatal(err)
	}
	_ = c.Close()
}
