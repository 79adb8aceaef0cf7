package editor

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

// Completion is something that may be written at a place.
type Completion struct {
	Label   string
	Kind    string // a [Kind], or "keyword", "builtin", "annotation", "value", "file"
	Detail  string // a few words, or ""
	Doc     string // Markdown, or ""
	Text    string // what to write in place of Span
	Snippet string // the same with ${1:places} to fill in, or "" if there are none
	Span    Span   // what has been written of it
	Rank    int    // the smaller the nearer

	Deprecated bool
}

// Completions returns what may be written at an offset of a file, the likeliest first, then in alphabetical order. What
// stands at the offset already is not looked at, so that the editor can match it as it likes.
func (w *Workspace) Completions(path string, offset int) []Completion {
	f, ok := w.start(path)
	if !ok || offset > len(f.src) {
		return nil
	}
	if inside, ok := tokenAt(f.outline, offset); ok {
		if inside.Kind == syntax.StringToken || f.src[inside.Start] == '"' {
			return w.completeImport(f, inside, offset)
		}
		return nil
	}
	start := wordStart(f.src, offset)
	if start < offset && !isIdent(strings.TrimRight(f.src[start:offset], "-")) {
		return nil
	}
	c := completer{w: w, f: f, span: Span{Start: start, End: offset}}
	c.add(read(f.src[:start]).wanted)
	slices.SortFunc(c.out, func(a, b Completion) int {
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(a.Label, b.Label), cmp.Compare(a.Kind, b.Kind))
	})
	return slices.Compact(c.out)
}

// tokenAt returns the comment or the string that the offset is inside of.
func tokenAt(o *outline, offset int) (syntax.Token, bool) {
	i, _ := slices.BinarySearchFunc(o.tokens, offset, func(t syntax.Token, offset int) int { return cmp.Compare(t.End, offset) })
	if i == len(o.tokens) || o.tokens[i].Start >= offset {
		return syntax.Token{}, false
	}
	t := o.tokens[i]
	text := o.src[t.Start:t.End]
	switch t.Kind {
	case syntax.DocToken, syntax.BannerToken:
		return t, true
	case syntax.CommentToken:
		return t, strings.HasPrefix(text, "//") || offset < t.End
	case syntax.StringToken:
		return t, offset < t.End
	case syntax.BadCommentToken, syntax.BadStringToken:
		return t, true
	default:
		return t, false
	}
}

// wordStart returns where the word starts that ends at offset.
func wordStart(src string, offset int) int {
	for offset > 0 {
		c := src[offset-1]
		if c != '-' && (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') {
			break
		}
		offset--
	}
	return offset
}

// completer collects completions.
type completer struct {
	w    *Workspace
	f    file
	span Span
	out  []Completion
}

// Ranks of completions.
const (
	rankNear     = 1 // of this file, or what the place is made for
	rankImported = 2
	rankBuiltin  = 3
	rankKeyword  = 4
)

// add adds what is wanted.
func (c *completer) add(wanted wanted) {
	for _, k := range wanted.keywords {
		if doc, ok := keywordDocs[k]; ok {
			c.word(k, "keyword", "", doc, rankKeyword)
		}
	}
	if wanted.annotation {
		c.annotations(wanted.place)
	}
	if wanted.argumentOf == "as" {
		c.word("string", "value", "", "", rankNear)
	}
	if wanted.value {
		c.values(wanted.typ, wanted.lists)
	}
	accept := func(s *symbol) bool {
		switch {
		case wanted.interfaces:
			return s.kind == Interface
		case wanted.errors:
			return s.kind == Error
		default:
			return wanted.types && s.kind != Import && s.kind != Const && s.kind != Error
		}
	}
	if !wanted.types && !wanted.interfaces && !wanted.errors {
		return
	}
	if wanted.qualifier != "" {
		c.qualified(wanted.qualifier, accept)
		return
	}
	c.names(accept)
	if wanted.types {
		c.builtins()
	}
}

// word adds a completion that is written as it is shown.
func (c *completer) word(label, kind, detail, doc string, rank int) {
	c.out = append(c.out, Completion{Label: label, Kind: kind, Detail: detail, Doc: doc, Text: label, Span: c.span, Rank: rank})
}

// symbol adds a declaration or a member.
func (c *completer) symbol(f file, s *symbol, label string, rank int) {
	c.out = append(c.out, Completion{
		Label: label, Kind: string(s.kind), Detail: s.summary(f), Doc: s.doc(), Text: label, Span: c.span, Rank: rank,
		Deprecated: s.ann("deprecated") != nil,
	})
}

