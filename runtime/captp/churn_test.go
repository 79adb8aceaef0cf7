package captp_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

var churnTime = flag.Duration("churn", time.Second, "how long TestChurn takes, about")

const (
	churnClients = 100
	churnRate    = 1_000_000/600 + 1 // calls a second, about
	churnLeast   = 5000              // calls
)

// churn is a vat, the hub, to which clients come and go over sockets that are closed at random under them.
type churn struct {
	hub   *captp.Vat
	ref   locator.SturdyRef
	start time.Time
	calls []atomic.Uint32 // by id: how often the call was handled
	next  atomic.Int64    // id

	answered, lost, cuts, vats atomic.Int64
	resting                    sync.RWMutex // held by every batch, and by whoever wants none
	lent                       [churnClients]atomic.Pointer[anyRef]
	accepted                   *cutConns
}

// cutConns is a netlayer whose conns can be closed from below.
type cutConns struct {
	netlayer.Netlayer

	mu    sync.Mutex
	conns []netlayer.Conn // guarded by mu
}

func (n *cutConns) Dial(ctx context.Context, peer locator.Peer) (netlayer.Conn, error) {
	return n.noted(n.Netlayer.Dial(ctx, peer))
}

func (n *cutConns) Accept() (netlayer.Conn, error) { return n.noted(n.Netlayer.Accept()) }

func (n *cutConns) noted(c netlayer.Conn, err error) (netlayer.Conn, error) {
	if err != nil {
		return nil, err
	}
	noted := &notedConn{c, n}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.conns = append(n.conns, noted)
	return noted, nil
}

// cut closes one of the conns, and reports whether there was one.
func (n *cutConns) cut(random *rand.Rand) bool {
	n.mu.Lock()
	if len(n.conns) == 0 {
		n.mu.Unlock()
		return false
	}
	c := n.conns[random.IntN(len(n.conns))]
	n.mu.Unlock()
	c.Close()
	return true
}

// notedConn is a conn of [cutConns].
type notedConn struct {
	netlayer.Conn

	of *cutConns
}

func (c *notedConn) Close() error {
	c.of.mu.Lock()
	c.of.conns = slices.DeleteFunc(c.of.conns, func(o netlayer.Conn) bool { return o == netlayer.Conn(c) })
	c.of.mu.Unlock()
	return c.Conn.Close()
}

// newVat returns a vat over sockets, and what its conns can be cut by.
func (c *churn) newVat(t *testing.T) (*captp.Vat, *cutConns) {
	nl, err := tcptesting.New(tcptesting.Options{})
	if err != nil {
		t.Fatal(err)
	}
	conns := &cutConns{Netlayer: nl}
	v, err := captp.New(captp.WithNetlayer(conns))
	if err != nil {
		t.Fatal(err)
	}
	c.vats.Add(1)
	return v, conns
}

// station returns an object that takes down which calls it handles.
func (c *churn) station(v *captp.Vat) anyRef {
	handled := func(f method) method {
		return func(ctx context.Context, args []any) (any, error) {
			c.calls[args[0].(int64)].Add(1)
			return f(ctx, args)
		}
	}
	return object(v, map[string]method{
		"note": handled(func(_ context.Context, args []any) (any, error) { return args[0], nil }),
		"back": handled(func(ctx context.Context, args []any) (any, error) {
			return captp.Invoke(ctx, args[1].(captp.Ref), captp.Symbol("first"), args[0]).Await(ctx)
		}),
		"first": func(_ context.Context, args []any) (any, error) { return args[0], nil },
		"make":  func(context.Context, []any) (any, error) { return c.station(v), nil },
		"keep": func(_ context.Context, args []any) (any, error) {
			c.lent[args[0].(int64)].Store(&anyRef{args[1].(captp.Ref)})
			return nil, nil
		},
		"borrow": func(_ context.Context, args []any) (any, error) {
			if r := c.lent[args[0].(int64)].Load(); r != nil {
				return *r, nil
			}
			return nil, errors.New("nobody has lent it")
		},
	}, captp.Concurrent())
}

