package breaking

import (
	"fmt"
	"reflect"

	"github.com/ocapn-go/ocapn/idl"
)

// fields compares the fields of two versions of a record.
func (c *comparer) fields(old, now record, way travel) {
	for _, f := range old.fields {
		other := find(now.fields, func(o *idl.Field) bool { return o.Wire == f.Wire })
		if other == nil {
			if other = find(now.fields, func(o *idl.Field) bool { return o.Name == f.Name }); other != nil {
				c.rewired(c.fieldSite(now, other), "field", f.Name, f.Wire, other.Wire)
			}
		}
		if other == nil {
			c.fieldRemoved(now, f)
			continue
		}
		c.field(now, f, other, way)
	}
	for _, f := range now.fields {
		if find(old.fields, func(o *idl.Field) bool { return o.Wire == f.Wire || o.Name == f.Name }) != nil {
			continue
		}
		s := c.fieldSite(now, f)
		switch {
		case !f.Optional:
			c.report(s, "FIELD_ADDED", "the field %q of %s is new and cannot be left out", f.Name, now.owner)
		case old.strict:
			c.report(s, "FIELD_ADDED", "the field %q of %s is new, and refused by peers that know the old version", f.Name, now.owner)
		default:
			c.report(s, "FIELD_OPTIONAL", "the field %q of %s is new", f.Name, now.owner)
		}
	}
}

// fieldSite returns the place of a field. Those of a struct that a variant holds are not in the variant.
func (c *comparer) fieldSite(r record, f *idl.Field) site {
	if u, ok := r.decl.(*idl.Union); ok && find(u.Variants, func(v *idl.Variant) bool {
		return find(v.Fields, func(o *idl.Field) bool { return o == f }) != nil
	}) == nil {
		return r.site
	}
	return site{r.file, f.Pos}
}

// fieldRemoved reports a field that is gone.
func (c *comparer) fieldRemoved(now record, f *idl.Field) {
	switch {
	case !f.Optional:
		c.report(now.site, "FIELD_REMOVED", "the field %q of %s is gone, and could not be left out", f.Name, now.owner)
	case now.strict:
		c.report(now.site, "FIELD_REMOVED", "the field %q of %s is gone, and refused when it comes", f.Name, now.owner)
	default:
		c.report(now.site, "FIELD_DROPPED", "the field %q of %s is gone", f.Name, now.owner)
	}
	c.report(now.site, "GO_REMOVED", "the Go field %s is gone with the field %q of %s", f.GoName, f.Name, now.owner)
}

// field compares two versions of a field.
func (c *comparer) field(r record, old, now *idl.Field, way travel) {
	s, what := c.fieldSite(r, now), fmt.Sprintf("the field %q of %s", now.Name, r.owner)
	forward, backward := c.relate(old.Type, now.Type)
	if old.Optional && !now.Optional {
		forward = min(forward, someValues)
	}
	if now.Optional && !old.Optional {
		backward = min(backward, someValues)
	}
	c.value(s, what, way, forward, backward)
	if old.Optional && now.Optional && !reflect.DeepEqual(old.Default, now.Default) {
		c.report(s, "DEFAULT_CHANGED", "%s stands for something else when it is left out", what)
	}
	c.renamedInGo(s, old.GoName, now.GoName)
	c.goTypes(s, now.GoName, c.optionalGoType(old.Type, old.Optional, true), c.optionalGoType(now.Type, now.Optional, false))
}

// value reports how the values of a part of data have changed. forward says how many of the values of the old version the new one
// takes, backward how many of the new one's the old one takes. With calls, an old caller must get through to a new server, and with
// answers a new server to an old caller; a new caller should do without new values until servers are new, and an old server may
// still answer what a new caller refuses.
func (c *comparer) value(s site, what string, way travel, forward, backward level) {
	switch {
	case forward == noValues || backward == noValues:
		c.report(s, "FIELD_CHANGED", "%s has other values", what)
	case way.taken && forward == someValues:
		c.report(s, "FIELD_CHANGED", "%s takes fewer values, and old callers send them", what)
	case way.answered && backward == someValues:
		c.report(s, "FIELD_CHANGED", "%s may have more values, and old callers refuse them", what)
	case way.taken && backward == someValues:
		c.report(s, "FIELD_WIDENED", "%s takes more values", what)
	case way.answered && forward == someValues:
		c.report(s, "FIELD_NARROWED", "%s has fewer values", what)
	}
}

// goTypes reports a Go field or type that is of another type.
func (c *comparer) goTypes(s site, name string, was, is goType) {
	if was != is {
		c.report(s, "GO_TYPE", "%s is of type %s and was of type %s", name, is.short, was.short)
	}
}

// quoted returns a name in quotes.
func quoted(name string) string { return fmt.Sprintf("%q", name) }
