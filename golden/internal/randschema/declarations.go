package randschema

import (
	"slices"
	"strconv"

	"github.com/ocapn-go/ocapn/idl"
)

// body writes what stands after the name of a declaration, and the annotations before it.
func (g *generator) body(d *decl) {
	d.anns = append(d.anns, g.notes()...)
	p := place{file: d.file, rank: d.rank, deep: 3}
	switch d.keyword {
	case "type":
		g.alias(d, p)
	case "const":
		g.constant(d, p)
	case "enum":
		g.enum(d)
	case "struct":
		taken := newMembers(takenFields...)
		switch g.r.IntN(6) {
		case 0:
			d.anns = append(d.anns, "@", "strict")
		case 1:
			d.anns = append(d.anns, "@", "keep")
			taken.goNames["Extra"] = true
		}
		d.body = g.fields(p, taken, g.r.IntN(6))
	case "union":
		g.union(d, p)
	case "error":
		g.errorBody(d, p)
	case "interface":
		g.interfaceBody(d, p)
	case "callable":
		p.free = true
		d.anns = append(d.anns, g.callAnnotations(true)...)
		d.body = g.signature(p, true, true)
	}
}

func (g *generator) alias(d *decl, p place) {
	d.typ = g.typ(p)
	if d.typ.hasLength() && g.chance(2) {
		d.anns = append(d.anns, "@", "max", "(", strconv.Itoa(g.between(1, 40)), ")")
	}
	d.body = append([]string{"="}, d.typ.tokens...)
}

func (g *generator) constant(d *decl, p place) {
	t := g.typ(p)
	for !t.isData() || len(t.absent) > 0 {
		t = g.typ(p)
	}
	d.body = append(append([]string{":"}, t.tokens...), "=")
	d.body = append(d.body, g.literal(t)...)
}

func (g *generator) enum(d *decl) {
	if g.chance(4) {
		d.anns = append(d.anns, "@", "as", "(", "string", ")")
	}
	n := g.r.IntN(5)
	if d.closed {
		n++
	}
	taken := newMembers()
	d.body = []string{"{"}
	for range n {
		m := g.member(taken, func(name string) string { return suffixed(d.goName, name) }, func(goName string) bool {
			return g.claim(d.file.pkg, []string{goName})
		})
		d.cases = append(d.cases, m.name)
		d.body = append(d.body, g.docs(3)...)
		d.body = append(append(append(d.body, m.anns...), g.notes()...), m.token(g), separator)
	}
	d.body = append(d.body, "}")
}

// union writes the variants. A union that has a value without parts may contain itself.
func (g *generator) union(d *decl, p place) {
	n := g.r.IntN(5)
	if d.closed {
		n++
	}
	bare := n > 0 && g.chance(2)
	p.free = (bare || !d.closed) && g.chance(2)
	taken := newMembers()
	d.body = []string{"{"}
	for i := range n {
		m := g.member(taken, func(name string) string { return suffixed(d.goName, name) }, func(goName string) bool {
			return g.claim(d.file.pkg, []string{goName})
		})
		d.body = append(append(append(d.body, g.docs(3)...), m.anns...), g.notes()...)
		switch {
		case bare && i == 0 || g.chance(3):
			d.body = append(d.body, m.token(g))
		case g.chance(2):
			t := g.typ(p)
			d.body = append(append(append(d.body, g.typeAnnotations(t)...), m.token(g), "("), t.tokens...)
			d.body = append(d.body, ")")
		default:
			d.body = append(append(d.body, m.token(g)), g.fields(p, newMembers(takenFields...), g.r.IntN(4))...)
		}
		d.body = append(d.body, separator)
	}
	d.body = append(d.body, "}")
}

func (g *generator) errorBody(d *decl, p place) {
	d.wire = d.name
	if g.chance(4) {
		d.wire = g.tag() + " error"
		d.anns = append(d.anns, "@", "wire", "(", quote(d.wire), ")")
	}
	if g.chance(4) {
		d.anns = append(d.anns, "@", "strict")
	}
	if g.chance(4) {
		return
	}
	p.free = true
	d.body = g.fields(p, newMembers(append([]string{"Error"}, takenFields...)...), g.r.IntN(4))
}

