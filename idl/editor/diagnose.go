package editor

import (
	"cmp"
	"errors"
	"io/fs"
	"path"
	"slices"
	"unicode/utf8"

	"github.com/ocapn-go/ocapn/idl"
	"github.com/ocapn-go/ocapn/idl/internal/syntax"
	"github.com/ocapn-go/ocapn/idl/lint"
)

// Severity says how bad a [Problem] is.
type Severity int

// The severities.
const (
	IsError Severity = iota + 1
	IsWarning
)

// Problem is something to be shown about a place of a file.
type Problem struct {
	Severity Severity
	ID       string // stable upper-case name, which "ocapngen help" explains
	Path     string // slash path of the file
	Span     Span
	Message  string // what is wrong
	Hint     string // what may be meant, or ""
	Note     string // what else helps, or ""
}

// Check is what checking a file has found.
type Check struct {
	// Problems are those of the file and of all that it imports, in order of file and place, and what the file has in the way of
	// others of its folder whose code is in the same Go package.
	Problems []Problem
	// Files are the slash paths that were looked at, whether or not there was a file, in alphabetical order: when one of
	// them changes, the answer may be another one.
	Files []string
}

// CheckFile checks the file at a path, with everything that it imports, and looks at the rules of package lint whose IDs are
// in rules; what they find comes as warnings, and only if there are no errors. It uses nothing of a workspace and may run
// beside other questions if sources may be read at the same time.
func CheckFile(sources Sources, file string, rules []string) Check {
	texts := map[string]syntax.Lines{}
	var looked []string
	loader := sources.loader(path.Dir(path.Clean(file)))
	loader.OnRead = func(name string, src []byte, err error) {
		name = path.Clean(name)
		looked = append(looked, name)
		if err == nil {
			texts[name] = syntax.NewLines(string(src))
		}
	}
	schema, findings, errs := lint.Check(loader, file, rules)
	if len(errs) == 0 {
		errs = sources.inTheWay(loader, schema)
	}
	var out Check
	add := func(severity Severity, list []idl.Error) {
		for _, e := range list {
			if e.ID == "UNREADABLE" && missing(sources, file) {
				continue
			}
			name := path.Clean(e.File)
			out.Problems = append(out.Problems, Problem{
				Severity: severity, ID: e.ID, Path: name, Span: spanOf(texts[name], e), Message: e.Message, Hint: e.Hint, Note: e.Note,
			})
		}
	}
	add(IsError, errs)
	add(IsWarning, findings)
	slices.SortStableFunc(out.Problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Path, b.Path), cmp.Compare(a.Span.Start, b.Span.Start))
	})
	slices.Sort(looked)
	out.Files = slices.Compact(looked)
	return out
}

// maxBeside is how many other files of a folder are looked at, and maxBesideBytes how many bytes of them, about: each check reads them
// anew, and is to take a fraction of a second.
const (
	maxBeside      = 100
	maxBesideBytes = 256 << 10
)

// inTheWay returns what is wrong with a file without errors when it is compiled together with the files of its folder that are in
// the same Go package. Of files that have errors nothing is known; whoever opens them is told.
func (s Sources) inTheWay(loader *idl.Loader, schema *idl.Schema) []idl.Error {
	if s.Beside == nil {
		return nil
	}
	others := s.Beside(schema.File)
	var schemas []*idl.Schema
	size := 0
	for _, name := range others[:min(len(others), maxBeside)] {
		text, err := s.Read(name)
		if size += len(text); err != nil || size > maxBesideBytes {
			continue
		}
		other, errs := loader.Load(name)
		if len(errs) == 0 && other.GoPackage == schema.GoPackage && other.GoImport == schema.GoImport {
			schemas = append(schemas, other)
		}
	}
	errs := loader.CheckTogether(append(schemas, schema), nil)
	return slices.DeleteFunc(errs, func(e idl.Error) bool { return e.File != schema.File })
}

// missing reports whether the file does not exist, which is no mistake in it.
func missing(sources Sources, file string) bool {
	_, err := sources.Read(file)
	return errors.Is(err, fs.ErrNotExist)
}

// spanOf returns the bytes of a text that an error is about, at least one where the line has one: at the end of a line it is the last
// character. An error about the whole file is shown at its start.
func spanOf(l syntax.Lines, e idl.Error) Span {
	start, ok := l.Start(e.Line)
	if !ok {
		return Span{}
	}
	end := start + len(l.Text(e.Line))
	span := Span{Start: min(start+e.Col-1, end), End: min(start+e.EndCol-1, end)}
	if span.Start == span.End && span.Start > start {
		_, n := utf8.DecodeLastRuneInString(l.Source()[start:span.Start])
		span.Start -= n
	}
	return span
}
