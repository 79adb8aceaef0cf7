package editor

import (
	"cmp"
	"slices"
)

// Definition returns where the name at an offset of a file is declared: a declaration, a case of an enum, an import behind
// an alias, or the file that the path of an import leads to. On a declaration it is the place itself.
func (w *Workspace) Definition(path string, offset int) []Location {
	f, ok := w.start(path)
	if !ok {
		return nil
	}
	found, ok := w.find(f, offset)
	if !ok || found.symbol == nil {
		return nil
	}
	return []Location{{found.file.path, found.symbol.span}}
}

// References returns every place in the workspace where what stands at an offset of a file is named, in order of file and
// place. declaration says whether the declaration itself counts.
func (w *Workspace) References(path string, offset int, declaration bool) []Location {
	f, ok := w.start(path)
	if !ok {
		return nil
	}
	found, ok := w.find(f, offset)
	if !ok {
		return nil
	}
	files := w.all(f)
	known := func(other file) bool { return other.path == found.file.path }
	if found.symbol != nil && !slices.ContainsFunc(files, known) {
		files = append(files, found.file)
	}
	return w.references(files, found.thing, declaration)
}

// Highlights returns every place in the file where what stands at the offset is named.
func (w *Workspace) Highlights(path string, offset int) []Span {
	f, ok := w.start(path)
	if !ok {
		return nil
	}
	found, ok := w.find(f, offset)
	if !ok {
		return nil
	}
	var out []Span
	for _, l := range w.references([]file{f}, found.thing, true) {
		out = append(out, l.Span)
	}
	return out
}

// references returns the places in files where the thing is named.
func (w *Workspace) references(files []file, t thing, declaration bool) []Location {
	var out []Location
	add := func(f file, span Span) { out = append(out, Location{f.path, span}) }
	family, name := w.family(files, t), t.builtin
	if t.symbol != nil {
		name = t.symbol.name
	}
	for _, f := range files {
		f.each(func(s *symbol) {
			same := slices.ContainsFunc(family, func(m thing) bool { return m.same(thing{file: f, symbol: s}) })
			if declaration && same && s.span != (Span{}) {
				add(f, s.span)
			}
			if t.symbol != nil && t.symbol.kind == Package && s.kind == Import {
				if target, ok := w.imported(f, s); ok && target.path == t.file.path {
					add(f, s.pathSpan)
				}
			}
		})
		for _, u := range f.uses {
			for i, p := range u.parts {
				if i > 1 || unquoted(p.text) != name {
					continue
				}
				if found, ok := w.resolvePart(f, u, i); ok && found.same(t) {
					add(f, p.span)
				}
			}
		}
	}
	slices.SortStableFunc(out, func(a, b Location) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Span.Start, b.Span.Start))
	})
	return slices.Compact(out)
}

// family returns the thing and, if it is a method, the methods of the same name in all interfaces that extend each other:
// these are one method, since that is how an object sees them.
func (w *Workspace) family(files []file, t thing) []thing {
	if t.symbol == nil || t.symbol.kind != Method {
		return []thing{t}
	}
	name := t.symbol.name
	related := []thing{{file: t.file, symbol: t.symbol.parent}}
	add := func(r thing) {
		if !slices.ContainsFunc(related, r.same) {
			related = append(related, r)
		}
	}
	for i := 0; i < len(related); i++ {
		for _, base := range w.bases(related[i]) {
			if w.hasMethod(base, name, 0) {
				add(base)
			}
		}
		for _, f := range files {
			for _, d := range f.decls {
				if slices.ContainsFunc(w.bases(thing{file: f, symbol: d}), related[i].same) {
					add(thing{file: f, symbol: d})
				}
			}
		}
	}
	var out []thing
	for _, r := range related {
		if m := r.symbol.member(name); m != nil {
			out = append(out, thing{file: r.file, symbol: m})
		}
	}
	return out
}

// bases returns the interfaces that one extends.
func (w *Workspace) bases(t thing) []thing {
	var out []thing
	for _, u := range t.symbol.extends {
		if base, ok := w.resolve(t.file, u); ok && base.symbol != nil && base.symbol.kind == Interface {
			out = append(out, base)
		}
	}
	return out
}

// hasMethod reports whether an interface declares or inherits a method.
func (w *Workspace) hasMethod(t thing, name string, depth int) bool {
	const maxDepth = 50 // a broken file may have circles
	if t.symbol.member(name) != nil {
		return true
	}
	return depth < maxDepth && slices.ContainsFunc(w.bases(t), func(b thing) bool { return w.hasMethod(b, name, depth+1) })
}
