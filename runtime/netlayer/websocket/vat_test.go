package websocket_test

import (
	"context"
	"crypto/tls"
	"fmt"
	"net/netip"
	"slices"
	"testing"
	"time"

	library "github.com/coder/websocket"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/internal/tcptest"
	"github.com/ocapn-go/ocapn/runtime/netlayer/websocket"
)

// newVat returns a vat with the netlayer, which is closed with the test.
func newVat(t *testing.T, nl websocket.Options, opts ...captp.Option) *captp.Vat {
	t.Helper()
	v, err := captp.New(append(opts, captp.WithNetlayer(open(t, nl)))...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close() })
	return v
}

// publish makes an object of the function, and tells where it is.
func publish(t *testing.T, v *captp.Vat, f func(ctx context.Context, args []any) (any, error)) locator.SturdyRef {
	t.Helper()
	ref, err := captp.Publish(v, captp.AnyRef{Ref: captp.NewObject(v, captp.HandlerFunc(f))})
	if err != nil {
		t.Fatal(err)
	}
	return ref
}

// enliven returns the object that is published there.
func enliven(t *testing.T, v *captp.Vat, ref locator.SturdyRef) captp.Ref {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), tcptest.Patience)
	defer cancel()
	far, err := captp.Enliven[captp.AnyRef](ctx, v, ref).Await(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return far.Ref
}

// call calls an object and waits.
func call(t *testing.T, r captp.Ref, args ...any) any {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), tcptest.Patience)
	defer cancel()
	result, err := captp.Invoke(ctx, r, args...).Await(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return result
}

// greeter answers with a greeting.
func greeter(name string) func(context.Context, []any) (any, error) {
	return func(_ context.Context, args []any) (any, error) {
		return fmt.Sprintf("%v, says %s", args[0], name), nil
	}
}

// A session carries calls both ways, whether there is encryption or not, and whether the dialler can be dialled or not.
func TestVats(t *testing.T) {
	acceptor, dialler := selfSigned(t)
	for _, test := range []struct {
		name  string
		alice websocket.Options
		bob   func(t *testing.T) *captp.Vat
	}{
		{"ws", websocket.Options{Address: here}, func(t *testing.T) *captp.Vat { return newVat(t, websocket.Options{Address: here}) }},
		{"dials only", websocket.Options{}, func(t *testing.T) *captp.Vat { return newVat(t, websocket.Options{Address: here}) }},
		{"wss", websocket.Options{TLSConfig: dialler}, func(t *testing.T) *captp.Vat { return newTLSVat(t, acceptor) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			tcptest.ExpectNoLeaks(t)
			alice, bob := newVat(t, test.alice), test.bob(t)
			back := captp.NewObject(alice, captp.HandlerFunc(greeter("alice")))
			desk := publish(t, bob, func(ctx context.Context, args []any) (any, error) {
				return captp.Invoke(ctx, args[0].(captp.Ref), "hello").Await(ctx)
			})
			if got := call(t, enliven(t, alice, desk), back); got != "hello, says alice" {
				t.Errorf("got %v", got)
			}
		})
	}
}

// newTLSVat returns a vat that serves wss.
func newTLSVat(t *testing.T, config *tls.Config) *captp.Vat {
	t.Helper()
	v, err := captp.New(captp.WithNetlayer(openTLS(t, config, websocket.Options{})))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = v.Close() })
	return v
}

// Two peers that dial each other at once have one session.
func TestCrossedHellos(t *testing.T) {
	tcptest.ExpectNoLeaks(t)
	for range 20 {
		alice, bob := newVat(t, websocket.Options{Address: here}), newVat(t, websocket.Options{Address: here})
		ctx, cancel := context.WithTimeout(t.Context(), tcptest.Patience)
		defer cancel()
		atAlice := captp.Enliven[captp.AnyRef](ctx, bob, publish(t, alice, greeter("alice"))).Cap()
		atBob := captp.Enliven[captp.AnyRef](ctx, alice, publish(t, bob, greeter("bob"))).Cap()
		for want, r := range map[string]captp.Ref{"hello, says alice": atAlice.Ref, "hello, says bob": atBob.Ref} {
			if got := call(t, r, "hello"); got != want {
				t.Errorf("got %v, want %v", got, want)
			}
		}
	}
}

