package captp_test

import (
	"bytes"
	"context"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

func TestDialects(t *testing.T) {
	for _, d := range []captp.Dialect{captp.Modern, captp.SuitePR, captp.SuiteMain, captp.Goblins} {
		t.Run(d.String(), func(t *testing.T) {
			if got, err := captp.ParseDialect(d.String()); got != d || err != nil {
				t.Errorf("parsed: %v, %v", got, err)
			}
			a, b := captptest.Pair(t, captp.WithDialect(d))
			far := captptest.Carry(t, b, a, toolbox(b))
			if got := invoke(t, far.Ref, "call", toolbox(a), captp.Symbol("add"), 1, 2); got != int64(3) {
				t.Errorf("got %v", got)
			}
			if _, err := captp.Invoke(t.Context(), far.Ref, captp.Symbol("fail")).Await(t.Context()); err == nil {
				t.Error("a failure comes back as a result")
			}
		})
	}
	if _, err := captp.ParseDialect("latin"); err == nil {
		t.Error("latin is a dialect")
	}
}

func TestOverTCP(t *testing.T) {
	for _, framing := range []netlayer.Framing{netlayer.Framed, netlayer.Raw} {
		t.Run(framing.String(), func(t *testing.T) {
			var nls []netlayer.Netlayer
			for range 2 {
				nl, err := tcptesting.New(tcptesting.Options{Framing: framing})
				if err != nil {
					t.Fatal(err)
				}
				nls = append(nls, nl)
			}
			a, b := vats(t, nls[0], nls[1])
			far := captptest.Carry(t, b, a, toolbox(b))
			if got := invoke(t, far.Ref, "call", toolbox(a), captp.Symbol("add"), 1, 2); got != int64(3) {
				t.Errorf("got %v", got)
			}
			long := strings.Repeat("long ", 100_000)
			if got := invoke(t, far.Ref, "first", long); got != long {
				t.Error("a long string comes back different")
			}
			b.Close()
			<-captp.Broken(far)
		})
	}
}

func TestDialOnly(t *testing.T) {
	x, err := tcptesting.New(tcptesting.Options{DialOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	y, err := tcptesting.New(tcptesting.Options{})
	if err != nil {
		t.Fatal(err)
	}
	a, b := vats(t, x, y)
	if got := a.Locations(); len(got) != 0 {
		t.Errorf("locations: %v", got)
	}
	far := captptest.Carry(t, b, a, toolbox(b))
	invoke(t, far.Ref, "call", toolbox(a), captp.Symbol("add"), 1, 2)
	if _, err := captp.Publish(a, toolbox(a)); err == nil {
		t.Error("an object can be published that cannot be reached")
	}
}

func TestNewRefuses(t *testing.T) {
	n := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
	x := n.Peer("x")
	if _, err := captp.New(captp.WithNetlayer(x), captp.WithNetlayer(n.Peer("y"))); err == nil {
		t.Fatal("two netlayers of one transport are accepted")
	}
	if _, err := x.Accept(); err == nil {
		t.Error("a netlayer is left open")
	}
}

func TestPublishRefuses(t *testing.T) {
	a, b := captptest.Pair(t)
	if _, err := captp.Publish(a, anyRef{}); err == nil {
		t.Error("the zero reference can be published")
	}
	if _, err := captp.Publish(a, toolbox(b)); err == nil {
		t.Error("a reference of another vat can be published")
	}
	lonely, err := captp.New()
	if err != nil {
		t.Fatal(err)
	}
	defer lonely.Close()
	if _, err := captp.Publish(lonely, toolbox(lonely)); err == nil {
		t.Error("a vat without netlayers publishes")
	}
	if got := invoke(t, toolbox(lonely).Ref, "add", 1, 2); got != int64(3) {
		t.Errorf("in a vat without netlayers: %v", got)
	}
}

// ofThisPackage counts the goroutines that run code of package captp.
func ofThisPackage() int {
	buf := make([]byte, 1<<20)
	n := 0
	for g := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		if strings.Contains(g, "runtime/captp.") {
			n++
		}
	}
	return n
}

func TestCloseEndsEveryGoroutine(t *testing.T) {
	before := ofThisPackage()
	for range 10 {
		x, err := tcptesting.New(tcptesting.Options{})
		if err != nil {
			t.Fatal(err)
		}
		y, err := tcptesting.New(tcptesting.Options{})
		if err != nil {
			t.Fatal(err)
		}
		a, err := captp.New(captp.WithNetlayer(x))
		if err != nil {
			t.Fatal(err)
		}
		b, err := captp.New(captp.WithNetlayer(y))
		if err != nil {
			t.Fatal(err)
		}
		far := captptest.Carry(t, b, a, toolbox(b))
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				for {
					if _, err := captp.Invoke(t.Context(), far.Ref, captp.Symbol("call"), toolbox(a), captp.Symbol("add"), 1, 2).Await(t.Context()); err != nil {
						return
					}
				}
			})
		}
		time.Sleep(5 * time.Millisecond)
		a.Close()
		b.Close()
		wg.Wait()
	}
	for deadline := time.Now().Add(5 * time.Second); ofThisPackage() > before; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d goroutines are left", ofThisPackage()-before)
		}
	}
}

// record is a tracer that keeps what it hears.
type record struct {
	mu     sync.Mutex
	events []string
}

func (r *record) Trace(e captp.TraceEvent) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, strings.TrimSpace(e.Kind.String()+" "+e.Op+e.Outcome+e.Reason))
}

func TestTracer(t *testing.T) {
	r := new(record)
	n := netlayertest.NewNetwork(netlayertest.NetworkOptions{})
	a, err := captp.New(captp.WithNetlayer(n.Peer("a")), captp.WithTracer(r))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	b, err := captp.New(captp.WithNetlayer(n.Peer("b")))
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	far := captptest.Carry(t, b, a, toolbox(b))
	b.Close()
	<-captp.Broken(far)
	a.Close()
	r.mu.Lock()
	defer r.mu.Unlock()
	got := slices.DeleteFunc(r.events, func(e string) bool { return strings.Contains(e, "op:gc-") })
	want := []string{
		"dial", "sent op:start-session", "received op:start-session", "up", "sent op:deliver", "received op:deliver",
		"received op:abort", "over",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestSlogTracer(t *testing.T) {
	var out bytes.Buffer
	tracer := captp.SlogTracer(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{
		Level: slog.LevelDebug,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			return map[bool]slog.Attr{true: {}, false: a}[a.Key == "time"]
		},
	})))
	tracer.Trace(captp.TraceEvent{Kind: captp.TraceSent, Op: "op:deliver", Bytes: 12})
	tracer.Trace(captp.TraceEvent{Kind: captp.TraceOver, Err: context.Canceled})
	want := "level=DEBUG msg=sent peer=. op=op:deliver bytes=12\nlevel=DEBUG msg=over peer=. error=\"context canceled\"\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
