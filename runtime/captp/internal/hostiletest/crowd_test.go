package hostiletest

import (
	"context"
	"flag"
	"fmt"
	"net"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
)

var crowd = flag.Int("hostile.crowd", 200, "idle sessions of the crowd; a tenth as many connections are half open, and a thousandth as many peers, one at least, flood, or do not read")

// TestCrowd lets slow readers, flooders, half-open connections and idle sessions meet, one kind after the other and then all at once.
// Meanwhile honest peers go on calling, and a new one is served beside each of them.
func TestCrowd(t *testing.T) {
	limits := captp.Limits{Sessions: max(10_000, *crowd*5/4)}
	f := newField(t, limits)
	kinds := []struct {
		name  string
		n     int
		enter func(ctx context.Context, m *member)
	}{
		{"slow readers", max(1, *crowd/1000), slowReader},
		{"flooders", max(1, *crowd/1000), flooder},
		{"half open", *crowd / 10, halfOpen},
		{"idle", *crowd, idler},
	}
	f.during("alone", f.watchFor)
	empty := f.mustReport()
	all, stopAll := context.WithCancel(t.Context())
	defer stopAll()
	c := &crowdOf{field: f}
	if !isLong() {
		c.pace = NewPace(crowdRate)
	}
	for _, kind := range kinds {
		if kind.n == 0 {
			continue
		}
		ctx, stop := context.WithCancel(t.Context())
		gone := c.enter(ctx, kind.n, kind.enter)
		r := f.beside(kind.name)
		t.Logf("%d %s: %s", kind.n, kind.name, r.size(empty, kind.n))
		stop()
		gone()
	}
	var gone []func()
	for _, kind := range kinds {
		gone = append(gone, c.enter(all, kind.n, kind.enter))
	}
	r := f.beside("all of them")
	t.Logf("all of them: %s", r.size(empty, 1))
	if bound := empty.Resident + residentBound(limits, r.Conns); r.Peak > bound && c.pid != os.Getpid() { // attackers' memory left out
		t.Errorf("resident: %d MiB at most, want %d", r.Peak>>20, bound>>20)
	}
	stopAll()
	for _, wait := range gone {
		wait()
	}
	f.crowdLatency()
	f.settle()
}

// size says what a target takes up, beside what an empty one does.
func (r Report) size(empty Report, n int) string {
	return fmt.Sprintf("resident %d MiB, at most %d; %.1f KiB for each; live heap %d MiB; %d connections, %d goroutines, %d descriptors, %d turns",
		r.Resident>>20, r.Peak>>20, float64(r.Resident-empty.Resident)/1024/float64(max(1, n)), r.Heap>>20, r.Conns, r.Goroutines, r.Descriptors, r.Turns)
}

// residentBound is how much memory the limits let so many peers of a vat take up: what they bound, which the garbage collector
// lets grow to twice as much before it looks.
func residentBound(l captp.Limits, conns int) int {
	const (
		eachSession = 64 << 10 // a connection, its goroutine and what it reads into
		program     = 64 << 20
	)
	d := captp.DefaultLimits()
	total := l.TotalBytes
	if total == 0 {
		total = d.TotalBytes
	}
	return 2*total + conns*eachSession + program
}

// crowdOf is a crowd on a field.
type crowdOf struct {
	*field
	numbers atomic.Uint64
	pace    *Pace // of slow readers and flooders
}

// crowdRate is how many messages a second slow readers and flooders send in the short form: what they leave behind is handled when they are
// gone, and the test waits for that.
const crowdRate = 500

// member is one of a crowd.
type member struct {
	t    testing.TB
	way  Way
	key  uint64
	pace *Pace
	here func() // is called once, when it is where it wants to be
}

// enter lets n of a kind enter, waits until they are there, and returns what waits until they are gone, which they are when ctx is done.
func (c *crowdOf) enter(ctx context.Context, n int, enter func(context.Context, *member)) (gone func()) {
	var there, members sync.WaitGroup
	door := make(chan struct{}, 64) // so that they do not all push at once
	for range n {
		number := c.numbers.Add(1)
		there.Add(1)
		door <- struct{}{}
		members.Go(func() {
			var once sync.Once
			here := func() { once.Do(func() { there.Done(); <-door }) }
			defer here()
			enter(ctx, &member{t: c.t, way: c.ways[number%uint64(len(c.ways))], key: number, pace: c.pace, here: here})
		})
	}
	there.Wait()
	return members.Wait
}

// idler sets a session up and says nothing more. Whoever is pushed out of the door by those who block it tries again, as honest peers do.
func idler(ctx context.Context, m *member) {
	for ctx.Err() == nil {
		a, err := Dial(ctx, m.way, fresh(10, m.key))
		if err != nil {
			continue
		}
		if err := a.Greet(); err != nil {
			a.Close()
			continue
		}
		a.stuck.Stop()
		m.here()
		<-ctx.Done()
		a.Close()
	}
}

