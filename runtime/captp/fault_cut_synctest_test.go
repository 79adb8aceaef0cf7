package captp_test

import (
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"syscall"
	"testing"
)

var (
	everyByte  = flag.Bool("faults.all", false, "let faults happen at every byte of the script, not at some")
	faultsSeed = flag.Uint64("faults.seed", 0, "which bytes faults happen at; at random if zero")
)

// Nothing goes wrong.
func TestScript(t *testing.T) {
	bubble(t, func(t *testing.T) {
		c := newCrew(t)
		c.play(t.Context())
		c.finish(t)
		if got, all := c.book.verify(t), len(c.book.entries()); got != all {
			t.Errorf("%d of %d calls were answered", got, all)
		}
		c.talk(t, "a", "b", "c")
		c.end(t)
	})
}

// scriptBytes returns how many bytes of the script go each way.
func scriptBytes(t *testing.T) map[way]int {
	var bytes map[way]int
	bubble(t, func(t *testing.T) {
		c := newCrew(t)
		c.play(t.Context())
		bytes = c.net.carried
		c.end(t)
	})
	return bytes
}

// moment is a byte of the script.
type moment struct {
	way way
	at  int
}

func (m moment) String() string { return fmt.Sprintf("%v at byte %d", m.way, m.at) }

// moments returns bytes of the script between the vats, n of them unless all are wanted.
func moments(t *testing.T, n int, between ...string) []moment {
	t.Helper()
	var all []moment
	for w, bytes := range scriptBytes(t) {
		if len(between) == 0 || slices.Contains(between, w.from) && slices.Contains(between, w.to) {
			for at := range bytes + 1 {
				all = append(all, moment{w, at})
			}
		}
	}
	slices.SortFunc(all, func(x, y moment) int {
		if d := strings.Compare(x.way.String(), y.way.String()); d != 0 {
			return d
		}
		return x.at - y.at
	})
	if *everyByte {
		t.Logf("%d bytes", len(all))
		return all
	}
	if testing.Short() {
		n /= 4
	}
	random := seeded(t)
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:n]
}

// seeded returns a source of random numbers that a failure can be repeated with.
func seeded(t *testing.T) *rand.Rand {
	t.Helper()
	seed := *faultsSeed
	if seed == 0 {
		seed = rand.Uint64()
	}
	t.Logf("-faults.seed %d", seed)
	return rand.New(rand.NewPCG(seed, 0))
}

// A connection that is cut anywhere in the script, at once or behind what was sent, costs no call its outcome, and leaves nothing
// behind. Whoever was cut off comes to a new session.
func TestCutAtAnyByte(t *testing.T) {
	cuts := []struct {
		name string
		cut  func(hit *wireEnd)
	}{
		{"reset", (*wireEnd).cut},
		{"orderly end", (*wireEnd).finish},
		{"end of the other direction", func(hit *wireEnd) { hit.in.end(io.EOF, syscall.EPIPE) }},
	}
	answered, calls := 0, 0
	for i, m := range moments(t, 120) {
		for k, tt := range cuts {
			if !*everyByte && i%len(cuts) != k {
				continue
			}
			bubble(t, func(t *testing.T) {
				c := newCrew(t)
				c.net.plan(&incident{m.way, m.at, tt.cut})
				c.play(t.Context())
				c.finish(t)
				answered, calls = answered+c.book.verify(t), calls+len(c.book.entries())
				c.net.plan(nil)
				c.talk(t, "a", "b", "c")
				c.end(t)
				if t.Failed() {
					t.Fatalf("%s of %v", tt.name, m)
				}
			})
			if t.Failed() {
				return
			}
		}
	}
	t.Logf("%d of %d calls were answered", answered, calls)
}
