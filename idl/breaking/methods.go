package breaking

import (
	"fmt"
	"slices"

	"github.com/ocapn-go/ocapn/idl"
)

// signature is what a method or a callable takes and answers.
type signature struct {
	params     []*idl.Param
	result     *idl.Type
	raises     []*idl.TypeRef
	oneWay     bool
	stream     bool
	strict     bool
	idempotent bool
}

// signatureOf returns the signature of a method.
func signatureOf(m *idl.Method) signature {
	return signature{m.Params, m.Result, m.Raises, m.OneWay, m.Stream, m.Strict, m.Idempotent}
}

// param returns the parameter for the argument at i: a rest parameter stands for all that are left. It is nil if there is none.
func (s signature) param(i int) *idl.Param {
	switch last := len(s.params) - 1; {
	case i <= last:
		return s.params[i]
	case last >= 0 && s.params[last].Rest:
		return s.params[last]
	default:
		return nil
	}
}

// interfaceDecl compares interfaces by all their methods. Inherited ones are reported where they are declared.
func (c *comparer) interfaceDecl(s site, old, now *idl.Interface) {
	for _, m := range old.All {
		other := find(now.All, func(o *idl.Method) bool { return o.Wire == m.Wire })
		if other == nil && m.From == old {
			if other = find(now.Methods, func(o *idl.Method) bool { return o.Name == m.Name }); other != nil {
				c.rewired(c.at(now, other.Pos), "method", m.Name, m.Wire, other.Wire)
			}
		}
		switch {
		case other == nil && !c.elsewhere(m, old, nil, now):
			c.report(s, "METHOD_REMOVED", "the method %q of %q is gone", m.Name, now.Name)
			c.report(s, "GO_REMOVED", "the Go method %s is gone with the method %q of %q", m.GoName, m.Name, now.Name)
		case other != nil && !c.elsewhere(m, old, other, now):
			c.method(now, m, other)
		}
	}
	for _, m := range now.All {
		if find(old.All, func(o *idl.Method) bool { return o.Wire == m.Wire || o.From == old && o.Name == m.Name }) == nil {
			c.methodAdded(s, m, now)
		}
	}
	c.bases(s, old, now)
	if oneways(old) && !oneways(now) {
		c.report(s, "GO_EVENTS", "not all methods of %q are oneway any more, so it cannot be received as events", now.Name)
	}
}

// elsewhere reports whether what became of an inherited method is reported with the interface that declares it. now is nil if it is
// gone.
func (c *comparer) elsewhere(old *idl.Method, oldOwner *idl.Interface, now *idl.Method, nowOwner *idl.Interface) bool {
	if old.From == oldOwner || c.homeBefore[old.From] == nil {
		return false
	}
	pair, ok := c.pairs[old.From].(*idl.Interface)
	if !ok {
		return false
	}
	if now == nil { // gone from the base too, and the base is still extended
		return extends(nowOwner, pair) && find(pair.All, func(o *idl.Method) bool { return o.Wire == old.Wire }) == nil
	}
	return now.From == pair
}

// extends reports whether an interface has the methods of another.
func extends(it, base *idl.Interface) bool {
	return slices.ContainsFunc(it.Extends, func(ref *idl.TypeRef) bool { return ref.Interface == base || extends(ref.Interface, base) })
}

// methodAdded reports a new method, unless it is inherited and reported there.
func (c *comparer) methodAdded(s site, m *idl.Method, now *idl.Interface) {
	if m.From != now {
		if old := c.partners[m.From]; old != nil && find(old.(*idl.Interface).All, func(o *idl.Method) bool { return o.Wire == m.Wire }) == nil {
			return
		}
	} else {
		s = c.at(now, m.Pos)
	}
	c.report(s, "METHOD_ADDED", "the method %q of %q is new", m.Name, now.Name)
	c.report(s, "GO_METHOD_ADDED", "who implements %sServer needs the method %s, or embeds Unimplemented%s", now.GoName, m.GoName, now.GoName)
}

