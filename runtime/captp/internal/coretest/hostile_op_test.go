package coretest

import (
	"slices"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
	"github.com/ocapn-go/ocapn/runtime/captp/internal/wire"
)

// op makes an operation of the hostile peer: any kind, with any position that may mean something.
func (s *siege) op() wire.Op {
	switch n := s.choose(40); {
	case n >= 32:
		return s.handoffOp(n - 32)
	case n < 4:
		return s.fetch()
	case n < 14:
		return &wire.Deliver{To: s.target(), Args: s.args(), Answer: s.newAnswer(), HasAnswer: s.choose(4) > 0, Resolver: s.resolver()}
	case n < 17:
		return s.resolution()
	case n < 20:
		return &wire.Listen{To: s.target(), Resolver: s.importDesc(), WantsPartial: s.choose(2) == 0}
	case n < 22:
		return &wire.Get{To: s.target(), Field: "field", Answer: s.newAnswer()}
	case n < 24:
		return &wire.Index{To: s.target(), Index: int64(s.choose(4)) - 1, Answer: s.newAnswer()}
	case n < 25:
		return &wire.Untag{To: s.target(), Tag: "tag", Answer: s.newAnswer()}
	case n < 28:
		op := &wire.GCExports{}
		for range s.choose(3) {
			op.Pos = append(op.Pos, s.exportPos())
			op.Delta = append(op.Delta, uint64(s.choose(16)/8))
		}
		return op
	case n < 31:
		op := &wire.GCAnswers{}
		for range s.choose(4) {
			pos := s.answerPos()
			op.Pos = append(op.Pos, pos)
			s.asked = slices.DeleteFunc(s.asked, func(p uint64) bool { return p == pos })
		}
		return op
	default:
		switch s.choose(16) {
		case 0:
			return &wire.Abort{Reason: "enough"}
		case 1:
			return hello("hostile", key(s.sessions, 2))
		default:
			return s.fetch()
		}
	}
}

// fetch asks for one of the program's objects.
func (s *siege) fetch() wire.Op {
	swiss := []string{"4:echo", "5:maker", "9:forwarder", "6:keeper", "4:nope", "1+"}[s.choose(6)]
	return &wire.Deliver{
		To: wire.Desc{Kind: wire.Export}, Args: wire.Body{Data: []byte("[5'fetch" + swiss + "]")},
		Answer: s.newAnswer(), HasAnswer: s.choose(4) > 0, Resolver: s.resolver(),
	}
}

// resolution tells some resolver something.
func (s *siege) resolution() wire.Op {
	b := wire.Body{Data: []byte([]string{"[7'fulfill", "[5'break", "[4'junk"}[s.choose(3)])}
	if s.choose(3) > 0 {
		s.add(&b)
	} else {
		b.Data = append(b.Data, "[1+]"...)
	}
	b.Data = append(b.Data, ']')
	return &wire.Deliver{To: wire.Desc{Kind: wire.Export, Pos: s.exportPos()}, Args: b, Answer: s.newAnswer(), HasAnswer: s.choose(4) == 0}
}

// args makes arguments with any descriptors in them.
func (s *siege) args() wire.Body {
	b := wire.Body{Data: []byte("[")}
	for range s.choose(4) {
		switch s.choose(4) {
		case 0:
			b.Data = append(b.Data, "[1+{5\"field"...)
			s.add(&b)
			b.Data = append(b.Data, "}]"...)
		case 1:
			b.Data = append(b.Data, "<11'desc:tagged3'tag"...)
			s.add(&b)
			b.Data = append(b.Data, '>')
		default:
			s.add(&b)
		}
	}
	b.Data = append(b.Data, ']')
	return b
}

func (s *siege) add(b *wire.Body) {
	start := len(b.Data)
	b.Data = append(b.Data, core.Placeholder...)
	d := s.importDesc()
	switch s.choose(8) {
	case 0, 1:
		d = s.target()
	case 2:
		d = wire.Desc{Kind: wire.Give, Raw: s.give()}
	}
	b.Slots = append(b.Slots, wire.Slot{Start: start, End: len(b.Data), Desc: d})
}

func (s *siege) target() wire.Desc {
	if s.choose(2) == 0 {
		return wire.Desc{Kind: wire.Export, Pos: s.exportPos()}
	}
	return wire.Desc{Kind: wire.Answer, Pos: s.answerPos()}
}

func (s *siege) importDesc() wire.Desc {
	if s.choose(2) == 0 {
		return wire.Desc{Kind: wire.ImportObject, Pos: uint64(s.choose(10))}
	}
	return wire.Desc{Kind: wire.ImportPromise, Pos: 10 + uint64(s.choose(10))}
}

func (s *siege) resolver() wire.Desc {
	if s.choose(2) == 0 {
		return wire.Desc{}
	}
	return s.importDesc()
}

// exportPos is mostly a position that the vat has sent.
func (s *siege) exportPos() uint64 {
	switch n := s.choose(64); {
	case n == 0:
		return 1<<64 - 1
	case n == 1:
		return uint64(s.choose(20))
	case n < 8 || len(s.seen) == 0:
		return 0
	default:
		return s.seen[s.choose(len(s.seen))]
	}
}

// answerPos is mostly an answer position that is in use.
func (s *siege) answerPos() uint64 {
	if s.choose(64) == 0 || len(s.asked) == 0 {
		return uint64(s.choose(20))
	}
	return s.asked[s.choose(len(s.asked))]
}

// newAnswer is mostly an answer position that is free.
func (s *siege) newAnswer() uint64 {
	if s.choose(64) == 0 {
		return s.answerPos()
	}
	pos := uint64(0)
	for slices.Contains(s.asked, pos) {
		pos++
	}
	s.asked = append(s.asked, pos)
	return pos
}

// look remembers the positions in what the vat sends.
func (s *siege) look(out []byte, ends []int) {
	for range ends {
		op, n, err := wire.Decode(out, wire.Limits{})
		if err != nil {
			s.t.Fatalf("what cannot be read: %v: %q", err, out)
		}
		out = out[n:]
		var found []wire.Desc
		switch op := op.(type) {
		case *wire.Deliver:
			s.lookAtHandoffs(op)
			found = append(found, op.Resolver)
			for _, slot := range op.Args.Slots {
				found = append(found, slot.Desc)
			}
		case *wire.Listen:
			found = append(found, op.Resolver)
		}
		for _, d := range found {
			if d.Kind == wire.ImportObject || d.Kind == wire.ImportPromise {
				s.seen = append(s.seen, d.Pos)
			}
		}
		s.seen = s.seen[max(0, len(s.seen)-20):]
	}
}
