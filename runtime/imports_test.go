package runtime_test

import (
	"go/ast"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// A rule says what the files of a package may import beside the standard library.
type rule struct {
	ours    []string // folders of this module
	theirs  []string // modules of others
	test    []string // in test files also these of ours, and testKits
	program bool     // may import every public package of the runtime, and those of its own example
}

// testKits is what every test file may import.
var testKits = []string{
	"runtime/netlayer/memory",
	"runtime/netlayer/netlayertest",
	"runtime/captp/captptest",
	"github.com/google/go-cmp",
}

// generated is what generated code stands on, beside other generated code.
var generated = []string{"runtime/captp", "runtime/syrup", "runtime/locator", "golden/*/*", "idl/std/*"}

// allowed is the import graph of the module: each package and what it may import. A package that is not listed fails the
// test, so that a new one, or a new edge, is a reviewed line here. A pattern of package path covers packages that are
// all alike.
var allowed = map[string]rule{
	"runtime":         {test: []string{"runtime/captp"}}, // the defaults in SECURITY.md
	"runtime/syrup":   {},
	"runtime/locator": {ours: []string{"runtime/syrup"}},
	"runtime/handoff": {ours: []string{"runtime/locator", "runtime/syrup"}},

	"runtime/netlayer": {
		ours: []string{"runtime/netlayer/internal/arrival", "runtime/locator", "runtime/syrup"},
		test: []string{"runtime/netlayer/internal/tcptest"},
	},
	"runtime/netlayer/memory": {
		ours: []string{"runtime/netlayer", "runtime/locator", "runtime/syrup"},
		test: []string{"runtime/netlayer/internal/tcptest"},
	},
	"runtime/netlayer/tcptesting": {
		ours: []string{"runtime/netlayer", "runtime/netlayer/internal/tcp", "runtime/locator"},
		test: []string{"runtime/netlayer/internal/tcptest"},
	},
	"runtime/netlayer/unix": {
		ours: []string{"runtime/netlayer", "runtime/locator", "runtime/syrup"},
		test: []string{"runtime/netlayer/internal/tcptest"},
	},
	"runtime/netlayer/onion": {
		ours:   []string{"runtime/netlayer", "runtime/locator", "runtime/handoff", "runtime/syrup"},
		theirs: []string{"github.com/cretz/bine"},
		test:   []string{"runtime/captp", "runtime/netlayer/internal/tcptest", "runtime/netlayer/onion/oniontest"},
	},
	"runtime/netlayer/onion/oniontest": {},
	"runtime/netlayer/websocket": {
		ours: []string{
			"runtime/netlayer", "runtime/netlayer/internal/arrival", "runtime/netlayer/internal/tcp", "runtime/locator",
			"runtime/handoff", "runtime/syrup",
		},
		theirs: []string{"github.com/coder/websocket"},
		test:   []string{"runtime/captp", "runtime/netlayer/internal/tcptest"},
	},
	"runtime/netlayer/netlayertest": {ours: []string{"runtime/netlayer", "runtime/locator", "runtime/syrup"}, theirs: []string{"github.com/google/go-cmp"}},
	"runtime/netlayer/noise": {
		ours: []string{
			"runtime/netlayer", "runtime/netlayer/internal/arrival", "runtime/netlayer/internal/tcp", "runtime/locator", "runtime/handoff",
		},
		theirs: []string{"github.com/flynn/noise", "golang.org/x/crypto"},
		test:   []string{"runtime/netlayer/internal/tcptest"},
	},
	"runtime/netlayer/tls": {
		ours: []string{"runtime/netlayer", "runtime/netlayer/internal/arrival", "runtime/netlayer/internal/tcp", "runtime/locator"},
		test: []string{"runtime/netlayer/internal/tcptest"},
	},
	"runtime/netlayer/internal/arrival": {},
	"runtime/netlayer/internal/tcp": {
		ours: []string{"runtime/netlayer", "runtime/locator"},
		test: []string{"runtime/netlayer/internal/tcptest"},
	},
	"runtime/netlayer/internal/tcptest": {
		ours: []string{
			"runtime/netlayer", "runtime/netlayer/internal/tcp", "runtime/netlayer/tcptesting", "runtime/locator", "runtime/captp",
		},
		theirs: []string{"github.com/google/go-cmp"},
	},

	"runtime/captp/internal/wire": {ours: []string{"runtime/syrup", "runtime/locator", "runtime/handoff"}},
	"runtime/captp/internal/core": {ours: []string{
		"runtime/captp/internal/wire", "runtime/syrup", "runtime/locator", "runtime/handoff",
	}},
	"runtime/captp/internal/coretest": {ours: []string{
		"runtime/captp/internal/core", "runtime/captp/internal/wire", "runtime/syrup", "runtime/locator", "runtime/handoff",
	}},
	"runtime/captp/internal/hostiletest": {ours: []string{
		"runtime/captp", "runtime/captp/internal/wire", "runtime/netlayer", "runtime/netlayer/memory", "runtime/netlayer/noise",
		"runtime/netlayer/tcptesting", "runtime/netlayer/websocket", "runtime/syrup", "runtime/locator", "runtime/handoff",
	}},
	"runtime/captp": {
		ours: []string{
			"runtime/captp/internal/core", "runtime/captp/internal/wire", "runtime/netlayer", "runtime/syrup",
			"runtime/locator", "runtime/handoff",
		},
		test: []string{"runtime/netlayer/tcptesting", "runtime/netlayer/unix", "runtime/captp/captpexpvar"},
	},
	"runtime/captp/captpexpvar": {ours: []string{"runtime/captp"}},
	"runtime/captp/captptest": {ours: []string{
		"runtime/captp", "runtime/netlayer", "runtime/netlayer/memory", "runtime/netlayer/netlayertest",
		"runtime/locator", "runtime/syrup",
	}},

	"idl": {ours: []string{"idl/internal/pages", "idl/internal/syntax", "idl/std"}},
	"idl/std": {test: []string{
		"idl", "idl/std/*", "runtime/captp", "runtime/locator", "runtime/netlayer/tcptesting",
	}},
	"idl/std/*":           {ours: generated},
	"idl/internal/syntax": {theirs: []string{"github.com/alecthomas/participle/v2"}},
	"gen":                 {ours: []string{"idl"}, theirs: []string{"github.com/dave/jennifer"}},
	"cmd/ocapngen":        {ours: []string{"idl", "idl/breaking", "idl/lint", "gen", "gen/markdown", "cmd/ocapngen/internal/lsp"}},

	"gen/markdown":              {ours: []string{"idl"}},
	"idl/lint":                  {ours: []string{"idl", "idl/internal/syntax", "idl/internal/flow", "idl/internal/pages", "idl/internal/place"}},
	"idl/breaking":              {ours: []string{"idl", "idl/internal/flow", "idl/internal/pages", "idl/internal/place"}, test: []string{"gen", "idl/lint"}},
	"idl/internal/flow":         {ours: []string{"idl"}},
	"idl/internal/pages":        {},
	"idl/internal/place":        {ours: []string{"idl", "idl/internal/syntax"}},
	"idl/editor":                {ours: []string{"idl", "idl/lint", "idl/std", "idl/internal/syntax"}},
	"cmd/ocapngen/internal/lsp": {ours: []string{"idl", "idl/editor", "idl/std"}},

	// Generated code, and what tests it against the runtime.
	"golden":     {ours: []string{"idl", "gen"}},
	"golden/api": {},
	"golden/internal/exercise": {
		ours:   []string{"idl", "runtime/captp", "runtime/captp/captptest", "runtime/locator", "runtime/syrup"},
		theirs: []string{"github.com/google/go-cmp"},
	},
	"golden/octets":              {test: []string{"idl", "golden/internal/exercise", "golden/*", "golden/*/*"}},
	"golden/internal/randschema": {ours: []string{"idl"}},
	"golden/random": {test: []string{
		"idl", "idl/breaking", "idl/lint", "gen", "gen/markdown", "golden/internal/exercise", "golden/internal/randschema",
	}},
	"golden/*":   {ours: generated},
	"golden/*/*": {ours: generated},

	"examples/*":         {program: true, ours: []string{"idl/std/*"}},
	"examples/*/*":       {program: true, ours: []string{"idl/std/*"}},
	"examples/chat/page": {ours: []string{"examples/chat/screen"}, theirs: []string{"github.com/coder/websocket", "rsc.io/qr"}},
	"examples/chat": {program: true, ours: []string{"idl/std/*"}, theirs: []string{
		"github.com/coder/websocket", "golang.org/x/sys", "golang.org/x/term", "rsc.io/qr",
	}},
}

// pure packages are functions of their arguments. Test files are free.
var pure = []string{
	"runtime/syrup", "runtime/locator", "runtime/handoff", "runtime/captp/internal/wire", "runtime/captp/internal/core",
}

// impure are the packages of the standard library, with everything below them, that a pure package cannot import. Package weak is
// not among them: the core holds imports weakly, which makes the moment at which it lets go of one the garbage collector's, and
// nothing else. Neither is sync/atomic in the core, where everybody may look at what is under way: nobody waits for an atomic word.
var impure = []string{
	"context", "crypto/rand", "log", "math/rand", "net", "os", "runtime", "sync", "syscall", "time", "unsafe",
}

func TestImportGraph(t *testing.T) {
	m := load(t)
	for _, s := range m.sources {
		r, ok := ruleFor(s.dir)
		if !ok {
			t.Errorf("%s: package %s is not in the import graph; add it to allowed, with what it may import", s.name, s.dir)
			continue
		}
		for _, spec := range s.syntax.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if !r.permits(s, imported) {
				t.Errorf("%s: %s may not import %s", m.position(spec), s.dir, imported)
			}
		}
	}
}

