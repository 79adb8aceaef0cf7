package lint

import (
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/ocapn-go/ocapn/idl"
)

var (
	kebabCase  = regexp.MustCompile(`^[a-z][a-z0-9]*(-[a-z0-9]+)*$`)
	identifier = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$`)
)

// nameStyle reports names of declarations and parameters that are not in kebab-case. They stay in the file, so no peer has a say
// in them.
func nameStyle(f *file) {
	for _, e := range f.elements {
		if _, isDecl := e.node.(idl.Decl); (isDecl && e.wire == "" || e.kind == "parameter") && !kebabCase.MatchString(e.name) {
			f.report(e, e.span, "NAME_STYLE", "the name of the %s %q is not in kebab-case", e.kind, e.name).Hint = suggestKebab(e.name)
		}
	}
}

// wireStyle reports names of methods, fields, variants and errors that are not in kebab-case on the wire.
func wireStyle(f *file) {
	for _, e := range f.elements {
		if slices.Contains([]string{"method", "field", "variant", "error"}, e.kind) && !kebabCase.MatchString(e.wire) {
			f.report(e, e.span, "WIRE_STYLE", "the %s %q is not in kebab-case on the wire", e.kind, e.wire).Hint = suggestKebab(e.wire)
		}
	}
}

// suggestKebab returns a hint at the name in kebab-case, if it can be written so.
func suggestKebab(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsDigit(r):
			b.WriteByte('-')
			continue
		case i > 0 && unicode.IsUpper(r):
			endsWord := unicode.IsLower(runes[i-1]) || unicode.IsDigit(runes[i-1])
			startsWord := unicode.IsUpper(runes[i-1]) && i+1 < len(runes) && unicode.IsLower(runes[i+1])
			if endsWord || startsWord {
				b.WriteByte('-')
			}
		}
		b.WriteRune(unicode.ToLower(r))
	}
	if kebab := strings.Trim(b.String(), "-"); kebabCase.MatchString(kebab) {
		return "write " + kebab
	}
	return ""
}

// quotedName reports quotes around names that would do without them.
func quotedName(f *file) {
	for _, e := range f.elements {
		if e.quoted && identifier.MatchString(e.name) {
			f.report(e, e.span, "QUOTED_NAME", "the %s %q needs no quotes", e.kind, e.name).Hint = "write " + e.name
		}
	}
}

// inherited are the methods that every JavaScript object has.
var inherited = []string{
	"__defineGetter__", "__defineSetter__", "__lookupGetter__", "__lookupSetter__", "constructor", "hasOwnProperty", "isPrototypeOf",
	"propertyIsEnumerable", "toLocaleString", "toString", "valueOf",
}

// wireNames reports names that are sent and mean something else to peers in JavaScript.
func wireNames(f *file) {
	for _, e := range f.elements {
		if why := trouble(e); why != "" {
			e := f.report(e, e.span, "WIRE_NAME", "the %s %q is in the way of peers in JavaScript", e.kind, e.wire)
			e.Note = why
		}
	}
}

// trouble says what is wrong with the name that is sent for an element, or "".
func trouble(e *element) string {
	symbol := e.kind == "method" || e.kind == "variant" || e.kind == "error"
	if e.kind == "case" {
		enum, ok := e.up.node.(*idl.Enum)
		symbol = ok && !enum.AsString
	}
	switch {
	case symbol && strings.HasPrefix(e.wire, "@@"):
		return "Endo refuses symbols that start with @@"
	case e.kind == "method" && e.wire == "then":
		return "an object with a method then is taken for a promise there, and the method is called without anybody asking for it"
	case e.kind == "method" && slices.Contains(inherited, e.wire):
		return "every object has this method there, so a missing one is not noticed"
	case e.kind == "field" && e.wire == "__proto__":
		return "setting this field changes what an object inherits there"
	case strings.ContainsFunc(e.wire, func(r rune) bool { return r > 0xffff }):
		return "Endo cannot send characters beyond U+FFFF"
	default:
		return ""
	}
}
