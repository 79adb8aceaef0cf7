package core

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Dump returns what the tables of the vat hold, a line for each entry, for people.
func (v *Vat) Dump() string {
	var b strings.Builder
	for s := range v.sessions {
		fmt.Fprintf(&b, "session with %v, state %d, %+v\n", s.peerID(), s.state, s.Stats())
		for _, pos := range slices.Sorted(maps.Keys(s.exports)) {
			e := s.exports[pos]
			fmt.Fprintf(&b, "  export %d: kind %d, %T, count %d\n", pos, e.kind, e.cap, e.count)
		}
		for _, pos := range slices.Sorted(maps.Keys(s.imports)) {
			e := s.imports[pos]
			fmt.Fprintf(&b, "  import %d: %T, count %d\n", pos, e.node(), e.count)
		}
		for _, pos := range slices.Sorted(maps.Keys(s.answers)) {
			fmt.Fprintf(&b, "  answer %d: state %d\n", pos, s.answers[pos].state)
		}
	}
	return b.String()
}
