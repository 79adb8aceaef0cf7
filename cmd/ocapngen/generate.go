package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/ocapn-go/ocapn/gen"
	"github.com/ocapn-go/ocapn/idl"
)

// generateFlags say where generated code goes.
type generateFlags struct {
	out   string // folder, "" for that of the source
	check bool
}

// runGenerate writes the Go code for files. All files are checked before any is written.
func runGenerate(e *env, args []string) int {
	var f generateFlags
	var loader idl.Loader
	e.flags.StringVar(&f.out, "out", "", "write to `dir` instead of the folder of the source")
	e.flags.StringVar(&loader.GoPackage, "package", "", "`name` of the Go package, in place of the one in the source")
	e.flags.Var((*list)(&loader.Search), "I", "look for imports in `dir` as well; may be repeated")
	e.flags.BoolVar(&f.check, "check", false, "write nothing; exit with 1 if a file is missing or would change")
	sources, code, done := e.parse(args)
	if done {
		return code
	}
	if len(sources) == 0 {
		return e.misuse("no files")
	}
	var files []output
	var all []idl.Error
	for _, source := range sources {
		schema, errs := loader.Load(source)
		all = append(all, errs...)
		if len(errs) > 0 {
			continue
		}
		generated, err := gen.Generate(schema, gen.Options{})
		if err != nil {
			return e.fail(fmt.Errorf("%w\nThis is a mistake of ocapngen: please report it with %s", err, source))
		}
		for _, g := range generated {
			files = append(files, output{source, filepath.Join(f.dir(source), g.Name), g.Content})
		}
	}
	if len(all) > 0 {
		return e.report(all)
	}
	return e.deliver(files, f)
}

// dir returns the folder for the code of a source file.
func (f generateFlags) dir(source string) string {
	if f.out != "" {
		return f.out
	}
	return filepath.Dir(source)
}

// output is a file to write.
type output struct {
	source, path string
	content      []byte
}

// deliver writes files, or checks that they are there.
func (e *env) deliver(files []output, f generateFlags) int {
	code := exitOK
	for _, file := range files {
		if f.check {
			current, err := isCurrent(file.path, file.content)
			if err != nil {
				return e.fail(err)
			}
			if !current {
				fmt.Fprintf(e.stderr, "%s is not what %s generates\n", filepath.ToSlash(file.path), filepath.ToSlash(file.source))
				code = exitError
			}
			continue
		}
		if f.out != "" {
			if err := os.MkdirAll(f.out, 0o755); err != nil {
				return e.fail(err)
			}
		}
		if err := writeFile(file.path, file.content); err != nil {
			return e.fail(err)
		}
	}
	return code
}
