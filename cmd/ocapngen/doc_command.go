package main

import (
	"fmt"
	"os"
	"path"
	"path/filepath"

	"github.com/ocapn-go/ocapn/gen/markdown"
	"github.com/ocapn-go/ocapn/idl"
)

const docDetails = `For dir/chat.ocapn it writes dir/chat.md, in Markdown: everything that the file declares, with its
documentation, what it is in Go, and what peers see of it. Pages that are written in one run link to
each other. A folder stands for all the .ocapn files below it.`

// runDoc writes the documentation of files.
func runDoc(e *env, args []string) int {
	var loader sourceLoader
	out := e.flags.String("out", "", "write to `dir` instead of the folder of the source")
	e.searchFlag(&loader.Search)
	sources, code, done := e.sources(args)
	if done {
		return code
	}
	schemas, errs := loader.load(sources)
	if len(errs) > 0 {
		return e.report(errs)
	}
	pathOf := markdown.Path
	if *out != "" {
		pathOf = func(s *idl.Schema) string { return path.Join(filepath.ToSlash(*out), path.Base(markdown.Path(s))) }
		if err := os.MkdirAll(*out, 0o755); err != nil {
			return e.fail(err)
		}
	}
	pages := markdown.Pages(schemas, pathOf)
	writers := map[string]string{} // the source of each page
	for i, p := range pages {
		if other, taken := writers[p.Path]; taken {
			return e.fail(fmt.Errorf("%s and %s would both be documented in %s", other, schemas[i].File, p.Path))
		}
		writers[p.Path] = schemas[i].File
	}
	for _, p := range pages {
		if _, err := writeFile(filepath.FromSlash(p.Path), p.Content); err != nil {
			return e.fail(err)
		}
	}
	return exitOK
}