// raises returns the errors that a signature lists.
func (g *generator) raises(f *file) []string {
	var out []string
	wires := map[string]bool{}
	for _, d := range g.decls {
		if d.keyword != "error" || d.file != f && !slices.Contains(f.imports, d.file) || wires[d.wire] || !g.chance(4) {
			continue
		}
		wires[d.wire] = true
		out = append(out, ",")
		if d.file != f {
			out = append(out, d.file.alias, ".")
		}
		out = append(out, d.name)
	}
	if len(out) > 0 {
		out[0] = "raises"
	}
	return out
}

// suffixed returns the Go name of a case or a variant: the name of what it belongs to, and its own.
func suffixed(goName, name string) string {
	if word := idl.ExportedName(name); word != "" {
		return goName + word
	}
	return "" // package idl knows more names; any other one is as good
}

// fields writes fields in braces.
func (g *generator) fields(p place, taken *members, n int) []string {
	out := []string{"{"}
	for range n {
		m := g.member(taken, idl.ExportedName, always)
		out = append(append(append(out, g.docs(3)...), m.anns...), g.notes()...)
		optional := g.chance(3)
		at := p
		t := g.typ(at)
		out = append(append(out, g.typeAnnotations(t)...), m.token(g))
		out = append(out, g.typed(t, optional)...)
		out = append(out, separator)
	}
	return append(out, "}")
}

// always takes every name.
func always(string) bool { return true }

// typed writes what stands after the name of a field or a parameter. optional says that it may be left out.
func (g *generator) typed(t *typ, optional bool) []string {
	var out []string
	value := optional && g.chance(2) && (t.isData() || len(t.absent) > 0)
	if optional && (!value || g.chance(3)) {
		out = append(out, "?")
	}
	out = append(append(out, ":"), t.tokens...)
	if value {
		out = append(out, "=")
		if t.isData() {
			out = append(out, g.literal(t)...)
		} else {
			out = append(out, pick(g, t.absent...))
		}
	}
	return out
}

// typeAnnotations returns annotations that say something about the values of t.
func (g *generator) typeAnnotations(t *typ) []string {
	var out []string
	if t.hasLength() && g.chance(5) {
		out = append(out, "@", "max", "(", strconv.Itoa(g.between(1, 200)), ")")
	}
	if t.hasNumber() && g.chance(6) {
		out = append(out, "@", "lenient")
	}
	return out
}

// callAnnotations returns annotations of something that can be called; once says that a call can be made by itself.
func (g *generator) callAnnotations(once bool) []string {
	var out []string
	if g.chance(6) {
		out = append(out, "@", "strict")
	}
	if once && g.chance(8) {
		out = append(out, "@", "idempotent")
	}
	return out
}

// takenMethods are the Go names that references and eventual views have.
var takenMethods = []string{"Await", "Begin", "Cap", "Done", "E", "IsZero", "Pipe", "Ref"}

func (g *generator) interfaceBody(d *decl, p place) {
	p.free = true
	taken := newMembers(takenMethods...)
	var bases []string
	for _, base := range g.decls[:d.rank] {
		reachable := base.file == d.file || slices.Contains(d.file.imports, base.file)
		if base.keyword != "interface" || base.file.std || !reachable || !g.chance(5) || !g.inherit(d, base) {
			continue
		}
		bases = append(bases, ",")
		if base.file != d.file {
			bases = append(bases, base.file.alias, ".")
		}
		bases = append(bases, base.name)
	}
	if len(bases) > 0 {
		d.body = append([]string{"extends"}, bases[1:]...)
	}
	for _, m := range d.all {
		taken.wires[m.wire], taken.goNames[m.goName] = true, true
	}
	d.body = append(d.body, "{")
	onlyOneWay := g.chance(6)
	for range g.r.IntN(6) {
		if len(d.all) > 0 && g.chance(15) {
			again := pick(g, d.all...) // if its types are called the same here
			if again.from != d && again.from.file == d.file && !taken.names[again.name] && g.claimTypes(d, again.goName) {
				taken.names[again.name], again.from = true, d
				d.body = append(append(d.body, again.tokens...), again.end)
				continue
			}
		}
		m := g.method(d, p, taken, onlyOneWay)
		d.all = append(d.all, m)
		d.body = append(append(append(d.body, g.docs(2)...), m.tokens...), m.end)
	}
	d.body = append(d.body, "}")
}

