package captp

import (
	"cmp"
	"log/slog"
	"reflect"
	"slices"
	"time"

	"github.com/ocapn-go/ocapn/runtime/locator"
)

// Holdings counts what a session keeps, or what all sessions of a vat keep together.
type Holdings struct {
	Exports        int // objects and promises of ours that the peer holds, the bootstrap object left out
	Imports        int // objects and promises of the peer that we hold
	Questions      int // messages whose outcome the peer has not told yet
	Answers        int // answers of ours that the peer has not let go of
	Listeners      int // resolvers of the peer that wait for an outcome
	Resolvers      int // resolvers of ours that the peer has not used yet
	QueuedMessages int // messages of the peer that wait in promises
	QueuedBytes    int // their size, references left out
	HeldBytes      int // what is kept for the peer in answers, promises and messages: see Limits.HeldBytes
	EntryBytes     int // what the entries of tables take up beside that, about
	PendingGC      int // positions that the peer was not told of yet
}

// Stats counts what a vat keeps at one moment. Everything but Conns, Sessions, Up, Peers and Registered is zero in a vat at rest whose
// peers and program hold nothing of each other. What a vat has done so far is counted by [Totals].
type Stats struct {
	// Conns counts the connections that are not closed yet, those of sessions that are over included.
	Conns int
	// Sessions counts the sessions that are up or being set up, Up those that are up.
	Sessions, Up int
	// Peers counts the peers that are connected, being dialled, or asked for.
	Peers int
	// Registered counts the objects that can be fetched.
	Registered int
	// Gifts counts what was deposited here and not withdrawn, Withdrawals the peers that wait for a deposit.
	Gifts, Withdrawals int
	// Introductions counts the handoffs to this vat that are under way.
	Introductions int
	// Turns counts the methods that run or wait to run.
	Turns int
	// KeptBytes is how much is kept for the sake of all peers, in bytes: see Limits.TotalBytes.
	KeptBytes int
	// Holdings adds up what the sessions keep.
	Holdings
}

// LogValue returns the counts that are not zero, as a group.
func (s Stats) LogValue() slog.Value { return slog.GroupValue(numbers(reflect.ValueOf(s))...) }

// Stats returns the counts of this moment, all zero once the vat is closed. It takes time in proportion to the number of sessions, and
// waits for the vat's loop, never for a peer or a method.
func (v *Vat) Stats() Stats {
	var st Stats
	v.call(func() {
		for conn := range v.conns {
			conn.countOutput()
		}
		c := v.core.Stats()
		st = Stats{
			Conns: len(v.conns), Sessions: c.Sessions, Up: c.Up, Peers: c.Peers, Registered: c.Registered, Gifts: c.Gifts,
			Withdrawals: c.Withdrawals, Introductions: c.Introductions, Turns: v.turns, KeptBytes: v.kept(), Holdings: Holdings(c.SessionStats),
		}
	})
	return st
}

// SessionState says how far a session is.
type SessionState string

const (
	// SessionOpening is the state of a connection on which no session is up yet.
	SessionOpening SessionState = "opening"
	// SessionUp is the state of a session in which messages are exchanged.
	SessionUp SessionState = "up"
	// SessionOver is the state of a session that has ended, while the last of its output is being sent.
	SessionOver SessionState = "over"
)

// SessionStats says what one session is and keeps.
type SessionStats struct {
	// Peer is the other side, zero if it is not known.
	Peer locator.PeerID
	// State says how far the session is, Since when its connection was made.
	State SessionState
	Since time.Time
	// Dialled is set if this vat called, Proved if the netlayer proved that the peer is who it says it is.
	Dialled, Proved bool
	// Reading says why nothing, or little, is read from the peer, empty if nothing is in the way: some of "inbox" (the vat is behind, or has much of this peer to look at),
	// "turns" (see Limits.Turns and Limits.TurnBytes) and "output" (see Limits.OutputSoft), with spaces between them.
	Reading string
	// Arriving is what is held for a message that is not whole, in bytes, but for up to 64 KiB in the buffers of the connection. Unread is what has
	// arrived and was not looked at yet: see Limits.UnreadBytes. Unsent is the output that was not sent yet.
	Arriving, Unread, Unsent int
	// Turns counts the methods that run or wait to run at the word of the peer, TurnBytes what they take up: see Limits.TurnBytes.
	Turns, TurnBytes int
	// Traffic counts what was exchanged.
	Traffic
	Holdings
}