// client calls the hub until all calls are made, from one vat after the other.
func (c *churn) client(t *testing.T, n int, random *rand.Rand) {
	for c.next.Load() < int64(len(c.calls)) {
		v, conns := c.newVat(t)
		for range 1 + random.IntN(40) {
			last := c.batch(t, n, v, conns, random)
			if last == len(c.calls) {
				break
			}
			time.Sleep(time.Until(c.start.Add(*churnTime * time.Duration(last) / time.Duration(len(c.calls)))))
		}
		if random.IntN(2) == 0 {
			ctx, cancel := context.WithTimeout(context.Background(), time.Duration(random.IntN(100))*time.Millisecond)
			v.Shutdown(ctx)
			cancel()
		} else {
			v.Close()
		}
	}
}

// batch makes some calls at once, during which the client's conns, or one of the hub's, may be cut. It returns up to which one all calls
// have been begun.
func (c *churn) batch(t *testing.T, n int, v *captp.Vat, conns *cutConns, random *rand.Rand) int {
	c.resting.RLock()
	defer c.resting.RUnlock()
	ctx := context.Background()
	size := int64(1 + random.IntN(60))
	first := c.next.Add(size) - size
	last := min(first+size, int64(len(c.calls)))
	if first >= last {
		return len(c.calls)
	}
	cut := make(chan struct{})
	if random.IntN(3) > 0 {
		close(cut)
	} else {
		delay, victim := time.Duration(random.IntN(15_000))*time.Microsecond, conns
		if random.IntN(4) == 0 {
			victim = c.accepted // perhaps that of somebody else
		}
		own := rand.New(rand.NewPCG(random.Uint64(), 0))
		go func() {
			defer close(cut)
			time.Sleep(delay)
			if victim.cut(own) {
				c.cuts.Add(1)
			}
		}()
	}
	far := captp.Enliven[anyRef](ctx, v, c.ref).Cap().Ref
	own := c.station(v)
	captp.InvokeTell(ctx, far, captp.Symbol("keep"), int64(n), own)
	if random.IntN(30) == 0 {
		far = captp.InvokeRef(ctx, far, captp.Symbol("borrow"), int64(random.IntN(churnClients))).Cap().Ref
	}
	var pending []*captp.Promise[any]
	for id := first; id < last; id++ {
		pending = append(pending, c.call(ctx, far, own, id, random))
	}
	for i, p := range pending {
		c.outcome(ctx, t, first+int64(i), p)
	}
	<-cut
	return int(last)
}

// call makes one call of any kind.
func (c *churn) call(ctx context.Context, far captp.Ref, own anyRef, id int64, random *rand.Rand) *captp.Promise[any] {
	switch random.IntN(8) {
	case 0:
		return captp.Invoke(ctx, far, captp.Symbol("back"), id, own)
	case 1:
		made := captp.InvokeRef(ctx, far, captp.Symbol("make"))
		return captp.Invoke(ctx, made.Cap().Ref, captp.Symbol("note"), id)
	case 2:
		return captp.Invoke(ctx, far, captp.Symbol("note"), id, bytes.Repeat([]byte("x"), random.IntN(20_000)))
	default:
		return captp.Invoke(ctx, far, captp.Symbol("note"), id)
	}
}

// outcome waits for the outcome of a call, and checks it.
func (c *churn) outcome(ctx context.Context, t *testing.T, id int64, p *captp.Promise[any]) {
	got, err := p.Await(ctx)
	if again, err2 := p.Await(ctx); again != got || (err == nil) != (err2 == nil) {
		t.Errorf("call %d has two outcomes: %v, error %v; then %v, error %v", id, got, err, again, err2)
	}
	switch n := c.calls[id].Load(); {
	case err == nil && got == id:
		c.answered.Add(1)
		if n != 1 {
			t.Errorf("call %d was answered, and handled %d times", id, n)
		}
	case err == nil:
		t.Errorf("call %d: got the answer %v of another one", id, got)
	case !isOutcomeOfAFault(err):
		t.Errorf("call %d: got error %v", id, err)
	default:
		c.lost.Add(1)
	}
}

// reading is what the process holds while nothing is under way.
type reading struct {
	heap, goroutines, files int
}

func (r reading) String() string {
	return fmt.Sprintf("%.1f MiB live, %d goroutines, %d descriptors", float64(r.heap)/(1<<20), r.goroutines, r.files)
}