// inherit takes over the methods of a base and reports true, unless one of them stands in the way of another.
func (g *generator) inherit(d, base *decl) bool {
	all := slices.Clone(d.all)
	var events []string // the types of events, if all methods are one way
	for _, m := range base.all {
		i := slices.IndexFunc(all, func(other *method) bool { return other.wire == m.wire || other.goName == m.goName })
		switch {
		case i < 0:
			copied := *m
			all = append(all, &copied)
			events = append(events, d.goName+m.goName)
		case !slices.Equal(all[i].tokens, m.tokens):
			return false
		}
	}
	if !g.claim(d.file.pkg, events) {
		return false
	}
	d.all = all
	return true
}

// method writes a method that no other has a name in common with.
func (g *generator) method(d *decl, p place, taken *members, oneWay bool) *method {
	m := g.member(taken, idl.ExportedName, func(goName string) bool { return g.claimMethod(d, goName) })
	out := &method{name: m.name, wire: m.wire, goName: m.goName, from: d, end: separator}
	modifier := ""
	switch {
	case oneWay || g.chance(8):
		modifier = "oneway"
	case g.chance(8):
		modifier = "stream"
	}
	out.tokens = append(append(append(out.tokens, m.anns...), g.notes()...), g.callAnnotations(modifier != "stream")...)
	if modifier != "" {
		out.tokens = append(out.tokens, modifier)
	}
	signature := g.signature(p, modifier == "", modifier != "oneway")
	if slices.Contains(signature, "raises") { // a comma would be one between errors
		out.end = ";"
	}
	out.tokens = append(append(out.tokens, m.token(g)), signature...)
	return out
}

// claimMethod takes the names of the types that a method of d may need.
func (g *generator) claimMethod(d *decl, goName string) bool {
	return !d.file.pkg.claimed[d.goName+goName] && g.claimTypes(d, goName) && g.claim(d.file.pkg, []string{d.goName + goName})
}

// claimTypes is claimMethod for a method whose event has a name already.
func (g *generator) claimTypes(d *decl, goName string) bool {
	x := d.goName + goName
	return g.claim(d.file.pkg, []string{x + "Opts", x + "Result", x + "ResultE", x + "Stream"})
}

// signature writes parameters, and a result and errors where they may stand.
func (g *generator) signature(p place, result, raises bool) []string {
	out := []string{"("}
	taken := newMembers()
	exported := map[string]bool{}
	required, optional := g.r.IntN(4), 0
	if g.chance(3) {
		optional = g.between(1, 3)
	}
	rest := g.chance(6)
	total := required + optional
	if rest {
		total++
	}
	for i := range total {
		if i > 0 {
			out = append(out, ",")
		}
		name := g.paramName(taken, exported)
		t := g.typ(p)
		out = append(append(out, g.typeAnnotations(t)...), g.notes()...)
		if rest && i == total-1 {
			out = append(out, "...")
		}
		token := name
		if !isIdent(name) {
			token = quote(name)
		}
		out = append(append(out, token), g.typed(t, i >= required && i < required+optional)...)
	}
	if total > 0 && g.chance(8) {
		out = append(out, ",")
	}
	out = append(out, ")")
	if result && !g.chance(4) {
		out = append(append(out, "->"), g.typ(p).tokens...)
	}
	if raises {
		out = append(out, g.raises(p.file)...)
	}
	return out
}

// paramName returns the name of a parameter, whose Go name no other parameter has.
func (g *generator) paramName(taken *members, exported map[string]bool) string {
	for {
		name := g.name(true)
		local, field := idl.LocalName(name), idl.ExportedName(name)
		if local == "" || field == "" || taken.names[name] || !g.careless && (taken.goNames[local] || exported[field]) {
			continue
		}
		taken.names[name], taken.goNames[local], exported[field] = true, true, true
		return name
	}
}
