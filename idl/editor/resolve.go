package editor

import "slices"

// thing is what a name stands for: a named part of a file, or a built-in type.
type thing struct {
	file    file
	symbol  *symbol // nil for a built-in type
	builtin string
}

// same reports whether two things are the same one.
func (t thing) same(other thing) bool {
	if t.symbol == nil || other.symbol == nil {
		return t.symbol == other.symbol && t.builtin == other.builtin
	}
	return t.file.path == other.file.path && t.symbol.span == other.symbol.span
}

// at is what stands at a place of a file: a name, and what it stands for.
type at struct {
	span Span // of the name at the place
	thing
	declares bool // the name is the one that declares the thing
}

// find returns what stands at the offset. A cursor right behind a name counts as being on it.
func (w *Workspace) find(f file, offset int) (found at, ok bool) {
	f.each(func(s *symbol) {
		if s.kind == Import && contains(s.pathSpan, offset) {
			if target, exists := w.imported(f, s); exists {
				found, ok = at{s.pathSpan, thing{file: target, symbol: target.top()}, false}, true
			}
		}
		if s.name != "" && contains(s.span, offset) && (s.kind != Import || s.aliased) {
			found, ok = at{s.span, thing{file: f, symbol: s}, true}, true
		}
	})
	if ok {
		return found, true
	}
	for _, u := range f.uses {
		for i, p := range u.parts {
			if contains(p.span, offset) {
				t, resolved := w.resolvePart(f, u, i)
				return at{p.span, t, false}, resolved
			}
		}
	}
	return at{}, false
}

// top returns the part that stands for the whole file: the package clause, or a place at its start.
func (o *outline) top() *symbol {
	if o.clause != nil {
		return o.clause
	}
	return &symbol{kind: Package}
}

// resolvePart returns what the part i of a name in use stands for: the import, or the declaration.
func (w *Workspace) resolvePart(f file, u *use, i int) (thing, bool) {
	if len(u.parts) > 1 && i == 0 {
		imp := f.byAlias[u.parts[0].text]
		return thing{file: f, symbol: imp}, imp != nil
	}
	return w.resolve(f, u)
}

// resolve returns what a name in use stands for.
func (w *Workspace) resolve(f file, u *use) (thing, bool) {
	if u.role == asValue {
		return w.resolveValue(f, u)
	}
	name := u.parts[0].text
	if len(u.parts) == 1 {
		if d := f.byName[name]; d != nil {
			return thing{file: f, symbol: d}, true
		}
		_, ok := builtinDocs[name]
		return thing{builtin: name}, ok && u.role == asType
	}
	imp := f.byAlias[name]
	if imp == nil {
		return thing{}, false
	}
	target, ok := w.imported(f, imp)
	if !ok {
		return thing{}, false
	}
	d := target.byName[u.parts[1].text]
	return thing{file: target, symbol: d}, d != nil
}

// resolveValue returns the case of an enum that a value names.
func (w *Workspace) resolveValue(f file, u *use) (thing, bool) {
	home, t, ok := w.element(f, u.typ, u.lists)
	if !ok || slices.Contains(t.absent, u.parts[0].text) {
		return thing{}, false
	}
	enum, ok := w.underlying(home, t)
	if !ok || enum.symbol == nil || enum.symbol.kind != Enum {
		return thing{}, false
	}
	c := enum.symbol.member(unquoted(u.parts[0].text))
	return thing{file: enum.file, symbol: c}, c != nil
}

// element returns the type of what is inside of lists of type t, and the file that it is written in.
func (w *Workspace) element(f file, t *typeUse, lists int) (file, *typeUse, bool) {
	if t == nil {
		return f, nil, false
	}
	for range lists {
		var found thing
		var ok bool
		f, t, found, ok = w.follow(f, t)
		if !ok || found.builtin != "list" || len(t.args) != 1 {
			return f, nil, false
		}
		t = t.args[0]
	}
	return f, t, true
}

// underlying returns what the name of a type stands for, with aliases followed to their end.
func (w *Workspace) underlying(f file, t *typeUse) (thing, bool) {
	_, _, found, ok := w.follow(f, t)
	return found, ok
}

// follow follows aliases: it returns the type at their end, the file that it is written in, and what its name stands for.
func (w *Workspace) follow(f file, t *typeUse) (file, *typeUse, thing, bool) {
	const maxAliases = 100 // a chain of them may be a circle
	for range maxAliases {
		found, ok := w.resolve(f, t.name)
		if !ok || found.symbol == nil || found.symbol.kind != Alias || found.symbol.typ == nil {
			return f, t, found, ok
		}
		f, t = found.file, found.symbol.typ
	}
	return f, t, thing{}, false
}
