package core

import (
	"cmp"
	"fmt"
	"iter"
	"slices"
	"strings"
)

// Entry describes an entry of a table of a session to people, without any value that was sent.
type Entry struct {
	// Table is export, import or answer.
	Table string
	// Pos is the position.
	Pos uint64
	// Cap is what the entry is, nil for a resolver of ours and for an import that is gone.
	Cap Cap
	// What says what kind of thing that is, and how far it is settled.
	What string
	// Count is how many occurrences of it were sent, 0 if that is not counted.
	Count uint64
}

func (e Entry) String() string {
	if e.Count == 0 {
		return fmt.Sprintf("%s %d: %s", e.Table, e.Pos, e.What)
	}
	return fmt.Sprintf("%s %d: %s, count %d", e.Table, e.Pos, e.What, e.Count)
}

// Entries returns the entries of the tables of the session, at most limit of each (all if it is negative), in the order of tables and
// positions. It looks at no more of them than it returns.
func (s *Session) Entries(limit int) []Entry {
	out := described(nil, &s.exports, limit, describeExport)
	out = described(out, &s.imports, limit, describeImport)
	return described(out, &s.answers, limit, func(p *Promise) Entry { return Entry{Table: "answer", Cap: p, What: p.describe()} })
}

// described appends what describe says of the entries of a table.
func described[K ~uint64, V any](out []Entry, t *table[K, V], limit int, describe func(V) Entry) []Entry {
	start := len(out)
	for pos, v := range first(t.all(), limit) {
		e := describe(v)
		e.Pos = uint64(pos)
		out = append(out, e)
	}
	slices.SortFunc(out[start:], func(a, b Entry) int { return cmp.Compare(a.Pos, b.Pos) })
	return out
}

// first returns a sequence that ends after limit pairs, if that is not negative.
func first[K, V any](all iter.Seq2[K, V], limit int) iter.Seq2[K, V] {
	return func(yield func(K, V) bool) {
		left := limit
		for k, v := range all {
			if left == 0 || !yield(k, v) {
				return
			}
			left--
		}
	}
}

func describeExport(e *export) Entry {
	out := Entry{Table: "export", Cap: e.cap}
	switch e.kind {
	case exportBootstrap:
		out.What = "the bootstrap object"
	case exportCap:
		out.What, out.Count = describeCap(e.cap), e.number
	case exportAnswer:
		out.What = "the resolver of a question"
	case exportListener, exportFlush:
		out.What = "the resolver of a promise of the peer"
	}
	return out
}

func describeImport(e *imported) Entry {
	return Entry{Table: "import", Cap: e.node(), What: describeCap(e.node()), Count: e.count}
}

func describeCap(c Cap) string {
	switch c := c.(type) {
	case *Promise:
		return c.describe()
	case nil:
		return "what nobody refers to any longer"
	default:
		return "object"
	}
}

// describe says how far p is settled.
func (p *Promise) describe() string {
	switch {
	case p.state == stateRemote:
		return "promise of a peer"
	case p.isUnresolved():
		return "promise that is open"
	case p.state != stateSettled:
		return "promise that follows another one"
	case p.outcome.Broken:
		return "broken promise"
	default:
		return "fulfilled promise"
	}
}

// Dump returns what the tables of the vat hold, a line for each entry, for tests.
func (v *Vat) Dump() string {
	var b strings.Builder
	for s := range v.sessions {
		fmt.Fprintf(&b, "session with %v, state %d, %+v\n", s.peerID(), s.state, s.Stats())
		for _, e := range s.Entries(-1) {
			fmt.Fprintf(&b, "  %v\n", e)
		}
	}
	return b.String()
}
