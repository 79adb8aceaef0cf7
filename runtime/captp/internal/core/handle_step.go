package core

import (
	"fmt"
	"strings"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// StepKind says which part of a value a path step takes.
type StepKind uint8

const (
	// StepGet takes a field of a struct, by name.
	StepGet StepKind = iota + 1
	// StepIndex takes an element of a list, by its index from zero.
	StepIndex
	// StepUntag takes the payload of a tagged value that has a certain tag.
	StepUntag
)

// Step is one step of a path into a value that has not arrived yet.
type Step struct {
	Kind  StepKind
	Name  string // of the field, or the tag
	Index int64
}

// longName is how long a name may be, in bytes, that an error holds on to.
const longName = 256

// cut returns the step with the beginning of its name, if that is long: an error says what was asked for, and may be kept.
func (s Step) cut() Step {
	if len(s.Name) > longName {
		s.Name = strings.Clone(s.Name[:longName])
	}
	return s
}

func (s Step) String() string {
	switch s.Kind {
	case StepGet:
		return fmt.Sprintf("get %q", s.Name)
	case StepIndex:
		return fmt.Sprintf("index %d", s.Index)
	default:
		return fmt.Sprintf("untag %q", s.Name)
	}
}

// take takes the step in a value.
func (s Step) take(b Body) (Body, error) {
	var at syrup.Span
	var err error
	switch s.Kind {
	case StepGet:
		at, err = wire.FieldOf(b.Data, s.Name)
	case StepIndex:
		at, err = wire.ElementOf(b.Data, s.Index)
	default:
		at, err = wire.PayloadOf(b.Data, s.Name)
	}
	if err != nil {
		return Body{}, &StepError{Step: s.cut(), Reason: err.Error()}
	}
	return b.part(at), nil
}

// op returns the operation that asks a peer to take the step.
func (s Step) op(to wire.Desc, answer QuestionPos) wire.Op {
	switch s.Kind {
	case StepGet:
		return &wire.Get{To: to, Field: s.Name, Answer: uint64(answer)}
	case StepIndex:
		return &wire.Index{To: to, Index: s.Index, Answer: uint64(answer)}
	default:
		return &wire.Untag{To: to, Tag: s.Name, Answer: uint64(answer)}
	}
}

// handleStep applies op:get, op:index or op:untag: the step is taken when the target is settled.
//
// Spec: CapTP#opget, CapTP#opindex, CapTP#opuntag
func (s *Session) handleStep(to wire.Desc, step Step, pos AnswerPos) {
	target, targetErr := s.capability(to)
	if s.abortUnlessMild(targetErr) {
		return
	}
	result, err := s.addAnswer(pos)
	if err != nil {
		s.abort(err)
		return
	}
	if targetErr != nil {
		s.vat.breakWith(result, targetErr)
		return
	}
	result.free = isFree(target)
	s.vat.listen(target, &reaction{kind: reactDerive, step: &step, result: result, session: s})
}

// deriveSettled takes a step in the outcome of p, which is settled. A broken promise breaks the result for the same reason.
func (v *Vat) deriveSettled(p *Promise, r *reaction) {
	step, result, o := *r.step, r.result, p.outcome
	if o.Broken {
		v.breakLike(result, p)
		return
	}
	if r.session != nil && len(o.Value.Data) > v.limits.StepBytes {
		v.breakWith(result, &StepError{Step: step.cut(), Reason: "the value is too long to take a step in"})
		return
	}
	v.work += len(o.Value.Data) / workWalked
	part, err := step.take(o.Value)
	if err != nil {
		v.breakWith(result, err)
		return
	}
	v.resolve(result, Outcome{Value: part})
}

// deriveAlong asks the peer that settles p to take the step, and to tell the outcome: the operation itself has no resolver. No list
// has an element with a negative index, and there are peers that end the session when they are asked for one. from is the session
// that the step came from, nil if the program takes it.
//
// Spec: CapTP#opget (Sending)
func (v *Vat) deriveAlong(p *Promise, step Step, result *Promise, from *Session) {
	s := p.route.session
	if s.state == stateEnded {
		v.breakWith(result, s.err)
		return
	}
	if step.Kind == StepIndex && step.Index < 0 {
		v.breakWith(result, &StepError{Step: step, Reason: "a list has no negative index"})
		return
	}
	err := s.roomForExports(1)
	if err == nil && from != nil {
		err = s.roomForOutput(len(step.Name))
	}
	if err != nil {
		v.breakWith(result, err)
		return
	}
	s.exchanged = true
	q := s.newQuestion()
	answer := wire.Desc{Kind: wire.Answer, Pos: uint64(q)}
	s.send(step.op(p.route.to(), q))
	s.questions++
	s.listenFor(answer, &export{kind: exportAnswer, promise: result, number: uint64(q), hasQuestion: true})
	v.attach(result, s, answer)
}
