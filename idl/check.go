package idl

import (
	"fmt"
	"path"
	"strings"

	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

// checker turns the tree of one file into its schema. It goes on after an error and collects all of them; what a broken
// part leaves behind is nil and is passed over in silence by those who meet it.
type checker struct {
	session *session
	source  source
	lines   syntax.Lines
	schema  *Schema
	errs    []*Error

	imported map[string]*importedFile // by alias
	entries  map[string]*entry        // the declarations by name
	order    []*entry                 // in source order
	broken   map[string]bool          // names of declarations that did not parse
	spans    map[any]syntax.Span      // of the names of *Method, *EnumCase and *Variant
	lenient  bool                     // @lenient on the package clause
	copies   int                      // what mayCopy has counted
	guesses  int                      // how often guess was asked
}

// importedFile is an import and the file that it leads to.
type importedFile struct {
	out  *Import
	span syntax.Span // of the path
	file *loaded
	used bool
}

// entry is a declaration of the file.
type entry struct {
	decl  *syntax.Decl
	span  syntax.Span // of the name
	kind  string      // the keyword
	marks *marks
	out   Decl

	resolving bool // the entry is an alias or an interface that is being resolved further up
	resolved  bool
}

// newChecker returns a checker for one file.
func newChecker(s *session, src source) *checker {
	return &checker{
		session: s, source: src, lines: syntax.NewLines(string(src.text)),
		schema: &Schema{Version: SchemaVersion, File: src.name}, imported: map[string]*importedFile{},
		entries: map[string]*entry{}, broken: map[string]bool{}, spans: map[any]syntax.Span{},
	}
}

// report adds an error and returns it, for a hint or a note to be added. The zero span is the whole file.
func (c *checker) report(span syntax.Span, id, format string, args ...any) *Error {
	for i, arg := range args {
		switch arg := arg.(type) {
		case string:
			if format != "%s" { // a message is cut as a whole
				args[i] = syntax.Cut(arg, maxWord)
			}
		case *syntax.Dotted:
			args[i] = syntax.Cut(arg.String(), maxWord)
		}
	}
	e := &Error{ID: id, File: c.schema.File, Message: fmt.Sprintf(format, args...)}
	if span != (syntax.Span{}) {
		e.Line, e.Col, e.EndCol = c.lines.Clip(span)
		e.Excerpt = c.lines.Text(e.Line)
	}
	c.errs = append(c.errs, e)
	return e
}

// maxWord bounds the characters that a message shows of one name or another text of the file.
const maxWord = 80

// fileName reports a file whose generated code the go command would not look at.
func (c *checker) fileName() {
	base := path.Base(c.schema.File)
	if !c.source.std && (strings.HasPrefix(base, "_") || strings.HasPrefix(base, ".")) {
		c.report(syntax.Span{}, "FILE_NAME", "the name of a file does not start with %q", base[:1]).
			Note = "the go command passes over files with such names, so over " + strings.TrimSuffix(base, ".ocapn") + "_ocapn.go"
	}
}

// pos returns the place of the start of a span.
func (c *checker) pos(span syntax.Span) Pos {
	line, col := c.lines.Pos(span.Start)
	return Pos{line, col}
}

// run checks the file. The order of the passes matters: names before types, the cases of enums before the defaults
// that name them, everything before the names that generated code adds.
func (c *checker) run() {
	tree, errs := syntax.Parse(c.lines.Source())
	for _, e := range errs {
		reported := c.report(e.Span, e.ID, "%s", e.Message)
		reported.Hint, reported.Note = e.Hint, e.Note
	}
	for _, name := range tree.Broken {
		c.broken[name] = true
	}
	c.fileName()
	imports, declared := c.arrange(tree.Decls)
	c.imports(imports)
	for _, d := range declared {
		c.declare(d)
	}
	for _, e := range c.order {
		c.enum(e)
	}
	for _, e := range c.order {
		c.resolveEntry(e)
	}
	c.recursiveTypes()
	decls := make([]Decl, len(c.order))
	for i, e := range c.order {
		decls[i] = e.out
	}
	c.session.findRefs(decls)
	c.goNames()
	c.collect()
	c.goImports()
}

// arrange checks that the package clause comes first, then imports, then declarations, and returns the last two. It
// settles what the package clause says.
func (c *checker) arrange(all []*syntax.Decl) (imports, decls []*syntax.Decl) {
	var clause *syntax.Decl
	for i, d := range all {
		keyword, _ := d.Keyword()
		span := syntax.TokenSpan(d.KeywordToken())
		switch {
		case d.Package != nil && clause != nil:
			c.report(span, "PACKAGE_PLACE", "there is already a package clause")
		case d.Package != nil:
			clause = d
			if i > 0 {
				c.report(span, "PACKAGE_PLACE", "the package clause stands before everything else")
			}
		case d.Import != nil:
			imports = append(imports, d)
			if len(decls) > 0 {
				c.report(span, "IMPORT_PLACE", "imports stand before the declarations")
			}
			c.marks(d.Anns, "import")
		default:
			decls = append(decls, d)
		}
		if d.Closed != nil && d.Enum == nil && d.Union == nil {
			c.report(syntax.TokenSpan(*d.Closed), "CLOSED_PLACE", "closed goes with an enum or a union, not with %s %s", article(keyword), keyword)
		}
	}
	c.packageClause(clause)
	return imports, decls
}

// packageClause settles the names of the package. clause may be nil: the package is then named after the file.
func (c *checker) packageClause(clause *syntax.Decl) {
	if clause == nil {
		base := strings.TrimSuffix(path.Base(c.schema.File), ".ocapn")
		c.schema.Package = strings.Join(words(base), "-")
		c.goPackage(nil, c.schema.Package)
		return
	}
	m := c.marks(clause.Anns, "package")
	c.lenient = m.lenient
	c.schema.Notes = m.notes
	c.schema.Doc = syntax.DocText(clause.Docs)
	c.schema.Package = clause.Package.Name.String()
	c.goPackage(clause.Package, c.schema.Package)
}

// declare enters a declaration into the scope of the file, with a value that references can point to.
func (c *checker) declare(d *syntax.Decl) {
	keyword, name := d.Keyword()
	e := &entry{decl: d, kind: keyword, span: syntax.TokenSpan(d.NameToken())}
	e.marks = c.marks(d.Anns, keyword)
	c.order = append(c.order, e)
	pos, goName, doc := c.pos(e.span), e.marks.goNameFor(name), syntax.DocText(d.Docs)
	switch {
	case d.Const != nil:
		e.out = &Const{Pos: pos, Name: name, GoName: goName, Doc: doc, Notes: e.marks.notes}
	case d.Alias != nil:
		e.out = &Alias{Pos: pos, Name: name, GoName: goName, Doc: doc, Notes: e.marks.notes}
	case d.Enum != nil:
		e.out = &Enum{
			Pos: pos, Name: name, GoName: goName, Doc: doc, Notes: e.marks.notes, Closed: d.Closed != nil, AsString: e.marks.asString,
			Cases: []*EnumCase{},
		}
	case d.Struct != nil:
		e.out = &Struct{Pos: pos, Name: name, GoName: goName, Doc: doc, Notes: e.marks.notes, Strict: e.marks.strict, Keep: e.marks.keep}
		if e.marks.strict && e.marks.keep {
			c.report(e.marks.keepSpan, "ANNOTATION_PLACE", "@keep does not go with @strict").
				Note = "a struct keeps the fields that are not listed, or refuses them"
		}
	case d.Union != nil:
		e.out = &Union{
			Pos: pos, Name: name, GoName: goName, Doc: doc, Notes: e.marks.notes, Closed: d.Closed != nil, Variants: []*Variant{},
		}
	case d.Error != nil:
		e.out = &ErrorDecl{
			Pos: pos, Name: name, Wire: wireName(e.marks, name), GoName: errorGoName(e.marks, name), Doc: doc, Notes: e.marks.notes,
			Strict: e.marks.strict,
		}
	case d.Interface != nil:
		e.out = &Interface{Pos: pos, Name: name, GoName: goName, Doc: doc, Notes: e.marks.notes}
	default:
		e.out = &Callable{
			Pos: pos, Name: name, GoName: goName, Doc: doc, Notes: e.marks.notes,
			Strict: e.marks.strict, Idempotent: e.marks.idempotent,
		}
	}
	if first, twice := c.entries[name]; twice {
		c.report(e.span, "DUPLICATE_NAME", "%q is declared twice", name).Note = "the other one is on line " + c.lineOf(first.span)
		return
	}
	if _, builtin := builtins[name]; builtin {
		c.report(e.span, "SHADOWS_BUILTIN", "%q is the name of a built-in type", name).Note = builtinsNote
	}
	c.entries[name] = e
}

// lineOf returns the line of a span as text.
func (c *checker) lineOf(span syntax.Span) string {
	line, _ := c.lines.Pos(span.Start)
	return fmt.Sprint(line)
}

// resolveEntry fills in a declaration.
func (c *checker) resolveEntry(e *entry) {
	switch out := e.out.(type) {
	case *Const:
		c.constant(e, out)
	case *Alias:
		c.alias(e, out)
	case *Struct:
		kind := structFields
		if out.Keep {
			kind = keptFields
		}
		out.Fields = c.fields(e.decl.Struct.Fields, kind)
	case *Union:
		c.union(e, out)
	case *ErrorDecl:
		c.errorDecl(e, out)
	case *Interface:
		c.interfaceDecl(e, out)
	case *Callable:
		owner := "callable " + quoted(out.Name)
		out.Params, out.Result, out.Raises = c.signature(e.decl.Callable.Signature, owner)
	}
}

// collect puts the declarations into the schema.
func (c *checker) collect() {
	for _, e := range c.order {
		switch out := e.out.(type) {
		case *Const:
			c.schema.Consts = append(c.schema.Consts, out)
		case *Alias:
			c.schema.Aliases = append(c.schema.Aliases, out)
		case *Enum:
			c.schema.Enums = append(c.schema.Enums, out)
		case *Struct:
			c.schema.Structs = append(c.schema.Structs, out)
		case *Union:
			c.schema.Unions = append(c.schema.Unions, out)
		case *ErrorDecl:
			c.schema.Errors = append(c.schema.Errors, out)
		case *Interface:
			c.schema.Interfaces = append(c.schema.Interfaces, out)
		case *Callable:
			c.schema.Callables = append(c.schema.Callables, out)
		}
		c.schema.Decls = append(c.schema.Decls, e.out)
	}
	for _, imp := range c.inOrder() {
		if imp.used {
			c.schema.Imports = append(c.schema.Imports, imp.out)
		}
	}
}

// article returns "a" or "an". No keyword starts with a u that sounds like one.
func article(noun string) string {
	if strings.ContainsRune("aeio", rune(noun[0])) {
		return "an"
	}
	return "a"
}

// quoted returns a name in quotes.
func quoted(name string) string { return fmt.Sprintf("%q", name) }
