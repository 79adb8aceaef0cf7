package hostiletest

import (
	"os"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/captp"
)

// TestTotal lets several peers make a vat keep as much as each of them may, so that together it is more than Limits.TotalBytes, and checks
// that the resident memory stays in proportion to that.
func TestTotal(t *testing.T) {
	const sessions = 10
	each, limits := 10_000, captp.Limits{TotalBytes: 16 << 20}
	if isLong() {
		each, limits.TotalBytes = 20_000, 32<<20
	}
	for _, fl := range floods() {
		if strings.Contains(fl.name, "gifts") || strings.Contains(fl.name, "steps") || !isLong() && !strings.Contains(fl.name, "import") {
			continue
		}
		t.Run(fl.name, func(t *testing.T) {
			f := newField(t, limits)
			if f.pid == os.Getpid() {
				t.Skip("memory is measured of a process of its own")
			}
			f.mustReport()
			before := Look(f.pid).Resident
			ResetPeak(f.pid)
			var peers []*Attacker
			for number := range sessions {
				a, err := Dial(t.Context(), f.ways[0], fresh(13, uint64(number)))
				if err != nil {
					t.Fatal(err)
				}
				defer a.Close()
				meetAndFetch(t, a)
				peers = append(peers, a)
				fl.fill(a, min(each, fl.n(captp.DefaultLimits())))
			}
			up := 0
			for _, a := range peers {
				if !a.Over() {
					up++
				}
			}
			grown := Look(f.pid).Peak - before
			t.Logf("%d of %d sessions are up; resident memory has grown by %d MiB", up, sessions, grown>>20)
			if bound := 2*limits.TotalBytes + 24<<20; grown > bound {
				t.Errorf("resident memory has grown by %d MiB, want %d", grown>>20, bound>>20)
			}
			if o := f.outcome(); o.Wrong > 0 {
				t.Errorf("%d calls of honest peers have the wrong outcome: %q", o.Wrong, o.Errors)
			}
		})
	}
}

// fill sends n messages of the flood, in pieces, and waits until the target has looked at them.
func (f flood) fill(a *Attacker, n int) {
	_ = a.SayText(f.first...)
	for i := 0; i < n && !a.Over(); {
		var msgs []string
		for size := 0; size < 64<<10 && i < n && len(msgs) < 500; i++ {
			msgs = append(msgs, f.numbered(i+1))
			size += len(msgs[len(msgs)-1])
		}
		_ = a.SayText(append(msgs, call(bootstrap, fetch(Echo), -1, 50_000_000+i))...)
		_, _ = a.Told(uint64(50_000_000 + i)) // or the session is over
	}
}
