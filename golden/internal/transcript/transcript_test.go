package transcript

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestBodies(t *testing.T) {
	const text = `a -> b  <op:start-session ...>
a -> b  <op:deliver <desc:export 1> ['say "a ] \" [" [1 [2]]] 3 <desc:import-object 2>>
b -> a  <op:gc-exports [1] [1]>
b -> a  <op:deliver <desc:export 2> ['fulfill <void>] f f>
`
	want := []string{`['say "a ] \" [" [1 [2]]]`, `['fulfill <void>]`}
	if diff := cmp.Diff(want, Bodies(text)); diff != "" {
		t.Errorf("bodies (-want +got):\n%s", diff)
	}
}
