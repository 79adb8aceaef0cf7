package captp_test

import (
	"context"
	"errors"
	"net"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// drain is an object that is streamed to. It answers a message when the test lets it.
type drain struct {
	got    []string
	answer chan error
}

func newDrain() *drain { return &drain{answer: make(chan error)} }

// ref returns a reference to the drain as an object of v.
func (d *drain) ref(v *captp.Vat) anyRef {
	return object(v, map[string]method{"put": func(_ context.Context, args []any) (any, error) {
		d.got = append(d.got, args[0].(string))
		return nil, <-d.answer
	}})
}

// open lets the drain answer everything at once from now on.
func (d *drain) open() { close(d.answer) }

// stream is a stream of messages to a drain.
type stream struct{ captp.Stream[anyRef] }

func newStream(r anyRef, opts ...captp.StreamOption) *stream {
	return &stream{captp.NewStream(captp.Eventually(context.Background(), r), opts...)}
}

func (s *stream) put(ctx context.Context, text string) error {
	m := s.Begin("[3'put")
	m.String(text)
	return s.Send(ctx, m)
}

func TestStreamWindow(t *testing.T) {
	const long = 300 // bytes of a long message
	tests := []struct {
		name string
		opts []captp.StreamOption
		text string
		want int // messages that are sent without an answer
	}{
		{"default messages", nil, "a", captp.DefaultStreamMessages},
		{"default bytes", nil, strings.Repeat("a", 300<<10), 3},
		{"messages", []captp.StreamOption{captp.StreamWindow(3, 0)}, "a", 3},
		{"bytes", []captp.StreamOption{captp.StreamWindow(0, 4*long)}, strings.Repeat("a", long), 3},
		{"longer than the window", []captp.StreamOption{captp.StreamWindow(5, long)}, strings.Repeat("a", long), 1},
		{"no numbers", []captp.StreamOption{captp.StreamWindow(-1, -1)}, "a", captp.DefaultStreamMessages},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				a, b := captptest.Pair(t)
				d := newDrain()
				s := newStream(captptest.Carry(t, b, a, d.ref(b)), tt.opts...)
				var sent atomic.Int64
				go func() {
					for range 2 * tt.want {
						if err := s.put(t.Context(), tt.text); err != nil {
							t.Error(err)
						}
						sent.Add(1)
					}
				}()
				synctest.Wait()
				if got := int(sent.Load()); got != tt.want {
					t.Errorf("%d messages were sent without an answer, want %d", got, tt.want)
				}
				if turns := b.Stats().Turns; turns != tt.want {
					t.Errorf("the peer has %d messages, want %d", turns, tt.want)
				}
				d.answer <- nil
				synctest.Wait()
				if got := int(sent.Load()); got != tt.want+1 {
					t.Errorf("%d messages were sent after one answer, want %d", got, tt.want+1)
				}
				d.open()
				synctest.Wait()
				if err := s.Flush(t.Context()); err != nil || len(d.got) != 2*tt.want {
					t.Errorf("%d messages came, error %v", len(d.got), err)
				}
			})
		})
	}
}

func TestStreamToSlowServer(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a, b := captptest.Pair(t)
		var got []string
		far := captptest.Carry(t, b, a, object(b, map[string]method{"put": func(_ context.Context, args []any) (any, error) {
			time.Sleep(time.Second)
			got = append(got, args[0].(string))
			return nil, nil
		}}))
		s := newStream(far, captp.StreamWindow(2, 0))
		start := time.Now()
		want := []string{"a", "b", "c", "d", "e"}
		for _, text := range want {
			if err := s.put(t.Context(), text); err != nil {
				t.Fatal(err)
			}
		}
		if spent := time.Since(start); spent != 3*time.Second {
			t.Errorf("the last message had room after %v, want 3s", spent)
		}
		if err := s.Flush(t.Context()); err != nil {
			t.Error(err)
		}
		if spent := time.Since(start); spent != 5*time.Second {
			t.Errorf("flushed after %v, want 5s", spent)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("messages (-want +got):\n%s", diff)
		}
	})
}

func TestStreamFails(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a, b := captptest.Pair(t)
		d := newDrain()
		s := newStream(captptest.Carry(t, b, a, d.ref(b)), captp.StreamWindow(4, 0))
		for _, text := range []string{"a", "b", "c", "d"} {
			if err := s.put(t.Context(), text); err != nil {
				t.Fatal(err)
			}
		}
		waiting := make(chan error)
		go func() { waiting <- s.put(t.Context(), "e") }()
		synctest.Wait()
		d.answer <- nil
		if err := <-waiting; err != nil {
			t.Fatalf("e: %v", err)
		}
		go func() { waiting <- s.put(t.Context(), "f") }()
		d.answer <- captp.ReasonValue("full")
		err := <-waiting
		var failed *captp.StreamError
		if !errors.As(err, &failed) || failed.Message != 2 || !reasonIs("full")(err) {
			t.Errorf("got %v, want that message 2 failed", err)
		}
		if want := `captp: message 2 of the stream: captp: broken promise: "full"`; err.Error() != want {
			t.Errorf("got %q, want %q", err, want)
		}
		d.answer <- captp.ReasonValue("fuller")
		d.open()
		if again := s.put(t.Context(), "g"); again != err {
			t.Errorf("a later Send: got %v, want the same error", again)
		}
		if again := s.Flush(t.Context()); again != err {
			t.Errorf("Flush: got %v, want the same error", again)
		}
		if diff := cmp.Diff([]string{"a", "b", "c", "d", "e"}, d.got); diff != "" {
			t.Errorf("messages (-want +got):\n%s", diff)
		}
	})
}

