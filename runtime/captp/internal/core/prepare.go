package core

import (
	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/handoff"
)

// Hello is an op:start-session of the peer whose signature was checked: see [Session.Prepare].
type Hello struct {
	*wire.StartSession
	isSigned  bool
	signature handoff.Signature // of our own location, if the peer's is good
}

// Prepare does what of the handling of op takes long and needs no state of the vat, the checking of a hello: anybody can call and say one.
// What it returns is to be received in place of op. Any goroutine may call it.
func (s *Session) Prepare(op wire.Op) wire.Op {
	hello, ok := op.(*wire.StartSession)
	if !ok {
		return op
	}
	return s.prepareHello(hello)
}

func (s *Session) prepareHello(hello *wire.StartSession) *Hello {
	p := &Hello{StartSession: hello}
	p.isSigned = handoff.VerifyLocation(hello.Key, hello.LocationRaw, hello.Signature)
	if p.isSigned && !s.isDialled() {
		p.signature = s.signLocation()
	}
	return p
}

// signLocation signs the location at which we say that we are.
func (s *Session) signLocation() handoff.Signature {
	return handoff.SignLocation(s.key, s.location.AppendSyrup(nil))
}
