package wire

import (
	"fmt"
	"strconv"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// DescKind says what a descriptor describes, from the point of view of the message's receiver.
//
// Spec: CapTP#descriptors
type DescKind uint8

const (
	// None is the kind of the zero Desc: no descriptor. It is written as false.
	None DescKind = iota
	// ImportObject is an object of the sender, which the receiver imports.
	//
	// Spec: CapTP#descimport-object
	ImportObject
	// ImportPromise is a promise of the sender, which the receiver imports.
	//
	// Spec: CapTP#descimport-promise
	ImportPromise
	// Export is an object or a promise that the receiver exported.
	//
	// Spec: CapTP#descexport
	Export
	// Answer is the answer of the receiver to a message of the sender.
	//
	// Spec: CapTP#descanswer
	Answer
	// Give is a signed handoff of something that a third peer exports.
	//
	// Spec: CapTP#descsig-envelope, CapTP#deschandoff-give
	Give
)

const (
	descImportObject  = "desc:import-object"
	descImportPromise = "desc:import-promise"
	descExport        = "desc:export"
	descAnswer        = "desc:answer"
	descSigEnvelope   = "desc:sig-envelope"
	descHandoffGive   = "desc:handoff-give"
)

const (
	headImportObject  = "<18'" + descImportObject
	headImportPromise = "<19'" + descImportPromise
	headExport        = "<11'" + descExport
	headAnswer        = "<11'" + descAnswer
)

// String returns the label of the descriptor's record, or "none".
func (k DescKind) String() string {
	switch k {
	case None:
		return "none"
	case ImportObject:
		return descImportObject
	case ImportPromise:
		return descImportPromise
	case Export:
		return descExport
	case Answer:
		return descAnswer
	case Give:
		return descHandoffGive
	default:
		return "DescKind(" + strconv.Itoa(int(k)) + ")"
	}
}

// Desc is a descriptor as it stands in a message.
type Desc struct {
	Kind DescKind
	// Pos is the position, of every kind but None and Give.
	Pos uint64
	// Raw is the whole envelope of a Give, verbatim: its signature is over bytes.
	Raw []byte
}

// String returns the descriptor for a reader, such as <desc:export 5>.
func (d Desc) String() string {
	switch d.Kind {
	case None, Give:
		return "<" + d.Kind.String() + ">"
	default:
		return fmt.Sprintf("<%v %d>", d.Kind, d.Pos)
	}
}

// AppendDesc appends the descriptor's record; false for None.
func AppendDesc(dst []byte, d Desc) []byte {
	switch d.Kind {
	case ImportObject:
		dst = append(dst, headImportObject...)
	case ImportPromise:
		dst = append(dst, headImportPromise...)
	case Export:
		dst = append(dst, headExport...)
	case Answer:
		dst = append(dst, headAnswer...)
	case Give:
		return append(dst, d.Raw...)
	default:
		return append(dst, 'f')
	}
	return append(syrup.AppendUint(dst, d.Pos), syrup.RecordEnd)
}

// kinds is a set of descriptor kinds.
type kinds uint8

const (
	targets   kinds = 1<<Export | 1<<Answer
	resolvers kinds = 1<<ImportObject | 1<<ImportPromise
	positions kinds = targets | resolvers
)

func (s kinds) has(k DescKind) bool { return s>>k&1 != 0 }

// String names the kinds, for errors.
func (s kinds) String() string {
	switch s {
	case targets:
		return descExport + " or " + descAnswer
	case resolvers:
		return descImportObject + " or " + descImportPromise
	default:
		return "a descriptor"
	}
}

// kindOf returns the kind of the descriptors with a label. It is Give for every signed object: only its content tells what it is.
func kindOf(label []byte) DescKind {
	switch string(label) {
	case descImportObject:
		return ImportObject
	case descImportPromise:
		return ImportPromise
	case descExport:
		return Export
	case descAnswer:
		return Answer
	case descSigEnvelope:
		return Give
	default:
		return None
	}
}

// desc reads a descriptor of one of the kinds.
func (r *reader) desc(want kinds) Desc {
	start := r.d.Offset()
	r.d.Record()
	d := Desc{Kind: kindOf(r.d.SymbolBytes())}
	switch {
	case !want.has(d.Kind):
		r.fail(want.String())
		return Desc{}
	case d.Kind == Give:
		return r.envelope(start)
	}
	d.Pos = r.d.Uint64()
	r.d.End()
	return d
}

// target reads what an operation is for.
//
// Spec: CapTP#to-desc, CapTP#receiver-desc
func (r *reader) target(field string) Desc {
	r.at(field)
	return r.desc(targets)
}

// resolver reads who is told of an outcome.
//
// Spec: CapTP#resolve-me-desc, CapTP#oplisten
func (r *reader) resolver(field string) Desc {
	r.at(field)
	return r.desc(resolvers)
}
