package breaking

import (
	"slices"

	"github.com/ocapn-go/ocapn/idl"
)

// settled returns the type of the reference that a t is, or is the promise of.
func settled(t *idl.Type) *idl.Type {
	for t.Kind == idl.KindPromise {
		t = t.Elem
	}
	return t
}

// relateReferences compares the types of references. Nobody can see what a reference leads to; that it has the methods which it
// should have is a matter of trust.
func (c *comparer) relateReferences(old, now *idl.Type) (forward, backward level) {
	old, now = settled(old), settled(now)
	switch {
	case old.Kind == idl.KindTarget && now.Kind == idl.KindTarget:
		return allValues, allValues
	case now.Kind == idl.KindTarget:
		return allValues, someValues
	case old.Kind == idl.KindTarget:
		return someValues, allValues
	case old.Kind != now.Kind:
		return noValues, noValues
	default:
		return c.relateDecls(old.Ref, now.Ref)
	}
}

// relateDecls compares declarations that stand in for each other. Two versions of one are alike here; where one declaration has
// taken the place of another, their values are compared.
func (c *comparer) relateDecls(oldRef, nowRef *idl.TypeRef) (forward, backward level) {
	old, now := oldRef.Decl(), nowRef.Decl()
	switch {
	case c.pairUp(old, now):
		return allValues, allValues
	case oldRef.Package == nowRef.Package && oldRef.Name == nowRef.Name && c.homeBefore[old] == nil && c.homeAfter[now] == nil:
		return allValues, allValues // of the standard library
	}
	return c.related.of([2]idl.Decl{old, now}, c.relateContents)
}

// relateContents compares declarations of one kind by what they are made of.
func (c *comparer) relateContents(old, now idl.Decl) (forward, backward level) {
	switch old := old.(type) {
	case *idl.Enum:
		return relateEnums(old, now.(*idl.Enum)), relateEnums(now.(*idl.Enum), old)
	case *idl.Struct:
		return c.relateStructs(old, now.(*idl.Struct))
	case *idl.Union:
		return c.relateUnions(old, now.(*idl.Union))
	case *idl.Interface:
		return c.relateInterfaces(old, now.(*idl.Interface))
	case *idl.Callable:
		now := now.(*idl.Callable)
		return c.relateSignatures(signature{params: old.Params, result: old.Result}, signature{params: now.Params, result: now.Result})
	default:
		return noValues, noValues
	}
}

// relations are the results of comparing declarations, which may be made of each other and of themselves. All are taken to be alike
// at first; then each is compared as if that was so of the others, until nothing changes any more.
type relations struct {
	levels  map[[2]idl.Decl][2]level
	order   [][2]idl.Decl // in which they were found
	settled int           // how many of order are final
	running bool
}

// of returns the result for two declarations of one kind. compare compares them by what they are made of, for which it comes back
// here.
func (r *relations) of(pair [2]idl.Decl, compare func(old, now idl.Decl) (forward, backward level)) (forward, backward level) {
	if _, known := r.levels[pair]; !known {
		r.levels[pair] = [2]level{allValues, allValues}
		r.order = append(r.order, pair)
	}
	if !r.running {
		r.running = true
		for changed := true; changed; {
			changed = false
			for i := r.settled; i < len(r.order); i++ { // comparing finds others
				p := r.order[i]
				f, b := compare(p[0], p[1])
				changed = changed || r.levels[p] != [2]level{f, b}
				r.levels[p] = [2]level{f, b}
			}
		}
		r.running, r.settled = false, len(r.order)
	}
	return r.levels[pair][0], r.levels[pair][1]
}

// relateEnums returns how many of the values of a are taken for values of b.
func relateEnums(a, b *idl.Enum) level {
	missing := slices.ContainsFunc(a.Cases, func(k *idl.EnumCase) bool {
		return find(b.Cases, func(o *idl.EnumCase) bool { return o.Wire == k.Wire }) == nil
	})
	if b.Closed && (missing || !a.Closed) {
		return someValues
	}
	return allValues
}

// relateStructs compares the values of structs.
func (c *comparer) relateStructs(old, now *idl.Struct) (forward, backward level) {
	forward, backward = missingFields(old, now), missingFields(now, old)
	for _, f := range old.Fields {
		if g := find(now.Fields, func(o *idl.Field) bool { return o.Wire == f.Wire }); g != nil {
			fw, bw := c.relate(f.Type, g.Type)
			if f.Optional && !g.Optional {
				fw = min(fw, someValues)
			}
			if g.Optional && !f.Optional {
				bw = min(bw, someValues)
			}
			forward, backward = min(forward, fw), min(backward, bw)
		}
	}
	return forward, backward
}

