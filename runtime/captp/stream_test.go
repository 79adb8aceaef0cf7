package captp_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// What cannot be sent is the error of its Send only.
func TestStreamOfBadArguments(t *testing.T) {
	a, b := captptest.Pair(t)
	d := newDrain()
	d.open()
	s := newStream(captptest.Carry(t, b, a, d.ref(b)))
	var encode *captp.EncodeError
	for range 2 * captp.DefaultStreamMessages {
		if err := s.put(t.Context(), "\xff"); !errors.As(err, &encode) {
			t.Fatalf("got %v, want *EncodeError", err)
		}
	}
	if err := s.put(t.Context(), "a"); err != nil {
		t.Error(err)
	}
	if err := s.Flush(t.Context()); err != nil {
		t.Error(err)
	}
	if len(d.got) != 1 {
		t.Errorf("%d messages came", len(d.got))
	}
}

func TestStreamToNothing(t *testing.T) {
	var target *captp.TargetError
	for name, s := range map[string]*stream{"zero stream": {}, "zero reference": newStream(anyRef{})} {
		if err := s.put(t.Context(), "a"); !errors.As(err, &target) {
			t.Errorf("%s: Send: got %v, want *TargetError", name, err)
		}
		if err := s.Flush(t.Context()); err != nil {
			t.Errorf("%s: Flush: got %v", name, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	a, _ := captptest.Pair(t)
	s := &stream{captp.NewStream(captp.Eventually(ctx, newDrain().ref(a)))}
	if err := s.put(t.Context(), "a"); err != context.Canceled {
		t.Errorf("a view whose context is done: got %v", err)
	}
}

func TestStreamByManyGoroutines(t *testing.T) {
	const senders, messages = 8, 100
	a, b := captptest.Pair(t)
	d := newDrain()
	d.open()
	s := newStream(captptest.Carry(t, b, a, d.ref(b)), captp.StreamWindow(4, 0))
	var wg sync.WaitGroup
	for i := range senders {
		wg.Go(func() {
			for n := range messages {
				if err := s.put(t.Context(), fmt.Sprintf("%d %03d", i, n)); err != nil {
					t.Error(err)
				}
				if n%10 == 0 {
					if err := s.Flush(t.Context()); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	wg.Wait()
	if err := s.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	last := map[byte]string{}
	for _, text := range d.got {
		if text <= last[text[0]] {
			t.Errorf("%q came after %q", text, last[text[0]])
		}
		last[text[0]] = text
	}
	if len(d.got) != senders*messages {
		t.Errorf("%d messages came, want %d", len(d.got), senders*messages)
	}
}

// Of calls that are made at the same time, the one that failed is named by its place in the order in which they arrived.
func TestStreamNumbers(t *testing.T) {
	const senders, messages, fails = 8, 10, 20
	a, b := captptest.Pair(t)
	for range 50 {
		var came atomic.Int64
		s := newStream(captptest.Carry(t, b, a, object(b, map[string]method{"put": func(context.Context, []any) (any, error) {
			if came.Add(1) == fails {
				return nil, captp.Public(errors.New("full"))
			}
			return nil, nil
		}})), captp.StreamWindow(senders*messages, 0))
		var wg sync.WaitGroup
		for range senders {
			wg.Go(func() {
				for range messages {
					_ = s.put(t.Context(), "a") // Flush tells
				}
			})
		}
		wg.Wait()
		var failed *captp.StreamError
		if err := s.Flush(t.Context()); !errors.As(err, &failed) || failed.Message != fails {
			t.Fatalf("got %v, want message %d", err, fails)
		}
	}
}

// What an answer says is read by who asks for it. However long that takes, the vat goes on.
func TestStreamReadsErrorsAside(t *testing.T) {
	a, b := captptest.Pair(t)
	d := newDrain()
	reading, read := make(chan struct{}), make(chan struct{})
	s := newStream(captptest.Carry(t, b, a, d.ref(b)))
	for range 2 {
		m := s.Begin("[3'put").Raises(func(*captp.BrokenError) error {
			close(reading)
			<-read
			return nil
		})
		m.String("a")
		if err := s.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	d.answer <- captp.Public(errors.New("full"))
	asked := make(chan error)
	go func() {
		for {
			if err := s.put(t.Context(), "a"); err != nil {
				asked <- err
				return
			}
			runtime.Gosched()
		}
	}()
	<-reading
	d.open() // the second answer comes
	local := object(a, map[string]method{"ping": func(context.Context, []any) (any, error) { return nil, nil }})
	for range 100 {
		invoke(t, local.Ref, "ping")
	}
	close(read)
	var failed *captp.StreamError
	if err := <-asked; !errors.As(err, &failed) {
		t.Errorf("got %v, want *StreamError", err)
	}
}
