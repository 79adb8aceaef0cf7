package idl

import "slices"

// recursiveTypes reports structs that hold themselves other than through a list, a map, a promise or a union, and closed
// unions whose every variant holds them: no value of theirs would end.
func (c *checker) recursiveTypes() {
	structs := cyclic(c.order, func(d Decl) []Decl {
		return slices.DeleteFunc(parts(d, false), func(d Decl) bool { _, union := d.(*Union); return union })
	})
	ends := c.ending()
	unions := cyclic(c.order, func(d Decl) []Decl {
		return slices.DeleteFunc(parts(d, true), func(d Decl) bool { return ends[d] })
	})
	for _, e := range c.order {
		switch out := e.out.(type) {
		case *Struct:
			if structs[out] {
				c.report(e.span, "RECURSIVE_STRUCT", "struct %q contains itself", out.Name).
					Note = "put a list, a map or a promise between"
			}
		case *Union:
			if unions[out] && !ends[out] {
				c.report(e.span, "RECURSIVE_UNION", "every variant of the closed union %q contains the union", out.Name).
					Note = "add a variant that ends, or put a list, a map or a promise between"
			}
		}
	}
}

// parts returns the structs and unions that a value of the struct or union d contains directly. needed leaves out what may
// be absent; an absent struct still takes the place of a struct in a Go value.
func parts(d Decl, needed bool) []Decl {
	var out []Decl
	var add func(t *Type)
	add = func(t *Type) {
		switch {
		case t == nil || needed && len(t.Absent) > 0:
		case t.Kind == KindTuple:
			for _, e := range t.Elems {
				add(e)
			}
		case t.Kind == KindTagged:
			add(t.Elem)
		case t.Kind == KindStruct:
			out = append(out, t.Ref.Struct)
		case t.Kind == KindUnion:
			out = append(out, t.Ref.Union)
		}
	}
	fields := func(fields []*Field) {
		for _, f := range fields {
			if !needed || !f.Optional {
				add(f.Type)
			}
		}
	}
	switch d := d.(type) {
	case *Struct:
		fields(d.Fields)
	case *Union:
		for _, v := range d.Variants {
			add(v.Type)
			fields(v.Fields)
		}
	}
	return out
}

// ending returns the structs and unions that have a value which ends: all needed fields of a struct, or one variant of a
// union. Declarations of imported files are not looked into, since these have been checked.
func (c *checker) ending() map[Decl]bool {
	ends, local := map[Decl]bool{}, map[Decl]bool{}
	for _, e := range c.order {
		local[e.out] = true
	}
	for before := -1; before < len(ends); {
		before = len(ends)
		visited := map[Decl]bool{}
		var visit func(d Decl) bool
		all := func(d Decl) bool {
			return !slices.ContainsFunc(parts(d, true), func(p Decl) bool { return !visit(p) })
		}
		visit = func(d Decl) bool {
			if !local[d] || ends[d] {
				ends[d] = true
				return true
			}
			if visited[d] {
				return false
			}
			visited[d] = true
			ok := false
			if u, union := d.(*Union); union {
				ok = !u.Closed || len(u.Variants) == 0 || slices.ContainsFunc(u.Variants, func(v *Variant) bool {
					return all(&Union{Variants: []*Variant{v}})
				})
			} else {
				ok = all(d)
			}
			if ok {
				ends[d] = true
			}
			return ok
		}
		for _, e := range c.order {
			visit(e.out)
		}
	}
	return ends
}

// cyclic returns the declarations that lead back to themselves by next. It numbers declarations as it meets them; one that
// reaches a smaller number which is still open is on a cycle with it.
func cyclic(order []*entry, next func(Decl) []Decl) map[Decl]bool {
	out := map[Decl]bool{}
	number, open := map[Decl]int{}, map[Decl]bool{}
	var stack []Decl
	var visit func(d Decl) int
	visit = func(d Decl) int {
		lowest := len(number)
		own := lowest
		number[d], open[d] = own, true
		place := len(stack)
		stack = append(stack, d)
		itself := false
		for _, n := range next(d) {
			itself = itself || n == d
			if _, met := number[n]; !met {
				lowest = min(lowest, visit(n))
			} else if open[n] {
				lowest = min(lowest, number[n])
			}
		}
		if lowest == own { // d and what is above it on the stack lead to each other
			group := stack[place:]
			stack = stack[:place]
			for _, g := range group {
				open[g], out[g] = false, len(group) > 1 || itself
			}
		}
		return lowest
	}
	for _, e := range order {
		if _, met := number[e.out]; !met {
			visit(e.out)
		}
	}
	return out
}
