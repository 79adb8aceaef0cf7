package coretest

import (
	"bytes"
	"errors"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
)

// This file says why a promise may break.

// brokeWith checks a promise that broke.
func (w *World) brokeWith(m *message, o core.Outcome) {
	reason := publicReason(o)
	var third *core.ThirdPartyError
	isHandoff := errors.As(o.Err, &third) || bytes.Contains(reason, []byte("third-party handoff failed"))
	switch {
	case isHandoff && !w.mayFail(reason):
		w.fail("message %d broke because a handoff failed: %v %q", m.id, o.Err, o.Value.Data)
	case !w.isExcuse(reason) && !m.mayBreak():
		w.fail("message %d broke: %v %q", m.id, o.Err, o.Value.Data)
	case m.target != nil && m.delivered == 0:
		m.result.broken = true // what is sent to the answer breaks as well
	}
}

// publicReason returns why something broke, as a peer may be told.
func publicReason(o core.Outcome) []byte {
	if public, ok := o.Err.(interface{ PublicReason() string }); ok {
		return []byte(public.PublicReason())
	}
	return o.Value.Data
}

// isExcuse says whether a promise may break for this reason because of what was done in this world: connections were cut, programs
// gave up references, dials or handoffs failed.
func (w *World) isExcuse(reason []byte) bool {
	return w.mayFail(reason) ||
		w.cuts > 0 && bytes.Contains(reason, []byte("session lost")) ||
		w.cuts+w.declined > 0 && bytes.Contains(reason, []byte("the peer could not be reached")) ||
		w.opts.Releases && bytes.Contains(reason, []byte("the reference was released"))
}

// mayFail says whether a handoff may fail for this reason. Where nothing happened but that introductions were declined and dials
// failed, that is the stage in which it fails.
func (w *World) mayFail(reason []byte) bool {
	return w.cuts+w.ages > 0 && bytes.Contains(reason, []byte("third-party handoff failed")) ||
		w.declined > 0 && bytes.Contains(reason, []byte("third-party handoff failed (dial)"))
}
