package main

import (
	"encoding/json"
	"io"
	"slices"

	"github.com/ocapn-go/ocapn/idl"
)

// maxShown is how many diagnostics are shown at a time.
const maxShown = 10

// Severities of diagnostics, in the words of the language server protocol.
const (
	severityError       = "error"
	severityWarning     = "warning"
	severityInformation = "information"
)

// reportVersion is the version of the JSON that commands write. It goes up when a field changes its meaning or goes away.
const reportVersion = 1

// jsonReport is what a command writes with -json: one value for a run. Which of the lists besides Diagnostics is there
// depends on the command.
type jsonReport struct {
	Version     int            `json:"version"`
	Diagnostics []diagnostic   `json:"diagnostics"`
	Schemas     []*idl.Schema  `json:"schemas,omitempty"`
	Outdated    []outdatedFile `json:"outdated,omitempty"`
}

// diagnostic is one thing that a command found in a source.
type diagnostic struct {
	File string `json:"file"`
	// Range is nil when the diagnostic is about the whole file.
	Range    *textRange `json:"range,omitempty"`
	Severity string     `json:"severity"`
	ID       string     `json:"id"`
	// Category is what a change breaks: "wire" or "go"; only "breaking" writes it.
	Category string `json:"category,omitempty"`
	Message  string `json:"message"`
	Hint     string `json:"hint,omitempty"`
	Note     string `json:"note,omitempty"`
}

// textRange is a part of one line, End past the last character.
type textRange struct {
	Start textPlace `json:"start"`
	End   textPlace `json:"end"`
}

// textPlace is a place in a file. Line and Column count from 1, Column in bytes.
type textPlace struct {
	Line   int `json:"line"`
	Column int `json:"column"`
}

// newDiagnostic returns an error in the form that is written as JSON.
func newDiagnostic(e idl.Error, severity string) diagnostic {
	d := diagnostic{File: e.File, Severity: severity, ID: e.ID, Message: e.Message, Hint: e.Hint, Note: e.Note}
	if e.Line > 0 {
		d.Range = &textRange{textPlace{e.Line, e.Col}, textPlace{e.Line, e.EndCol}}
	}
	return d
}

// diagnostics returns errors in the form that is written as JSON.
func diagnostics(errs []idl.Error, severity string) []diagnostic {
	out := make([]diagnostic, 0, len(errs))
	for _, e := range withoutRepeats(errs) {
		out = append(out, newDiagnostic(e, severity))
	}
	return out
}

// withoutRepeats leaves out errors that are there already: those of a file that several others import.
func withoutRepeats(errs []idl.Error) []idl.Error {
	seen := map[idl.Error]bool{}
	return slices.DeleteFunc(slices.Clone(errs), func(err idl.Error) bool {
		twice := seen[err]
		seen[err] = true
		return twice
	})
}

// jsonFlag adds the flag -json.
func (e *env) jsonFlag() *bool {
	return e.flags.Bool("json", false, "write JSON to the standard output (ocapngen help json)")
}

// searchFlag adds the flag -I.
func (e *env) searchFlag(search *[]string) {
	e.flags.Var((*list)(search), "I", "look for imports in `dir` as well; may be repeated")
}

// report shows the errors of source files and returns the exit code for them.
func (e *env) report(errs []idl.Error) int {
	if err := idl.PrintErrors(e.stderr, withoutRepeats(errs), maxShown); err != nil {
		return e.fail(err)
	}
	return exitError
}

// reportJSON writes what a command found and returns the exit code of the command, which is code unless writing fails.
func (e *env) reportJSON(r jsonReport, code int) int {
	r.Version = reportVersion
	if r.Diagnostics == nil {
		r.Diagnostics = []diagnostic{}
	}
	if err := writeJSON(e.stdout, r); err != nil {
		return e.fail(err)
	}
	return code
}

// writeJSON writes a value for programs and for people.
func writeJSON(w io.Writer, value any) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	return out.Encode(value)
}
