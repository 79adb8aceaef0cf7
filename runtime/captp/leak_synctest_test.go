package captp_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/captp/captpexpvar"
	"github.com/ocapn-go/ocapn/runtime/captp/captptest"
	"github.com/ocapn-go/ocapn/runtime/handoff"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/netlayer/netlayertest"
)

// Texts that the objects of a leakScene use. Arguments, results and what is panicked with are nobody's business but those of the two who
// exchange them; the text of an error is for the log of the vat that has the object, and not for the caller; why a policy is against
// something, or a network, is for the program of that vat; what is declared is for both.
const (
	valueText    = "value-7f3a-of-an-argument"
	panicText    = "panic-51cc-of-a-method"
	internalText = "internal-e0d2-of-an-error"
	publicText   = "public-9a1b-of-an-error"
	localText    = "local-0be4-of-a-policy"
	privatePath  = "/nonexistent-c3d1/identity.key"
)

// leakScene is a network of vats of which everything that anybody gets to read is kept.
type leakScene struct {
	*village
	secrets

	log    lockedBuffer // logs at level debug, and traces
	wire   lockedBuffer // what was sent, as it was sent
	errs   []error
	values []any
}

// readerFunc is a reader of which nothing is found by printing it.
type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

// lockedBuffer is written to by several vats.
type lockedBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer // Guarded by mu.
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func newLeakScene(t *testing.T) *leakScene {
	s := &leakScene{}
	s.village = &village{t, netlayertest.NewNetwork(netlayertest.NetworkOptions{
		Tap: func(m netlayertest.Message) { s.wire.Write(append(m.Data, '\n')) },
	}), make(map[string]*captp.Vat)}
	return s
}

// vat returns a new vat that logs and traces everything.
func (s *leakScene) vat(name string, opts ...captp.Option) *captp.Vat {
	log := slog.New(slog.NewJSONHandler(&s.log, &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: false}))
	return s.village.vat(name, append([]captp.Option{
		captp.WithRand(readerFunc(s.secrets.Read)), captp.WithLogger(log), captp.WithTracer(captp.SlogTracer(log)),
	}, opts...)...)
}

// fails takes down an error, which there has to be.
func (s *leakScene) fails(what string, err error) {
	s.t.Helper()
	if err == nil {
		s.t.Errorf("%s: no error", what)
	}
	s.errs = append(s.errs, err)
}

// object returns an object that fails in every way.
func (s *leakScene) object(v *captp.Vat) anyRef {
	return object(v, map[string]method{
		"echo":     func(_ context.Context, args []any) (any, error) { return args, nil },
		"internal": func(context.Context, []any) (any, error) { return nil, errors.New(internalText) },
		"wrapped": func(context.Context, []any) (any, error) {
			return nil, fmt.Errorf("%s: %w", internalText, os.ErrNotExist)
		},
		"public": func(context.Context, []any) (any, error) { return nil, captp.Public(errors.New(publicText)) },
		"reason": func(context.Context, []any) (any, error) {
			return nil, fmt.Errorf("%s: %w", internalText, captp.ReasonValue(publicText))
		},
		"panic":      func(context.Context, []any) (any, error) { panic(panicText) },
		"panicError": func(context.Context, []any) (any, error) { panic(errors.New(panicText)) },
		"index":      func(_ context.Context, args []any) (any, error) { return args[len(args)+len(panicText)], nil },
		"file":       func(context.Context, []any) (any, error) { return os.ReadFile(privatePath) },
		"unsendable": func(context.Context, []any) (any, error) { return make(chan int), nil },
	})
}

