package captp

import (
	"slices"

	"github.com/ocapn-go/ocapn/runtime/syrup"
)

// decoderRead is something that programs do with a decoder.
type decoderRead struct {
	name    string
	fits    syrup.Kind // what it is mostly for
	inside  bool       // it is done inside of containers only
	decoder func(*Decoder) any
	naive   func(*naiveDecoder) any
}

// kindOfRef is the kind of what a reference stands for, here.
const kindOfRef = syrup.Invalid

// read returns a [decoderRead] of one value.
func read[T any](name string, fits syrup.Kind, decoder func(*Decoder) T, naive func(*naiveDecoder) T) decoderRead {
	return decoderRead{
		name: name, fits: fits,
		decoder: func(d *Decoder) any { return decoder(d) },
		naive:   func(m *naiveDecoder) any { return naive(m) },
	}
}

// act returns a [decoderRead] that yields nothing.
func act(name string, fits syrup.Kind, decoder func(*Decoder), naive func(*naiveDecoder)) decoderRead {
	return read(name, fits,
		func(d *Decoder) any { decoder(d); return nil },
		func(m *naiveDecoder) any { naive(m); return nil })
}

// inside says that something is done inside of containers only.
func inside(r decoderRead) decoderRead {
	r.inside = true
	return r
}

var decoderReads = slices.Concat(readsOfAtoms(), readsOfNumbers(), readsOfRecords(), readsOfContainers(), readsOfLists())

func readsOfAtoms() []decoderRead {
	return []decoderRead{
		read("Bool", syrup.Bool, (*Decoder).Bool, naive[bool]),
		read("String", syrup.String, (*Decoder).String, naive[string]),
		read("Symbol", syrup.SymbolKind, (*Decoder).Symbol, naive[syrup.Symbol]),
		read("EnumSymbol", syrup.SymbolKind, (*Decoder).EnumSymbol, (*naiveDecoder).enumSymbol),
		read("Bytes", syrup.Bytes, (*Decoder).Bytes, naive[[]byte]),
		read("Ref", kindOfRef, (*Decoder).Ref, (*naiveDecoder).ref),
		read("DecodeCap", kindOfRef, DecodeCap[AnyRef], func(m *naiveDecoder) AnyRef { return AnyRef{m.ref()} }),
		read("IsFalse", syrup.Bool, (*Decoder).IsFalse, (*naiveDecoder).isFalse),
		act("Skip", syrup.SetKind, (*Decoder).Skip, (*naiveDecoder).skip),
		act("Skip of a list", syrup.List, (*Decoder).Skip, (*naiveDecoder).skip),
		read("Any of a reference", kindOfRef, (*Decoder).Any, (*naiveDecoder).any),
		read("Any", syrup.String, (*Decoder).Any, (*naiveDecoder).any),
	}
}

func readsOfNumbers() []decoderRead {
	reads := []decoderRead{
		read("Float64", syrup.Float64, (*Decoder).Float64, naive[float64]),
		read("Number", syrup.Float64, (*Decoder).Number, (*naiveDecoder).number),
		read("Number of an integer", syrup.Int, (*Decoder).Number, (*naiveDecoder).number),
		read("BigInt", syrup.Int, (*Decoder).BigInt, (*naiveDecoder).integer),
		read("Any of an integer", syrup.Int, (*Decoder).Any, (*naiveDecoder).any),
		read("Uint of a float", syrup.Float64, func(d *Decoder) uint64 { return d.Uint(64) }, func(m *naiveDecoder) uint64 { return m.uint(64) }),
		read("Int64 of a float", syrup.Float64, (*Decoder).Int64, func(m *naiveDecoder) int64 { return m.int(64) }),
	}
	for _, bits := range []int{8, 16, 32, 64} {
		reads = append(reads,
			read("Int", syrup.Int, func(d *Decoder) int64 { return d.Int(bits) }, func(m *naiveDecoder) int64 { return m.int(bits) }),
			read("Uint", syrup.Int, func(d *Decoder) uint64 { return d.Uint(bits) }, func(m *naiveDecoder) uint64 { return m.uint(bits) }))
	}
	return reads
}

func readsOfRecords() []decoderRead {
	return []decoderRead{
		read("Error", syrup.RecordKind, (*Decoder).Error, (*naiveDecoder).remoteError),
		read("SturdyRef", syrup.RecordKind, (*Decoder).SturdyRef, (*naiveDecoder).sturdyRef),
		read("IsUndefined", syrup.RecordKind, (*Decoder).IsUndefined, (*naiveDecoder).isUndefined),
		read("IsNull", syrup.RecordKind, (*Decoder).IsNull, (*naiveDecoder).isNull),
		read("Any of a record", syrup.RecordKind, (*Decoder).Any, (*naiveDecoder).any),
		read("Tag", syrup.RecordKind, func(d *Decoder) string { return string(d.Tag()) }, (*naiveDecoder).tag),
		inside(act("EndTag", syrup.Close, (*Decoder).EndTag, (*naiveDecoder).skipRest)),
		read("Untagged", syrup.RecordKind, func(d *Decoder) Tagged { return d.Untagged(d.Tag()) }, (*naiveDecoder).tagged),
		read("DecodeTagged", syrup.RecordKind, func(d *Decoder) any { return DecodeTagged(d, "t", (*Decoder).Any) }, func(m *naiveDecoder) any {
			if m.tag() != "t" {
				m.fail()
			}
			v := m.any()
			m.skipRest()
			return v
		}),
		read("ErrorText", syrup.RecordKind, oops, naiveOops),
		read("ErrorText of a string", syrup.String, oops, naiveOops),
	}
}

