package editor

import (
	"path"
	"slices"
	"strings"
	"unicode"
)

// goText returns the Go declaration that a thing becomes, as far as it fits on a line: a signature, a field, or a name. It
// is "" for what has no Go name.
func (w *Workspace) goText(t thing) string {
	s := t.symbol
	name := s.goName()
	if name == "" {
		return ""
	}
	switch s.kind {
	case Method, Callable:
		if text, ok := w.goSignature(t); ok {
			return text
		}
		return name
	case Field, Parameter:
		if text, ok := w.goType(t.file, t.file, s.typ, s.optional || s.value != (Span{})); ok && !s.rest {
			return name + " " + text
		}
		return name
	case Const:
		return "const " + name
	case Case:
		return name
	case Struct, Union, Error, Enum, Interface:
		return "type " + name
	default:
		return name
	}
}

// goSignature returns the Go method that a method or a callable becomes; ok is false if its types are not plain.
func (w *Workspace) goSignature(t thing) (text string, ok bool) {
	s := t.symbol
	name, opts := s.goName(), s.goName()+"Opts"
	if s.kind == Callable {
		name = "Call"
	} else if s.parent != nil {
		opts = s.parent.goName() + opts
	}
	if s.modifier == "stream" {
		return name + "(opts ...captp.StreamOption) *" + strings.TrimSuffix(opts, "Opts") + "Stream", true
	}
	args := [][2]string{{"ctx", "context.Context"}}
	optional := false
	for _, p := range s.members {
		goType, plain := w.goType(t.file, t.file, p.typ, false)
		switch {
		case p.optional || p.value != (Span{}):
			optional = true
		case !plain:
			return "", false
		case p.rest:
			args = append(args, [2]string{p.goName(), "..." + goType})
		default:
			args = append(args, [2]string{p.goName(), goType})
		}
	}
	if optional {
		args = slices.DeleteFunc(args, func(a [2]string) bool { return strings.HasPrefix(a[1], "...") })
		args = append(args, [2]string{"opts", "*" + opts})
	}
	results, ok := w.goResults(t)
	return name + "(" + goParams(args) + ") " + results, ok
}

// goParams returns parameters as Go writes them: those of one type in a row share it.
func goParams(args [][2]string) string {
	var b strings.Builder
	for i, a := range args {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(a[0])
		if i+1 == len(args) || args[i+1][1] != a[1] {
			b.WriteString(" " + a[1])
		}
	}
	return b.String()
}

// goResults returns the results of a method or a callable.
func (w *Workspace) goResults(t thing) (text string, ok bool) {
	r := t.symbol.result
	if r == nil {
		return "error", true
	}
	if name := r.name.parts[0].text; name == "tuple" && len(r.absent) == 0 && len(r.args) > 0 {
		var out []string
		for _, a := range r.args {
			goType, plain := w.goType(t.file, t.file, a, false)
			if !plain {
				return "", false
			}
			out = append(out, goType)
		}
		return "(" + strings.Join(append(out, "error"), ", ") + ")", true
	}
	if r.name.parts[0].text == "promise" && len(r.args) == 1 && len(r.absent) == 0 {
		r = r.args[0] // which is waited for
	}
	goType, ok := w.goType(t.file, t.file, r, false)
	return "(" + goType + ", error)", ok
}

// plainGoTypes are the Go types of built-in types without arguments.
var plainGoTypes = map[string]string{
	"bool": "bool", "int": "int64", "uint": "uint64", "i8": "int8", "i16": "int16", "i32": "int32", "i64": "int64",
	"u8": "uint8", "u16": "uint16", "u32": "uint32", "u64": "uint64", "bigint": "*big.Int", "float64": "float64",
	"number": "float64", "string": "string", "symbol": "captp.Symbol", "bytes": "[]byte", "any": "any", "target": "captp.Ref",
	"sturdyref": "locator.SturdyRef", "error": "*captp.RemoteError",
}