// bases reports interfaces that are not extended any more. Conversions to them are gone in Go.
func (c *comparer) bases(s site, old, now *idl.Interface) {
	for _, ref := range old.Extends {
		pair := c.pairs[ref.Interface] // nil if it is gone, or of the standard library
		if !slices.ContainsFunc(now.Extends, func(r *idl.TypeRef) bool {
			return pair != nil && r.Interface == pair || pair == nil && r.Package == ref.Package && r.Name == ref.Name
		}) {
			c.report(s, "GO_EXTENDS", "%s does not become %s any more", now.GoName, ref.GoName)
		}
	}
}

// oneways reports whether an interface can be received as events.
func oneways(it *idl.Interface) bool {
	return len(it.All) > 0 && !slices.ContainsFunc(it.All, func(m *idl.Method) bool { return !m.OneWay })
}

// method compares two versions of a method of the interface now.
func (c *comparer) method(now *idl.Interface, old, m *idl.Method) {
	s := c.at(now, m.Pos)
	if m.From != now { // its place is in another file, perhaps
		s = c.at(now, now.Pos)
	}
	c.renamedInGo(s, old.GoName, m.GoName)
	c.signatures(s, now, fmt.Sprintf("the method %q of %q", m.Name, now.Name), signatureOf(old), signatureOf(m))
}

// callable compares callables.
func (c *comparer) callable(s site, old, now *idl.Callable) {
	c.signatures(s, now, "the callable "+quoted(now.Name),
		signature{old.Params, old.Result, old.Raises, false, false, old.Strict, old.Idempotent},
		signature{now.Params, now.Result, now.Raises, false, false, now.Strict, now.Idempotent})
}

// signatures compares what a method or a callable of the new declaration owner takes and answers.
func (c *comparer) signatures(s site, owner idl.Decl, what string, old, now signature) {
	switch {
	case now.oneWay && !old.oneWay:
		c.report(s, "METHOD_ONEWAY", "%s is not answered any more", what)
	case old.oneWay && !now.oneWay:
		c.report(s, "METHOD_ANSWERED", "%s is answered now", what)
	}
	c.closing(s, what, "is not strict", "is strict", old.strict, now.strict)
	if old.idempotent && !now.idempotent {
		c.report(s, "IDEMPOTENT_REMOVED", "%s is not idempotent any more, and callers may still repeat it", what)
	}
	c.params(s, owner, what, old, now)
	if !now.oneWay {
		c.result(s, what, old.result, now.result)
	}
	c.raises(s, what, old.raises, now.raises)
	c.goSignatures(s, what, old, now)
}

// result compares results.
func (c *comparer) result(s site, what string, old, now *idl.Type) {
	switch {
	case old == nil && now == nil:
		return
	case old == nil:
		c.report(s, "RESULT_ADDED", "%s has a result, which servers of the old version do not answer", what)
		return
	case now == nil:
		c.report(s, "RESULT_REMOVED", "%s has no result any more, which old callers wait for", what)
		return
	}
	forward, backward := c.relate(outcome(old), outcome(now))
	switch {
	case forward == noValues || backward == noValues:
		c.report(s, "RESULT_CHANGED", "%s has a result of another type", what)
	case backward == someValues:
		c.report(s, "RESULT_WIDENED", "%s may answer what old callers refuse", what)
	case forward == someValues:
		c.report(s, "RESULT_NARROWED", "servers of the old version may answer what new callers of %s refuse", what)
	}
	if now.Kind == idl.KindPromise && old.Kind != idl.KindPromise && !now.IsRef() {
		c.report(s, "RESULT_PROMISED", "%s may answer before it has its result", what)
	}
}

// outcome returns what a result is in the end: a promise of it comes to the same.
func outcome(t *idl.Type) *idl.Type {
	if t.Kind == idl.KindPromise && len(t.Absent) == 0 {
		return t.Elem
	}
	return t
}

// raises reports errors that are listed now, or are not any more.
func (c *comparer) raises(s site, what string, old, now []*idl.TypeRef) {
	listed := func(e *idl.ErrorDecl) bool {
		return slices.ContainsFunc(now, func(r *idl.TypeRef) bool { return r.Error == c.pairs[e] || r.Error.Wire == e.Wire })
	}
	if len(old) != len(now) || slices.ContainsFunc(old, func(r *idl.TypeRef) bool { return !listed(r.Error) }) {
		c.report(s, "RAISES_CHANGED", "%s raises other errors", what)
	}
}