// halfOpen connects and says nothing, again and again.
func halfOpen(ctx context.Context, m *member) {
	var dialer net.Dialer
	host, port := addressOf(m.way)
	for ctx.Err() == nil {
		conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(host, port))
		m.here()
		if err != nil {
			continue
		}
		stop := context.AfterFunc(ctx, func() { conn.Close() })
		octets{conn}.rest()
		stop()
		conn.Close()
		time.Sleep(halfOpenPause)
	}
}

// halfOpenPause is how long those who were thrown out wait before they come again.
const halfOpenPause = 100 * time.Millisecond

// addressOf returns where a way leads to.
func addressOf(w Way) (host, port string) {
	if url, ok := w.Target.Hint("url"); ok {
		host, port, _ = strings.Cut(strings.TrimPrefix(url, "ws://"), ":")
		return host, port
	}
	host, _ = w.Target.Hint("host")
	port, _ = w.Target.Hint("port")
	return host, port
}

// slowReader asks for much and does not read it. When it is thrown out, it comes back.
func slowReader(ctx context.Context, m *member) {
	m.again(ctx, func(a *Attacker) {
		if a.SayText(call(bootstrap, fetch(Big), 0, -1)) != nil {
			return
		}
		m.here()
		for ctx.Err() == nil {
			msgs := make([]string, 50)
			m.pace.Take(ctx, len(msgs))
			for i := range msgs {
				msgs[i] = call("<11'desc:answer0+>", "[]", -1, 1)
			}
			if a.SayText(msgs...) != nil {
				return
			}
		}
	})
}

// flooder calls as fast as it can.
func flooder(ctx context.Context, m *member) {
	m.again(ctx, func(a *Attacker) {
		a.Listen()
		if a.SayText(call(bootstrap, fetch(Echo), 0, -1)) != nil {
			return
		}
		m.here()
		msgs := manyTimes(100, call("<11'desc:answer0+>", "[1+]", -1, 1))
		for ctx.Err() == nil {
			m.pace.Take(ctx, len(msgs))
			if a.SayText(msgs...) != nil {
				return
			}
		}
	})
}

// again connects and says hello, until ctx is done.
func (m *member) again(ctx context.Context, attack func(a *Attacker)) {
	for number := m.key << 20; ctx.Err() == nil; number++ {
		a, err := Dial(ctx, m.way, fresh(11, number))
		if err != nil {
			continue
		}
		stop := context.AfterFunc(ctx, a.Close)
		if a.Say(a.Hello()) == nil {
			attack(a)
		}
		stop()
		a.Close()
	}
}

// beside lets honest peers call for a while beside whatever goes on, lets a new one in, and returns how the target is.
func (f *field) beside(what string) Report {
	f.t.Helper()
	f.during(what, f.watchFor)
	if err := Meet(f.t.Context(), f.ways[0]); err != nil {
		f.t.Errorf("%s: a new honest peer: %v", what, err)
	}
	return f.mustReport()
}

// watchFor lets time pass, and honest peers make some calls, however long that takes.
func (f *field) watchFor() {
	before := f.calls()
	for start := time.Now(); time.Since(start) < time.Duration(*crowd)*time.Millisecond || f.calls() < before+goOn; {
		time.Sleep(10 * time.Millisecond)
		if f.t.Failed() {
			return
		}
	}
}

// goOn is how many calls honest peers make in a phase at least: they go on.
const goOn = 20

// calls returns how many calls honest peers have made, and fails the test if one was answered wrongly.
func (f *field) calls() (n int64) {
	o := f.peek()
	for _, h := range o.Calls {
		n += h.N
	}
	if o.Wrong > 0 {
		f.t.Errorf("%d calls of honest peers have the wrong outcome: %q", o.Wrong, o.Errors)
	}
	return n
}

func (f *field) mustReport() Report {
	f.t.Helper()
	r, err := f.report(false)
	if err != nil {
		f.t.Fatal(err)
	}
	return r
}

// crowdLatency checks and shows what honest peers have seen.
func (f *field) crowdLatency() {
	o := f.outcome()
	if o.Wrong > 0 {
		f.t.Errorf("%d calls of honest peers have the wrong outcome: %q", o.Wrong, o.Errors)
	}
	for _, phase := range []string{"alone", "slow readers", "flooders", "half open", "idle", "all of them"} {
		if calls := o.Calls[phase]; calls != nil {
			f.t.Logf("%-12s %v", phase, calls)
		}
	}
}
