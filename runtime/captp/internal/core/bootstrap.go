package core

import (
	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/locator"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// The methods of the bootstrap object.
const (
	methodFetch        = "fetch"
	methodDepositGift  = "deposit-gift"
	methodWithdrawGift = "withdraw-gift"
)

// Register lets peers fetch c by a swiss number, in place of what they fetched by it before.
func (v *Vat) Register(swiss locator.SwissNumber, c Cap) { v.registered[swiss.Digest()] = c }

// Unregister ends what Register began. Peers that fetched the object keep it.
func (v *Vat) Unregister(swiss locator.SwissNumber) { delete(v.registered, swiss.Digest()) }

// lookup returns what is registered under a swiss number.
func (v *Vat) lookup(swiss locator.SwissNumber) Outcome {
	if c, ok := v.registered[swiss.Digest()]; ok {
		return Outcome{Value: CapBody(c)}
	}
	return broken(&UnknownSwissError{})
}

// answer answers a message to the bootstrap object of the session.
//
// Spec: CapTP#the-bootstrap-object
func (s *Session) answer(args Body, result *Promise) {
	method, rest, err := wire.Call(args.Data, 2)
	var o Outcome
	switch {
	case err != nil:
		o = broken(&TargetError{Reason: "the bootstrap object wants a method and its arguments"})
	case method == methodFetch:
		o = s.fetch(args.Data, rest)
	case method == methodDepositGift:
		o = s.depositGift(args, rest)
	case method == methodWithdrawGift:
		s.withdrawGift(args, rest, result)
		return
	default:
		o = broken(&TargetError{Reason: "the bootstrap object has no such method"})
	}
	switch {
	case result != nil:
		s.vat.resolve(result, o)
	case o.Broken:
		s.vat.undelivered(nil, o.reason(), s)
	}
}

// fetch returns the object of a swiss number. A string is taken for its bytes, as some peers send it.
//
// Spec: CapTP#fetch-method
func (s *Session) fetch(args []byte, rest []syrup.Span) Outcome {
	bad := broken(&TargetError{Reason: "fetch wants a swiss number"})
	if len(rest) < 1 {
		return bad
	}
	var d syrup.Decoder
	d.Reset(args[rest[0].Start:rest[0].End], syrup.Options{})
	var number []byte
	if d.Kind() == syrup.String {
		number = d.StringBytes()
	} else {
		number = d.RawBytes()
	}
	if d.Finish() != nil {
		return bad
	}
	return s.vat.lookup(locator.NewSwissNumber(number))
}
