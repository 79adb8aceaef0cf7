package runtime_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

const modulePath = "github.com/ocapn-go/ocapn"

// A source is one Go file of the module.
type source struct {
	name   string // slash path from the root of the module
	dir    string // slash path of its folder, "." for the root
	syntax *ast.File
	lines  int
}

// isTest reports whether the file is compiled into tests only.
func (s *source) isTest() bool { return strings.HasSuffix(s.name, "_test.go") }

// isGenerated reports whether a program wrote the file.
func (s *source) isGenerated() bool { return ast.IsGenerated(s.syntax) }

// isProgram reports whether the file belongs to a command.
func (s *source) isProgram() bool { return s.syntax.Name.Name == "main" }

// A module is every Go file of this module, whatever its build constraints.
type module struct {
	fset    *token.FileSet
	sources []*source // sorted by name
}

// loadModule reads the module once for all tests. It walks the folders instead of asking the go command, so that files
// of every platform are seen, packages that do not compile are judged all the same, and the go command knows which
// files a cached test result depends on.
var loadModule = sync.OnceValues(func() (*module, error) {
	m := &module{fset: token.NewFileSet()}
	root := os.DirFS("..")
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && skipped(root, name):
			return fs.SkipDir
		case entry.IsDir() || filepath.Ext(name) != ".go":
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		syntax, err := parser.ParseFile(m.fset, name, text, parser.ParseComments)
		if err != nil {
			return err
		}
		m.sources = append(m.sources, &source{
			name:   name,
			dir:    filepath.ToSlash(filepath.Dir(name)),
			syntax: syntax,
			lines:  m.fset.File(syntax.Pos()).LineCount(),
		})
		return nil
	})
	return m, err
})

// skipped reports whether the go command ignores the folder, or it is a module of its own.
func skipped(root fs.FS, name string) bool {
	if name == "." {
		return false
	}
	base := filepath.Base(name)
	if base == "testdata" || base[0] == '.' || base[0] == '_' {
		return true
	}
	_, err := fs.Stat(root, name+"/go.mod")
	return err == nil
}

// load returns the module or ends the test.
func load(t *testing.T) *module {
	t.Helper()
	m, err := loadModule()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// packages returns the folders that hold Go files, sorted.
func (m *module) packages() []string {
	var dirs []string
	for _, s := range m.sources {
		dirs = append(dirs, s.dir)
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}

// position is where the node stands, as file:line:column.
func (m *module) position(n ast.Node) token.Position { return m.fset.Position(n.Pos()) }

// TestModuleIsSeenWhole guards the guards: a package that the walk misses would pass every rule.
func TestModuleIsSeenWhole(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "go", "list", "-e", "-f", "{{.ImportPath}}", "./...")
	cmd.Dir = ".."
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	walked := load(t).packages()
	for path := range strings.FieldsSeq(string(out)) {
		dir := strings.TrimPrefix(strings.TrimPrefix(path, modulePath), "/")
		if dir != "" && !slices.Contains(walked, dir) {
			t.Errorf("%s: the go command sees this package, the walk does not", dir)
		}
	}
}
