package captp

import (
	"bufio"
	"fmt"
	"io"
	"log/slog"
	"reflect"
	"strings"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
)

// Dump writes what the vat keeps, for people: its counts, and of each session what it is, counts, and the entries of its tables. Of
// sessions there are at most 1000, those for which most is kept first, and of each table at most 1000 entries, any of them if there are more. The
// format is not stable.
//
// Objects are named by their [Label] or type. There are no values in it, no swiss numbers and no identifiers of gifts; peers are quoted.
//
// The parts are from different moments, since the vat goes on meanwhile: its loop is never kept for longer than it takes to look at the
// tables of one session. The error is that of w.
func (v *Vat) Dump(w io.Writer) error {
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "now: %s\nso far: %s\n", counts(v.Stats().LogValue()), counts(v.Totals().LogValue()))
	stats, conns := v.sessionStats(dumpSessions)
	for i, st := range stats {
		dumpSession(out, st)
		for _, line := range v.entries(conns[i]) {
			fmt.Fprintf(out, "  %s\n", line)
		}
		if rest := unlisted(st); rest > 0 {
			fmt.Fprintf(out, "  and about %d more entries\n", rest)
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
	return out.Flush()
}

// dumpSession writes what is to be said of a session beside its tables.
func dumpSession(out io.Writer, st SessionStats) {
	peer := "an unknown peer"
	if st.Peer.Designator != "" {
		peer = fmt.Sprintf("%q", cut(idName(st.Peer)))
	}
	caller, proof := "the peer", "not proved"
	if st.Dialled {
		caller = "we"
	}
	if st.Proved {
		proof = "proved"
	}
	fmt.Fprintf(out, "\nsession with %s: %s, since %s, %s called, %s", peer, st.State, st.Since.UTC().Format(time.DateTime), caller, proof)
	if st.Reading != "" {
		fmt.Fprintf(out, ", reading waits for: %s", st.Reading)
	}
	fmt.Fprintf(out, "\n  %d bytes are kept\n", st.Kept())
	if ns := numbers(reflect.ValueOf(st)); len(ns) > 0 {
		fmt.Fprintf(out, "  %s\n", counts(slog.GroupValue(ns...)))
	}
}

// counts returns the counts in a group, in one line.
func counts(group slog.Value) string {
	var texts []string
	for _, a := range group.Group() {
		texts = append(texts, fmt.Sprintf("%s %s", a.Key, a.Value))
	}
	if len(texts) == 0 {
		return "nothing"
	}
	return strings.Join(texts, ", ")
}

// entries returns a line for each entry of the tables of a session, for as many as are shown.
func (v *Vat) entries(c *conn) []string {
	var list []core.Entry
	v.call(func() { list = c.session.Entries(dumpEntries) })
	lines := make([]string, len(list))
	for i, e := range list {
		lines[i] = e.String()
		if o, ok := e.Cap.(*core.Object); ok {
			if o, ok := o.Host.(*object); ok {
				lines[i] += fmt.Sprintf(", %q", cut(o.name()))
			}
		}
	}
	return lines
}

// unlisted returns how many entries of a session are not shown.
func unlisted(st SessionStats) int {
	rest := 0
	for _, n := range []int{st.Exports + st.Resolvers, st.Imports, st.Answers} {
		rest += max(0, n-dumpEntries)
	}
	return rest
}
