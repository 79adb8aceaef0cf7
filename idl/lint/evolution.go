package lint

import (
	"github.com/ocapn-go/ocapn/idl"
)

// optMiddle reports parameters that cannot be sent without another optional one before them.
func optMiddle(f *file) {
	var before *element // the optional parameter of the same signature that came last
	for _, e := range f.elements {
		if e.kind != "parameter" || !e.optional() {
			continue
		}
		if before != nil && before.up == e.up {
			f.report(e, e.span, "OPT_MIDDLE", "the parameter %q cannot be sent without %q", e.name, before.name).
				Note = "undefined is sent in its place, which Scheme takes for a value; put both into one parameter, of a struct"
		}
		before = e
	}
}

// closedResult reports types whose values are answered and which refuse what they do not list.
func closedResult(f *file) {
	for _, e := range f.elements {
		var refuses, more string
		switch d := e.node.(type) {
		case *idl.Enum:
			if d.Closed {
				refuses, more = "closed", "case"
			}
		case *idl.Union:
			if d.Closed {
				refuses, more = "closed", "variant"
			}
		case *idl.Struct:
			if d.Strict {
				refuses, more = "strict", "field"
			}
		case *idl.ErrorDecl:
			if d.Strict {
				refuses, more = "strict", "field"
			}
		}
		if refuses != "" && f.flow.Answered(e.node) {
			f.report(e, e.span, "CLOSED_RESULT", "the %s %q is %s and part of answers", e.kind, e.name, refuses).
				Note = "with one more " + more + " it breaks every caller that does not know it yet"
		}
	}
}

// sinceRequired reports required parts that came later than what they are part of.
func sinceRequired(f *file) {
	for _, e := range f.elements {
		since := e.notes.Since
		if since == "" || !required(e) || e.up.within(func(owner *element) bool { return owner.kind != "package" && owner.notes.Since == since }) {
			continue
		}
		f.report(e, e.span, "SINCE_REQUIRED", "the %s %q came with %s and cannot be left out", e.kind, e.name, since).
			Note = "peers from before do not know it, so what they send is refused"
	}
}

// required reports whether a value without the element, or a peer that does not know it, is refused.
func required(e *element) bool {
	switch e.node.(type) {
	case *idl.Field, *idl.Param:
		return !e.optional()
	case *idl.EnumCase, *idl.Variant:
		switch d := e.up.node.(type) {
		case *idl.Enum:
			return d.Closed
		case *idl.Union:
			return d.Closed
		}
	}
	return false
}

// promiseResult reports results that say what every result is.
func promiseResult(f *file) {
	for _, e := range f.elements {
		for _, use := range e.types {
			if use.role == roleResult && use.t.Kind == idl.KindPromise && len(use.t.Absent) == 0 && use.t.IsRef() {
				f.report(e, use.src.Span(), "PROMISE_RESULT", "every result is promised, and every reference may be a promise").
					Note = "the promise of a reference is used like the reference; write the type without promise"
			}
		}
	}
}
