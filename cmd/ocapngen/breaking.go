package main

import (
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/ocapn-go/ocapn/idl"
	"github.com/ocapn-go/ocapn/idl/breaking"
)

const breakingDetails = `VERSION is a git revision (main, HEAD~3, ../other/.git#main), a folder in place of the current one,
or a file. Callers and servers of different versions must understand each other: that is the
category wire. Programs must compile with the new Go code: that is the category go. "ocapngen help
changes" lists what it tells apart, "ocapngen help ID" says whom a change breaks and what to do.`

// breakingFlags say which changes are shown.
type breakingFlags struct {
	against   string
	category  string // "" is both
	all, json bool
}

// runBreaking reports how files have changed since another version.
func runBreaking(e *env, args []string) int {
	var f breakingFlags
	var loader sourceLoader
	e.flags.StringVar(&f.against, "against", "HEAD", "compare with `VERSION` (HEAD)")
	e.flags.StringVar(&f.category, "category", "", "look at one `CATEGORY` only: wire or go")
	e.flags.BoolVar(&f.all, "all", false, "show changes that are ok too")
	e.flags.BoolVar(&f.json, "json", false, "write JSON to the standard output (ocapngen help json)")
	e.searchFlag(&loader.Search)
	args, code, done := e.parse(args)
	switch {
	case done:
		return code
	case len(args) == 0:
		return e.misuse("no files")
	case f.category != "" && f.category != string(breaking.Wire) && f.category != string(breaking.Go):
		return e.misuse("there is no category %q; there are wire and go", f.category)
	}
	changes, errs, err := e.compare(&loader, f.against, args)
	switch {
	case err != nil:
		return e.fail(err)
	case len(errs) > 0 && f.json:
		return e.reportJSON(jsonReport{Diagnostics: diagnostics(errs, severityError)}, exitError)
	case len(errs) > 0:
		return e.report(errs)
	}
	changes = slices.DeleteFunc(changes, func(c breaking.Change) bool {
		return f.category != "" && f.category != string(c.Category) || c.Verdict == breaking.OK && !f.all
	})
	if f.json {
		return e.reportJSON(jsonReport{Diagnostics: changeDiagnostics(changes)}, changesCode(changes))
	}
	return e.reportChanges(changes)
}

// compare returns the changes in the files that args name, or the errors in these or in their older version.
func (e *env) compare(loader *sourceLoader, against string, args []string) ([]breaking.Change, []idl.Error, error) {
	files, err := expand(args)
	noSource, ok := errors.AsType[*noSourceError](err)
	if err != nil && !ok {
		return nil, nil, err
	}
	old, err := openOlder(against, files)
	if err != nil {
		return nil, nil, err
	}
	if noSource != nil && !old.hasAll(noSource.folders) {
		return nil, nil, noSource
	}
	if old.isFile() {
		args = files
	}
	files = slices.DeleteFunc(files, old.lost)
	oldFiles, err := old.sources(args)
	if err != nil {
		return nil, nil, err
	}
	here, err := absolute(".")
	if err != nil {
		return nil, nil, err
	}
	var before, after breaking.Version
	var errs []idl.Error
	for _, file := range files {
		errs = append(errs, after.Add(loader.of(file), file)...)
	}
	for _, file := range oldFiles {
		l := loader.of(file)
		l.ReadFile = old.read
		for _, err := range before.Add(l, file) {
			err.File = old.name + ":" + local(here, err.File)
			errs = append(errs, err)
		}
	}
	if len(errs) > 0 {
		return nil, errs, nil
	}
	changes := breaking.Compare(&before, &after)
	for i := range changes {
		changes[i].File = local(here, changes[i].File)
	}
	slices.SortStableFunc(changes, func(a, b breaking.Change) int { return strings.Compare(a.File, b.File) })
	return changes, nil, nil
}

// local returns a path as it is seen from the folder here.
func local(here, file string) string {
	if rel, ok := relativeTo(here, path.Clean(file)); ok {
		return rel
	}
	return file
}

// changesCode returns the exit code for changes: whether one of them breaks something.
func changesCode(changes []breaking.Change) int {
	if slices.ContainsFunc(changes, func(c breaking.Change) bool { return c.Verdict == breaking.Breaking }) {
		return exitError
	}
	return exitOK
}

// severities are the severities of verdicts.
var severities = map[breaking.Verdict]string{
	breaking.Breaking: severityError, breaking.Warning: severityWarning, breaking.OK: severityInformation,
}

// changeDiagnostics returns changes in the form that is written as JSON.
func changeDiagnostics(changes []breaking.Change) []diagnostic {
	out := make([]diagnostic, 0, len(changes))
	for _, c := range changes {
		d := newDiagnostic(c.Error, severities[c.Verdict])
		d.Category = string(c.Category)
		out = append(out, d)
	}
	return out
}

// reportChanges shows changes and returns the exit code for them. Of many only the worst are shown.
func (e *env) reportChanges(changes []breaking.Change) int {
	count := map[breaking.Verdict]int{}
	order := []breaking.Verdict{breaking.Breaking, breaking.Warning, breaking.OK}
	var shown []breaking.Change
	for _, v := range order {
		for _, c := range changes {
			if c.Verdict == v {
				count[v]++
				shown = append(shown, c)
			}
		}
	}
	for i, c := range shown {
		if i == maxShown {
			fmt.Fprintf(e.stderr, "... and %d more\n\n", len(shown)-maxShown)
			break
		}
		c.Message = fmt.Sprintf("%s (%s): %s", c.Verdict, c.Category, c.Message)
		if err := idl.PrintError(e.stderr, c.Error); err != nil {
			return e.fail(err)
		}
		fmt.Fprintln(e.stderr)
	}
	if len(shown) > 0 {
		var parts []string
		for _, v := range order {
			if count[v] > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", count[v], map[breaking.Verdict]string{
					breaking.Breaking: "breaking", breaking.Warning: "with care", breaking.OK: "ok",
				}[v]))
			}
		}
		noun := "changes"
		if len(shown) == 1 {
			noun = "change"
		}
		fmt.Fprintf(e.stderr, "%d %s: %s\n", len(shown), noun, strings.Join(parts, ", "))
	}
	return changesCode(changes)
}
