package hostiletest

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// The names under which [Publish] publishes its objects. They are the swiss numbers, too.
const (
	Echo      = "echo"      // answers a list of its arguments
	Maker     = "maker"     // answers a new echo
	Promiser  = "promiser"  // answers with a promise that is settled by one of the next calls
	Keeper    = "keeper"    // keeps its last arguments
	Forwarder = "forwarder" // calls its first argument with the others, and answers with the answer
	Slow      = "slow"      // answers after a while
	Picky     = "picky"     // breaks everything
	Panicker  = "panicker"  // panics
	Big       = "big"       // answers a struct as long as a path step may walk over
)

// Names are the names of all objects of the program.
var Names = []string{Echo, Maker, Promiser, Keeper, Forwarder, Slow, Picky, Panicker, Big}

// Publish gives the vat a program whose objects do with what comes from peers whatever programs do: answer it, keep it, pass it on,
// call it, wait, fail, panic. What it keeps is bounded.
func Publish(v *captp.Vat) (*Program, error) {
	p := &Program{vat: v}
	for name, f := range map[string]func(context.Context, []any) (any, error){
		Echo:      echo,
		Maker:     func(context.Context, []any) (any, error) { return captp.NewObject(v, captp.HandlerFunc(echo)), nil },
		Promiser:  p.promise,
		Keeper:    p.keep,
		Forwarder: forward,
		Slow:      wait,
		Picky:     func(context.Context, []any) (any, error) { return nil, captp.Public(errors.New("no")) },
		Panicker:  func(_ context.Context, args []any) (any, error) { return args[len(args)].(int), nil },
		Big:       nil,
	} {
		h := captp.HandlerFunc(f)
		if name == Big {
			h = newBig()
		}
		o := captp.NewObject(v, h, captp.Label(name), captp.Concurrent())
		if _, err := captp.PublishAs(v, locator.NewSwissNumber([]byte(name)), captp.AnyRef{Ref: o}); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func echo(_ context.Context, args []any) (any, error) { return args, nil }

func wait(ctx context.Context, _ []any) (any, error) {
	select {
	case <-ctx.Done():
	case <-time.After(slowTime):
	}
	return nil, ctx.Err()
}

// slowTime is how long a method takes that waits for something.
const slowTime = time.Second

// forward calls what it is given.
func forward(ctx context.Context, args []any) (any, error) {
	if len(args) == 0 {
		return nil, &captp.NoMethodError{}
	}
	to, ok := args[0].(captp.Ref)
	if !ok {
		return nil, captp.Public(errors.New("that is no reference"))
	}
	return captp.Invoke(ctx, to, args[1:]...), nil
}

// big is an object that answers one long struct, in Syrup. It takes no time to make, so that what it costs is the vat's.
type big string

func newBig() big {
	b := []byte("{")
	for i := range bigFields {
		b = fmt.Appendf(b, "9\"field%04d%d+", i, i)
	}
	return big(append(b, '}'))
}

// bigFields makes the struct almost as long as a path step may walk over.
const bigFields = 4000

// Dispatch answers the struct.
func (b big) Dispatch(_ context.Context, _ *captp.Decoder, result *captp.Encoder) error {
	result.Raw(string(b))
	return nil
}

// Program is what the objects of a target share.
type Program struct {
	vat *captp.Vat

	mu        sync.Mutex
	resolvers []captp.Resolver[captp.AnyRef] // Guarded by mu.
	kept      [32][]any                      // Guarded by mu.
	next      int                            // Guarded by mu.
}

// maxOpen is how many promises are open at once.
const maxOpen = 64

// promise answers with a promise, and settles the oldest once there are many: with the argument of the call, if that is a
// reference.
func (p *Program) promise(_ context.Context, args []any) (any, error) {
	promise, resolver := captp.NewPromiseRef[captp.AnyRef](p.vat)
	p.mu.Lock()
	p.resolvers = append(p.resolvers, resolver)
	var due *captp.Resolver[captp.AnyRef]
	if len(p.resolvers) > maxOpen {
		due, p.resolvers = &p.resolvers[0], append([]captp.Resolver[captp.AnyRef](nil), p.resolvers[1:]...)
	}
	p.mu.Unlock()
	if due != nil {
		settle(*due, args)
	}
	return promise, nil
}

func settle(r captp.Resolver[captp.AnyRef], args []any) {
	if len(args) > 0 {
		if ref, ok := args[0].(captp.Ref); ok {
			r.Fulfill(captp.AnyRef{Ref: ref})
			return
		}
	}
	r.Break(captp.Public(errors.New("never mind")))
}

// keep keeps the arguments until others have come.
func (p *Program) keep(_ context.Context, args []any) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	old := p.kept[p.next%len(p.kept)]
	p.kept[p.next%len(p.kept)] = args
	p.next++
	return old, nil
}

// Release lets go of everything, so that a vat without peers is empty.
func (p *Program) Release() {
	p.mu.Lock()
	resolvers := p.resolvers
	p.resolvers, p.kept = nil, [32][]any{}
	p.mu.Unlock()
	for _, r := range resolvers {
		settle(r, nil)
	}
}
