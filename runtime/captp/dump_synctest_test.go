package captp_test

import (
	"context"
	"errors"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// A dump says what the tables hold, and names objects.
func TestDump(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := captptest.NewLink(t)
		asked := make(chan struct{}) // or else the answer may be here before it is asked for a part of it
		far := captptest.Carry(t, l.B, l.A, object(l.B, map[string]method{
			"wait":  func(ctx context.Context, args []any) (any, error) { <-ctx.Done(); return args, ctx.Err() },
			"break": func(context.Context, []any) (any, error) { <-asked; return nil, errors.New("a secret") },
		}, captp.Label("the\nobject"), captp.Concurrent()))
		open := captp.Invoke(t.Context(), far.Ref, captp.Symbol("wait"), toolbox(l.A).Ref)
		broken := captp.Invoke(t.Context(), far.Ref, captp.Symbol("break"), "a secret")
		parts := []any{open.Get("next"), broken.Get("next")}
		synctest.Wait()
		close(asked)
		synctest.Wait()
		var out strings.Builder
		if err := l.B.Dump(&out); err != nil {
			t.Fatal(err)
		}
		got := regexp.MustCompile(`\d{3,}\b`).ReplaceAllString(out.String(), "many") // bytes, and the year
		if diff := cmp.Diff(wantDump, got); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		runtime.KeepAlive([]any{far, open, broken, parts})
	})
}

const wantDump = `now: Conns 1, Sessions 1, Up 1, Peers 1, Turns 1, KeptBytes many, Exports 1, Imports 1, Answers 5, Listeners 2, QueuedMessages 1, QueuedBytes 4, HeldBytes many, EntryBytes many, PendingGC 3
so far: Accepted 1, Established 1, MethodsFailed 1, MessagesReceived 8, BytesReceived many, MessagesSent 4, BytesSent many

session with "a.netlayertest": up, since many-01-01 00:00:00, the peer called, proved
  many bytes are kept
  Turns 1, TurnBytes many, MessagesReceived 8, BytesReceived many, MessagesSent 4, BytesSent many, Exports 1, Imports 1, Answers 5, Listeners 2, QueuedMessages 1, QueuedBytes 4, HeldBytes many, EntryBytes many, PendingGC 3
  export 0: the bootstrap object
  export 1: object, count 1, "the\nobject"
  import 2: object, count 1
  answer 1: fulfilled promise
  answer 2: promise that is open
  answer 3: broken promise
  answer 4: promise that is open
  answer 5: promise that follows another one
`

// failingWriter fails after some bytes.
type failingWriter struct{ left int }

var errFull = errors.New("full")

func (w *failingWriter) Write(p []byte) (int, error) {
	if w.left -= len(p); w.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

// Tables of any size make a dump of a bounded size, which says how much is missing.
func TestDumpIsBounded(t *testing.T) {
	bubble(t, func(t *testing.T) {
		l := captptest.NewLink(t)
		far := captptest.Carry(t, l.B, l.A, object(l.B, map[string]method{
			"many": func(_ context.Context, args []any) (any, error) {
				var list []any
				for range args[0].(int64) {
					list = append(list, toolbox(l.B).Ref)
				}
				return list, nil
			},
		}))
		kept := invoke(t, far.Ref, "many", 5000)
		for _, v := range []*captp.Vat{l.A, l.B} {
			var out strings.Builder
			if err := v.Dump(&out); err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(out.String(), "\n"); n < 1000 || n > 1020 {
				t.Errorf("5000 references make %d lines", n)
			}
			if !strings.Contains(out.String(), "and about 4001 more entries\n") {
				t.Errorf("the end is %q", out.String()[out.Len()-100:])
			}
			for room := 0; room < out.Len(); room += 10_000 {
				if err := v.Dump(&failingWriter{room}); !errors.Is(err, errFull) {
					t.Errorf("a writer that fails after %d bytes: %v", room, err)
				}
			}
		}
		if len(kept.([]any)) != 5000 {
			t.Error("they are gone")
		}
		runtime.KeepAlive(far)
		l.B.Close()
		var out strings.Builder
		if err := l.B.Dump(&out); err != nil || !strings.HasPrefix(out.String(), "now: nothing\nso far: ") || strings.Contains(out.String(), "session") {
			t.Errorf("of a closed vat: %q, %v", out.String(), err)
		}
	})
}
