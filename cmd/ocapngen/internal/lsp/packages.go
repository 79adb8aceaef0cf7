package lsp

import (
	"errors"
	"sync"
	"time"
)

// retryAfter is how long it is believed that a package cannot be found.
const retryAfter = 10 * time.Second

// errNotAsked is why a package is not known that nobody has looked for.
var errNotAsked = errors.New("the package has not been looked for yet")

// packages are the folders of Go packages that have been looked for. Finding one may take long, since the go command may
// fetch its module: checks do it, and the answers to requests use what checks have found. Methods may be called by several
// goroutines.
type packages struct {
	find func(dir, importPath string) (string, error) // nil finds none

	mu    sync.Mutex
	known map[[2]string]folder // guarded by mu; by the folder of who asks and the import path
}

// folder is where a package is, or why it is nowhere.
type folder struct {
	dir   string
	err   error
	asked time.Time
}

// recall returns what is known of a package.
func (p *packages) recall(dir, importPath string) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	found, ok := p.known[[2]string{dir, importPath}]
	if !ok {
		return "", errNotAsked
	}
	return found.dir, found.err
}

// ask returns the folder of a package, and looks for it if it is not known or if looking for it has failed some time ago.
func (p *packages) ask(dir, importPath string) (string, error) {
	key := [2]string{dir, importPath}
	p.mu.Lock()
	found, ok := p.known[key]
	p.mu.Unlock()
	if ok && (found.err == nil || time.Since(found.asked) < retryAfter) {
		return found.dir, found.err
	}
	found.dir, found.err = p.find(dir, importPath)
	found.asked = time.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known == nil {
		p.known = map[[2]string]folder{}
	}
	p.known[key] = found
	return found.dir, found.err
}
