package main

import (
	"bytes"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"github.com/ocapn-go/ocapn/idl"
)

const formatDetails = `Without flags it writes the formatted text to the standard output; without files it formats the
standard input, which may also be called "-". A folder stands for all the .ocapn files below it.`

// standardInput stands for the standard input in place of files.
const standardInput = "-"

// formatFlags say what becomes of formatted text.
type formatFlags struct {
	diff, write, list bool
}

// runFmt formats files, or the standard input.
func runFmt(e *env, args []string) int {
	var f formatFlags
	e.flags.BoolVar(&f.diff, "d", false, "show what would change; exit with 1 if anything would")
	e.flags.BoolVar(&f.write, "w", false, "write files that change")
	e.flags.BoolVar(&f.list, "l", false, "list files that change; exit with 1 if there are any, unless -w writes them")
	files, code, done := e.parse(args)
	if done {
		return code
	}
	if len(files) == 0 || slices.Equal(files, []string{standardInput}) {
		if f.write {
			return e.misuse("-w needs files")
		}
		src, err := io.ReadAll(e.stdin)
		if err != nil {
			return e.fail(err)
		}
		return e.format("<standard input>", src, f)
	}
	if slices.Contains(files, standardInput) {
		return e.misuse("the standard input is formatted alone")
	}
	files, err := expand(files)
	if err != nil {
		return e.fail(err)
	}
	worst := exitOK
	for _, file := range files {
		src, err := idl.ReadFile(file)
		if err != nil {
			reading := idl.Loader{ReadFile: func(string) ([]byte, error) { return nil, err }}
			_, errs := reading.Load(file) // which says what every other command says
			worst = e.report(errs)
			continue
		}
		worst = max(worst, e.format(file, src, f))
	}
	return worst
}

// format formats one file and returns the exit code for it.
func (e *env) format(file string, src []byte, f formatFlags) int {
	out, errs := idl.Format(filepath.ToSlash(file), src)
	if len(errs) > 0 {
		return e.report(errs)
	}
	changed := !bytes.Equal(src, out)
	if !f.diff && !f.write && !f.list {
		if _, err := e.stdout.Write(out); err != nil {
			return e.fail(err)
		}
		return exitOK
	}
	if !changed {
		return exitOK
	}
	if f.list {
		fmt.Fprintln(e.stdout, file)
	}
	if f.diff {
		name := filepath.ToSlash(file)
		fmt.Fprint(e.stdout, unifiedDiff(name, name, string(src), string(out)))
	}
	if !f.write {
		return exitError
	}
	if _, err := writeFile(file, out); err != nil {
		return e.fail(err)
	}
	return exitOK
}
