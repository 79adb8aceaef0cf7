package hostiletest

import (
	"context"
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
)

var (
	messages = flag.Int64("hostile.messages", 15_000, "how many messages the storm sends")
	seed     = flag.Uint64("hostile.seed", 1, "of the storm")
	first    = flag.Uint64("hostile.first", 0, "the number of the first session of the storm")
	rate     = flag.Int("hostile.rate", 15_000, "messages a second, at most")
	peers    = flag.Int("hostile.peers", 8, "hostile peers at once")
	factor   = flag.Float64("hostile.factor", 0, "how much longer calls of honest peers may take than beside as many valid messages; 0 for no check")
)

func TestMain(m *testing.M) {
	if RunChild() {
		return
	}
	flag.Parse()
	os.Exit(m.Run())
}

// honestPeers is how many honest peers call all the time, and honestPause how long each of them waits between two calls.
const (
	honestPeers = 4
	honestPause = time.Millisecond
)

// TestStorm lets hostile peers attack a target while honest ones go on, and compares the time that the calls of these take with the time
// that they take beside a load of valid messages, and beside none.
func TestStorm(t *testing.T) {
	limits := captp.Limits{TotalBytes: 64 << 20}
	f := newField(t, limits)
	empty := f.mustReport()
	var all, valid Spent
	numbers, validNumbers := new(atomic.Uint64), new(atomic.Uint64)
	numbers.Store(*first)
	start := time.Now()
	for all.Messages < *messages && !t.Failed() {
		share := min(*messages-all.Messages, int64(2**rate))
		f.during("hostile", func() { all.Add(f.storm(Storm{Seed: *seed}, numbers, share)) })
		begun := time.Now()
		mean := int(all.Messages / max(all.Sessions, 1))
		f.during("valid", func() {
			valid.Add(f.storm(Storm{Seed: *seed, Valid: true, Mean: mean}, validNumbers, share/2))
		})
		took := time.Since(begun)
		f.during("idle", func() { time.Sleep(took / 2) })
		for _, way := range f.ways {
			if err := Meet(t.Context(), way); err != nil {
				t.Errorf("an honest peer after session %d, by %s: %v", numbers.Load(), way.Name, err)
			}
		}
		if isLong() {
			t.Logf("%d messages, the next session is number %d, %v", all.Messages, numbers.Load(), time.Since(start).Round(time.Second))
		}
	}
	t.Logf("seed %d, sessions from number %d: %+v in %v; valid ones: %+v", *seed, *first, all, time.Since(start).Round(time.Millisecond), valid)
	if valid.Aborted > 0 {
		t.Errorf("%d sessions of valid messages were aborted", valid.Aborted)
	}
	f.compare(f.outcome())
	r, bound := f.mustReport(), empty.Resident+residentBound(limits, *peers+honestPeers)
	if r.Peak > bound && f.pid != os.Getpid() { // the memory of this process is that of the attackers, too
		t.Errorf("resident: %d MiB at most, want %d", r.Peak>>20, bound>>20)
	}
	hostile, honest := perMessage(f.spent["hostile"], all), perMessage(f.spent["valid"], valid)
	t.Logf("the target takes %v for a hostile message, with its share of setting sessions up, and %v for a valid one: %.2f times as much",
		hostile, honest, float64(hostile)/float64(honest))
	f.settle()
}

func perMessage(d time.Duration, s Spent) time.Duration {
	return d / time.Duration(max(s.Messages, 1))
}

// during names what goes on, and adds up the time that the target uses the processor for.
func (f *field) during(phase string, do func()) {
	f.phase(phase)
	before := Look(f.pid).CPU
	do()
	f.spent[phase] += Look(f.pid).CPU - before
	f.phase("between")
}

// field is a target and who meets there.
type field struct {
	t       *testing.T
	ways    []Way
	phase   func(string)
	peek    func() Outcome
	outcome func() Outcome // and honest peers stop
	report  func(letGo bool) (Report, error)
	before  Report // without any peer
	pid     int    // of the target
	spent   map[string]time.Duration
}

// newField starts a target and honest peers: in processes of their own, but for the race detector.
func newField(t *testing.T, limits captp.Limits) *field {
	t.Helper()
	f := &field{t: t, pid: os.Getpid(), spent: map[string]time.Duration{}}
	if raceEnabled {
		target, err := StartVat(limits)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(target.Close)
		f.ways, f.report = target.Ways(), func(letGo bool) (Report, error) { return target.Report(letGo), nil }
		f.before = target.Report(true)
		honest, err := StartHonest(t.Context(), f.ways, honestPeers, honestPause)
		if err != nil {
			t.Fatal(err)
		}
		f.phase, f.peek, f.outcome = honest.Phase, honest.Outcome, honest.Stop
		return f
	}
	target, err := StartTarget(limits)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := target.Close(); err != nil {
			t.Errorf("the target ended badly: %v", err)
		}
	})
	f.ways, f.report, f.pid = target.Ways, target.Report, target.Pid()
	if f.before, err = f.report(true); err != nil {
		t.Fatal(err)
	}
	honest, err := StartHonestChild(f.ways, honestPeers, honestPause)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { honest.Close() })
	f.phase = func(name string) {
		if err := honest.Phase(name); err != nil {
			t.Fatal(err)
		}
	}
	f.peek = func() Outcome {
		out, err := honest.Outcome()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	f.outcome = func() Outcome {
		defer honest.Close()
		return f.peek()
	}
	return f
}