// goType returns the Go type of a type that file f uses, as it is written in the Go package of the file home. optional says
// that a value may also be left out; ok is false if the type is not known or has no short form.
func (w *Workspace) goType(home, f file, t *typeUse, optional bool) (text string, ok bool) {
	text, hasZero, ok := w.goTypeIn(home, f, t, 0)
	if ok && (optional || len(t.absent) > 0) && !hasZero {
		text = "captp.Opt[" + text + "]"
	}
	return text, ok
}

// goTypeIn returns the Go type of the values of t that are there, at a depth of types. hasZero says that its zero value
// stands for no value, or that the type has a form of its own for it.
func (w *Workspace) goTypeIn(home, f file, t *typeUse, depth int) (text string, hasZero, ok bool) {
	const maxDepth = 50 // aliases may form circles
	if t == nil || depth > maxDepth {
		return "", false, false
	}
	found, ok := w.resolve(f, t.name)
	switch {
	case !ok:
		return "", false, false
	case found.symbol == nil:
		return w.goBuiltin(home, f, t, depth)
	case found.symbol.kind == Alias:
		text, hasZero, ok = w.goTypeIn(home, found.file, found.symbol.typ, depth+1)
		if ok && len(found.symbol.typ.absent) > 0 && !hasZero {
			return "captp.Opt[" + text + "]", true, ok
		}
		return text, hasZero, ok
	}
	text = qualifiedGoName(home, found)
	kind := found.symbol.kind
	return text, kind == Interface || kind == Callable || kind == Union, text != "" && kind != Const
}

// goBuiltin returns the Go type of a built-in type.
func (w *Workspace) goBuiltin(home, f file, t *typeUse, depth int) (text string, hasZero, ok bool) {
	name := t.name.parts[0].text
	if plain, known := plainGoTypes[name]; known {
		return plain, strings.ContainsAny(plain[:1], "*[") || name == "any" || name == "target", true
	}
	if len(t.args) != 1 {
		return "", false, false
	}
	elem, elemHasZero, ok := w.goTypeIn(home, f, t.args[0], depth+1)
	if ok && len(t.args[0].absent) > 0 && !elemHasZero {
		elem = "captp.Opt[" + elem + "]"
	}
	switch name {
	case "list":
		return "[]" + elem, true, ok
	case "map":
		return "map[string]" + elem, true, ok
	case "tagged":
		return elem, elemHasZero || len(t.args[0].absent) > 0, ok
	default: // promise
		inner, known := w.underlying(f, t.args[0])
		reference := known && len(t.args[0].absent) == 0 &&
			(inner.builtin == "target" || inner.symbol != nil && (inner.symbol.kind == Interface || inner.symbol.kind == Callable))
		if reference {
			return elem, true, ok
		}
		return "*captp.Promise[" + elem + "]", true, ok
	}
}

// qualifiedGoName returns the Go name of a declaration as it is written in the Go package of the file home.
func qualifiedGoName(home file, t thing) string {
	name := t.symbol.goName()
	if name == "" || t.file.path == home.path || t.file.goPackage() == home.goPackage() {
		return name
	}
	_, short := t.file.goPackage().split()
	return short + "." + name
}

// goPackage is what a file says about its Go package: an import path with perhaps a name, or a folder and a name.
type goPackage struct{ home, name string }

// goPackage returns the Go package of the file.
func (f file) goPackage() goPackage {
	if f.clause == nil {
		return goPackage{path.Dir(f.path), plainName(strings.TrimSuffix(path.Base(f.path), ".ocapn"))}
	}
	if given := unquoted(f.clause.path); given != "" {
		home, name, _ := strings.Cut(given, ";")
		return goPackage{home, name}
	}
	return goPackage{path.Dir(f.path), plainName(f.clause.name[strings.LastIndexByte(f.clause.name, '.')+1:])}
}

// split returns the import path or the folder, and the name of the package.
func (p goPackage) split() (home, name string) {
	if p.name != "" {
		return p.home, p.name
	}
	return p.home, plainName(path.Base(p.home))
}

// plainName returns the letters and digits of s in lower case.
func plainName(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}
