package breaking

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/ocapn-go/ocapn/idl"
)

// params compares parameters by their places, since arguments have no names when they are sent.
func (c *comparer) params(s site, owner idl.Decl, what string, old, now signature) {
	c.movedParams(s, owner, what, old, now)
	for i := range max(len(old.params), len(now.params)) {
		p, q := old.param(i), now.param(i)
		at := s
		if q != nil && i < len(now.params) && s.pos.Line > 0 && c.declares(owner, q) {
			at = c.at(owner, q.Pos)
		}
		switch {
		case p != nil && q != nil:
			c.param(at, what, p, q)
		case p == nil:
			c.paramAdded(at, what, q, old.strict)
		default:
			c.paramRemoved(at, what, p, now.strict)
		}
	}
}

// declares reports whether the place of a parameter is in the file of the declaration: an inherited method may be of another.
func (c *comparer) declares(owner idl.Decl, p *idl.Param) bool {
	has := func(params []*idl.Param) bool { return slices.Contains(params, p) }
	switch d := owner.(type) {
	case *idl.Interface:
		return slices.ContainsFunc(d.Methods, func(m *idl.Method) bool { return has(m.Params) })
	case *idl.Callable:
		return has(d.Params)
	default:
		return false
	}
}

// movedParams reports parameters that are at other places, so that old arguments mean something else.
func (c *comparer) movedParams(s site, owner idl.Decl, what string, old, now signature) {
	for i, p := range old.params {
		j := slices.IndexFunc(now.params, func(q *idl.Param) bool { return q.Name == p.Name })
		if j < 0 || j == i {
			continue
		}
		if c.declares(owner, now.params[j]) {
			s = c.at(owner, now.params[j].Pos)
		}
		c.report(s, "PARAM_MOVED", "the parameter %q of %s is at another place, and arguments are sent by place", p.Name, what)
		return
	}
}

// param compares two parameters at one place. Callers send what servers take, so old arguments must be good for a new server; new
// ones should not come before the servers are new.
func (c *comparer) param(s site, what string, old, now *idl.Param) {
	name := fmt.Sprintf("the parameter %q of %s", now.Name, what)
	forward, backward := c.relate(old.Type, now.Type)
	if mayBeMissing(old) && !mayBeMissing(now) {
		forward = min(forward, someValues)
	}
	if mayBeMissing(now) && !mayBeMissing(old) || now.Rest && !old.Rest {
		backward = min(backward, someValues)
	}
	switch {
	case forward == noValues || backward == noValues:
		c.report(s, "PARAM_CHANGED", "%s is of another type", name)
	case forward == someValues:
		c.report(s, "PARAM_NARROWED", "%s takes fewer values, and old callers send them", name)
	case backward == someValues:
		c.report(s, "PARAM_WIDENED", "%s takes more values", name)
	}
	if old.Optional && now.Optional && !reflect.DeepEqual(old.Default, now.Default) {
		c.report(s, "DEFAULT_CHANGED", "%s stands for something else when it is left out", name)
	}
	if old.Name != now.Name && old.Rest == now.Rest {
		c.report(s, "RENAMED", "%s was called %q", name, old.Name)
	}
	if old.Optional && now.Optional {
		c.option(s, old, now)
	}
}

// mayBeMissing reports whether a call may do without the argument.
func mayBeMissing(p *idl.Param) bool { return p.Optional || p.Rest }

// paramAdded reports a parameter that is new.
func (c *comparer) paramAdded(s site, what string, p *idl.Param, strict bool) {
	switch {
	case !mayBeMissing(p):
		c.report(s, "PARAM_ADDED", "the parameter %q of %s is new and cannot be left out", p.Name, what)
	case strict:
		c.report(s, "PARAM_ADDED", "the parameter %q of %s is new, and refused by servers of the old version", p.Name, what)
	default:
		c.report(s, "PARAM_OPTIONAL", "the parameter %q of %s is new", p.Name, what)
	}
}

// paramRemoved reports a parameter that is gone.
func (c *comparer) paramRemoved(s site, what string, p *idl.Param, strict bool) {
	switch {
	case !mayBeMissing(p):
		c.report(s, "PARAM_REMOVED", "the parameter %q of %s is gone, and could not be left out", p.Name, what)
	case strict:
		c.report(s, "PARAM_REMOVED", "the parameter %q of %s is gone, and refused when it comes", p.Name, what)
	default:
		c.report(s, "PARAM_DROPPED", "the parameter %q of %s is gone", p.Name, what)
	}
	if p.Optional {
		c.report(s, "GO_REMOVED", "the option %s of %s is gone", idl.ExportedName(p.Name), what)
	}
}
