package gen

import (
	"go/token"
	"go/types"
	"strconv"
)

// scope hands out the names of parameters and variables of one function, so that none of them hides a keyword, a
// predeclared identifier, an imported package or another name of the function.
type scope struct {
	taken map[string]bool
}

// scope returns a scope in which the reserved names are taken, besides what no local name may hide.
func (g *generator) scope(reserved ...string) *scope {
	s := &scope{taken: map[string]bool{}}
	for _, name := range g.imports {
		s.taken[name] = true
	}
	for _, name := range reserved {
		s.taken[name] = true
	}
	return s
}

// name returns want, or a name made of it that is free, and takes it.
func (s *scope) name(want string) string {
	out := want
	if s.hidden(out) {
		out = want + "Arg"
	}
	for n := 2; s.hidden(out); n++ {
		out = want + "Arg" + strconv.Itoa(n)
	}
	s.taken[out] = true
	return out
}

// hidden reports whether a local name would hide something.
func (s *scope) hidden(name string) bool {
	return name == "_" || s.taken[name] || token.IsKeyword(name) || types.Universe.Lookup(name) != nil
}

// locals are the one-letter and short names that generated functions use for themselves. A package is not imported under
// one of them.
var locals = map[string]bool{
	"args": true, "b": true, "c": true, "ctx": true, "d": true, "e": true, "err": true, "extra": true, "f": true, "fields": true,
	"h": true, "has": true, "key": true, "m": true, "o": true, "ok": true, "opts": true, "r": true, "result": true, "s": true,
	"tag": true, "text": true, "v": true, "value": true,
}

// signatureNames are the names that no parameter takes in a method that a program can see, so that a parameter is called
// the same in every form of the method: the receivers and the context.
var signatureNames = []string{"c", "e", "f", "ctx"}
