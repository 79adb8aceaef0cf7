package paths_test

import (
	stdcmp "cmp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// A path and the messages at its end take one round trip with peers that know steps. With those that do not, the messages wait for
// the result.
func TestRoundTrips(t *testing.T) {
	const oneWay = 50 * time.Millisecond
	for d, travels := range dialects {
		t.Run(d.String(), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := captptest.NewLink(t, captp.WithDialect(d))
				e := captptest.Carry(t, l.B, l.A, scene{l.B}.registry()).E(t.Context())
				l.Network.Way(captptest.NameA, captptest.NameB).SetLatency(oneWay)
				l.Network.Way(captptest.NameB, captptest.NameA).SetLatency(oneWay)
				for _, r := range routes {
					want := 2 * oneWay
					if !travels {
						want *= time.Duration(stdcmp.Or(r.trips, 2))
					}
					start := time.Now()
					got, err := r.send(e).Await(t.Context())
					if spent := time.Since(start); got != r.want || err != nil || spent != want {
						t.Errorf("%s: got %q, %v after %v, want %q after %v", r.name, got, err, spent, r.want, want)
					}
				}
			})
		})
	}
}

// A result that can be stepped into has an answer position, by which the steps go; another one does not cost the peer any.
func TestMessages(t *testing.T) {
	synctest.Test(t, testMessages)
}

func testMessages(t *testing.T) {
	l := captptest.NewLink(t)
	c := captptest.Carry(t, l.B, l.A, scene{l.B}.registry())
	l.ClearTranscript()
	l.Network.Way(captptest.NameB, captptest.NameA).SetLatency(time.Second) // no answer comes before all is said
	if _, err := c.E(t.Context()).Subscribe("ada").Stop().Call().Await(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.FindLeaf(t.Context(), "not"); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.PlainPair(t.Context()); err == nil {
		t.Error("plain-pair is implemented")
	}
	var sent []string
	for line := range strings.Lines(l.Transcript()) {
		if op, ok := strings.CutPrefix(line, "a -> b  "); ok && !strings.HasPrefix(op, "<op:gc-") {
			sent = append(sent, strings.TrimSpace(op))
		}
	}
	want := []string{
		`<op:deliver <desc:export 1> ['subscribe "ada"] 2 <desc:import-object 2>>`,
		`<op:index <desc:answer 2> 1 3>`,
		`<op:listen <desc:answer 3> <desc:import-object 3> f>`,
		`<op:deliver <desc:answer 3> [] f <desc:import-object 4>>`,
		`<op:deliver <desc:export 1> ['find-leaf "not"] 4 <desc:import-object 5>>`,
		`<op:deliver <desc:export 1> ['plain-pair] f <desc:import-object 6>>`,
	}
	if diff := cmp.Diff(want, sent); diff != "" {
		t.Errorf("messages (-want +got):\n%s", diff)
	}
}
