package main

import (
	"context"
	"fmt"

	"github.com/ocapn-go/ocapn/examples/conformance/suite"
	"github.com/ocapn-go/ocapn/idl/std/promises"
	"github.com/ocapn-go/ocapn/runtime/captp"
	"github.com/ocapn-go/ocapn/runtime/locator"
)

// The swiss numbers under which the suite fetches the objects: the bytes of these texts.
const (
	carFactoryBuilderSwiss = "JadQ0++RzsD4M+40uLxTWVaVqM10DcBJ"
	echoSwiss              = "IO58l1laTyhcrgDKbEzFOO32MDd6zE5w"
	greeterSwiss           = "VMDDd1voKWarCe2GvgLbxbVFysNzRPzx"
	promiseMakerSwiss      = "IokCxYmMj04nos2JN1TDoY1bT8dXh6Lr"
	enlivenerSwiss         = "gi02I1qghIwPiKGKleCQAOhpy3ZtYRpB"
)

// publish lets peers fetch the objects of the suite.
func publish(vat *captp.Vat) error {
	objects := map[string]captp.Ref{
		carFactoryBuilderSwiss: newCarFactoryBuilder(vat).Ref,
		echoSwiss:              suite.NewEcho(vat, echo).Ref,
		greeterSwiss:           suite.NewGreeter(vat, greet).Ref,
		promiseMakerSwiss:      newPromiseMaker(vat).Ref,
		enlivenerSwiss:         newEnlivener(vat).Ref,
	}
	for swiss, object := range objects {
		if _, err := captp.PublishAs(vat, locator.NewSwissNumber([]byte(swiss)), captp.As[captp.AnyRef](object)); err != nil {
			return err
		}
	}
	return nil
}

func newCarFactoryBuilder(vat *captp.Vat) suite.CarFactoryBuilder {
	return suite.NewCarFactoryBuilder(vat, func(context.Context) (suite.CarFactory, error) {
		return suite.NewCarFactory(vat, func(_ context.Context, order []captp.Symbol) (suite.Car, error) {
			return newCar(vat, order)
		}), nil
	})
}

// newCar makes a car from its colour and its model.
func newCar(vat *captp.Vat, order []captp.Symbol) (suite.Car, error) {
	if len(order) != 2 {
		return suite.Car{}, captp.Public(fmt.Errorf("a car has a colour and a model, not %d properties", len(order)))
	}
	noise := fmt.Sprintf("Vroom! I am a %s %s car!", order[0], order[1])
	return suite.NewCar(vat, func(context.Context) (string, error) { return noise, nil }), nil
}

func echo(_ context.Context, values ...any) ([]any, error) {
	return append([]any{}, values...), nil
}

// greet greets the visitor without waiting for the answer.
func greet(ctx context.Context, visitor suite.Visitor) error {
	visitor.E(ctx).Call("Hello")
	return nil
}

func newPromiseMaker(vat *captp.Vat) suite.PromiseMaker {
	return suite.NewPromiseMaker(vat, func(context.Context) (captp.Ref, promises.Resolver, error) {
		promise, settle := captp.NewPromise[any](vat)
		return promise.AsRef(), promises.NewResolver(vat, resolver{settle}), nil
	})
}

// resolver settles a promise of the promise maker.
type resolver struct {
	settle captp.Resolver[any]
}

// Fulfill implements promises.ResolverServer.
func (r resolver) Fulfill(_ context.Context, value any) error {
	r.settle.Fulfill(value)
	return nil
}

// Break implements promises.ResolverServer.
func (r resolver) Break(_ context.Context, reason any) error {
	r.settle.Break(captp.ReasonValue(reason))
	return nil
}

func newEnlivener(vat *captp.Vat) suite.Enlivener {
	return suite.NewEnlivener(vat, func(ctx context.Context, ref locator.SturdyRef) (captp.Ref, error) {
		return captp.Enliven[captp.AnyRef](ctx, vat, ref).Cap().Ref, nil
	})
}
