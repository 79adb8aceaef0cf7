package idl

import (
	"go/token"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

// marks are what the annotations before a declaration or a member say.
type marks struct {
	goName     string // @go, or ""
	wire       string // @wire, or ""
	notes      Notes
	max        int
	maxSpan    syntax.Span
	asString   bool
	strict     bool
	keep       bool
	keepSpan   syntax.Span
	idempotent bool
	idemSpan   syntax.Span
	lenient    bool
	lenSpan    syntax.Span
}

// annotation is an annotation that the compiler knows.
type annotation struct {
	places []string // what it may stand before
	form   string   // how it is written
	repeat bool     // it may be given several times
	// read takes the arguments over and reports whether they are of the right number and kind.
	read func(m *marks, args []*syntax.Literal) bool
}

// Groups of places.
var (
	declPlaces   = []string{"const", "type", "enum", "struct", "union", "error", "interface", "callable"}
	memberPlaces = []string{"field", "case", "variant", "method"}
	allPlaces    = slices.Concat([]string{"package"}, declPlaces, memberPlaces, []string{"parameter"})
)

// annotations are the known annotations by name.
var annotations = map[string]annotation{
	"go": {
		places: slices.Concat([]string{"const", "enum", "struct", "union", "error", "interface", "callable"}, memberPlaces), form: "@go(Name)",
		read: func(m *marks, args []*syntax.Literal) (ok bool) { m.goName, ok = oneIdent(args); return ok },
	},
	"wire": {
		places: slices.Concat([]string{"error"}, memberPlaces), form: `@wire("name")`,
		read: func(m *marks, args []*syntax.Literal) (ok bool) { m.wire, ok = oneString(args); return ok },
	},
	"since": {
		places: allPlaces, form: `@since("2")`,
		read: func(m *marks, args []*syntax.Literal) (ok bool) { m.notes.Since, ok = oneString(args); return ok },
	},
	"deprecated": {
		places: allPlaces, form: `@deprecated("why")`,
		read: func(m *marks, args []*syntax.Literal) (ok bool) { m.notes.Deprecated, ok = oneString(args); return ok },
	},
	"example": {
		places: allPlaces, form: `@example("text")`, repeat: true,
		read: func(m *marks, args []*syntax.Literal) bool {
			text, ok := oneString(args)
			m.notes.Examples = append(m.notes.Examples, text)
			return ok
		},
	},
	"max": {
		places: []string{"field", "variant", "parameter", "type"}, form: "@max(65536)",
		read: func(m *marks, args []*syntax.Literal) bool {
			if len(args) != 1 || args[0].Int == nil {
				return false
			}
			n, err := strconv.ParseInt(args[0].Int.Value, 10, 32)
			m.max = int(n)
			return err == nil && n > 0 && n <= math.MaxInt32
		},
	},
	"as": {
		places: []string{"enum"}, form: "@as(string)",
		read: func(m *marks, args []*syntax.Literal) bool {
			kind, ok := oneIdent(args)
			m.asString = kind == "string"
			return ok && m.asString
		},
	},
	"strict": {
		places: []string{"struct", "error", "method", "callable"}, form: "@strict",
		read: func(m *marks, args []*syntax.Literal) bool { m.strict = true; return len(args) == 0 },
	},
	"keep": {
		places: []string{"struct"}, form: "@keep",
		read: func(m *marks, args []*syntax.Literal) bool { m.keep = true; return len(args) == 0 },
	},
	"idempotent": {
		places: []string{"method", "callable"}, form: "@idempotent",
		read: func(m *marks, args []*syntax.Literal) bool { m.idempotent = true; return len(args) == 0 },
	},
	"lenient": {
		places: []string{"package", "field", "variant", "parameter"}, form: "@lenient",
		read: func(m *marks, args []*syntax.Literal) bool { m.lenient = true; return len(args) == 0 },
	},
}

// oneIdent returns the only argument of an annotation if it is an identifier.
func oneIdent(args []*syntax.Literal) (string, bool) {
	if len(args) != 1 || args[0].Ident == nil {
		return "", false
	}
	return args[0].Ident.Value, true
}

// oneString returns the only argument of an annotation if it is a string that is not empty.
func oneString(args []*syntax.Literal) (string, bool) {
	if len(args) != 1 || args[0].String == nil {
		return "", false
	}
	text, _ := syntax.Unquote(args[0].String.Value)
	return text, text != ""
}

// marks reads the annotations before something of the kind place: a keyword, field, case, method or parameter.
func (c *checker) marks(anns []*syntax.Ann, place string) *marks {
	m := &marks{}
	seen := map[string]bool{}
	for _, a := range anns {
		name := a.Name.Value
		if strings.HasPrefix(name, "x-") && place != "import" {
			m.notes.Ext = append(m.notes.Ext, c.extension(a))
			continue
		}
		known, ok := annotations[name]
		switch {
		case !ok && place != "import":
			e := c.report(a.Span(), "UNKNOWN_ANNOTATION", "unknown annotation @%s", name)
			if near := syntax.Nearest(name, slices.Collect(maps.Keys(annotations))); near != "" {
				e.Hint = "did you mean @" + near + "?"
			}
			e.Note = "annotations for other programs start with @x-"
		case !slices.Contains(known.places, place):
			c.report(a.Span(), "ANNOTATION_PLACE", "@%s does not go with %s", name, plural(place)).
				Note = placesNote(name, known)
		case seen[name] && !known.repeat:
			c.report(a.Span(), "DUPLICATE_ANNOTATION", "@%s is given twice", name)
		case !known.read(m, a.Args):
			c.report(a.Span(), "ANNOTATION_ARGUMENT", "@%s has the wrong arguments", name).Note = "it is written " + known.form
		}
		seen[name] = true
		switch name {
		case "wire":
			if m.wire != "" {
				c.visible(m.wire, a.Span(), "name")
			}
		case "max":
			m.maxSpan = a.Span()
		case "lenient":
			m.lenSpan = a.Span()
		case "keep":
			m.keepSpan = a.Span()
		case "idempotent":
			m.idemSpan = a.Span()
		}
	}
	return m
}

// placesNote says where an annotation goes.
func placesNote(name string, a annotation) string {
	if len(a.places) == 0 {
		return "imports have no annotations"
	}
	places := make([]string, len(a.places))
	for i, p := range a.places {
		places[i] = plural(p)
	}
	return "@" + name + " goes with " + enumerate(places, "and")
}

// plural returns the plural of a kind of declaration or member.
func plural(place string) string {
	switch place {
	case "const":
		return "constants"
	case "type":
		return "type aliases"
	case "package":
		return "the package clause"
	default:
		return place + "s"
	}
}

// enumerate joins words with commas and a conjunction.
func enumerate(words []string, conjunction string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " " + conjunction + " " + words[len(words)-1]
}

// extension returns an annotation that the compiler carries.
func (c *checker) extension(a *syntax.Ann) Annotation {
	out := Annotation{Name: a.Name.Value}
	for _, l := range a.Args {
		out.Args = append(out.Args, plainLiteral(l))
	}
	return out
}

// goNameFor returns the Go name of something called name: the one that @go gives, or else the one that name becomes,
// which may be "".
func (m *marks) goNameFor(name string) string {
	if m.goName == "" {
		return ExportedName(name)
	}
	return m.goName
}

// checkGoName reports a name of something that is not an exported Go identifier and returns whether it is.
func (c *checker) checkGoName(span syntax.Span, m *marks, goName, name string) bool {
	switch {
	case m.goName != "" && (!token.IsIdentifier(m.goName) || !token.IsExported(m.goName)):
		c.report(span, "BAD_GO_NAME", "@go(%s) is not an exported Go name", m.goName).Note = "exported names start with a capital"
		return false
	case name == "": // reported as a bad name
		return false
	case goName == "":
		c.report(span, "BAD_GO_NAME", "%q has no Go name", name).Note = "write @go(Name) before it"
		return false
	}
	return true
}
