package captp

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// guarded returns a logger behind a guard, what it has written, and the count of what it left out.
func guarded(level slog.Level) (*slog.Logger, *bytes.Buffer, *atomic.Int64) {
	var (
		out    bytes.Buffer
		totals totals
	)
	next := slog.NewTextHandler(&out, &slog.HandlerOptions{Level: level, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		return map[bool]slog.Attr{true: {}, false: a}[a.Key == slog.TimeKey]
	}})
	return slog.New(newLogGuard(next, &totals)), &out, &totals.logsLeftOut
}

// Lines of one kind are bounded, whoever brings them about, and nobody is led to believe that there were no more.
func TestLogsAreBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, out, leftOut := guarded(slog.LevelDebug)
		for range 10 * logsAtMost {
			log.Info("a")
		}
		log.Warn("b")
		if got, want := strings.Count(out.String(), "msg=a"), logsAtMost; got != want {
			t.Errorf("%d lines of one kind in a moment, want %d", got, want)
		}
		if !strings.Contains(out.String(), "msg=b") {
			t.Error("one kind of line keeps another from being logged")
		}
		if got, want := leftOut.Load(), int64(9*logsAtMost); got != want {
			t.Errorf("%d lines are counted as left out, want %d", got, want)
		}
		out.Reset()
		time.Sleep(logsWithin)
		log.Info("a")
		log.With("k", 1).WithGroup("g").Info("a")
		want := fmt.Sprintf("level=INFO msg=a left_out=%d\nlevel=INFO msg=a k=1\n", 9*logsAtMost)
		if diff := cmp.Diff(want, out.String()); diff != "" {
			t.Errorf("a minute later (-want +got):\n%s", diff)
		}
		out.Reset()
		for range 10 * logsAtMost {
			log.Debug("c")
		}
		if got, want := strings.Count(out.String(), "msg=c"), 10*logsAtMost; got != want {
			t.Errorf("%d lines at level debug, want all %d", got, want)
		}
	})
}

// One peer cannot keep what others do from being logged.
func TestLogsOfOnePeerAreFew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		log, out, leftOut := guarded(slog.LevelDebug)
		for range 10 * logsAtMost {
			log.Info("a", "peer", "flooder")
		}
		log.Info("a", "peer", "other")
		log.Info("a")
		if got := strings.Count(out.String(), "peer=flooder"); got != logsOfPeer {
			t.Errorf("%d lines about one peer in a moment, want %d", got, logsOfPeer)
		}
		if !strings.Contains(out.String(), "peer=other") || strings.Count(out.String(), "\n") != logsOfPeer+2 {
			t.Errorf("the log is\n%s", out)
		}
		if got, want := leftOut.Load(), int64(10*logsAtMost-logsOfPeer); got != want {
			t.Errorf("%d lines are counted as left out, want %d", got, want)
		}
		for i := range 10 * logsAtMost {
			log.Info("a", "peer", i)
		}
		if got := strings.Count(out.String(), "\n"); got != logsAtMost {
			t.Errorf("%d lines of one kind in a moment, want %d", got, logsAtMost)
		}
		time.Sleep(logsWithin)
		out.Reset()
		for range 2 * logsOfPeer {
			log.Info("a", "peer", "flooder")
		}
		if got := strings.Count(out.String(), "peer=flooder"); got != logsOfPeer {
			t.Errorf("%d lines about one peer a minute later, want %d", got, logsOfPeer)
		}
	})
}

// What peers say cannot end a line, hide what comes behind it, or be long.
func TestLogsAreHarmless(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"plain", "ada.memory", "ada.memory"},
		{"letters of any script", "ада ☺", "ада ☺"},
		{"end of line", "a\nlevel=INFO msg=forged", `"a\nlevel=INFO msg=forged"`},
		{"escape", "a\x1b[2J", `"a\x1b[2J"`},
		{"right to left", "a\u202eb", `"a\u202eb"`},
		{"no UTF-8", "a\xff", `"a\xff"`},
		{"long", strings.Repeat("x", 5000), strings.Repeat("x", maxText) + "…"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := logged(tt.text); got != tt.want {
				t.Errorf("logged as %s, want %s", got, tt.want)
			}
			for _, value := range []any{tt.text, errors.New(tt.text)} {
				var got string
				log := slog.New(newLogGuard(attrReader(func(a slog.Attr) { got = a.Value.String() }), new(totals)))
				log.Info("m", "key", value)
				if got != tt.want {
					t.Errorf("a %T is logged as %s, want %s", value, got, tt.want)
				}
				log.With("key", value).Info("m")
				if got != tt.want {
					t.Errorf("a %T that goes with each line is logged as %s, want %s", value, got, tt.want)
				}
			}
		})
	}
}

// attrReader is a handler that reads attributes.
type attrReader func(slog.Attr)

func (attrReader) Enabled(context.Context, slog.Level) bool { return true }

func (f attrReader) Handle(_ context.Context, r slog.Record) error {
	r.Attrs(func(a slog.Attr) bool { f(a); return true })
	return nil
}

func (f attrReader) WithAttrs(attrs []slog.Attr) slog.Handler {
	for _, a := range attrs {
		f(a)
	}
	return f
}

func (f attrReader) WithGroup(string) slog.Handler { return f }

// panicky is a handler that panics when it is asked whether it wants a line, too.
type panicky struct{ attrReader }

func (panicky) Enabled(context.Context, slog.Level) bool { panic("no") }

// A handler that panics loses its line, and that is counted.
func TestLogHandlerThatPanics(t *testing.T) {
	handle := attrReader(func(slog.Attr) { panic("no") })
	for _, next := range []slog.Handler{handle, panicky{handle}} {
		var totals totals
		slog.New(newLogGuard(next, &totals)).Info("m", "key", "value")
		if got := totals.panics.Load(); got != 1 {
			t.Errorf("%T: %d panics are counted, want 1", next, got)
		}
	}
}
