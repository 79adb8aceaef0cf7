package captp_test

import (
	"context"
	"os"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// eventually collects garbage until the condition holds. It is not for a bubble: the collector is outside of every one.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !holds(); {
		if time.Now().After(deadline) {
			t.Fatalf("it does not come to pass: %s", what)
		}
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
}

func TestUnreachableImportsAreGivenBack(t *testing.T) {
	a, b := captptest.Pair(t)
	far := captptest.Carry(t, b, a, toolbox(b))
	func() {
		kept := make([]captp.Ref, 100)
		for i := range kept {
			kept[i] = invoke(t, far.Ref, "make").(captp.Ref)
		}
		runtime.GC()
		if got := b.Stats().Exports; got < len(kept) {
			t.Errorf("%d exports while %d references are held", got, len(kept))
		}
		runtime.KeepAlive(kept)
	}()
	eventually(t, "only the toolbox is exported", func() bool { return b.Stats().Exports == 1 && a.Stats().Imports == 1 })
	invoke(t, far.Ref, "add", 1, 2)
}

func TestUnreachableAnswersAreGivenBack(t *testing.T) {
	a, b := captptest.Pair(t)
	far := captptest.Carry(t, b, a, toolbox(b))
	for range 100 {
		captp.InvokeRef(t.Context(), far.Ref, captp.Symbol("make"))
	}
	invoke(t, far.Ref, "add", 1, 2)
	eventually(t, "no answers are left", func() bool {
		near, there := a.Stats(), b.Stats()
		return there.Answers == 0 && there.Exports == 1 && near.Questions == 0 && near.Imports == 1
	})
	runtime.KeepAlive(far)
}

func TestArgumentsAreGivenBack(t *testing.T) {
	a, b := captptest.Pair(t)
	far := captptest.Carry(t, b, a, toolbox(b))
	for range 100 {
		invoke(t, far.Ref, "call", toolbox(a), captp.Symbol("add"), 1, 2)
	}
	eventually(t, "nothing is exported", func() bool { return a.Stats().Exports == 0 && b.Stats().Imports == 0 })
}

// keeper keeps a reference until it is told to let go, and hears when nobody holds it itself.
type keeper struct {
	kept         captp.Ref
	unreferenced chan struct{}
}

func (k *keeper) Dispatch(_ context.Context, args *captp.Decoder, result *captp.Encoder) error {
	switch string(args.Selector()) {
	case "keep":
		k.kept = args.Ref()
	case "drop":
		k.kept = captp.Ref{}
	}
	return args.Close()
}

func (k *keeper) Unreferenced(context.Context) { k.unreferenced <- struct{}{} }

func newKeeper(v *captp.Vat) (anyRef, *keeper) {
	k := &keeper{unreferenced: make(chan struct{}, 10)}
	return anyRef{captp.NewObject(v, k)}, k
}

func TestUnreferenced(t *testing.T) {
	a, b := captptest.Pair(t)
	far, _ := newKeeper(b)
	far = captptest.Carry(t, b, a, far)
	own, k := newKeeper(a)
	invoke(t, far.Ref, "keep", own)
	select {
	case <-k.unreferenced:
		t.Fatal("it is referenced")
	default:
	}
	invoke(t, far.Ref, "drop")
	eventually(t, "nobody holds it", func() bool { return len(k.unreferenced) == 1 })
	invoke(t, far.Ref, "keep", own)
	if err := b.Close(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "nobody holds it, since its peer is gone", func() bool { return len(k.unreferenced) == 2 })
}

func TestRelease(t *testing.T) {
	a, b := captptest.Pair(t)
	far := captptest.Carry(t, b, a, toolbox(b))
	made := anyRef{invoke(t, far.Ref, "make").(captp.Ref)}
	own := toolbox(a)
	captp.Release(made)
	captp.Release(made)
	captp.Release(own)
	if _, err := captp.Invoke(t.Context(), made.Ref, captp.Symbol("add"), 1, 2).Await(t.Context()); err == nil {
		t.Error("a released reference can be used")
	}
	invoke(t, own.Ref, "add", 1, 2)
	for deadline := time.Now().Add(10 * time.Second); b.Stats().Exports != 1; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the peer still exports it")
		}
	}
	runtime.KeepAlive(made)
}