// failures has things go wrong between a vat and a reference that it holds.
func (s *leakScene) failures(v *captp.Vat, far anyRef) {
	s.t.Helper()
	ctx := s.t.Context()
	call := func(args ...any) *captp.Promise[any] { return captp.Invoke(ctx, far.Ref, args...) }
	for _, name := range []string{
		"internal", "wrapped", "public", "reason", "panic", "panicError", "index", "file", "unsendable", "no-such-method",
	} {
		_, err := call(captp.Symbol(name), valueText).Await(ctx)
		s.fails(name, err)
	}
	_, err := call(captp.Symbol("echo"), make(chan int)).Await(ctx)
	s.fails("an argument that cannot be sent", err)
	for _, p := range []*captp.Promise[any]{
		call(captp.Symbol("echo"), valueText).Get("part"), call(captp.Symbol("echo"), valueText).Index(5),
		call(captp.Symbol("echo"), valueText).Untag("tag"), call(captp.Symbol("panic")).Get("part"),
	} {
		_, err := p.Await(ctx)
		s.fails("a step", err)
	}
	_, err = captp.Invoke(ctx, call(captp.Symbol("echo"), valueText).AsRef(), valueText).Await(ctx)
	s.fails("a message to a list", err)
	for _, reason := range []error{errors.New(internalText), captp.Public(errors.New(publicText)), nil} {
		promise, resolver := captp.NewPromise[any](v)
		resolver.Break(reason)
		call(captp.Symbol("echo"), promise)
	}
	if err := captp.InvokeTell(ctx, far.Ref, captp.Symbol("panic"), valueText); err != nil {
		s.t.Error(err)
	}
}

// sturdyrefs follows references to where there is nothing.
func (s *leakScene) sturdyrefs(v *captp.Vat, good locator.SturdyRef) {
	s.t.Helper()
	swiss, err := locator.GenerateSwissNumber(&s.secrets)
	if err != nil {
		s.t.Fatal(err)
	}
	nowhere := good
	nowhere.Peer.Designator = "nobody"
	for what, ref := range map[string]locator.SturdyRef{
		"an unknown swiss number": {Peer: good.Peer, Swiss: swiss}, "a peer that is not there": nowhere,
		"an unknown swiss number of our own": {Peer: v.Locations()[0], Swiss: swiss},
	} {
		_, err := captp.Enliven[anyRef](s.t.Context(), v, ref).Await(s.t.Context())
		s.fails(what, err)
	}
	s.values = append(s.values, good, nowhere, swiss, &good, []locator.SturdyRef{good}, map[string]any{"ref": good})
}

// strangers has peers that are no vats misbehave towards v.
func (s *leakScene) strangers(v *captp.Vat, there locator.Peer) {
	s.t.Helper()
	thief := rawDial(s.t, s.net, "thief\nlevel=ERROR", v, peerNamed("thief\nlevel=ERROR"))
	seed := make([]byte, 32)
	if _, err := s.Read(seed); err != nil {
		s.t.Fatal(err)
	}
	pair := handoff.KeyPairFromSeed([32]byte(seed))
	id := pair.GiftID(0)
	s.values = append(s.values, pair, id, &pair, []handoff.GiftID{id})
	give := handoff.SignGive(pair, thief.give(id, there, pair.Public()))
	for _, ask := range []string{
		withdraw(thief.receive(pair, give, 0)), deposit(id, 12345), "[5'fetch32:" + string(seed) + "]", "[5'fetch" + valueText + "]",
		"[4'what\"]",
	} {
		thief.ask(ask)
	}
	for i, say := range []string{
		"<bad", "<16'op:start-session>", "<10'op:deliver<11'desc:export999+>[]ff>", "<8'op:abort6\"reason>", fmt.Sprintf("%d:", 100<<20),
		"<8'op:abort" + fmt.Sprintf("%d\"%s", 2000, strings.Repeat("\n", 2000)) + ">",
	} {
		name := fmt.Sprintf("babbler %d", i)
		rawDial(s.t, s.net, name, v, peerNamed(name)).say(say)
	}
}

// handoffs gives a reference to vats that take it, may not, and cannot, and that panic over it.
func (s *leakScene) handoffs(gifter *captp.Vat, gift anyRef) {
	s.t.Helper()
	for name, policy := range map[string]func(context.Context, captp.Introduction) error{
		"receiver":  nil,
		"unwilling": func(context.Context, captp.Introduction) error { return errors.New(localText) },
		"panicky":   func(context.Context, captp.Introduction) error { panic(panicText) },
		"cut off":   nil,
	} {
		v := s.vat(name, captp.WithIntroductions(captp.IntroductionPolicy{Peer: policy}))
		d := newDesk(v)
		if name == "cut off" {
			s.net.Way(name, "exporter").RefuseDials(errors.New(localText))
		}
		given := d.given(s.t, captptest.Carry(s.t, v, gifter, d.anyRef), gift)
		_, err := captp.Invoke(s.t.Context(), given.Ref, captp.Symbol("echo"), valueText).Await(s.t.Context())
		if name == "receiver" {
			if err != nil {
				s.t.Error(err)
			}
			continue
		}
		s.fails(name, err)
	}
}

