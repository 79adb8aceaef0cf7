package randschema

import (
	"slices"

	"github.com/ocapn-go/ocapn/idl"
)

// typ is a type with the tokens that stand for it. Aliases are resolved.
type typ struct {
	tokens []string
	kind   idl.Kind
	elem   *typ
	elems  []*typ
	decl   *decl
	absent []string
}

// scalars are the types without arguments.
var scalars = []idl.Kind{
	idl.KindBool, idl.KindInt, idl.KindUint, idl.KindI8, idl.KindI16, idl.KindI32, idl.KindI64, idl.KindU8, idl.KindU16, idl.KindU32,
	idl.KindU64, idl.KindBigInt, idl.KindFloat64, idl.KindNumber, idl.KindString, idl.KindString, idl.KindSymbol, idl.KindBytes, idl.KindAny,
	idl.KindTarget, idl.KindSturdyRef, idl.KindError,
}

// place is where a type stands.
type place struct {
	file *file
	rank int // declarations of this rank or a higher one are part of a value only behind a list or a map
	free bool
	deep int // how many more levels of arguments there may be
}

// inside returns the place of an argument of a type that stands at p.
func (p place) inside(free bool) place {
	p.deep--
	p.free = p.free || free
	return p
}

// typ returns a random type.
func (g *generator) typ(p place) *typ {
	t := g.present(p)
	for g.chance(5) {
		alternative := pick(g, "undefined", "null", "false")
		if t.kind == idl.KindAny || t.kind == idl.KindBool && alternative == "false" || slices.Contains(t.absent, alternative) {
			break
		}
		t.tokens = append(t.tokens, "|", alternative)
		t.absent = append(t.absent, alternative)
	}
	return t
}

// present returns a type without alternatives, unless it is an alias for one that has some.
func (g *generator) present(p place) *typ {
	switch n := g.r.IntN(10); {
	case n < 4:
		if t := g.declared(p); t != nil {
			return t
		}
	case n < 6 && p.deep > 0:
		return g.composed(p)
	}
	kind := pick(g, scalars...)
	return &typ{tokens: []string{string(kind)}, kind: kind}
}

// composed returns a type with arguments.
func (g *generator) composed(p place) *typ {
	switch kind := pick(g, idl.KindList, idl.KindMap, idl.KindPromise, idl.KindTuple, idl.KindTagged); kind {
	case idl.KindTagged:
		e := g.typ(p.inside(false))
		return &typ{kind: kind, elem: e, tokens: slices.Concat([]string{"tagged", "<", quote(g.tag()), ","}, e.tokens, []string{">"})}
	case idl.KindTuple:
		t := &typ{kind: kind, tokens: []string{"tuple", "<"}}
		for i := range g.between(1, 3) {
			if i > 0 {
				t.tokens = append(t.tokens, ",")
			}
			e := g.typ(p.inside(false))
			t.elems = append(t.elems, e)
			t.tokens = append(t.tokens, e.tokens...)
		}
		t.tokens = append(t.tokens, ">")
		return t
	default:
		e := g.typ(p.inside(kind != idl.KindPromise))
		if kind == idl.KindPromise && e.kind == idl.KindPromise {
			kind = idl.KindList
		}
		return &typ{kind: kind, elem: e, tokens: slices.Concat([]string{string(kind), "<"}, e.tokens, []string{">"})}
	}
}

// tag returns the tag of a value.
func (g *generator) tag() string {
	return pick(g, "t", "two words", "größer", "a\"b", "back\\slash", "`", "<", ">", "x'y", "*/", "%s", "null", "void", "2")
}

// declared returns a type that is declared, nil if there is none that may stand at p.
func (g *generator) declared(p place) *typ {
	var fit []*decl
	for _, d := range g.decls {
		if (d.file == p.file || slices.Contains(p.file.imports, d.file)) && p.takes(d) {
			fit = append(fit, d)
		}
	}
	if len(fit) == 0 {
		return nil
	}
	d := pick(g, fit...)
	tokens := []string{d.name}
	if d.file != p.file {
		tokens = []string{d.file.alias, ".", d.name}
	}
	if d.keyword == "type" {
		t := *d.typ
		t.tokens, t.absent = tokens, slices.Clone(t.absent)
		return &t
	}
	return &typ{tokens: tokens, kind: idl.Kind(d.keyword), decl: d}
}

// takes reports whether a declaration is a type that may stand at p.
func (p place) takes(d *decl) bool {
	switch d.keyword {
	case "enum", "interface", "callable":
		return true
	case "struct", "union":
		return p.free || d.rank < p.rank
	case "type":
		return d.typ != nil && (p.free || d.typ.highest() < p.rank)
	default:
		return false
	}
}

// highest returns the highest rank of the structs and unions that a value of t has as parts, -1 if there are none.
func (t *typ) highest() int {
	rank := -1
	switch t.kind {
	case idl.KindStruct, idl.KindUnion:
		rank = t.decl.rank
	case idl.KindPromise, idl.KindTagged:
		rank = t.elem.highest()
	}
	for _, e := range t.elems {
		rank = max(rank, e.highest())
	}
	return rank
}

// isData reports whether values of t can be written down.
func (t *typ) isData() bool {
	switch t.kind {
	case idl.KindBool, idl.KindFloat64, idl.KindNumber, idl.KindString, idl.KindSymbol:
		return true
	case idl.KindEnum:
		return len(t.decl.cases) > 0
	case idl.KindList:
		return t.elem.isData()
	default:
		return t.kind.Integer()
	}
}

// hasNumber reports whether @lenient says something about t.
func (t *typ) hasNumber() bool {
	return t.kind.Integer() || t.kind == idl.KindFloat64 || t.elem != nil && t.elem.hasNumber() ||
		slices.ContainsFunc(t.elems, (*typ).hasNumber)
}

// hasLength reports whether @max says something about t.
func (t *typ) hasLength() bool {
	return slices.Contains([]idl.Kind{idl.KindString, idl.KindSymbol, idl.KindBytes, idl.KindList, idl.KindMap}, t.kind)
}
