package lint

import (
	"slices"

	"github.com/ocapn-go/ocapn/idl"
)

// travels reports whether values of the type in use are sent.
func (u typeUse) travels() bool {
	return u.role == roleField || u.role == roleParam || u.role == roleResult
}

// jsInteger reports integers that JavaScript sends as floats unless it takes care.
func jsInteger(f *file) {
	for _, e := range f.elements {
		for _, use := range e.types {
			if use.travels() && first(use.t, func(t *idl.Type) bool { return t.Kind.Integer() && !t.Lenient }) != nil {
				f.report(e, use.src.Span(), "JS_INTEGER", "42 in JavaScript is a float, which is refused here").
					Note = "callers there write 42n; @lenient takes floats without a fraction too, and number takes all"
			}
		}
	}
}

// goblinsValue reports values that Goblins cannot read.
func goblinsValue(f *file) {
	for _, e := range f.elements {
		for _, use := range e.types {
			if !use.travels() {
				continue
			}
			if t := first(use.t, func(t *idl.Type) bool { return lostInGoblins(t) != "" }); t != nil {
				f.report(e, use.src.Span(), "GOBLINS_VALUE", "Goblins loses a message with %s in it", lostInGoblins(t)).
					Note = "up to 0.17 it does not know the record, drops the message, and never answers"
			}
		}
	}
}

// lostInGoblins says what values of t are that Goblins cannot read, or "".
func lostInGoblins(t *idl.Type) string {
	switch {
	case len(t.Absent) > 0 && t.Absent[0] == "null":
		return "null"
	case t.Kind == idl.KindUnion, t.Kind == idl.KindTagged:
		return "a tagged value"
	case t.Kind == idl.KindError:
		return "an error"
	default:
		return ""
	}
}

// errorFields reports errors that peers which know only texts cannot raise.
func errorFields(f *file) {
	for _, e := range f.elements {
		if d, ok := e.node.(*idl.ErrorDecl); ok && slices.ContainsFunc(d.Fields, func(f *idl.Field) bool { return !f.Optional }) {
			f.report(e, e.span, "ERROR_FIELDS", "the error %q has a field that cannot be left out", e.name).
				Note = "without such fields an error that only says its name is taken for it, as programs in JavaScript raise it"
		}
	}
}

// anyType reports types that let everything pass.
func anyType(f *file) {
	for _, e := range f.elements {
		for _, use := range e.types {
			if use.travels() && first(use.t, func(t *idl.Type) bool { return t.Kind == idl.KindAny }) != nil {
				f.report(e, use.src.Span(), "ANY_TYPE", "any lets everything pass, references too").
					Note = "what is declared more closely is checked before the program sees it"
			}
		}
	}
}

// unbounded reports input whose size only the limits of the runtime bound.
func unbounded(f *file) {
	for _, e := range f.elements {
		for _, use := range e.types {
			if use.role != roleParam && (use.role != roleField || !e.within(func(owner *element) bool { return f.flow.Taken(owner.node) })) {
				continue
			}
			if t := first(use.t, grows); t != nil {
				f.report(e, use.src.Span(), "UNBOUNDED", "the %s may be of any size that the runtime lets through", t.Kind).
					Note = "write @max(n) before it, or before an alias of the type"
			}
		}
	}
}

// grows reports whether values of t may be of any size.
func grows(t *idl.Type) bool {
	switch t.Kind {
	case idl.KindString, idl.KindSymbol, idl.KindBytes, idl.KindList, idl.KindMap:
		return t.Max == 0
	default:
		return false
	}
}

// docMissing reports declarations and methods of which nothing is said.
func docMissing(f *file) {
	for _, e := range f.elements {
		if _, isDecl := e.node.(idl.Decl); (isDecl || e.kind == "method") && e.doc == "" {
			f.report(e, e.span, "DOC_MISSING", "the %s %q is not documented", e.kind, e.name).
				Note = "lines that start with /// before it become the comments of the Go code"
		}
	}
}