// names adds the declarations in scope.
func (c *completer) names(accept func(*symbol) bool) {
	for _, d := range c.f.decls {
		if d.kind != Import && accept(d) {
			c.symbol(c.f, d, d.name, rankNear)
		}
		if d.kind != Import {
			continue
		}
		target, ok := c.w.imported(c.f, d)
		if !ok {
			continue
		}
		for _, e := range target.decls {
			if accept(e) && e.kind != Import {
				c.symbol(target, e, d.name+"."+e.name, rankImported)
			}
		}
	}
}

// qualified adds the declarations of an imported file.
func (c *completer) qualified(alias string, accept func(*symbol) bool) {
	imp := c.f.byAlias[alias]
	if imp == nil {
		return
	}
	target, ok := c.w.imported(c.f, imp)
	if !ok {
		return
	}
	for _, e := range target.decls {
		if accept(e) && e.kind != Import {
			c.symbol(target, e, e.name, rankNear)
		}
	}
}

// builtins adds the built-in types.
func (c *completer) builtins() {
	for _, name := range slices.Sorted(maps.Keys(builtinDocs)) {
		item := Completion{
			Label: name, Kind: "builtin", Detail: "built-in type", Doc: builtinDocs[name], Text: name, Span: c.span, Rank: rankBuiltin,
		}
		switch builtinArgs[name] {
		case 1:
			item.Snippet = name + "<${1:T}>"
		case -1:
			item.Snippet = name + "<${1:A}, ${2:B}>"
		case 2:
			item.Snippet = name + "<\"${1:tag}\", ${2:T}>"
		}
		c.out = append(c.out, item)
	}
}

// annotations adds the annotations that may stand before something of the kind place; "" is a declaration, of the kind that
// follows.
func (c *completer) annotations(place Kind) {
	if place == "" {
		for _, s := range append([]*symbol{c.f.clause}, c.f.decls...) {
			if s != nil && s.whole.Start <= c.span.Start && c.span.Start <= s.head {
				place = s.kind
			}
		}
	}
	for _, a := range annotationWords {
		fits := slices.Contains(a.places, place) || place == "" && slices.ContainsFunc(a.places, func(k Kind) bool { return isDecl(k) })
		if !fits {
			continue
		}
		item := Completion{Label: a.name, Kind: "annotation", Detail: a.form, Doc: a.doc, Text: a.name, Span: c.span, Rank: rankNear}
		if before, argument, ok := strings.Cut(strings.TrimSuffix(a.form[1:], ")"), "("); ok {
			quote := strings.Repeat(`"`, strings.Count(argument, `"`)/2)
			item.Snippet = before + "(" + quote + "${1:" + strings.Trim(argument, `"`) + "}" + quote + ")"
		}
		c.out = append(c.out, item)
	}
}

// isDecl reports whether the kind is that of a declaration.
func isDecl(k Kind) bool { return slices.Contains(declKeywords, string(k)) }

// values adds the literals that can be listed of what is inside of lists of a type.
func (c *completer) values(t *typeUse, lists int) {
	home, t, ok := c.w.element(c.f, t, lists)
	if !ok {
		return
	}
	for _, a := range t.absent {
		c.word(a, "keyword", "no value", keywordDocs[a], rankKeyword)
	}
	found, ok := c.w.underlying(home, t)
	switch {
	case !ok:
	case found.builtin == "bool":
		c.word("true", "value", "", "", rankNear)
		c.word("false", "value", "", "", rankNear)
	case found.symbol != nil && found.symbol.kind == Enum:
		for _, k := range found.symbol.members {
			label := k.name
			if !isIdent(label) {
				label = found.file.src[k.span.Start:k.span.End]
			}
			c.symbol(found.file, k, label, rankNear)
		}
	}
}

// completeImport adds the files that an import may name, when the string t belongs to one.
func (w *Workspace) completeImport(f file, t syntax.Token, offset int) []Completion {
	before := strings.TrimRight(f.src[:t.Start], " \t")
	if !strings.HasSuffix(before, "import") {
		return nil
	}
	span := Span{Start: t.Start + 1, End: offset}
	if t.Kind == syntax.StringToken {
		span.End = t.End - 1
	}
	var out []Completion
	for _, i := range w.importables(f) {
		rank := rankNear
		if i.path == i.written {
			rank = rankBuiltin
		}
		out = append(out, Completion{Label: i.written, Kind: "file", Text: i.written, Span: span, Rank: rank})
	}
	return out
}
