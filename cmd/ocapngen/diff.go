package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const diffDetails = `It writes nothing. The changes come as a unified diff that patch understands; a file that is missing
counts as empty. In folders it also finds the generated files whose source is gone, which generate
leaves for you to delete; in the folder of -out these are all that generate would not write. Run it
in CI, with the same flags as generate.`

// outdatedFile is a generated file that is not what its source makes.
type outdatedFile struct {
	File    string `json:"file"`
	Source  string `json:"source"`
	Missing bool   `json:"missing,omitempty"`
	// Orphan says that the source is gone.
	Orphan bool `json:"orphan,omitempty"`
	// Diff is what generate would change, as a unified diff; "" for an orphan, which generate does not touch.
	Diff string `json:"diff"`
}

// runDiff shows what generate would change.
func runDiff(e *env, args []string) int {
	var c compiler
	c.flags(e)
	asJSON := e.jsonFlag()
	args, code, done := e.parse(args)
	switch {
	case done:
		return code
	case len(args) == 0:
		return e.misuse("no files")
	}
	sources, missing := expand(args)
	if _, ok := errors.AsType[*noSourceError](missing); missing != nil && !ok {
		return e.fail(missing)
	}
	files, errs, err := c.compile(sources)
	switch {
	case err != nil:
		return e.fail(err)
	case len(errs) > 0 && *asJSON:
		return e.reportJSON(jsonReport{Diagnostics: diagnostics(errs, severityError)}, exitError)
	case len(errs) > 0:
		return e.report(errs)
	}
	outdated, err := outdatedFiles(files)
	if err != nil {
		return e.fail(err)
	}
	orphans, err := c.orphans(args, files)
	switch {
	case err != nil:
		return e.fail(err)
	case missing != nil && len(orphans) == 0:
		return e.fail(missing)
	}
	outdated = append(outdated, orphans...)
	if len(outdated) > 0 {
		code = exitError
	}
	if *asJSON {
		return e.reportJSON(jsonReport{Outdated: outdated}, code)
	}
	for _, file := range outdated {
		if file.Orphan {
			fmt.Fprintln(e.stderr, file.orphanText())
		}
		fmt.Fprint(e.stdout, file.Diff)
	}
	return code
}

// outdatedFiles returns the files that are not on disk as they would be generated.
func outdatedFiles(files []output) ([]outdatedFile, error) {
	var out []outdatedFile
	if err := mayWrite(files); err != nil {
		return nil, err
	}
	for _, file := range files {
		name := filepath.ToSlash(file.path)
		old, err := os.ReadFile(file.path)
		missing := errors.Is(err, fs.ErrNotExist)
		if err != nil && !missing {
			return nil, err
		}
		if missing || string(old) != string(file.content) {
			before := name
			if missing {
				before = noFile
			}
			out = append(out, outdatedFile{
				File: name, Source: filepath.ToSlash(file.source), Missing: missing,
				Diff: unifiedDiff(before, name, string(old), string(file.content)),
			})
		}
	}
	return out, nil
}