// read takes a reading.
func read() reading {
	var m runtime.MemStats
	for range 3 { // finalizers and cleanups of the first let go of more
		runtime.GC()
		time.Sleep(10 * time.Millisecond)
	}
	runtime.ReadMemStats(&m)
	files, _ := os.ReadDir("/proc/self/fd") // none elsewhere than on Linux
	return reading{int(m.HeapAlloc), runtime.NumGoroutine(), len(files)}
}

// TestChurn lets a hundred clients call a vat, and each other, while their connections are cut at random and they come and go. Every
// call has one outcome, is handled once at most, and nothing is left of any of it.
func TestChurn(t *testing.T) {
	seed := *faultsSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("-faults.seed %d", seed)
	before := read()
	c := &churn{calls: make([]atomic.Uint32, max(churnLeast, int(churnTime.Seconds()*churnRate)))}
	c.hub, c.accepted = c.newVat(t)
	ref, err := captp.Publish(c.hub, c.station(c.hub))
	if err != nil {
		t.Fatal(err)
	}
	c.ref, c.start = ref, time.Now()
	var clients sync.WaitGroup
	for n := range churnClients {
		clients.Go(func() { c.client(t, n, rand.New(rand.NewPCG(seed, uint64(n)))) })
	}
	heaps := c.readings(t)
	clients.Wait()
	t.Logf("%d calls, %d answered, %d lost, %d cuts, %d vats, in %v",
		len(c.calls), c.answered.Load(), c.lost.Load(), c.cuts.Load(), c.vats.Load(), time.Since(c.start).Round(time.Second))
	expectFlat(t, heaps)
	for id := range c.calls {
		if n := c.calls[id].Load(); n > 1 {
			t.Errorf("call %d was handled %d times", id, n)
		}
	}
	c.expectNothingLeft(t, before)
}

// readings takes readings at equal distances while the clients are at work, and returns what the heap was.
func (c *churn) readings(t *testing.T) (heaps []int) {
	n := min(max(int(*churnTime/time.Minute), 2), 20)
	for i := range n {
		time.Sleep(time.Until(c.start.Add(time.Duration(i+1) * *churnTime / time.Duration(n+1))))
		c.resting.Lock()
		r := read()
		st := c.hub.Stats()
		c.resting.Unlock()
		t.Logf("after %v: %v; %d sessions, %d exports, %d imports, %d questions, %d answers", time.Since(c.start).Round(time.Second/10), r,
			st.Up, st.Exports, st.Imports, st.Questions, st.Answers)
		heaps = append(heaps, r.heap)
	}
	return heaps
}

// expectFlat checks that the heap does not grow. The first minute shows nothing of that yet.
func expectFlat(t *testing.T, heaps []int) {
	t.Helper()
	half := len(heaps) / 2
	if half < 2 {
		return
	}
	if was, is := slices.Max(heaps[:half]), slices.Min(heaps[half:]); is > was+was/4+(2<<20) {
		t.Errorf("the heap grows: %d", heaps)
	}
}

// expectNothingLeft checks that the tables of the hub are empty, closes it, and checks that everything is as it was before.
func (c *churn) expectNothingLeft(t *testing.T, before reading) {
	t.Helper()
	for n := range c.lent {
		c.lent[n].Store(nil)
	}
	const most = 8 << 20 // bytes that the process may keep
	patience := time.After(20 * time.Second)
	var (
		st    captp.Stats
		after reading
	)
	for closed := false; ; time.Sleep(10 * time.Millisecond) {
		if !closed {
			if st = c.hub.Stats(); isEmpty(st) {
				closed = true
				c.hub.Close()
				c.hub = nil
			}
		} else if after = read(); after.goroutines <= before.goroutines && after.files <= before.files &&
			after.heap <= before.heap+4*len(c.calls)+most {
			break
		}
		select {
		case <-patience:
			t.Fatalf("before: %v; after: %v; the hub has %+v", before, after, st)
		default:
		}
	}
	t.Logf("before: %v; after: %v", before, after)
}

// isEmpty reports whether a vat keeps nothing but what it has published.
func isEmpty(st captp.Stats) bool {
	return st.Holdings == (captp.Holdings{}) && st.Sessions+st.Up+st.Peers+st.Gifts+st.Withdrawals+st.Introductions+
		st.Conns+st.Turns == 0
}
