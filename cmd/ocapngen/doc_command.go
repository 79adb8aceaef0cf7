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
each other. A page that somebody else has written stays. A folder stands for all the .ocapn files
below it.`

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
	var files []output
	for i, p := range pages {
		if other, taken := writers[p.Path]; taken {
			return e.fail(fmt.Errorf("%s and %s would both be documented in %s", other, schemas[i].File, p.Path))
		}
		writers[p.Path] = schemas[i].File
		files = append(files, output{schemas[i].File, filepath.FromSlash(p.Path), p.Content})
	}
	if err := mayWrite(files); err != nil {
		return e.fail(err)
	}
	for _, file := range files {
		if _, err := writeFile(file.path, file.content); err != nil {
			return e.fail(err)
		}
	}
	return exitOK
}
