package breaking

import (
	"reflect"

	"github.com/ocapn-go/ocapn/idl"
)

// travel says which way values of a type travel. One that no method of the files takes or answers may be used by others, so it
// counts as both.
type travel struct{ taken, answered bool }

// travelOf returns the way of the values of a declaration.
func (c *comparer) travelOf(old, now idl.Decl) travel {
	t := travel{
		taken:    c.flowBefore.Taken(old) || c.flowAfter.Taken(now),
		answered: c.flowBefore.Answered(old) || c.flowAfter.Answered(now),
	}
	if !t.taken && !t.answered {
		return travel{true, true}
	}
	return t
}

// record is something with fields.
type record struct {
	site
	owner  string // in words
	decl   idl.Decl
	fields []*idl.Field
	strict bool
}

// constant compares constants. They are not sent.
func (c *comparer) constant(s site, old, now *idl.Const) {
	if was, is := c.goType(old.Type, true), c.goType(now.Type, false); was != is {
		c.report(s, "GO_TYPE", "the constant %s is of type %s and was of type %s", now.GoName, is.short, was.short)
	} else if !reflect.DeepEqual(old.Value, now.Value) {
		c.report(s, "GO_CONST_VALUE", "the constant %s has another value", now.GoName)
	}
}

// enum compares enums.
func (c *comparer) enum(s site, old, now *idl.Enum) {
	what := "the enum " + quoted(now.Name)
	c.closing(s, what, "is open", "is closed", old.Closed, now.Closed)
	if old.AsString != now.AsString {
		c.report(s, "ENUM_SPELLING", "%s is sent as %s now, and not as %s", what, spelling(now.AsString), spelling(old.AsString))
	}
	for _, k := range old.Cases {
		other := find(now.Cases, func(o *idl.EnumCase) bool { return o.Wire == k.Wire })
		if other == nil {
			if other = find(now.Cases, func(o *idl.EnumCase) bool { return o.Name == k.Name }); other != nil {
				c.rewired(c.at(now, other.Pos), "case", k.Name, k.Wire, other.Wire)
			}
		}
		if other == nil {
			c.caseRemoved(s, "case "+quoted(k.Name), k.GoName, now.Closed)
			continue
		}
		c.renamedInGo(c.at(now, other.Pos), k.GoName, other.GoName)
	}
	for _, k := range now.Cases {
		if find(old.Cases, func(o *idl.EnumCase) bool { return o.Wire == k.Wire || o.Name == k.Name }) == nil {
			c.caseAdded(c.at(now, k.Pos), "case "+quoted(k.Name), old.Closed)
		}
	}
}

// spelling says how the cases of an enum are sent.
func spelling(asString bool) string {
	if asString {
		return "a string"
	}
	return "a symbol"
}

// caseRemoved reports a case or a variant that is gone.
func (c *comparer) caseRemoved(s site, what, goName string, closed bool) {
	if closed {
		c.report(s, "CLOSED_CASE_REMOVED", "the %s is gone, and refused when it comes", what)
	} else {
		c.report(s, "CASE_REMOVED", "the %s is gone, and taken for an unknown one when it comes", what)
	}
	c.report(s, "GO_REMOVED", "%s is gone with the %s", goName, what)
}

// caseAdded reports a case or a variant that is new.
func (c *comparer) caseAdded(s site, what string, closed bool) {
	if closed {
		c.report(s, "CLOSED_CASE_ADDED", "the %s is new, and refused by peers that know the old version", what)
	} else {
		c.report(s, "CASE_ADDED", "the %s is new", what)
	}
}

// closing reports something that refuses now what it does not list, or does not any more.
func (c *comparer) closing(s site, what, open, closed string, was, is bool) {
	switch {
	case is && !was:
		c.report(s, "CLOSED", "%s %s now", what, closed)
	case was && !is:
		c.report(s, "OPENED", "%s %s now", what, open)
	}
}

// rewired reports a member that is sent by another name.
func (c *comparer) rewired(s site, kind, name, was, is string) {
	c.report(s, "WIRE_NAME_CHANGED", "the %s %q is sent as %q now, and not as %q", kind, name, is, was)
}

// renamedInGo reports a member that has another Go name.
func (c *comparer) renamedInGo(s site, was, is string) {
	if was != is {
		c.report(s, "GO_RENAMED", "the Go name %s is %s now", was, is)
	}
}

