package runtime_test

import (
	"go/ast"
	"go/types"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Sizes, in lines. Above the soft ones a reviewer asks whether the thing is one thing; the hard ones fail.
const (
	softFileLines     = 400
	hardFileLines     = 600
	softFunctionLines = 60
	hardFunctionLines = 100
)

// vagueStems are file names that do not say what a reader would look for.
var vagueStems = []string{"util", "utils", "helper", "helpers", "common", "misc", "types", "base", "shared"}

// starters are the functions of package captp that start a goroutine. Each one's comment says what the goroutine owns
// and what ends it.
var starters = []string{
	"Vat.collect",       // one collection of garbage
	"New",               // the loop, and one accepting goroutine for each netlayer
	"Vat.open",          // the reader of a connection, and the timer of its handshake
	"conn.startWriter",  // the writer of a connection, once it is needed
	"Vat.startDial",     // one attempt to reach a peer
	"Vat.introduce",     // one decision about an introduction
	"conn.park",         // the timer of a peer that has too much under way
	"Vat.watchIdle",     // the timer of looking for peers that are gone
	"Vat.ageLater",      // the timer of handoffs that take too long
	"conn.waitForFirst", // the timer of a second connection of a peer
	"conn.sessionEnded", // the timer of a peer that does not close its side
	"conn.watchStall",   // the timer of a peer that does not read
	"Vat.reclaimLater",  // the timer of collection
	"Vat.runTurn",       // turns
	"watchman.doubt",    // the timer of a session that was doubted
	"watchman.start",    // watching over a session while Keep holds a reference
}

func TestFileNames(t *testing.T) {
	for _, s := range load(t).sources {
		stem := strings.TrimSuffix(strings.TrimSuffix(path.Base(s.name), ".go"), "_test")
		for _, name := range []string{stem, path.Base(s.dir)} {
			if slices.Contains(vagueStems, name) {
				t.Errorf("%s: %q says nothing; name it after what a reader would look for", s.name, name)
			}
		}
	}
}

func TestSizes(t *testing.T) {
	m := load(t)
	for _, s := range m.sources {
		if s.isTest() || s.isGenerated() {
			continue
		}
		switch {
		case s.lines > hardFileLines:
			t.Errorf("%s has %d lines, more than %d", s.name, s.lines, hardFileLines)
		case s.lines > softFileLines:
			t.Logf("%s has %d lines: is it one thing?", s.name, s.lines)
		}
		for f := range functions(s) {
			lines := m.fset.Position(f.End()).Line - m.fset.Position(f.Pos()).Line + 1
			switch {
			case lines > hardFunctionLines:
				t.Errorf("%s: %s has %d lines, more than %d", m.position(f), functionName(f), lines, hardFunctionLines)
			case lines > softFunctionLines:
				t.Logf("%s: %s has %d lines: is it one thing?", m.position(f), functionName(f), lines)
			}
		}
	}
}

// TestLibrariesDoNotPrint keeps the terminal and the default logger to programs.
func TestLibrariesDoNotPrint(t *testing.T) {
	m := load(t)
	for _, s := range m.sources {
		if s.isTest() || s.isProgram() {
			continue
		}
		ast.Inspect(s.syntax, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			name := types.ExprString(call.Fun)
			if strings.HasPrefix(name, "fmt.Print") || strings.HasPrefix(name, "log.") || name == "print" || name == "println" {
				t.Errorf("%s: %s in a library; return the text, or log through the caller's slog.Logger", m.position(n), name)
			}
			return true
		})
	}
}

// TestNoInit keeps work out of program start: whoever imports a package pays for what they call.
func TestNoInit(t *testing.T) {
	m := load(t)
	for _, s := range m.sources {
		for f := range functions(s) {
			if functionName(f) == "init" {
				t.Errorf("%s: init function", m.position(f))
			}
		}
	}
}

var leftOver = regexp.MustCompile(`\b(TODO|FIXME|XXX|HACK)\b`)

// TestNothingIsLeftOver keeps marks of unfinished work out of the sources: what is missing is an issue.
func TestNothingIsLeftOver(t *testing.T) {
	m := load(t)
	for _, s := range m.sources {
		for _, group := range s.syntax.Comments {
			for _, c := range group.List {
				if mark := leftOver.FindString(c.Text); mark != "" {
					t.Errorf("%s: %s in a comment", m.position(c), mark)
				}
			}
		}
	}
}

// TestGoroutines compares the functions of package captp that start a goroutine with the list.
func TestGoroutines(t *testing.T) {
	got := map[string]bool{}
	for _, s := range load(t).sources {
		if s.isTest() || s.dir != "runtime/captp" {
			continue
		}
		for f := range functions(s) {
			ast.Inspect(f, func(n ast.Node) bool {
				if starts(n) {
					got[functionName(f)] = true
				}
				return true
			})
		}
	}
	if diff := cmp.Diff(starters, slices.Sorted(maps.Keys(got)), cmp.Transformer("set", set)); diff != "" {
		t.Errorf("functions of package captp that start a goroutine (-listed +found):\n%s", diff)
	}
}

// starts reports whether the node starts a goroutine, at once or later.
func starts(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.GoStmt:
		return true
	case *ast.CallExpr:
		f, ok := n.Fun.(*ast.SelectorExpr)
		return ok && (f.Sel.Name == "Go" || f.Sel.Name == "AfterFunc")
	default:
		return false
	}
}

// set makes the order of names irrelevant to a comparison.
func set(names []string) map[string]bool {
	m := map[string]bool{}
	for _, name := range names {
		m[name] = true
	}
	return m
}

// functions yields the functions and methods that the file declares.
func functions(s *source) func(yield func(*ast.FuncDecl) bool) {
	return func(yield func(*ast.FuncDecl) bool) {
		for _, d := range s.syntax.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && !yield(f) {
				return
			}
		}
	}
}

// functionName is how the function is called in documentation: Name, or Type.Name for a method.
func functionName(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return f.Name.Name
	}
	receiver := strings.TrimPrefix(types.ExprString(f.Recv.List[0].Type), "*")
	receiver, _, _ = strings.Cut(receiver, "[")
	return receiver + "." + f.Name.Name
}
