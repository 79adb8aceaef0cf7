package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/examples/conformance/suite"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/tcptesting"
)

// serve starts the program in one dialect and returns its peer. It stops, and must return no error, when the test ends.
func serve(t *testing.T, dialect string) locator.Peer {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	done := make(chan error, 1)
	var errs bytes.Buffer
	go func() { done <- run(ctx, []string{"-dialect", dialect}, in, &errs) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Errorf("run: %v %s", err, &errs)
		}
	})
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	peer, err := locator.ParsePeer(line[:len(line)-1])
	if err != nil {
		t.Fatal(err)
	}
	return peer
}

// dial returns a vat that speaks the dialect.
func dial(t *testing.T, name string) *captp.Vat {
	t.Helper()
	dialect, err := captp.ParseDialect(name)
	if err != nil {
		t.Fatal(err)
	}
	nl, err := tcptesting.New(tcptesting.Options{Framing: framing(dialect)})
	if err != nil {
		t.Fatal(err)
	}
	vat, err := captp.New(captp.WithNetlayer(nl), captp.WithDialect(dialect))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { vat.Close() })
	return vat
}

func fetch[C captp.Capability](t *testing.T, vat *captp.Vat, peer locator.Peer, swiss string) C {
	t.Helper()
	return captp.Enliven[C](t.Context(), vat, locator.SturdyRef{Peer: peer, Swiss: locator.NewSwissNumber([]byte(swiss))}).Cap()
}

func TestObjects(t *testing.T) {
	for _, dialect := range []string{"modern", "suite-pr", "suite-main", "goblins"} {
		t.Run(dialect, func(t *testing.T) {
			peer, vat := serve(t, dialect), dial(t, dialect)
			testCar(t, fetch[suite.CarFactoryBuilder](t, vat, peer, carFactoryBuilderSwiss))
			testEcho(t, fetch[suite.Echo](t, vat, peer, echoSwiss))
			testGreeter(t, vat, fetch[suite.Greeter](t, vat, peer, greeterSwiss))
			testPromiseMaker(t, fetch[suite.PromiseMaker](t, vat, peer, promiseMakerSwiss))
			testEnlivener(t, vat, fetch[suite.Enlivener](t, vat, peer, enlivenerSwiss))
		})
	}
}

func testCar(t *testing.T, builder suite.CarFactoryBuilder) {
	ctx := t.Context()
	got, err := builder.E(ctx).Call().Call([]captp.Symbol{"red", "zoomracer"}).Call().Await(ctx)
	if want := "Vroom! I am a red zoomracer car!"; err != nil || got != want {
		t.Errorf("the car says %q, %v; want %q", got, err, want)
	}
	if got, err := builder.E(ctx).Call().Call([]captp.Symbol{"red"}).Call().Await(ctx); err == nil {
		t.Errorf("a car without a model says %q", got)
	}
}

func testEcho(t *testing.T, echo suite.Echo) {
	want := []any{"foo", int64(1), false, []byte("bar"), []any{"baz"}, captp.Symbol("s"), 3.2}
	got, err := echo.Call(t.Context(), want...)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("echo (-want +got):\n%s", diff)
	}
}

func testGreeter(t *testing.T, vat *captp.Vat, greeter suite.Greeter) {
	heard := make(chan string, 1)
	visitor := suite.NewVisitor(vat, func(_ context.Context, greeting string) (captp.Ref, error) {
		heard <- greeting
		return greeter.Ref, nil
	})
	if err := greeter.Call(t.Context(), visitor); err != nil {
		t.Fatal(err)
	}
	if got := <-heard; got != "Hello" {
		t.Errorf("the greeting is %q", got)
	}
}

func testPromiseMaker(t *testing.T, maker suite.PromiseMaker) {
	ctx := t.Context()
	for _, breaks := range []bool{false, true} {
		promise, resolver, err := maker.Call(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if breaks {
			err = resolver.Break(ctx, captp.Symbol("oh-no"))
		} else {
			err = resolver.Fulfill(ctx, maker.Ref)
		}
		if err != nil {
			t.Fatal(err)
		}
		got, err := captp.Resolve(ctx, captp.As[captp.AnyRef](promise))
		if (err != nil) != breaks {
			t.Errorf("the promise became %v, %v", got, err)
		}
	}
}

func testEnlivener(t *testing.T, vat *captp.Vat, enlivener suite.Enlivener) {
	own := suite.NewCar(vat, func(context.Context) (string, error) { return "honk", nil })
	ref, err := captp.Publish(vat, own)
	if err != nil {
		t.Fatal(err)
	}
	got, err := enlivener.Call(t.Context(), ref)
	if err != nil || captp.As[suite.Car](got) != own {
		t.Errorf("the enlivened object is not the one that was published: %v", err)
	}
}
