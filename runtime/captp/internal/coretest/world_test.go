package coretest

import (
	"flag"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
)

var (
	actions = flag.Int("actions", 60_000, "how many actions the model tests take in all")
	seed    = flag.Uint64("seed", 0, "the seed of the first schedule; 0 is a random one")
)

// scheduleLength is how many actions one schedule has.
const scheduleLength = 600

func TestTwoVats(t *testing.T) { runSchedules(t, 2, false) }

func TestTwoVatsWithCuts(t *testing.T) { runSchedules(t, 2, true) }

// runSchedules runs schedules of random actions, half of the actions that were asked for.
func runSchedules(t *testing.T, vats int, cuts bool) {
	first := *seed
	if first == 0 {
		first = rand.Uint64()
	}
	n := *actions / 2 / scheduleLength
	t.Logf("%d schedules of %d actions from seed %d", n, scheduleLength, first)
	for i := range n {
		runSchedule(t, first+uint64(i), vats, cuts)
	}
}

func runSchedule(t *testing.T, seed uint64, vats int, cuts bool) {
	t.Helper()
	w := New(seed, vats, core.Limits{})
	var err error
	for i := 0; i < scheduleLength && err == nil; i++ {
		err = w.Step(cuts)
	}
	if err == nil {
		err = w.Finish()
	}
	if err != nil {
		t.Fatalf("%v\nThe last actions:\n%s", err, strings.Join(w.Log(), "\n"))
	}
}
