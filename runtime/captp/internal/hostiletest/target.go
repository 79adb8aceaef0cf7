package hostiletest

import (
	"errors"
	"maps"
	"os"
	"runtime"
	"runtime/debug"
	"strings"
	"sync"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/netlayer"
	"github.com/ocapn-go/ocapn/runtime/netlayer/memory"
	"github.com/ocapn-go/ocapn/runtime/netlayer/noise"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
	"github.com/ocapn-go/ocapn/runtime/netlayer/websocket"
)

// Target is a vat with the program of [Publish] in this process. It counts what comes to it.
type Target struct {
	Vat     *captp.Vat
	program *Program
	ways    []Way
	counter *counter
}

// StartVat starts a target that is reached by every [Way].
func StartVat(limits captp.Limits) (*Target, error) {
	t := &Target{counter: &counter{ends: map[string]int64{}}}
	hub := memory.NewHub()
	opts := []captp.Option{captp.WithLimits(limits), captp.WithTracer(t.counter)}
	for _, listen := range []func() (netlayer.Netlayer, []Way, error){
		func() (netlayer.Netlayer, []Way, error) {
			nl, err := tcptesting.New(tcptesting.Options{})
			return nl, []Way{{Name: WayFramed}, {Name: WayRaw}}, err
		},
		func() (netlayer.Netlayer, []Way, error) {
			nl, err := noise.New(noise.Options{Address: "127.0.0.1:0"})
			return nl, []Way{{Name: WayNoise}}, err
		},
		func() (netlayer.Netlayer, []Way, error) {
			nl, err := websocket.New(websocket.Options{Address: "127.0.0.1:0"})
			return nl, []Way{{Name: WayWebSocket}}, err
		},
		func() (netlayer.Netlayer, []Way, error) {
			nl, err := hub.Listen("target")
			return nl, []Way{{Name: WayMemory, hub: hub}}, err
		},
	} {
		nl, ways, err := listen()
		if err != nil {
			return nil, err
		}
		for _, w := range ways {
			w.Target = nl.Location()
			t.ways = append(t.ways, w)
		}
		opts = append(opts, captp.WithNetlayer(nl))
	}
	var err error
	if t.Vat, err = captp.New(opts...); err != nil {
		return nil, err
	}
	t.program, err = Publish(t.Vat)
	return t, err
}

// Ways returns how to get there.
func (t *Target) Ways() []Way { return t.ways }

// Close closes the vat.
func (t *Target) Close() { t.Vat.Close() }

// Report is what is known of a target at one moment.
type Report struct {
	captp.Stats
	Watch
	Goroutines int
	Heap       int              // live bytes
	Received   int64            // operations
	Up, Over   int64            // sessions that were set up, and that ended, those that never were up included
	Ends       map[string]int64 // the reasons, without numbers
}

// Report lets go of what the program keeps if everything is to go, collects garbage, gives memory back that is not used, and returns
// what is left.
func (t *Target) Report(letGo bool) Report {
	if letGo {
		t.program.Release()
	}
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	r := Report{
		Stats: t.Vat.Stats(), Watch: Look(os.Getpid()), Goroutines: runtime.NumGoroutine(), Heap: int(m.HeapAlloc),
	}
	t.counter.report(&r)
	return r
}

// counter counts what comes to a vat.
type counter struct {
	mu       sync.Mutex
	received int64
	up, over int64
	ends     map[string]int64
}

// maxEnds is how many reasons are told apart.
const maxEnds = 200

// Trace counts an event.
func (c *counter) Trace(e captp.TraceEvent) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch e.Kind {
	case captp.TraceReceived:
		c.received++
	case captp.TraceUp:
		c.up++
	case captp.TraceOver:
		c.over++
		reason := withoutNumbers(withoutPeer(e.Err))
		if _, ok := c.ends[reason]; !ok && len(c.ends) == maxEnds {
			reason = "others"
		}
		c.ends[reason]++
	}
}

func (c *counter) report(r *Report) {
	c.mu.Lock()
	defer c.mu.Unlock()
	r.Received, r.Up, r.Over = c.received, c.up, c.over
	r.Ends = map[string]int64{}
	maps.Copy(r.Ends, c.ends)
}

// withoutPeer returns why a session has ended, without who the peer was.
func withoutPeer(err error) string {
	var e *captp.SessionError
	if !errors.As(err, &e) {
		return err.Error()
	}
	if e.Remote {
		return "by the peer: " + e.Reason
	}
	return e.Reason
}

// withoutNumbers returns the beginning of a text, with # for digits: so that like reasons are one.
func withoutNumbers(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return '#'
		}
		return r
	}, s[:min(len(s), 80)])
	for strings.Contains(s, "##") {
		s = strings.ReplaceAll(s, "##", "#")
	}
	return s
}