// Kept returns how much memory is used for the sake of the peer, in bytes and as far as it is counted: HeldBytes,
// EntryBytes, TurnBytes, Arriving, Unread and Unsent.
func (s SessionStats) Kept() int {
	return s.HeldBytes + s.EntryBytes + s.TurnBytes + s.Arriving + s.Unread + s.Unsent
}

// LogValue returns who the peer is, and the counts that are not zero, as a group.
func (s SessionStats) LogValue() slog.Value {
	attrs := []slog.Attr{
		slog.String(peerKey, logged(idName(s.Peer))), slog.String("state", string(s.State)), slog.Time("since", s.Since),
		slog.Bool("proved", s.Proved), slog.Bool("dialled", s.Dialled),
	}
	if s.Reading != "" {
		attrs = append(attrs, slog.String("reading", s.Reading))
	}
	return slog.GroupValue(append(attrs, numbers(reflect.ValueOf(s))...)...)
}

// Sessions returns what each session is and keeps, those for which most is kept first (see [SessionStats.Kept]): at most limit of them, all
// if it is negative, none once the vat is closed. It costs and waits for what [Vat.Stats] does.
func (v *Vat) Sessions(limit int) []SessionStats {
	stats, _ := v.sessionStats(limit)
	return stats
}

// sessionStats also returns the connections, in the same order.
func (v *Vat) sessionStats(limit int) ([]SessionStats, []*conn) {
	type both struct {
		stats SessionStats
		conn  *conn
	}
	var all []both
	v.call(func() {
		all = make([]both, 0, len(v.conns))
		for c := range v.conns {
			all = append(all, both{c.stats(), c})
		}
	})
	slices.SortFunc(all, func(a, b both) int {
		return cmp.Or(cmp.Compare(b.stats.Kept(), a.stats.Kept()), a.stats.Since.Compare(b.stats.Since))
	})
	if limit >= 0 {
		all = all[:min(limit, len(all))]
	}
	stats, conns := make([]SessionStats, len(all)), make([]*conn, len(all))
	for i, b := range all {
		stats[i], conns[i] = b.stats, b.conn
	}
	return stats, conns
}

// stats returns what is to be said of the session. It runs on the loop.
func (c *conn) stats() SessionStats {
	st := SessionStats{
		Peer: c.session.PeerID(), State: SessionOpening, Since: c.since, Dialled: c.dialled != nil, Proved: c.session.Proved(),
		Reading: heldText(c.held.Load()), Arriving: c.halfMessage(), Unread: int(c.unreadBytes.Load()), Unsent: int(c.unsent.Load()), Turns: c.turns.number, TurnBytes: c.turns.bytes,
		Traffic: c.traffic.load(), Holdings: Holdings(c.session.Stats()),
	}
	switch {
	case c.ended:
		st.State = SessionOver
	case c.session.Established():
		st.State = SessionUp
	}
	return st
}

// heldText names the reasons for which a reader is to wait.
func heldText(why uint32) string {
	var out string
	for _, reason := range []struct {
		bit  uint32
		name string
	}{{heldByInbox, "inbox"}, {heldByTurns, "turns"}, {heldByOutput, "output"}} {
		switch {
		case why&reason.bit == 0:
		case out == "":
			out = reason.name
		default:
			out += " " + reason.name
		}
	}
	return out
}

// numbers returns the integers in a struct that are not zero, those of structs in it included, and of the maps in it.
func numbers(v reflect.Value) []slog.Attr {
	var out []slog.Attr
	for i := range v.NumField() {
		f, name := v.Field(i), v.Type().Field(i).Name
		switch {
		case f.IsZero():
		case f.CanInt():
			out = append(out, slog.Int64(name, f.Int()))
		case v.Type().Field(i).Anonymous:
			out = append(out, numbers(f)...)
		case f.Kind() == reflect.Map:
			out = append(out, slog.Any(name, f.Interface()))
		}
	}
	return out
}