func TestIdentity(t *testing.T) {
	a, b := captptest.Pair(t)
	far := captptest.Carry(t, b, a, toolbox(b))
	own := toolbox(a)
	if got := invoke(t, far.Ref, "first", own); got != own.Ref {
		t.Error("our own object does not come home as itself")
	}
	first, second := invoke(t, far.Ref, "first", far), invoke(t, far.Ref, "first", far)
	if first != second || first != far.Ref {
		t.Error("one object of the peer has two references")
	}
	if h, ok := captp.Local[captp.Handler](own); !ok || h == nil {
		t.Error("our own object has no handler")
	}
	if _, ok := captp.Local[*keeper](own); ok {
		t.Error("the handler has a type that it has not")
	}
	mine, k := newKeeper(a)
	if got, ok := captp.Local[*keeper](mine); !ok || got != k {
		t.Errorf("got handler %v", got)
	}
	if _, ok := captp.Local[captp.Handler](far); ok {
		t.Error("an object of the peer has a handler here")
	}
	// The same object, after a time in which nothing referred to it.
	invoke(t, far.Ref, "call", far, captp.Symbol("echo"), own)
	eventually(t, "nothing of ours is exported", func() bool { return a.Stats().Exports == 0 })
	if got := invoke(t, far.Ref, "first", own); got != own.Ref {
		t.Error("our own object does not come home as itself, the second time")
	}
}

// callbacks is how many calls TestHeapOfCallbacks makes. OCAPN_CALLBACKS sets it.
func callbacks(t *testing.T) int {
	if text := os.Getenv("OCAPN_CALLBACKS"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if testing.Short() {
		return 2000
	}
	return 20000
}

func TestHeapOfCallbacks(t *testing.T) {
	a, b := memoryVats(t) // of which nobody keeps a transcript
	far := captptest.Carry(t, b, a, toolbox(b))
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	call := func(n int) {
		for range n {
			invoke(t, far.Ref, "call", toolbox(a), captp.Symbol("add"), 1, 2)
		}
	}
	atRest := func() bool { return entries(a) == 1 && entries(b) == 1 } // far, an import of a and an export of b
	call(1000)
	eventually(t, "the tables are empty but for far", atRest)
	before := heap()
	call(callbacks(t))
	eventually(t, "the tables are empty but for far", atRest)
	if after := heap(); after > before+1<<20 {
		t.Errorf("the heap grew from %d to %d bytes", before, after)
	}
	runtime.KeepAlive(far)
}

// entries counts everything that the vat keeps of its peers and for them.
func entries(v *captp.Vat) int {
	s := v.Stats()
	return s.Exports + s.Imports + s.Questions + s.Answers + s.HeldBytes + s.Listeners + s.Resolvers + s.QueuedMessages +
		s.QueuedBytes + s.PendingGC + s.Turns
}

func TestIdleCollection(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for name, tt := range map[string]struct {
		opts []captp.Option
		want int
	}{
		"on":  {nil, 1},
		"off": {[]captp.Option{captp.WithoutIdleCollection()}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := captptest.Pair(t, tt.opts...)
			far := captptest.Carry(t, b, a, toolbox(b))
			invoke(t, far.Ref, "make")
			if got := b.Stats().Exports; got != 2 {
				t.Skipf("%d exports: something else has collected", got)
			}
			for range int(collectionTime / pollTime) {
				if time.Sleep(pollTime); b.Stats().Exports != 2 {
					break
				}
			}
			if got := b.Stats().Exports; got != tt.want {
				t.Errorf("%d exports, want %d", got, tt.want)
			}
			runtime.KeepAlive(far)
		})
	}
}

// collectionTime is when a quiet vat has run the garbage collector, and its peers have heard of it.
const (
	collectionTime = 4 * time.Second
	pollTime       = 50 * time.Millisecond
)
