package lint

import (
	"cmp"
	"fmt"
	"path"
	"path/filepath"
	"slices"

	"github.com/ocapn-go/ocapn/idl"
	"github.com/ocapn-go/ocapn/idl/internal/flow"
	"github.com/ocapn-go/ocapn/idl/internal/place"
	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

// Check reads the file at path, with everything that it imports, and returns its schema and what the rules find in it, in order of
// place; rules are IDs, such as [Select] returns. When the file cannot be checked because something is wrong with it or an import,
// errs says what, as [idl.Loader.Load] does, and the schema is nil. What is wrong with several files together is a matter of
// [idl.Loader.CheckTogether].
//
//	rules, err := lint.Select(nil, nil)
//	...
//	schema, findings, errs := lint.Check(new(idl.Loader), "chat.ocapn", rules)
func Check(loader *idl.Loader, path string, rules []string) (schema *idl.Schema, findings, errs []idl.Error) {
	recording, texts := place.Record(loader)
	schema, errs = recording.Load(path)
	if len(errs) > 0 {
		return nil, nil, errs
	}
	text := texts[filepath.ToSlash(path)]
	tree, _ := syntax.Parse(text.Source()) // which has no errors, since it has a schema
	f := &file{
		schema: schema, tree: tree, text: text, flow: flow.Of(schema), rules: map[string]bool{}, used: map[ignore]bool{},
	}
	f.elements = elementsOf(schema, tree)
	for _, id := range rules {
		f.rules[id] = true
	}
	for _, r := range rulebook {
		if f.rules[r.ID] && r.check != nil {
			r.check(f)
		}
	}
	if f.rules[ignoreUnused] {
		f.unusedIgnores()
	}
	slices.SortStableFunc(f.findings, func(a, b idl.Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Col, b.Col), cmp.Compare(a.ID, b.ID))
	})
	return schema, f.findings, nil
}

// file is a source file while rules look at it.
type file struct {
	schema   *idl.Schema
	tree     *syntax.File
	text     place.Text
	flow     *flow.Flow
	elements []*element
	rules    map[string]bool // the IDs of those that are looked at
	used     map[ignore]bool // the annotations that have had an effect
	findings []idl.Error
}

// report adds a finding of the rule id about span, a part of e, unless an annotation tells to ignore it. The result is for a
// hint or a note to be added, and is never nil.
func (f *file) report(e *element, span syntax.Span, id, format string, args ...any) *idl.Error {
	ignored := false
	for owner := e; owner != nil; owner = owner.up {
		for _, ann := range owner.ignores() {
			if slices.Contains(ann.ids(), id) {
				f.used[ignore{ann.Ann, id}] = true
				ignored = true
			}
		}
	}
	if ignored {
		return new(idl.Error)
	}
	f.findings = append(f.findings, f.text.AtSpan(span, id, fmt.Sprintf(format, args...)))
	return &f.findings[len(f.findings)-1]
}

// unusedImports reports imports that nothing refers to.
func unusedImports(f *file) {
	used := map[string]bool{}
	for _, imp := range f.schema.Imports {
		used[imp.Alias] = true
	}
	for _, d := range f.tree.Decls {
		if d.Import == nil {
			continue
		}
		text, _ := syntax.Unquote(d.Import.Path.Value)
		alias, span := importAlias(text), syntax.TokenSpan(d.Import.Path)
		if d.Import.As != nil {
			alias, span = d.Import.As.Value, syntax.TokenSpan(*d.Import.As)
		}
		if !used[alias] {
			f.report(f.elements[0], span, "UNUSED_IMPORT", "nothing refers to the import %q", alias).Note = "take it away"
		}
	}
}

// importAlias returns the alias of an import that does not give one.
func importAlias(file string) string {
	base := path.Base(file)
	return base[:len(base)-len(path.Ext(base))]
}
