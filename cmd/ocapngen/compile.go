package main

import (
	"fmt"
	"path/filepath"

	"github.com/ocapn-go/ocapn/gen"
	"github.com/ocapn-go/ocapn/idl"
)

// compiler makes the Go code of source files and says where it belongs.
type compiler struct {
	out    string // folder for generated code, "" for that of the source
	loader sourceLoader
}

// output is a generated file.
type output struct {
	source, path string
	content      []byte
}

// flags adds the flags that all commands which compile have.
func (c *compiler) flags(e *env) {
	e.flags.StringVar(&c.out, "out", "", "write to `dir` instead of the folder of the source")
	e.flags.StringVar(&c.loader.GoPackage, "package", "", "`name` of the Go package, in place of the one in the source")
	e.searchFlag(&c.loader.Search)
}

// compile returns the generated files of the sources, or the errors in these. All sources are read before any code is made.
func (c *compiler) compile(sources []string) ([]output, []idl.Error, error) {
	schemas, errs := c.loader.loadTogether(sources, c.out)
	if len(errs) > 0 {
		return nil, errs, nil
	}
	var files []output
	writers := map[string]string{} // the source of each file
	for i, schema := range schemas {
		generated, err := gen.Generate(schema, gen.Options{})
		if err != nil {
			return nil, nil, fmt.Errorf("%w\nThis is a mistake of ocapngen: please report it with %s", err, sources[i])
		}
		for _, g := range generated {
			path := filepath.Join(c.dir(sources[i]), g.Name)
			if other, taken := writers[path]; taken {
				return nil, nil, fmt.Errorf("the code of %s and %s would both be in %s", other, sources[i], path)
			}
			writers[path] = sources[i]
			files = append(files, output{sources[i], path, g.Content})
		}
	}
	return files, nil, nil
}

// dir returns the folder for the code of a source file.
func (c *compiler) dir(source string) string {
	if c.out != "" {
		return c.out
	}
	return filepath.Dir(source)
}