func readsOfContainers() []decoderRead {
	return []decoderRead{
		read("Selector", syrup.List, func(d *Decoder) string { return string(d.Selector()) }, (*naiveDecoder).selector),
		act("List", syrup.List, (*Decoder).List, func(m *naiveDecoder) { naiveEnter[[]any](m, 0) }),
		act("Args", syrup.List, (*Decoder).Args, func(m *naiveDecoder) { naiveEnter[[]any](m, 0) }),
		act("Dict", syrup.DictKind, (*Decoder).Dict, func(m *naiveDecoder) { naiveEnter[syrup.Dict](m, 0) }),
		read("Key", syrup.String, func(d *Decoder) string { return string(d.Key()) }, naive[string]),
		read("More", syrup.Close, (*Decoder).More, (*naiveDecoder).more),
		act("EndList", syrup.Close, (*Decoder).EndList, (*naiveDecoder).endList),
		act("CloseExact", syrup.Close, func(d *Decoder) { _ = d.CloseExact() }, (*naiveDecoder).endList),
		inside(act("Close", syrup.Close, func(d *Decoder) { _ = d.Close() }, (*naiveDecoder).skipRest)),
		inside(read("Given", syrup.RecordKind, (*Decoder).Given, func(m *naiveDecoder) bool { return len(m.left()) > 0 && !m.isUndefined() })),
		read("a struct", syrup.DictKind, decodeFields, naiveFields),
		read("Any of a struct", syrup.DictKind, (*Decoder).Any, (*naiveDecoder).any),
		read("DecodeMap", syrup.DictKind, func(d *Decoder) map[string]wide { return DecodeMap(d, Decode[wide]) },
			func(m *naiveDecoder) map[string]wide { return naiveMap(m, (*naiveDecoder).wide) }),
		read("DecodeMap of nulls", syrup.DictKind, func(d *Decoder) map[string]bool { return DecodeMap(d, (*Decoder).IsNull) },
			func(m *naiveDecoder) map[string]bool { return naiveMap(m, (*naiveDecoder).isNull) }),
	}
}

func readsOfLists() []decoderRead {
	absent := func(d *Decoder) Opt[int64] { return DecodeOpt(d, (*Decoder).IsNull, (*Decoder).Int64) }
	naiveAbsent := func(m *naiveDecoder) Opt[int64] {
		if m.isNull() {
			return Opt[int64]{}
		}
		return Some(m.int(64))
	}
	return []decoderRead{
		read("Any of a list", syrup.List, (*Decoder).Any, (*naiveDecoder).any),
		read("DecodeList", syrup.List, func(d *Decoder) []string { return DecodeList(d, (*Decoder).String) },
			func(m *naiveDecoder) []string { return naiveList(m, naive[string]) }),
		read("DecodeList of structs", syrup.List, func(d *Decoder) []wide { return DecodeList(d, Decode[wide]) },
			func(m *naiveDecoder) []wide { return naiveList(m, (*naiveDecoder).wide) }),
		read("ListOf", syrup.List, ListOf(MapOf((*Decoder).Any)), func(m *naiveDecoder) []map[string]any {
			return naiveList(m, func(m *naiveDecoder) map[string]any { return naiveMap(m, (*naiveDecoder).any) })
		}),
		read("DecodeList of optional ones", syrup.List, func(d *Decoder) []Opt[int64] { return DecodeList(d, absent) },
			func(m *naiveDecoder) []Opt[int64] { return naiveList(m, naiveAbsent) }),
		read("DecodeList of nulls", syrup.List, func(d *Decoder) []bool { return DecodeList(d, (*Decoder).IsNull) },
			func(m *naiveDecoder) []bool { return naiveList(m, (*naiveDecoder).isNull) }),
		inside(read("DecodeRest", syrup.Bool, func(d *Decoder) []any { return DecodeRest(d, (*Decoder).Any) },
			func(m *naiveDecoder) []any { return naiveRest(m, (*naiveDecoder).any) })),
	}
}

// oops reads an error that has a tag, and returns its text, nil if there is none.
func oops(d *Decoder) any {
	if message, ok := d.ErrorText("oops"); ok && d.Err() == nil {
		return message
	}
	return nil
}

func naiveOops(m *naiveDecoder) any {
	if message, ok := m.errorText("oops"); ok {
		return message
	}
	return nil
}

// wide reads a [wide].
func (m *naiveDecoder) wide() wide {
	naiveEnter[syrup.Dict](m, 0)
	for m.more() {
		naive[string](m)
		m.skip()
	}
	return wide{}
}

// decodeFields reads a struct as generated code does, and returns what is in it.
func decodeFields(d *Decoder) map[string]any {
	var fields map[string]any
	has := false
	d.Dict()
	for d.More() {
		switch key := d.Key(); string(key) {
		case "name":
			d.At("name").Skip()
			has = true
		default:
			d.Keep(&fields, key)
		}
	}
	if !has {
		d.Missing("name")
	}
	if d.Err() != nil {
		return nil
	}
	return fields
}

func naiveFields(m *naiveDecoder) map[string]any {
	fields := map[string]any{}
	has := false
	naiveEnter[syrup.Dict](m, 0)
	for m.more() {
		if name := naive[string](m); name == "name" {
			m.skip()
			has = true
		} else {
			m.keep(fields, name)
		}
	}
	if !has {
		m.fail()
	}
	return fields
}
