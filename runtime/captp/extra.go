package captp

import (
	"maps"
	"slices"
)

// Keep reads the value of a field that a struct does not declare, as [Decoder.Any] does, and keeps it in fields, which it makes if
// there are none yet. A value that is none of those that Any knows is passed over. key is what [Decoder.Key] returned.
func (d *Decoder) Keep(fields *map[string]any, key []byte) {
	name := string(key)
	if !d.spend(anyCost + len(name)) {
		return
	}
	trial := *d
	v := trial.At(name).Any()
	if trial.err != nil && trial.budget >= 0 {
		d.budget = trial.budget
		d.At(name).Skip()
		return
	}
	*d = trial
	if d.err != nil {
		return
	}
	if *fields == nil {
		*fields = map[string]any{}
	}
	(*fields)[name] = v
}

// Extra writes fields that a struct does not declare between those that it does, so that all are in the order of their names.
type Extra struct {
	e      *Encoder
	fields map[string]any
	names  []string // those that are not written yet, in order
}

// Extra starts to write fields that a struct does not declare. Each is what [Encoder.Any] accepts.
//
// Spec: Model#struct.
func (e *Encoder) Extra(fields map[string]any) Extra {
	x := Extra{e: e, fields: fields}
	if len(fields) > 0 {
		x.names = slices.Sorted(maps.Keys(fields))
	}
	return x
}

// Before writes the fields whose names come before that of a declared one. One of the same name is an *[EncodeError].
func (x *Extra) Before(declared string) {
	for len(x.names) > 0 && x.names[0] <= declared {
		if x.names[0] == declared {
			x.e.Fail(&EncodeError{Path: declared, Reason: "the field is declared, and no extra one"})
		}
		x.next()
	}
}

// Rest writes the fields that are left.
func (x *Extra) Rest() {
	for len(x.names) > 0 {
		x.next()
	}
}

func (x *Extra) next() {
	name := x.names[0]
	x.names = x.names[1:]
	x.e.String(name)
	x.e.Any(x.fields[name])
}