// missingFields returns how many of the values of a are taken for values of b, as far as it depends on fields that only one of them
// has.
func missingFields(a, b *idl.Struct) level {
	out := allValues
	for _, f := range b.Fields {
		if !f.Optional && find(a.Fields, func(o *idl.Field) bool { return o.Wire == f.Wire }) == nil {
			return noValues
		}
	}
	for _, f := range a.Fields {
		if b.Strict && find(b.Fields, func(o *idl.Field) bool { return o.Wire == f.Wire }) == nil {
			if !f.Optional {
				return noValues
			}
			out = someValues
		}
	}
	return out
}

// relateUnions compares the values of unions.
func (c *comparer) relateUnions(old, now *idl.Union) (forward, backward level) {
	forward, backward = missingVariants(old, now), missingVariants(now, old)
	for _, v := range old.Variants {
		w := find(now.Variants, func(o *idl.Variant) bool { return o.Wire == v.Wire })
		if w == nil {
			continue
		}
		fw, bw := someValues, someValues
		switch {
		case v.Form == idl.VariantValue && w.Form == idl.VariantValue:
			fw, bw = c.relate(v.Type, w.Type)
		case v.Form == idl.VariantFields && w.Form == idl.VariantFields:
			fw, bw = c.relateStructs(&idl.Struct{Fields: v.Fields}, &idl.Struct{Fields: w.Fields})
		case v.Form == idl.VariantBare && w.Form == idl.VariantBare:
			continue
		}
		forward, backward = min(forward, max(fw, someValues)), min(backward, max(bw, someValues)) // the other variants are values too
	}
	return forward, backward
}

// missingVariants returns how many of the values of a are taken for values of b, as far as it depends on variants that only one of
// them has.
func missingVariants(a, b *idl.Union) level {
	missing := slices.ContainsFunc(a.Variants, func(v *idl.Variant) bool {
		return find(b.Variants, func(o *idl.Variant) bool { return o.Wire == v.Wire }) == nil
	})
	if b.Closed && (missing || !a.Closed) {
		return someValues
	}
	return allValues
}

// relateInterfaces compares interfaces: forward says whether an object of the old one does for the new one, backward the other way
// round.
func (c *comparer) relateInterfaces(old, now *idl.Interface) (forward, backward level) {
	forward, backward = allValues, allValues
	for _, m := range now.All {
		other := find(old.All, func(o *idl.Method) bool { return o.Wire == m.Wire })
		if other == nil {
			forward = someValues
			continue
		}
		f, b := c.relateSignatures(signatureOf(other), signatureOf(m))
		forward, backward = min(forward, f), min(backward, b)
	}
	if slices.ContainsFunc(old.All, func(m *idl.Method) bool {
		return find(now.All, func(o *idl.Method) bool { return o.Wire == m.Wire }) == nil
	}) {
		backward = someValues
	}
	return forward, backward
}

// relateSignatures compares what objects take and answer: forward says whether one with the old signature does for callers of the new
// one, backward the other way round. That it does only sometimes, or never, is the same for a reference.
func (c *comparer) relateSignatures(old, now signature) (forward, backward level) {
	forward, backward = allValues, allValues
	for i := range max(len(old.params), len(now.params)) {
		p, q := old.param(i), now.param(i)
		switch {
		case p != nil && q != nil:
			f, b := c.relate(p.Type, q.Type)
			forward, backward = min(forward, b, omission(q, p)), min(backward, f, omission(p, q))
		case p != nil && !p.Optional:
			forward = someValues
		case q != nil && !q.Optional:
			backward = someValues
		}
	}
	switch {
	case old.result == nil && now.result != nil:
		forward = someValues
	case old.result != nil && now.result == nil:
		backward = someValues
	case old.result != nil:
		f, b := c.relate(old.result, now.result)
		forward, backward = min(forward, f), min(backward, b)
	}
	if old.oneWay && !now.oneWay {
		forward = someValues
	}
	if now.oneWay && !old.oneWay {
		backward = someValues
	}
	return max(forward, someValues), max(backward, someValues)
}

// omission returns how many of the calls that leave out the argument of the one or not get through to the other.
func omission(caller, server *idl.Param) level {
	if caller.Optional && !server.Optional && !server.Rest {
		return someValues
	}
	return allValues
}