// look has every vat say all that it says of itself.
func (s *leakScene) look() string {
	s.t.Helper()
	var out strings.Builder
	for name, v := range s.vats {
		log := slog.New(slog.NewTextHandler(&out, nil))
		log.Info(name, "stats", v.Stats(), "totals", v.Totals(), "sessions", v.Sessions(-1))
		for _, session := range v.Sessions(-1) {
			log.Info(name, "session", session)
		}
		fmt.Fprintf(&out, "%+v %#v %s\n", v.Stats(), v.Totals(), captpexpvar.Var(v))
		if err := v.Dump(&out); err != nil {
			s.t.Error(err)
		}
	}
	return out.String()
}

// printed returns what every verb makes of errors and values.
func (s *leakScene) printed() string {
	var out strings.Builder
	for _, err := range s.errs {
		for ; err != nil; err = errors.Unwrap(err) {
			fmt.Fprintf(&out, "%v %+v %#v %q\n", err, err, err, err)
		}
	}
	for _, v := range s.values {
		text, _ := json.Marshal(v)
		fmt.Fprintf(&out, "%v %+v %#v %s %x %q %s\n", v, v, v, v, v, v, text)
	}
	return out.String()
}

// Whatever goes wrong, nothing that is printed, logged, traced or told to a peer holds a secret of a vat, what others sent each other, or
// where the program lives.
func TestNothingLeaks(t *testing.T) {
	bubble(t, func(t *testing.T) {
		s := newLeakScene(t)
		gifter, exporter := s.vat("gifter"), s.vat("exporter", captp.WithLimits(captp.Limits{MessageBytes: 64 << 10}))
		thing := s.object(exporter)
		ref, err := captp.Publish(exporter, thing)
		if err != nil {
			t.Fatal(err)
		}
		s.add("a swiss number", ref.Swiss.Bytes())
		far, err := captp.Enliven[anyRef](t.Context(), gifter, ref).Await(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		s.values = append(s.values, thing, far, thing.Ref, far.Ref, ref.Peer)
		s.failures(gifter, far)
		s.failures(exporter, thing)
		s.sturdyrefs(gifter, ref)
		s.handoffs(gifter, far)
		s.strangers(exporter, ref.Peer)
		looks := s.look()
		_, err = captp.Invoke(t.Context(), far.Ref, make([]byte, 100<<10)).Await(t.Context()) // over a limit of the exporter
		s.fails("a session that is aborted", err)
		time.Sleep(10 * time.Minute) // whatever is waited for ends
		looks += s.look()
		for _, v := range s.vats {
			v.Close()
			s.values = append(s.values, v)
		}
		looks += s.look()
		s.search(looks)
	})
}

// search goes through everything that anybody got to read.
func (s *leakScene) search(looks string) {
	s.t.Helper()
	logs, printed, wire := s.log.String(), s.printed(), s.wire.String()
	for what, text := range map[string]string{"counts and dumps": looks, "logs and traces": logs, "errors and values": printed} {
		if len(text) < 1000 {
			s.t.Errorf("%s are %q, which is too little", what, text)
		}
		s.expectNone(s.t, what, text)
		expectNoPaths(s.t, what, text)
		for _, private := range []string{valueText, panicText} {
			if strings.Contains(text, private) {
				s.t.Errorf("%s hold %s", what, private)
			}
		}
		if strings.Contains(text, "\nlevel=ERROR") {
			s.t.Errorf("%s hold a line that a peer has written", what)
		}
	}
	expectNoPaths(s.t, "what peers were told", wire)
	for _, private := range []string{panicText, internalText, localText, privatePath} {
		if strings.Contains(wire, private) {
			s.t.Errorf("peers were told of %s", private)
		}
		if private != localText && strings.Contains(looks+printed, private) {
			s.t.Errorf("an error, a count or a dump holds %s", private)
		}
	}
	// What is meant to be seen is seen, so that the rest was looked for in the right places.
	for what, text := range map[string]string{logs: internalText, printed: publicText, wire: publicText, looks: "thief"} {
		if !strings.Contains(what, text) {
			s.t.Errorf("%s is missing", text)
		}
	}
}
