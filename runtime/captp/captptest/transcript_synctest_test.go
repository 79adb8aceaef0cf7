package captptest_test

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

var update = flag.Bool("update", false, "write the golden files")

// expectGolden compares text with the file of a name, or writes the file.
func expectGolden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(got+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.TrimSuffix(string(want), "\n"), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

type anyRef = captp.AnyRef

// newWaiter returns an object that greets, that makes more of its kind, and that calls back what it is given, once.
func newWaiter(v *captp.Vat, name string) anyRef {
	return anyRef{Ref: captp.NewObject(v, captp.HandlerFunc(func(ctx context.Context, args []any) (any, error) {
		switch args[0] {
		case captp.Symbol("greet"):
			return name + " greets " + args[1].(string), nil
		case captp.Symbol("colleague"):
			return newWaiter(captp.VatOf(ctx), args[1].(string)), nil
		case captp.Symbol("call"):
			guest := args[1].(captp.Ref)
			defer captp.Release(anyRef{Ref: guest}) // not whenever the garbage collector finds it
			return captp.Invoke(ctx, guest, captp.Symbol("greet"), name).Await(ctx)
		default:
			return nil, &captp.NoMethodError{}
		}
	}))}
}

// publish returns a reference by which everybody can fetch the object.
func publish(t *testing.T, v *captp.Vat, r anyRef) func(ctx context.Context, to *captp.Vat) anyRef {
	t.Helper()
	ref, err := captp.Publish(v, r)
	if err != nil {
		t.Fatal(err)
	}
	return func(ctx context.Context, to *captp.Vat) anyRef { return captp.Enliven[anyRef](ctx, to, ref).Cap() }
}

// expectResult waits for a promise.
func expectResult(t *testing.T, p *captp.Promise[any], want any) {
	t.Helper()
	got, err := p.Await(t.Context())
	if err != nil {
		t.Error(err)
	} else if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("result (-want +got):\n%s", diff)
	}
}

// release gives up references, once they are settled.
func release(t *testing.T, refs ...anyRef) {
	t.Helper()
	for _, r := range refs {
		settled, err := captp.Resolve(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		captp.Release(settled)
	}
}

// repeat runs a test in bubbles of its own, as often as it takes to see that it always goes the same way.
func repeat(t *testing.T, f func(t *testing.T)) {
	t.Helper()
	for range 5 {
		synctest.Test(t, f)
		if *update {
			return
		}
	}
}

// Two vats: the introductions, a fetch with a message sent behind it, and garbage.
func TestLinkTranscript(t *testing.T) {
	repeat(t, func(t *testing.T) {
		l := captptest.NewLink(t, captp.WithoutIdleCollection())
		play := func() {
			synctest.Wait()
			for l.Step() {
				synctest.Wait()
			}
		}
		ctx := t.Context()
		l.Hold()
		waiter := newWaiter(l.B, "ada")
		far := publish(t, l.B, waiter)(ctx, l.A)
		colleague := captp.InvokeRef(ctx, far.Ref, captp.Symbol("colleague"), "bob").Cap()
		greeting := captp.Invoke(ctx, colleague.Ref, captp.Symbol("greet"), "eve")
		play()
		expectResult(t, greeting, "bob greets eve")
		release(t, far, colleague)
		time.Sleep(time.Second) // by when the vat has told its peer
		play()
		expectGolden(t, "link", l.Transcript())
		l.Release()
		runtime.KeepAlive([]anyRef{waiter, far, colleague})
	})
}

// Three vats: two fetch from the third, which calls one of them back.
func TestTrioTranscript(t *testing.T) {
	repeat(t, func(t *testing.T) {
		trio := captptest.NewTrio(t, captp.WithoutIdleCollection())
		ctx := t.Context()
		trio.Hold()
		waiter, guest := newWaiter(trio.Exporter, "ada"), newWaiter(trio.Receiver, "guest")
		enliven := publish(t, trio.Exporter, waiter)
		ofGifter, ofReceiver := enliven(ctx, trio.Gifter), enliven(ctx, trio.Receiver)
		greeting := captp.Invoke(ctx, ofGifter.Ref, captp.Symbol("greet"), "gifter")
		answer := captp.Invoke(ctx, ofReceiver.Ref, captp.Symbol("call"), guest)
		trio.Play()
		expectResult(t, greeting, "ada greets gifter")
		expectResult(t, answer, "guest greets ada")
		release(t, ofGifter, ofReceiver)
		time.Sleep(time.Second)
		trio.Play()
		expectGolden(t, "trio", trio.Transcript())
		expectGolden(t, "trio_line", trio.Line(captptest.Exporter, captptest.Gifter).Transcript())
		trio.Release()
		runtime.KeepAlive([]anyRef{waiter, guest, ofGifter, ofReceiver})
	})
}

// Names go on after the transcript was cleared.
func TestClearTranscript(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		trio := captptest.NewTrio(t)
		waiter := newWaiter(trio.Exporter, "ada")
		captptest.Carry(t, trio.Exporter, trio.Gifter, waiter)
		trio.ClearTranscript()
		if got := trio.Transcript(); got != "" {
			t.Errorf("a clear transcript:\n%s", got)
		}
		captptest.Carry(t, trio.Exporter, trio.Receiver, waiter)
		for _, want := range []string{
			`R -> E  <op:start-session "1.0" <key 3> <receiver> <sig 3>>`,
			`E -> R  <op:start-session "1.0" <key 4> <exporter> <sig 4>>`,
			`['fetch <swiss 2>]`,
		} {
			if got := trio.Transcript(); !strings.Contains(got, want) {
				t.Errorf("no %s in\n%s", want, got)
			}
		}
	})
}