// What ends a stream from outside ends the waiting of Send and of Flush.
func TestStreamEnds(t *testing.T) {
	ends := map[string]func(l *captptest.Link){
		"cut":          func(l *captptest.Link) { l.Cut() },
		"peer closed":  func(l *captptest.Link) { l.B.Close() },
		"closed by us": func(l *captptest.Link) { l.A.Close() },
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			bubble(t, func(t *testing.T) {
				l := captptest.NewLink(t)
				d := newDrain()
				s := newStream(captptest.Carry(t, l.B, l.A, d.ref(l.B)), captp.StreamWindow(2, 0))
				for range 2 {
					if err := s.put(t.Context(), "a"); err != nil {
						t.Fatal(err)
					}
				}
				errs := make(chan error)
				go func() { errs <- s.put(t.Context(), "b") }()
				go func() { errs <- s.Flush(t.Context()) }()
				synctest.Wait()
				go end(l)
				if name == "peer closed" {
					synctest.Wait()
					d.open() // the handler that runs is waited for
				}
				for range 2 {
					if err := <-errs; !errors.Is(err, net.ErrClosed) {
						t.Errorf("got %v, want net.ErrClosed", err)
					}
				}
				if name != "peer closed" {
					d.open()
				}
				synctest.Wait()
				for _, err := range []error{s.put(t.Context(), "c"), s.Flush(t.Context())} {
					if !errors.Is(err, net.ErrClosed) {
						t.Errorf("later: got %v, want net.ErrClosed", err)
					}
				}
			})
		})
	}
}

func TestStreamToPromise(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a, b := captptest.Pair(t)
		d := newDrain()
		p, r := captp.NewPromiseRef[anyRef](a)
		s := newStream(p, captp.StreamWindow(3, 0))
		for _, text := range []string{"a", "b", "c"} {
			if err := s.put(t.Context(), text); err != nil {
				t.Fatal(err)
			}
		}
		r.Fulfill(captptest.Carry(t, b, a, d.ref(b)))
		d.open()
		if err := s.Flush(t.Context()); err != nil {
			t.Error(err)
		}
		if diff := cmp.Diff([]string{"a", "b", "c"}, d.got); diff != "" {
			t.Errorf("messages (-want +got):\n%s", diff)
		}

		never, _ := captp.NewPromiseRef[anyRef](a)
		s = newStream(never, captp.StreamWindow(1, 0))
		if err := s.put(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		errs := make(chan error)
		go func() { errs <- s.put(t.Context(), "b") }()
		synctest.Wait()
		a.Close()
		if err := <-errs; !errors.Is(err, captp.ErrClosed) {
			t.Errorf("Send across Close: got %v", err)
		}
		if err := s.Flush(t.Context()); !errors.Is(err, captp.ErrClosed) {
			t.Errorf("Flush after Close: got %v", err)
		}
	})
}

// A context ends the waiting. The stream goes on.
func TestStreamContext(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a, b := captptest.Pair(t)
		d := newDrain()
		s := newStream(captptest.Carry(t, b, a, d.ref(b)), captp.StreamWindow(1, 0))
		if err := s.put(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.put(short, "b"); err != context.DeadlineExceeded {
			t.Errorf("Send: got %v", err)
		}
		if err := s.Flush(short); err != context.DeadlineExceeded {
			t.Errorf("Flush: got %v", err)
		}
		d.open()
		if err := s.Flush(t.Context()); err != nil {
			t.Errorf("Flush: got %v", err)
		}
		if err := s.put(short, "c"); err != context.DeadlineExceeded {
			t.Errorf("Send with a context that is done: got %v", err)
		}
		if err := s.put(t.Context(), "d"); err != nil {
			t.Errorf("Send: got %v", err)
		}
		if err := s.Flush(t.Context()); err != nil {
			t.Errorf("Flush: got %v", err)
		}
		if diff := cmp.Diff([]string{"a", "d"}, d.got); diff != "" {
			t.Errorf("messages (-want +got):\n%s", diff)
		}
	})
}

// While a stream waits in a turn, the object handles other messages.
func TestStreamInTurn(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a, b := captptest.Pair(t)
		d := newDrain()
		far := captptest.Carry(t, b, a, d.ref(b))
		sender := object(a, map[string]method{
			"send": func(ctx context.Context, _ []any) (any, error) {
				s := newStream(far, captp.StreamWindow(1, 0))
				for _, text := range []string{"a", "b"} {
					if err := s.put(ctx, text); err != nil {
						return nil, err
					}
				}
				return nil, s.Flush(ctx)
			},
			"name": func(context.Context, []any) (any, error) { return "ada", nil },
		})
		done := captp.Invoke(t.Context(), sender.Ref, captp.Symbol("send"))
		if got := invoke(t, sender.Ref, "name"); got != "ada" {
			t.Errorf("got %v", got)
		}
		d.answer <- nil
		synctest.Wait()
		if got := invoke(t, sender.Ref, "name"); got != "ada" {
			t.Errorf("got %v while it flushes", got)
		}
		d.open()
		if _, err := done.Await(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestStreamHasNoGoroutine(t *testing.T) {
	bubble(t, func(t *testing.T) {
		a, b := captptest.Pair(t)
		d := newDrain()
		s := newStream(captptest.Carry(t, b, a, d.ref(b)), captp.StreamWindow(500, 0))
		put := func() {
			if err := s.put(t.Context(), "a"); err != nil {
				t.Fatal(err)
			}
			synctest.Wait()
		}
		put()
		before := runtime.NumGoroutine()
		for range 400 {
			put()
		}
		if after := runtime.NumGoroutine(); after > before { // it may be fewer: those of other tests end, too
			t.Errorf("%d goroutines with one message under way, %d with 401", before, after)
		}
		d.open()
		if err := s.Flush(t.Context()); err != nil {
			t.Error(err)
		}
	})
}
