package wire

import (
	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// GCForm is how a dialect writes the gc operations.
type GCForm uint8

const (
	// GCPlural is op:gc-exports and op:gc-answers, with lists.
	GCPlural GCForm = iota
	// GCSingular is op:gc-export and op:gc-answer, with lists.
	GCSingular
	// GCOne is op:gc-export and op:gc-answer, for one position each. An operation with several positions becomes as many
	// records, one behind the other. Where every record needs a message of its own, give one position at a time.
	GCOne
)

// GCExports tells the receiver that the sender let go of exports of it.
//
// Spec: CapTP#opgc-exports
type GCExports struct {
	Pos []uint64
	// Delta says for each position how many times it had been received. It is as long as Pos.
	Delta []uint64
}

// GCAnswers tells the receiver that the sender let go of answers of it. The positions may be used again.
//
// Spec: CapTP#opgc-answers
type GCAnswers struct {
	Pos []uint64
}

func (*GCExports) op() {}
func (*GCAnswers) op() {}

func (d *Dialect) appendGCExports(dst []byte, op *GCExports) []byte {
	if d.GC == GCOne {
		for i, pos := range op.Pos {
			dst = append(dst, headGCExport...)
			dst = syrup.AppendUint(dst, pos)
			dst = syrup.AppendUint(dst, op.Delta[i])
			dst = append(dst, syrup.RecordEnd)
		}
		return dst
	}
	if d.GC == GCSingular {
		dst = append(dst, headGCExport...)
	} else {
		dst = append(dst, headGCExports...)
	}
	dst = appendPositions(dst, op.Pos)
	dst = appendPositions(dst, op.Delta)
	return append(dst, syrup.RecordEnd)
}

func (d *Dialect) appendGCAnswers(dst []byte, op *GCAnswers) []byte {
	if d.GC == GCOne {
		for _, pos := range op.Pos {
			dst = append(dst, headGCAnswer...)
			dst = syrup.AppendUint(dst, pos)
			dst = append(dst, syrup.RecordEnd)
		}
		return dst
	}
	if d.GC == GCSingular {
		dst = append(dst, headGCAnswer...)
	} else {
		dst = append(dst, headGCAnswers...)
	}
	dst = appendPositions(dst, op.Pos)
	return append(dst, syrup.RecordEnd)
}

func appendPositions(dst []byte, list []uint64) []byte {
	dst = append(dst, syrup.ListStart)
	for _, n := range list {
		dst = syrup.AppendUint(dst, n)
	}
	return append(dst, syrup.ListEnd)
}

func (r *reader) gcExports() Op {
	op := new(GCExports)
	op.Pos = r.positions("export-pos-list")
	op.Delta = r.positions("wire-delta-list")
	if len(op.Pos) != len(op.Delta) {
		r.fail("a list as long as export-pos-list")
	}
	r.end()
	return op
}

func (r *reader) gcAnswers() Op {
	op := new(GCAnswers)
	op.Pos = r.positions("answer-pos-list")
	r.end()
	return op
}

// positions reads a list of positions, or a single one.
func (r *reader) positions(field string) []uint64 {
	r.at(field)
	if r.d.Kind() == syrup.Int {
		return []uint64{r.d.Uint64()}
	}
	var list []uint64
	for r.d.List(); r.d.More(); {
		list = append(list, r.d.Uint64())
	}
	return list
}
