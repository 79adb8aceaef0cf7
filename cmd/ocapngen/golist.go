package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// goListTimeout bounds one question to the go command, which may have to fetch a module first.
const goListTimeout = 2 * time.Minute

// goPackages finds the folders of Go packages with the go command, and asks it only once about each. It may be used by several
// goroutines.
type goPackages struct {
	mu    sync.Mutex
	found map[[2]string]goPackage // by folder and import path
}

// goPackage is the answer about one package.
type goPackage struct {
	dir string
	err error
}

// from returns the function that finds packages as they are seen from the module of the folder dir.
func (g *goPackages) from(dir string) func(importPath string) (string, error) {
	return func(importPath string) (string, error) {
		g.mu.Lock()
		defer g.mu.Unlock()
		key := [2]string{dir, importPath}
		answer, known := g.found[key]
		if !known {
			answer.dir, answer.err = findGoPackage(dir, importPath)
			if g.found == nil {
				g.found = map[[2]string]goPackage{}
			}
			g.found[key] = answer
		}
		return answer.dir, answer.err
	}
}

// findGoPackage returns the folder of a package, or of where it would be in its module if there is no Go code in it yet.
func findGoPackage(dir, importPath string) (string, error) {
	out, err := goList(dir, "-find", "-f", "{{.Dir}}", "--", importPath)
	if err == nil {
		return strings.TrimSpace(out), nil
	}
	if folder, ok := inGoModule(dir, importPath); ok {
		return folder, nil
	}
	return "", err
}

// inGoModule returns the folder below that of a required module where a package lies by its import path, if there is one.
func inGoModule(dir, importPath string) (string, bool) {
	args := []string{"-m", "-e", "-f", "{{.Path}}\t{{.Dir}}", "--"}
	for p := importPath; p != "." && p != "/"; p = path.Dir(p) {
		args = append(args, p)
	}
	out, err := goList(dir, args...)
	if err != nil {
		return "", false
	}
	for line := range strings.Lines(out) {
		module, root, _ := strings.Cut(strings.TrimSpace(line), "\t")
		below, within := strings.CutPrefix(importPath+"/", module+"/")
		if folder := filepath.Join(root, filepath.FromSlash(below)); within && root != "" {
			info, err := os.Stat(folder)
			return folder, err == nil && info.IsDir()
		}
	}
	return "", false
}

// goList runs go list in a folder and returns its output. The error says in one line what is wrong and what helps.
func goList(dir string, args ...string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), goListTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", append([]string{"list"}, args...)...)
	cmd.Dir = dir
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return string(out), nil
	case ctx.Err() != nil:
		return "", fmt.Errorf("go list has not answered in %v", goListTimeout)
	case errors.As(err, &exit):
		return "", errors.New(goListFault(stderr.String()))
	default:
		return "", fmt.Errorf("the go command does not run: %w", err)
	}
}

// goListFault returns in one line what go list wrote to its standard error: the first line that does not only tell what it is
// doing, and the command that it advises.
func goListFault(stderr string) string {
	lines := slices.DeleteFunc(strings.Split(stderr, "\n"), func(line string) bool {
		return line == "" || strings.HasPrefix(line, "go: finding ") || strings.HasPrefix(line, "go: downloading ")
	})
	if len(lines) == 0 {
		return "go list failed"
	}
	first := strings.TrimPrefix(lines[0], "go: ")
	fault, _, found := strings.Cut(first, "; to ") // add it, or update it
	if found && strings.HasSuffix(first, ":") && len(lines) > 1 {
		return fault + ": " + strings.TrimSpace(lines[1])
	}
	return first
}
