package main

import "os"

const generateDetails = `For dir/chat.ocapn it writes dir/chat_ocapn.go, if its content changes; a file that is not generated
stays. A folder stands for all the .ocapn files below it. When a file comes first, the word generate
may be left out:

	//go:generate go tool ocapngen chat.ocapn`

// runGenerate writes the Go code for files. All files are checked before any is written.
func runGenerate(e *env, args []string) int {
	var c compiler
	c.flags(e)
	sources, code, done := e.sources(args)
	if done {
		return code
	}
	files, errs, err := c.compile(sources)
	switch {
	case err != nil:
		return e.fail(err)
	case len(errs) > 0:
		return e.report(errs)
	}
	if _, err := c.write(files); err != nil {
		return e.fail(err)
	}
	return exitOK
}

// write writes generated files and returns the paths of those that have changed.
func (c *compiler) write(files []output) (changed []string, err error) {
	if err := mayWrite(files); err != nil {
		return nil, err
	}
	if c.out != "" {
		if err := os.MkdirAll(c.out, 0o755); err != nil {
			return nil, err
		}
	}
	for _, file := range files {
		wrote, err := writeFile(file.path, file.content)
		if err != nil {
			return changed, err
		}
		if wrote {
			changed = append(changed, file.path)
		}
	}
	return changed, nil
}
