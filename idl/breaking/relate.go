package breaking

import (
	"slices"

	"github.com/ocapn-go/ocapn/idl"
)

// level says how many of the values that one side sends the other side takes.
type level int

// The levels, in order.
const (
	noValues level = iota
	someValues
	allValues
)

// relate compares a type of the old version with one of the new. forward says how many of the values of the old type are values of
// the new one, backward how many of the new one's are of the old one. Lists and
// maps count as their elements do, though empty ones would always fit. Values of structs, enums and others that became each other are not compared here: what changed is
// reported where they are declared.
func (c *comparer) relate(old, now *idl.Type) (forward, backward level) {
	forward, backward = c.relatePresent(old, now)
	if !takesAbsent(now, old.Absent) {
		forward = min(forward, someValues)
	}
	if !takesAbsent(old, now.Absent) {
		backward = min(backward, someValues)
	}
	return forward, backward
}

// takesAbsent reports whether a t may be any of the singletons.
func takesAbsent(t *idl.Type, singletons []string) bool {
	return t.Kind == idl.KindAny || !slices.ContainsFunc(singletons, func(s string) bool {
		return !slices.Contains(t.Absent, s) && (t.Kind != idl.KindBool || s != "false")
	})
}

// relatePresent compares types without what stands for absence.
func (c *comparer) relatePresent(old, now *idl.Type) (forward, backward level) {
	switch {
	case old.Kind == idl.KindAny && now.Kind == idl.KindAny:
		return allValues, allValues
	case now.Kind == idl.KindAny:
		return allValues, someValues
	case old.Kind == idl.KindAny:
		return someValues, allValues
	case old.IsRef() && now.IsRef():
		return c.relateReferences(old, now)
	case old.Kind == idl.KindPromise && now.Kind == idl.KindPromise:
		return c.relate(old.Elem, now.Elem)
	case now.Kind == idl.KindPromise:
		forward, backward = c.relate(old, now.Elem)
		return forward, min(backward, someValues)
	case old.Kind == idl.KindPromise:
		forward, backward = c.relate(old.Elem, now)
		return min(forward, someValues), backward
	case isNumber(old) && isNumber(now):
		return numbersOf(old).within(numbersOf(now)), numbersOf(now).within(numbersOf(old))
	case old.Kind != now.Kind:
		return c.relateKinds(old, now)
	default:
		return c.relateAlike(old, now)
	}
}

// relateAlike compares two types of one kind.
func (c *comparer) relateAlike(old, now *idl.Type) (forward, backward level) {
	switch old.Kind {
	case idl.KindList, idl.KindMap:
		forward, backward = c.relate(old.Elem, now.Elem)
		return bounded(forward, old.Max, now.Max), bounded(backward, now.Max, old.Max)
	case idl.KindString, idl.KindSymbol, idl.KindBytes:
		return bounded(allValues, old.Max, now.Max), bounded(allValues, now.Max, old.Max)
	case idl.KindTuple:
		return c.relateTuples(old, now)
	case idl.KindTagged:
		if old.Tag != now.Tag {
			return noValues, noValues
		}
		return c.relate(old.Elem, now.Elem)
	case idl.KindEnum, idl.KindStruct, idl.KindUnion:
		return c.relateDecls(old.Ref, now.Ref)
	default:
		return allValues, allValues
	}
}

// bounded returns the level when values of at most was bytes or elements meet a bound of is; 0 is no bound.
func bounded(l level, was, is int) level {
	if is > 0 && (was == 0 || was > is) {
		return min(l, someValues)
	}
	return l
}

// relateTuples compares tuples. A longer one is taken for a shorter one: what is too much is dropped.
func (c *comparer) relateTuples(old, now *idl.Type) (forward, backward level) {
	forward, backward = allValues, allValues
	for i := range min(len(old.Elems), len(now.Elems)) {
		f, b := c.relate(old.Elems[i], now.Elems[i])
		forward, backward = min(forward, f), min(backward, b)
	}
	if len(old.Elems) < len(now.Elems) {
		forward = noValues
	}
	if len(now.Elems) < len(old.Elems) {
		backward = noValues
	}
	return forward, backward
}

// relateKinds compares types of different kinds.
func (c *comparer) relateKinds(old, now *idl.Type) (forward, backward level) {
	switch {
	case old.Kind == idl.KindEnum:
		forward, backward = spellings(old.Ref.Enum, now.Kind)
	case now.Kind == idl.KindEnum:
		backward, forward = spellings(now.Ref.Enum, old.Kind)
	case old.Kind == idl.KindTuple && now.Kind == idl.KindList:
		forward = allValues
		for _, e := range old.Elems {
			f, _ := c.relate(e, now.Elem)
			forward = min(forward, f)
		}
		return forward, someValues
	case old.Kind == idl.KindList && now.Kind == idl.KindTuple:
		backward = allValues
		for _, e := range now.Elems {
			_, b := c.relate(old.Elem, e)
			backward = min(backward, b)
		}
		return someValues, backward
	case old.Kind == idl.KindStruct && now.Kind == idl.KindMap, old.Kind == idl.KindMap && now.Kind == idl.KindStruct:
		return someValues, someValues
	}
	return forward, backward
}

// spellings compares an enum with a symbol or a string: how many of its values are of the kind, and how many of the kind are taken
// for its values. An enum takes either; it sends only one.
func spellings(e *idl.Enum, kind idl.Kind) (sent, taken level) {
	if kind != idl.KindString && kind != idl.KindSymbol {
		return noValues, noValues
	}
	if e.AsString == (kind == idl.KindString) {
		sent = allValues
	}
	taken = allValues
	if e.Closed {
		taken = someValues
	}
	return sent, taken
}
