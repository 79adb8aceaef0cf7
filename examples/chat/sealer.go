package main

import (
	"context"
	"errors"

	"github.com/ocapn-go/ocapn/idl/std/sealers"
	"github.com/ocapn-go/ocapn/runtime/captp"
)

// triplet is a sealer and what goes with it. A sealed value is an object without methods: it can be passed on by anybody, compared,
// and opened by whoever has the unsealer.
type triplet struct {
	sealer    sealers.Sealer
	unsealer  sealers.Unsealer
	predicate sealers.Predicate

	vat    *captp.Vat
	opened func(value any) // if not nil, hears of each value that is unsealed
}

// box is the object behind a sealed handle. It understands nothing.
type box struct {
	by    *triplet
	value any
}

// Dispatch implements captp.Handler.
func (*box) Dispatch(_ context.Context, args *captp.Decoder, _ *captp.Encoder) error {
	return captp.NoMethod(args)
}

// newTriplet makes a sealer whose handles nobody else can make.
func newTriplet(vat *captp.Vat, opened func(value any)) *triplet {
	s := &triplet{vat: vat, opened: opened}
	s.sealer = sealers.NewSealer(vat, func(_ context.Context, value any) (captp.Ref, error) {
		return s.seal(value), nil
	})
	s.unsealer = sealers.NewUnsealer(vat, func(ctx context.Context, sealed captp.Ref) (any, error) {
		b, err := s.box(ctx, sealed)
		if err != nil {
			return nil, err
		}
		if s.opened != nil {
			s.opened(b.value)
		}
		return b.value, nil
	})
	s.predicate = sealers.NewPredicate(vat, func(ctx context.Context, value any) (bool, error) {
		ref, ok := value.(captp.Ref)
		if !ok {
			return false, nil
		}
		_, err := s.box(ctx, ref)
		return err == nil, nil
	})
	return s
}

// seal returns a handle for value.
func (s *triplet) seal(value any) captp.Ref {
	return captp.NewObject(s.vat, &box{by: s, value: value})
}

var errNotSealed = captp.Public(errors.New("not a handle of the matching sealer"))

// box returns the object behind a handle of this sealer. The handle may have come as a promise, which is waited for, but not for ever.
func (s *triplet) box(ctx context.Context, sealed captp.Ref) (*box, error) {
	ctx, cancel := context.WithTimeout(ctx, effort)
	defer cancel()
	settled, err := captp.Resolve(ctx, captp.As[captp.AnyRef](sealed))
	if err != nil {
		return nil, err
	}
	b, ok := captp.Local[*box](settled)
	if !ok || b.by != s {
		return nil, errNotSealed
	}
	return b, nil
}