// A gifter gives a receiver a reference to an object of an exporter: the receiver calls that, also when it cannot be called
// itself.
func TestHandoff(t *testing.T) {
	for name, opts := range map[string]websocket.Options{"can be dialled": {Address: here}, "dials only": {}} {
		t.Run(name, func(t *testing.T) {
			tcptest.ExpectNoLeaks(t)
			var policy []captp.Option
			if opts.Address == "" { // who cannot be called on this machine is not introduced to others there unless it says so
				policy = append(policy, captp.WithIntroductions(captp.IntroductionPolicy{
					Address: func(netip.AddrPort) error { return nil },
				}))
			}
			gifter, exporter := newVat(t, websocket.Options{Address: here}), newVat(t, websocket.Options{Address: here})
			receiver := newVat(t, opts, policy...)
			treasure := publish(t, exporter, greeter("exporter"))
			gift := enliven(t, gifter, treasure)
			shop := publish(t, gifter, func(context.Context, []any) (any, error) { return gift, nil })
			got := call(t, enliven(t, receiver, shop)).(captp.Ref)
			if answer := call(t, got, "hello"); answer != "hello, says exporter" {
				t.Errorf("answer: %v", answer)
			}
			// It came by a handoff, and not by way of the gifter: it is what the exporter itself gives out.
			ctx, cancel := context.WithTimeout(t.Context(), tcptest.Patience)
			defer cancel()
			direct := captp.AnyRef{Ref: enliven(t, receiver, treasure)}
			if same, err := captp.Same(ctx, captp.AnyRef{Ref: got}, direct); !same || err != nil {
				t.Errorf("Same: %v, %v", same, err)
			}
		})
	}
}

// Operations that others put together in one message are carried out, the first of a session too.
func TestSeveralOperationsInOneMessage(t *testing.T) {
	tcptest.ExpectNoLeaks(t)
	nl := open(t, websocket.Options{Address: here})
	vat, err := captp.New(captp.WithNetlayer(nl))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = vat.Close() })
	desk := publish(t, vat, greeter("bob"))

	key := keyOf('s')
	location := locator.Peer{Transport: websocket.Transport, Designator: "unreachable", Hints: locator.Hints{}}.AppendSyrup(nil)
	ops := []byte(`<16'op:start-session3"1.0`)
	ops = append(key.Public().AppendSyrup(ops), location...)
	ops = append(handoff.SignLocation(key, location).AppendSyrup(ops), '>')
	ops = append(ops, "<10'op:deliver<11'desc:export0+>[5'fetch"...)
	ops = append(desk.Swiss.AppendSyrup(ops), "]1+f>"...)
	ops = append(ops, "<10'op:deliver<11'desc:answer1+>[5\"hello]f<18'desc:import-object7+>>"...)

	ws := dialLibrary(t, nl)
	ws.SetReadLimit(-1)
	for _, msg := range [][]byte{aChallenge, ops} {
		if err := ws.Write(t.Context(), library.MessageBinary, msg); err != nil {
			t.Fatal(err)
		}
	}
	const want = "<10'op:deliver<11'desc:export7+>[7'fulfill15\"hello, says bob]ff>"
	ctx, cancel := context.WithTimeout(t.Context(), tcptest.Patience)
	defer cancel()
	var got []string
	for !slices.Contains(got, want) {
		_, msg, err := ws.Read(ctx)
		if err != nil {
			t.Fatalf("received %q, then %v; want %q", got, err, want)
		}
		got = append(got, string(msg))
	}
}

// Vats that are closed do not wait for each other, although neither can end one direction alone.
func TestVatsCloseAtOnce(t *testing.T) {
	tcptest.ExpectNoLeaks(t)
	alice, bob := newVat(t, websocket.Options{Address: here}), newVat(t, websocket.Options{Address: here})
	call(t, enliven(t, alice, publish(t, bob, greeter("bob"))), "hello")
	start := time.Now()
	_ = alice.Close()
	_ = bob.Close()
	if took, drain := time.Since(start), captp.DefaultLimits().DrainTime; took >= drain {
		t.Errorf("closing took %v, which is not less than %v", took, drain)
	}
}
