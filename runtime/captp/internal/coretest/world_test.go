package coretest

import (
	"encoding/hex"
	"flag"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
)

var (
	actions  = flag.Int("actions", 60_000, "how many actions each model test takes, about")
	seed     = flag.Uint64("seed", 0, "the seed of the first schedule; 0 is a random one")
	schedule = flag.String("schedule", "", "a schedule that failed, for TestReplay")
	in       = flag.String("in", "two vats", "the kind of world of that schedule")
)

// scheduleLength is how many actions one schedule has.
const scheduleLength = 600

// worlds are the kinds of worlds that schedules run in.
var worlds = []struct {
	name string
	opts Options
}{
	{"two vats", Options{Vats: 2}},
	{"two vats that release", Options{Vats: 2, Releases: true}},
	{"two vats with cuts", Options{Vats: 2, Releases: true, Cuts: true}},
	{"three vats", Options{Vats: 3}},
	{"three vats that release", Options{Vats: 3, Releases: true}},
	{"three vats with cuts", Options{Vats: 3, Cuts: true}},
	{"three vats that decline", Options{Vats: 3, Declines: true, Refusals: true}},
	{"three vats in time", Options{Vats: 3, Expiry: true}},
	{"three vats with all of that", Options{Vats: 3, Releases: true, Cuts: true, Declines: true, Refusals: true, Expiry: true}},
	{"four vats", Options{Vats: 4}},
	{"four vats with cuts", Options{Vats: 4, Cuts: true}},
}

// TestModel runs schedules of random actions in every kind of world. More of them are run with the flag -actions.
func TestModel(t *testing.T) {
	first := *seed
	if first == 0 {
		first = rand.Uint64()
	}
	for _, kind := range worlds {
		t.Run(kind.name, func(t *testing.T) {
			n := *actions / len(worlds) / scheduleLength
			t.Logf("%d schedules of %d actions from seed %d", n, scheduleLength, first)
			messages, handoffs := 0, 0
			for i := range n {
				w := New(first+uint64(i), kind.opts)
				run(t, w, kind.name)
				messages += len(w.messages)
				handoffs += w.handoffs
			}
			t.Logf("%d messages, %d handoffs", messages, handoffs)
			if n >= 5 && handoffs == 0 && kind.opts.Vats > 2 {
				t.Error("nothing was handed off")
			}
		})
	}
}

// TestReplay runs the schedule of the flag -schedule.
func TestReplay(t *testing.T) {
	data, err := hex.DecodeString(*schedule)
	if err != nil {
		t.Fatal(err)
	}
	if len(data) == 0 {
		t.Skip("no schedule")
	}
	for _, kind := range worlds {
		if kind.name == *in {
			run(t, Replay(data, kind.opts), kind.name)
		}
	}
}

// run runs a world to its end. If it fails, it prints a schedule that fails, too, and is as short as can be found quickly.
func run(t *testing.T, w *World, kind string) {
	t.Helper()
	err := play(w)
	if err == nil {
		return
	}
	short := shrink(w.chosen, w.opts)
	again := Replay(short, w.opts)
	if e := play(again); e != nil {
		err, w = e, again
	}
	t.Fatalf("%v\nThe last actions:\n%s\nTo run it again:\ngo test -run TestReplay -in %q -schedule %x",
		err, strings.Join(w.Log(), "\n"), kind, w.chosen)
}

// play takes the actions of a world and brings it to rest.
func play(w *World) error {
	w.maxHeld = 4 + w.choose(maxHeld-3)
	for i := 0; i < scheduleLength && !w.IsOver(); i++ {
		if err := w.Step(); err != nil {
			return err
		}
	}
	return w.Finish()
}

// shrink leaves parts of a failing schedule out as long as it fails.
func shrink(schedule []byte, o Options) []byte {
	deadline := time.Now().Add(2 * time.Second)
	for size := len(schedule) / 2; size > 0; size /= 2 {
		for at := 0; at+size <= len(schedule) && time.Now().Before(deadline); {
			shorter := slices.Concat(schedule[:at], schedule[at+size:])
			if play(Replay(shorter, o)) != nil {
				schedule = shorter
			} else {
				at += size
			}
		}
	}
	return schedule
}

// FuzzTwoVats takes schedules from the fuzzer. The first byte says in what kind of world. What a schedule covers depends on the garbage
// collector, so it is best run with -fuzzminimizetime 1x.
func FuzzTwoVats(f *testing.F) { fuzz(f, 2) }

// FuzzThreeVats does the same with three vats.
func FuzzThreeVats(f *testing.F) { fuzz(f, 3) }

func fuzz(f *testing.F, vats int) {
	for i := range 4 {
		rng := rand.New(rand.NewPCG(uint64(i), uint64(vats)))
		data := make([]byte, 600)
		for j := range data {
			data[j] = byte(rng.Uint32())
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		var kinds []int
		for i, kind := range worlds {
			if kind.opts.Vats == vats {
				kinds = append(kinds, i)
			}
		}
		if len(data) == 0 {
			return
		}
		kind := worlds[kinds[int(data[0])%len(kinds)]]
		run(t, Replay(data[1:], kind.opts), kind.name)
	})
}
