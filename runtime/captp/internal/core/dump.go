package core

import (
	"fmt"
	"strings"
)

// Dump returns what the tables of the vat hold, a line for each entry, for people.
func (v *Vat) Dump() string {
	var b strings.Builder
	for s := range v.sessions {
		fmt.Fprintf(&b, "session with %v, state %d, %+v\n", s.peerID(), s.state, s.Stats())
		for _, pos := range s.exports.positions() {
			e := s.exports.at(pos)
			fmt.Fprintf(&b, "  export %d: kind %d, %T, number %d\n", pos, e.kind, e.cap, e.number)
		}
		for _, pos := range s.imports.positions() {
			e := s.imports.at(pos)
			fmt.Fprintf(&b, "  import %d: %T, count %d\n", pos, e.node(), e.count)
		}
		for _, pos := range s.answers.positions() {
			fmt.Fprintf(&b, "  answer %d: state %d\n", pos, s.answers.at(pos).state)
		}
	}
	return b.String()
}
