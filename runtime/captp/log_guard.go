package captp

import (
	"context"
	"log/slog"
	"strconv"
	"sync"
	"time"
)

// Peers choose what many lines of the log are about, and when they are written. The handler in this file stands between the vat and the
// logger of the program, so that this does no harm: texts are cut, and quoted where they hold anything but printable characters;
// of each kind of line there are only so many in a minute; and a handler that panics loses its line, and nothing else.

// logGuard is a handler that passes records of the vat on to another one.
type logGuard struct {
	next  slog.Handler
	quota *logQuota
}

// newLogGuard returns a handler that counts what it leaves out, and panics of the next one.
func newLogGuard(next slog.Handler, totals *totals) slog.Handler {
	return &logGuard{next: next, quota: &logQuota{totals: totals, windows: make(map[string]*logWindow)}}
}

// logQuota says which lines are too many. The messages are those that this package has, so there are few of them.
type logQuota struct {
	totals *totals

	mu      sync.Mutex
	windows map[string]*logWindow // Guarded by mu.
}

// logWindow counts the lines with one message.
type logWindow struct {
	start   time.Time
	lines   int
	peers   map[string]int // how many of them were about each peer
	leftOut int64          // since the last line that was logged
}

// admit reports whether one more line with a message may be logged, and how many were left out since the last one. peer is whom the line is
// about, "" if it is about none.
func (q *logQuota) admit(message, peer string) (ok bool, leftOut int64) {
	now := time.Now()
	q.mu.Lock()
	defer q.mu.Unlock()
	w := q.windows[message]
	if w == nil {
		w = new(logWindow)
		q.windows[message] = w
	}
	if now.Sub(w.start) >= logsWithin {
		w.start, w.lines, w.peers = now, 0, make(map[string]int)
	}
	if w.lines >= logsAtMost || peer != "" && w.peers[peer] >= logsOfPeer {
		w.leftOut++
		q.totals.logsLeftOut.Add(1)
		return false, 0
	}
	w.lines++
	w.peers[peer]++
	leftOut, w.leftOut = w.leftOut, 0
	return true, leftOut
}

// Enabled implements [slog.Handler].
func (g *logGuard) Enabled(ctx context.Context, level slog.Level) bool {
	defer g.outlive()
	return g.next.Enabled(ctx, level)
}

// Handle implements [slog.Handler].
func (g *logGuard) Handle(ctx context.Context, r slog.Record) error {
	var leftOut int64
	if r.Level > slog.LevelDebug {
		peer := ""
		r.Attrs(func(a slog.Attr) bool {
			if a.Key == peerKey {
				peer = cut(a.Value.String())
			}
			return peer == ""
		})
		ok, n := g.quota.admit(r.Message, peer)
		if !ok {
			return nil
		}
		leftOut = n
	}
	out := slog.NewRecord(r.Time, r.Level, r.Message, r.PC)
	r.Attrs(func(a slog.Attr) bool {
		out.AddAttrs(loggedAttr(a))
		return true
	})
	if leftOut > 0 {
		out.AddAttrs(slog.Int64("left_out", leftOut))
	}
	defer g.outlive()
	return g.next.Handle(ctx, out)
}

// outlive ends a panic of the next handler, which may run on the loop, and counts it: there is nowhere to log it.
func (g *logGuard) outlive() {
	if recover() != nil {
		g.quota.totals.panics.Add(1)
	}
}

// WithAttrs implements [slog.Handler].
func (g *logGuard) WithAttrs(attrs []slog.Attr) slog.Handler {
	safe := make([]slog.Attr, len(attrs))
	for i, a := range attrs {
		safe[i] = loggedAttr(a)
	}
	return &logGuard{next: g.next.WithAttrs(safe), quota: g.quota}
}

// WithGroup implements [slog.Handler].
func (g *logGuard) WithGroup(name string) slog.Handler {
	return &logGuard{next: g.next.WithGroup(name), quota: g.quota}
}

// loggedAttr returns a as it may be logged. Errors become their texts: what else they hold is not for logs.
func loggedAttr(a slog.Attr) slog.Attr {
	switch v := a.Value; v.Kind() {
	case slog.KindString:
		if a.Key == stackKey {
			return a
		}
		return slog.String(a.Key, logged(v.String()))
	case slog.KindAny:
		if err, ok := v.Any().(error); ok {
			return slog.String(a.Key, logged(err.Error()))
		}
	}
	return a
}

// peerKey is the key of whom a line is about.
const peerKey = "peer"

// stackKey is the key of what [stack] returns, which is not cut.
const stackKey = "stack"

// logged returns a text for a line of a log: cut, and quoted if it holds anything but printable characters, such as an end of line.
func logged(s string) string {
	s = cut(s)
	for _, r := range s {
		if !strconv.IsPrint(r) || r == '\uFFFD' {
			return strconv.Quote(s)
		}
	}
	return s
}
