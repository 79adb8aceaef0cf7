package onion

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// A tor that cannot connect warns again and again. What it warns of is said, once.
func TestStalled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var got []string
		start := time.Now()
		r := newReporter(func(p Progress) {
			got = append(got, fmt.Sprintf("%v %d%% %s", time.Since(start), p.Percent, p.Summary))
		})
		prints := &output{}
		r.listen(prints)
		at := func(percent int, summary string) {
			r.report(Progress{Stage: StageConnecting, Percent: percent, Summary: summary})
		}
		r.report(Progress{Stage: StageStarting, Summary: "starting"})
		time.Sleep(time.Second)
		at(5, "Connecting to a relay")
		for range 25 {
			time.Sleep(time.Second)
			at(5, "Connecting to a relay: Connection refused")
			at(5, "Connecting to a relay: No route to host")
		}
		fmt.Fprintln(prints, "Nov 24 00:00:00.000 [warn] Problem bootstrapping. Stuck at 5%.")
		time.Sleep(10 * time.Minute)
		at(10, "Connected to a relay")
		time.Sleep(time.Minute - time.Second)
		if last := r.stop(); last.Percent != 10 {
			t.Errorf("the last: %v, want that of 10%%", last)
		}
		time.Sleep(time.Hour)
		want := []string{
			"0s 0% starting",
			"1s 5% Connecting to a relay",
			"2s 5% Connecting to a relay: Connection refused",
			"2s 5% Connecting to a relay: No route to host",
			"1m1s 5% Connecting to a relay: No route to host: no progress for a minute; tor warns: Problem bootstrapping. Stuck at 5%.",
			"10m26s 10% Connected to a relay",
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("told (-want +got):\n%s", diff)
		}
	})
}

// Whatever tor says, the program is told no more than so much of it.
func TestStalledWithMuchToSay(t *testing.T) {
	told := 0
	r := newReporter(func(Progress) { told++ })
	defer r.stop()
	for i := range 10 * maxTold {
		r.report(Progress{Stage: StageConnecting, Percent: 5, Summary: fmt.Sprint(i)})
	}
	if told != maxTold {
		t.Errorf("told %d times, want %d", told, maxTold)
	}
}
