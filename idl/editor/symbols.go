package editor

import "strings"

// Symbol is a named part of a file as an overview shows it.
type Symbol struct {
	Name       string
	Kind       Kind
	Detail     string // the type or the signature, or ""
	Whole      Span   // from documentation to the last token
	Span       Span   // of the name
	Deprecated bool
	Children   []Symbol
}

// Symbols returns the declarations of a file with their members, in source order.
func (w *Workspace) Symbols(path string) []Symbol {
	f, ok := w.start(path)
	if !ok {
		return nil
	}
	var out []Symbol
	for _, d := range f.decls {
		if d.kind != Import {
			out = append(out, f.overview(d))
		}
	}
	return out
}

// overview returns a part of the file with its members. Parameters are left out: the detail has them.
func (f file) overview(s *symbol) Symbol {
	out := Symbol{
		Name: s.name, Kind: s.kind, Detail: s.summary(f), Whole: s.whole, Span: s.span, Deprecated: s.ann("deprecated") != nil,
	}
	for _, m := range s.members {
		if m.kind != Parameter {
			out.Children = append(out.Children, f.overview(m))
		}
	}
	return out
}

// summary returns what follows the name of a symbol, on one line, or what it is.
func (s *symbol) summary(f file) string {
	const maxLength = 120
	var text string
	switch s.kind {
	case Method, Callable:
		text = f.src[s.span.End:s.whole.End]
		if s.modifier != "" {
			text = s.modifier + " " + text
		}
	case Field, Parameter, Const:
		if s.typ != nil {
			text = f.src[s.typ.span.Start:s.typ.span.End]
		}
	case Variant:
		if s.typ != nil {
			text = "(" + f.src[s.typ.span.Start:s.typ.span.End] + ")"
		}
	case Alias:
		if s.typ != nil {
			text = "= " + f.src[s.typ.span.Start:s.typ.span.End]
		}
	default:
		text = strings.TrimSpace(s.modifier + " " + string(s.kind))
	}
	text = strings.TrimRight(strings.Join(strings.Fields(text), " "), ",; ")
	if len(text) > maxLength {
		text = strings.ToValidUTF8(text[:maxLength], "") + "…"
	}
	return text
}

// Found is a symbol of the workspace.
type Found struct {
	Location
	Name  string
	Kind  Kind
	Owner string // the declaration that a member belongs to, or ""
}

// FindSymbols returns the declarations and the members of all files of the workspace whose names have the letters of the
// query in them, in order and with others between, without regard to case; in order of file and place, at most 1000.
func (w *Workspace) FindSymbols(query string) []Found {
	const maxFound = 1000
	var out []Found
	w.forget(".")
	for _, p := range w.list() {
		f, ok := w.open(p)
		if !ok {
			continue
		}
		f.each(func(s *symbol) {
			if s.kind == Import || s.kind == Package || s.kind == Parameter || len(out) == maxFound || !matches(s.name, query) {
				return
			}
			found := Found{Location{f.path, s.span}, s.name, s.kind, ""}
			if owner := s.owner(); owner != nil {
				found.Owner = owner.name
			}
			out = append(out, found)
		})
	}
	return out
}

// matches reports whether name has the letters of query in order.
func matches(name, query string) bool {
	name = strings.ToLower(name)
	for _, r := range strings.ToLower(query) {
		i := strings.IndexRune(name, r)
		if i < 0 {
			return false
		}
		name = name[i+1:]
	}
	return true
}