// structDecl compares structs.
func (c *comparer) structDecl(s site, old, now *idl.Struct) {
	what := "the struct " + quoted(now.Name)
	c.closing(s, what, "is not strict", "is strict", old.Strict, now.Strict)
	if old.Keep && !now.Keep {
		c.report(s, "KEEP_REMOVED", "%s does not keep unknown fields any more", what)
		c.report(s, "GO_REMOVED", "the field Extra of %s is gone", now.GoName)
	}
	if comparableStruct(old) && !comparableStruct(now) {
		c.report(s, "GO_COMPARABLE", "values of %s cannot be compared with == any more", now.GoName)
	}
	c.fields(
		record{s, what, old, old.Fields, old.Strict}, record{s, what, now, now.Fields, now.Strict}, c.travelOf(old, now),
	)
}

// errorDecl compares errors, which only travel with answers.
func (c *comparer) errorDecl(s site, old, now *idl.ErrorDecl) {
	what := "the error " + quoted(now.Name)
	if old.Wire != now.Wire {
		c.rewired(s, "error", now.Name, old.Wire, now.Wire)
	}
	c.closing(s, what, "is not strict", "is strict", old.Strict, now.Strict)
	c.fields(
		record{s, what, old, old.Fields, old.Strict}, record{s, what, now, now.Fields, now.Strict}, travel{answered: true},
	)
}

// union compares unions.
func (c *comparer) union(s site, old, now *idl.Union) {
	c.closing(s, "the union "+quoted(now.Name), "is open", "is closed", old.Closed, now.Closed)
	if now.Closed && !old.Closed {
		c.report(s, "GO_REMOVED", "%sUnknown is gone, since the union is closed", old.GoName)
	}
	for _, v := range old.Variants {
		other := find(now.Variants, func(o *idl.Variant) bool { return o.Wire == v.Wire })
		if other == nil {
			if other = find(now.Variants, func(o *idl.Variant) bool { return o.Name == v.Name }); other != nil {
				c.rewired(c.at(now, other.Pos), "variant", v.Name, v.Wire, other.Wire)
			}
		}
		if other == nil {
			c.caseRemoved(s, "variant "+quoted(v.Name), v.GoName, now.Closed)
			continue
		}
		c.renamedInGo(c.at(now, other.Pos), v.GoName, other.GoName)
		c.variant(old, now, v, other)
	}
	for _, v := range now.Variants {
		if find(old.Variants, func(o *idl.Variant) bool { return o.Wire == v.Wire || o.Name == v.Name }) == nil {
			c.caseAdded(c.at(now, v.Pos), "variant "+quoted(v.Name), old.Closed)
		}
	}
}

// variant compares what stands behind the tag of a variant. A struct in parentheses and the same fields in braces are alike on the
// wire.
func (c *comparer) variant(oldUnion, nowUnion *idl.Union, old, now *idl.Variant) {
	s, what, way := c.at(nowUnion, now.Pos), "the variant "+quoted(now.Name), c.travelOf(oldUnion, nowUnion)
	if old.Form != now.Form {
		c.report(s, "GO_TYPE", "%s is another type", now.GoName)
	} else if comparableFields(old.Fields) && !comparableFields(now.Fields) {
		c.report(s, "GO_COMPARABLE", "values of %s cannot be compared with == any more", now.GoName)
	}
	oldRecord, wasRecord := variantRecord(s, what, oldUnion, old)
	nowRecord, isRecord := variantRecord(s, what, nowUnion, now)
	switch {
	case old.Form == idl.VariantValue && now.Form == idl.VariantValue:
		forward, backward := c.relate(old.Type, now.Type)
		c.value(s, what, way, forward, backward)
		c.goTypes(s, now.GoName, c.goType(old.Type, true), c.goType(now.Type, false))
	case wasRecord && isRecord:
		c.fields(oldRecord, nowRecord, way)
	case old.Form != now.Form:
		c.report(s, "VARIANT_CHANGED", "%s has something else behind its tag", what)
	}
}

// variantRecord returns the fields behind the tag of a variant, if there are some.
func variantRecord(s site, what string, union *idl.Union, v *idl.Variant) (record, bool) {
	switch {
	case v.Form == idl.VariantFields:
		return record{s, what, union, v.Fields, false}, true
	case v.Form == idl.VariantValue && v.Type.Kind == idl.KindStruct && len(v.Type.Absent) == 0:
		return record{s, what, union, v.Type.Ref.Struct.Fields, v.Type.Ref.Struct.Strict}, true
	default:
		return record{}, false
	}
}

// find returns the first element of which holds is true, or nil.
func find[T any](elems []*T, holds func(*T) bool) *T {
	for _, e := range elems {
		if holds(e) {
			return e
		}
	}
	return nil
}
