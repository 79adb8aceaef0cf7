package references_test

import (
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/golden/internal/transcript"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// A chain of calls is sent before the first answer comes.
func TestPipelining(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, l := remote(t)
		l.Network.Way(captptest.NameB, captptest.NameA).Hold()
		channel := c.E(t.Context()).Join(user(l.A, "ada"))
		first, second := channel.Send("one"), channel.Send("two")
		name := channel.Owner().SelfProposedName()
		synctest.Wait() // everything that can happen without an answer has happened
		var sent []string
		for line := range strings.Lines(l.Transcript()) {
			if strings.HasPrefix(line, "a -> b") {
				sent = append(sent, transcript.Bodies(line)...)
			}
		}
		if len(sent) == 0 || !strings.HasPrefix(sent[0], "['join <desc:import-object") {
			t.Fatalf("sent %q", sent)
		}
		if diff := cmp.Diff([]string{`['send "one"]`, `['send "two"]`, `['owner]`, `['self-proposed-name]`}, sent[1:]); diff != "" {
			t.Errorf("sent before any answer (-want +got):\n%s", diff)
		}

		l.Network.Way(captptest.NameB, captptest.NameA).Release()
		if n, err := first.Await(t.Context()); n != 1 || err != nil {
			t.Errorf("first: got %d, %v", n, err)
		}
		if n, err := second.Await(t.Context()); n != 2 || err != nil {
			t.Errorf("second: got %d, %v", n, err)
		}
		if s, err := name.Await(t.Context()); s != "ada" || err != nil {
			t.Errorf("name: got %q, %v", s, err)
		}
		if got, err := channel.Await(t.Context()); err != nil || got.IsZero() {
			t.Errorf("got %v, %v", got, err)
		}
	})
}
