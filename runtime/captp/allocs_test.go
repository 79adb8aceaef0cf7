package captp_test

import (
	"context"
	"testing"

	"github.com/ocapn-go/ocapn/runtime/captp"
)

// service is what generated code makes of an interface with a method of each sort.
type service struct{ vat *captp.Vat }

func (s service) Dispatch(ctx context.Context, args *captp.Decoder, result *captp.Encoder) error {
	switch string(args.Selector()) {
	case "nothing":
		return args.Close()
	case "greet":
		name := args.At("name").String()
		if err := args.Close(); err != nil {
			return err
		}
		result.String(name)
		return nil
	case "new":
		result.Ref(captp.NewObject(s.vat, s))
		return args.Close()
	case "back":
		r := captp.DecodeCap[anyRef](args.At("other"))
		if err := args.Close(); err != nil {
			return err
		}
		defer captp.Release(r)
		_, err := captp.CallVoid(captp.Eventually(ctx, r).Begin("[7'nothing")).Await(ctx)
		return err
	}
	return captp.NoMethod(args)
}

// needsPools skips a test that counts allocations where that says nothing.
func needsPools(t *testing.T) {
	t.Helper()
	if raceEnabled {
		t.Skip("the race detector has pools lose things at random")
	}
}

// TestAllocsOfCalls counts the allocations of a call at both ends together, in the library and in what generated code does. They do
// not depend on the machine: more than these are a mistake, or a price to be thought about.
func TestAllocsOfCalls(t *testing.T) {
	needsPools(t)
	ctx := t.Context()
	x, y := tcpVats(t)
	ref, err := captp.Publish(y, anyRef{captp.NewObject(y, service{y})})
	if err != nil {
		t.Fatal(err)
	}
	far, err := captp.Enliven[anyRef](ctx, x, ref).Await(ctx)
	if err != nil {
		t.Fatal(err)
	}
	check := func(err error) {
		if err != nil {
			t.Fatal(err)
		}
	}
	near := anyRef{captp.NewObject(x, greeter{})}
	tests := []struct {
		name string
		most float64
		call func()
	}{
		// The promise at one end, the turn and the answer at the other.
		{"nothing", 4, func() {
			_, err := captp.CallVoid(captp.Eventually(ctx, far).Begin("[7'nothing")).Await(ctx)
			check(err)
		}},
		// A string at each end beside that.
		{"a string both ways", 6, func() {
			_, err := greet(ctx, far, "world").Await(ctx)
			check(err)
		}},
		{"a string both ways, in one vat", 7, func() {
			_, err := greet(ctx, near, "world").Await(ctx)
			check(err)
		}},
		{"a fresh object, called back", 20, func() {
			m := captp.Eventually(ctx, far).Begin("[4'back")
			m.Ref(captp.NewObject(x, service{x}))
			_, err := captp.CallVoid(m).Await(ctx)
			check(err)
		}},
		{"two calls in a pipeline", 23, func() {
			made := captp.CallRef[anyRef](captp.Eventually(ctx, far).Begin("[3'new"))
			_, err := captp.CallVoid(made.Begin("[7'nothing")).Await(ctx)
			check(err)
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := testing.AllocsPerRun(2000, test.call); got > test.most {
				t.Errorf("%v allocations, want %v at the most", got, test.most)
			} else {
				t.Logf("%v allocations", got)
			}
		})
	}
}
