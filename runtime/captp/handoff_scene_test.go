package captp_test

import (
	"context"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
)

// This file has what the tests of handoffs share: three vats with an object to be given, and an object that is given it.

// handoffScene is a trio in which the gifter can give at once: it holds references to an object of the exporter, the treasure, and to
// one of the receiver, the desk.
type handoffScene struct {
	*captptest.Trio

	treasure *treasure
	desk     *desk
	gift     anyRef // the treasure, as the gifter holds it
	far      anyRef // the desk, as the gifter holds it
}

// newHandoffScene returns a scene without a session of receiver and exporter. All vats get the options.
func newHandoffScene(t *testing.T, opts ...captp.Option) *handoffScene {
	t.Helper()
	s := &handoffScene{Trio: captptest.NewTrio(t, opts...)}
	s.treasure, s.desk = newTreasure(s.Exporter), newDesk(s.Receiver)
	s.gift = captptest.Carry(t, s.Exporter, s.Gifter, s.treasure.anyRef)
	s.far = captptest.Carry(t, s.Receiver, s.Gifter, s.desk.anyRef)
	return s
}

// give hands the treasure to the desk, and returns the reference that is there then.
func (s *handoffScene) give(t *testing.T) anyRef {
	t.Helper()
	return s.desk.given(t, s.far, s.gift)
}

// treasure is an object that takes down the numbers that it is told.
type treasure struct {
	anyRef
	keeper

	mu   sync.Mutex
	told []int64 // Guarded by mu.
}

func newTreasure(v *captp.Vat) *treasure {
	tr := &treasure{keeper: keeper{unreferenced: make(chan struct{}, 10)}}
	tr.anyRef = anyRef{captp.NewObject(v, tr)}
	return tr
}

// Dispatch takes a number down, and answers with it.
func (tr *treasure) Dispatch(_ context.Context, args *captp.Decoder, result *captp.Encoder) error {
	args.Selector()
	n := args.Int64()
	if err := args.Close(); err != nil {
		return err
	}
	tr.mu.Lock()
	defer tr.mu.Unlock()
	tr.told = append(tr.told, n)
	result.Any(n)
	return nil
}

// numbers returns what the treasure was told so far.
func (tr *treasure) numbers() []int64 {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return slices.Clone(tr.told)
}

// expect compares what the treasure was told with the numbers from 1 to n.
func (tr *treasure) expect(t *testing.T, n int) {
	t.Helper()
	want := make([]int64, n)
	for i := range want {
		want[i] = int64(i + 1)
	}
	if diff := cmp.Diff(want, tr.numbers()); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
}

// tell sends a number to an object that should be the treasure.
func tell(ctx context.Context, r anyRef, n int) *captp.Promise[any] {
	return captp.Invoke(ctx, r.Ref, captp.Symbol("tell"), n)
}

// desk is an object that keeps the references that it is given.
type desk struct {
	anyRef

	refs chan anyRef
}

func newDesk(v *captp.Vat) *desk {
	d := &desk{refs: make(chan anyRef, 100)}
	d.anyRef = object(v, map[string]method{
		"take": func(_ context.Context, args []any) (any, error) {
			for _, arg := range args {
				d.refs <- anyRef{arg.(captp.Ref)}
			}
			return "thanks", nil
		},
		// What comes of a handoff, for whoever started it.
		"use": func(ctx context.Context, args []any) (any, error) {
			settled, err := captp.Resolve(ctx, anyRef{args[0].(captp.Ref)})
			if err != nil {
				return nil, err
			}
			return tell(ctx, settled, 1).Await(ctx)
		},
	})
	return d
}

// given sends references to the desk by far, and returns the first, as the desk got it.
func (d *desk) given(t *testing.T, far anyRef, refs ...any) anyRef {
	t.Helper()
	if got := invoke(t, far.Ref, "take", refs...); got != "thanks" {
		t.Errorf("the desk says %v", got)
	}
	return <-d.refs
}

// givenAll is given, and returns all of them.
func (d *desk) givenAll(t *testing.T, far anyRef, refs ...any) []anyRef {
	t.Helper()
	all := []anyRef{d.given(t, far, refs...)}
	for len(all) < len(refs) {
		all = append(all, <-d.refs)
	}
	return all
}

// resolve waits until a reference is settled.
func resolve(t *testing.T, r anyRef) anyRef {
	t.Helper()
	settled, err := captp.Resolve(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return settled
}

// expectHandoffFails waits for a reference that breaks because of a handoff, and returns the error.
func expectHandoffFails(t *testing.T, r anyRef, stage captp.HandoffStage, why string) *captp.ThirdPartyError {
	t.Helper()
	_, err := captp.Resolve(t.Context(), r)
	return expectThirdPartyError(t, err, stage, why)
}

// expectThirdPartyError checks the stage of an error, and that its text has a part.
func expectThirdPartyError(t *testing.T, err error, stage captp.HandoffStage, why string) *captp.ThirdPartyError {
	t.Helper()
	var failed *captp.ThirdPartyError
	switch {
	case !errors.As(err, &failed):
		t.Fatalf("got error %v, want a *ThirdPartyError", err)
	case failed.Stage != stage:
		t.Errorf("it failed at the stage %v, want %v: %v", failed.Stage, stage, err)
	case !strings.Contains(err.Error(), why):
		t.Errorf("got error %q, want one about %q", err, why)
	}
	return failed
}

// expectNothingUnderWay checks that the tables of handoffs are empty.
func expectNothingUnderWay(t *testing.T, vats ...*captp.Vat) {
	t.Helper()
	for i, v := range vats {
		if st := v.Stats(); st.Gifts != 0 || st.Withdrawals != 0 || st.Introductions != 0 {
			t.Errorf("vat %d has %d gifts, %d withdrawals, %d introductions", i, st.Gifts, st.Withdrawals, st.Introductions)
		}
	}
}

var updateTranscripts = flag.Bool("update", false, "write the transcripts in testdata anew")

// expectTranscript compares a transcript with the file of a name, or writes the file.
func expectTranscript(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", name+".txt")
	if *updateTranscripts {
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