// storm lets hostile peers send so many messages, in sessions of the next numbers.
func (f *field) storm(s Storm, numbers *atomic.Uint64, share int64) Spent {
	var (
		workers sync.WaitGroup
		mu      sync.Mutex
		sum     Spent
		pace    = NewPace(*rate)
	)
	ctx, cancel := context.WithCancel(f.t.Context())
	defer cancel()
	// A few messages are sent by one peer, so that a single session can be looked at.
	for range min(int64(*peers), 1+share/meanSession) {
		workers.Go(func() {
			for ctx.Err() == nil {
				number := numbers.Add(1) - 1
				spent, err := s.Run(ctx, f.ways[number%uint64(len(f.ways))], number, pace)
				if err != nil && ctx.Err() == nil {
					f.t.Errorf("seed %d, session %d: %v", s.Seed, number, err)
					cancel()
				}
				mu.Lock()
				if sum.Add(spent); sum.Messages >= share {
					cancel()
				}
				mu.Unlock()
			}
		})
	}
	workers.Wait()
	return sum
}

// compare checks what honest peers have seen.
func (f *field) compare(o Outcome) {
	if o.Wrong > 0 {
		f.t.Errorf("%d calls of honest peers have the wrong outcome: %q", o.Wrong, o.Errors)
	}
	for _, phase := range []string{"idle", "valid", "hostile"} {
		calls := o.Calls[phase]
		if calls == nil {
			f.t.Errorf("honest peers are not served in phase %q", phase)
			return
		}
		f.t.Logf("%-8s %v", phase, calls)
	}
	for _, q := range []float64{0.5, 0.99} {
		hostile, valid := o.Calls["hostile"].Quantile(q), o.Calls["valid"].Quantile(q)
		ratio := float64(hostile) / float64(valid)
		f.t.Logf("quantile %v: beside hostile messages %.2f times as long as beside valid ones, %.2f times as long as alone",
			q, ratio, float64(hostile)/float64(o.Calls["idle"].Quantile(q)))
		if *factor > 0 && ratio > *factor {
			f.t.Errorf("quantile %v: %.2f times as long, want %.2f at most", q, ratio, *factor)
		}
	}
}

// heapSlack is how many bytes of memory may be kept for later use: pools of buffers, maps that were larger.
const heapSlack = 8 << 20

// idleRunners is how many goroutines a vat keeps for its next turns.
const idleRunners = 32

// settle waits until nothing is left of any peer, and checks what the target takes up then, and took up.
func (f *field) settle() {
	var r Report
	for range 200 {
		var err error
		if r, err = f.report(true); err != nil {
			f.t.Fatal(err)
		}
		if f.left(r) == "" {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	f.t.Logf("target: resident %d MiB, at most %d MiB; live heap %d KiB, before %d; %d goroutines, before %d; %d descriptors, before %d",
		r.Resident>>20, r.Peak>>20, r.Heap>>10, f.before.Heap>>10, r.Goroutines, f.before.Goroutines, r.Descriptors, f.before.Descriptors)
	f.t.Logf("target: %d operations received, %d sessions up, %d over", r.Received, r.Up, r.Over)
	var ends strings.Builder
	for _, reason := range slices.SortedFunc(maps.Keys(r.Ends), func(a, b string) int { return int(r.Ends[b] - r.Ends[a]) }) {
		fmt.Fprintf(&ends, "\n%8d %q", r.Ends[reason], reason)
	}
	f.t.Logf("ends of sessions:%s", ends.String())
	if left := f.left(r); left != "" {
		f.t.Errorf("what is left: %s", left)
	}
}

// left returns what is left in a target whose peers are gone.
func (f *field) left(r Report) string {
	stats := r.Stats
	stats.Registered, stats.PendingGC = 0, 0
	switch {
	case stats != captp.Stats{}:
		return fmt.Sprintf("%+v", stats)
	case r.Goroutines > f.before.Goroutines+idleRunners:
		return "goroutines"
	case r.Descriptors > f.before.Descriptors:
		return "descriptors"
	case r.Heap > f.before.Heap+heapSlack+*crowd*(8<<10):
		return "memory"
	}
	return ""
}