// ruleFor returns the rule of the package in dir: its own line, or else the pattern that matches it.
func ruleFor(dir string) (rule, bool) {
	if r, ok := allowed[dir]; ok {
		return r, true
	}
	for pattern, r := range allowed {
		if ok, _ := path.Match(pattern, dir); ok {
			return r, true
		}
	}
	return rule{}, false
}

// permits reports whether the source may import the package.
func (r rule) permits(s *source, imported string) bool {
	if imported == modulePath+"/"+s.dir {
		return s.isTest() // an external test of the package
	}
	if ours, ok := strings.CutPrefix(imported, modulePath+"/"); ok {
		return slices.ContainsFunc(r.ours, matches(ours)) ||
			s.isTest() && (slices.ContainsFunc(r.test, matches(ours)) || slices.Contains(testKits, ours)) ||
			r.program && (public(ours) || within(ours)(example(s.dir)))
	}
	if standard(imported) {
		return imported != "C"
	}
	return slices.ContainsFunc(r.theirs, within(imported)) || s.isTest() && slices.ContainsFunc(testKits, within(imported))
}

// matches returns a function that reports whether a pattern stands for the folder.
func matches(dir string) func(pattern string) bool {
	return func(pattern string) bool {
		ok, _ := path.Match(pattern, dir)
		return ok
	}
}

// within returns a function that reports whether the imported package is part of a module, or of a tree of packages.
func within(imported string) func(root string) bool {
	return func(root string) bool { return imported == root || strings.HasPrefix(imported, root+"/") }
}

// standard reports whether the path is of the standard library: its first element is no host name.
func standard(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return !strings.Contains(first, ".")
}

// public reports whether the package is one of the runtime that users of the module can import.
func public(dir string) bool {
	return strings.HasPrefix(dir, "runtime/") && !slices.Contains(strings.Split(dir, "/"), "internal")
}

// example returns the folder of the example that the package belongs to.
func example(dir string) string {
	return strings.Join(strings.SplitN(dir, "/", 3)[:2], "/")
}

func TestPurePackages(t *testing.T) {
	m := load(t)
	for _, s := range m.sources {
		if s.isTest() || !slices.Contains(pure, s.dir) {
			continue
		}
		for _, spec := range s.syntax.Imports {
			imported, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				t.Fatal(err)
			}
			if slices.ContainsFunc(impure, within(imported)) && !(imported == "sync/atomic" && s.dir == "runtime/captp/internal/core") {
				t.Errorf("%s: %s in a pure package", m.position(spec), imported)
			}
		}
		ast.Inspect(s.syntax, func(n ast.Node) bool {
			switch n.(type) {
			case *ast.GoStmt, *ast.SelectStmt, *ast.ChanType, *ast.SendStmt:
				t.Errorf("%s: concurrency in a pure package", m.position(n))
			}
			return true
		})
	}
}
