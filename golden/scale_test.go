package golden

import (
	"bytes"
	"flag"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ocapn-go/ocapn/gen"
	"github.com/ocapn-go/ocapn/idl"
)

// manyInterfaces is how many interfaces the large description has.
const manyInterfaces = 200

// methods are those of each interface. They are mostly small, as people write them, and of all kinds that take code of their
// own: references, structs, several results, optional arguments, errors, one way.
var methods = []string{
	"name() -> string",
	"rename(name: string)",
	"other(key: symbol) -> thing-OTHER raises refused",
	"state() -> state-THIS",
	"oneway note(who: thing-OTHER, text: any)",
	"subscribe(who: thing-OTHER) -> tuple<bool, thing-THIS>",
	"find(words: list<string>, limit?: int = 10) -> list<thing-OTHER>",
	"phase() -> phase-THIS",
	"count() -> int",
	"join(who: promise<thing-OTHER>) -> thing-THIS",
}

// large returns a large description.
func large() []byte {
	var b strings.Builder
	b.WriteString("/// A large description.\npackage golden.large go \"github.com/ocapn-go/ocapn/golden/large\"\n\n")
	b.WriteString("error refused { message: string, until?: int }\n\n")
	for i := range manyInterfaces {
		fmt.Fprintf(&b, "/// What thing %[1]d is like.\nstruct state-%[1]d { name: string, @max(100) tags: list<string>, born?: int, owner: thing-%[1]d }\n\n", i)
		fmt.Fprintf(&b, "enum phase-%d { new, old }\n\n/// Thing %[1]d.\ninterface thing-%[1]d {\n", i)
		other := (i*7 + 3) % manyInterfaces
		for m, method := range methods {
			method = strings.NewReplacer("THIS", strconv.Itoa(i), "OTHER", strconv.Itoa(other)).Replace(method)
			fmt.Fprintf(&b, "  /// Method %d.\n  %s\n", m, method)
		}
		b.WriteString("}\n\n")
	}
	return []byte(b.String())
}

// loadLarge returns the schema of the large description.
func loadLarge(tb testing.TB, src []byte) *idl.Schema {
	tb.Helper()
	loader := idl.Loader{ReadFile: func(path string) ([]byte, error) {
		if path != "large.ocapn" {
			return nil, fs.ErrNotExist
		}
		return src, nil
	}}
	schema, errs := loader.Load("large.ocapn")
	if len(errs) > 0 {
		tb.Fatal(errs[0])
	}
	return schema
}

func TestLarge(t *testing.T) {
	src := large()
	start := time.Now()
	schema := loadLarge(t, src)
	loaded := time.Since(start)
	files, err := gen.Generate(schema, gen.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d lines: checked in %v, generated in %v", bytes.Count(src, []byte("\n")), loaded, time.Since(start)-loaded)
	added, all := measure(t, files[0].Content)
	n := float64(manyInterfaces * len(methods))
	t.Logf("%d lines: %.1f for each method, %.1f with what an interface has once", bytes.Count(files[0].Content, []byte("\n")),
		added/n, all/n)
	if added/n > maxLines {
		t.Errorf("%.1f lines for a method, want at most %d", added/n, maxLines)
	}
	if again, err := gen.Generate(loadLarge(t, src), gen.Options{}); err != nil || !bytes.Equal(files[0].Content, again[0].Content) {
		t.Errorf("generated twice with different results: %v", err)
	}
	once, errs := idl.Format("large.ocapn", src)
	if len(errs) > 0 {
		t.Fatal(errs[0])
	}
	if twice, errs := idl.Format("large.ocapn", once); len(errs) > 0 || !bytes.Equal(once, twice) {
		t.Errorf("formatting twice is not formatting once: %v", errs)
	}
	checkTypes(t, files[0])
}

var compile = flag.Bool("large.compile", false, "compile what the large description generates, instead of checking its types")

// checkTypes checks the types of a generated file against the packages that it imports, or compiles it if -large.compile says so:
// the compiler takes most of a minute for it.
func checkTypes(t *testing.T, file gen.File) {
	t.Helper()
	if *compile {
		compileLarge(t, file)
		return
	}
	list := exec.Command("go", "list", "-export", "-deps", "-f", "{{.ImportPath}} {{.Export}}",
		"math/big", "unicode/utf8", gen.DefaultRuntime+"/captp", gen.DefaultRuntime+"/locator")
	out, err := list.Output()
	if err != nil {
		t.Fatal(err)
	}
	exports := map[string]string{}
	for line := range strings.Lines(string(out)) {
		if path, export, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			exports[path] = export
		}
	}
	fset := token.NewFileSet()
	parsed, err := parser.ParseFile(fset, file.Name, file.Content, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	config := types.Config{
		Importer: importer.ForCompiler(fset, "gc", func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) }),
		Error:    func(err error) { t.Error(err) },
	}
	start := time.Now()
	config.Check("large", fset, []*ast.File{parsed}, nil) // errors were reported one by one
	t.Logf("types checked in %v", time.Since(start))
}

// compileLarge compiles a generated file as a package of this module.
func compileLarge(t *testing.T, file gen.File) {
	t.Helper()
	dir := t.TempDir()
	there := filepath.Join(dir, file.Name)
	if err := os.WriteFile(there, file.Content, 0o644); err != nil {
		t.Fatal(err)
	}
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	overlay := fmt.Sprintf("{\"Replace\": {%q: %q}}", filepath.Join(here, "large", file.Name), there)
	if err := os.WriteFile(filepath.Join(dir, "overlay.json"), []byte(overlay), 0o644); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	cmd := exec.Command("go", "build", "-overlay", filepath.Join(dir, "overlay.json"), "./large")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("compiled in %v, %v of processor time", time.Since(start), cmd.ProcessState.UserTime())
}

func BenchmarkLarge(b *testing.B) {
	src := large()
	schema := loadLarge(b, src)
	b.Run("check", func(b *testing.B) {
		for b.Loop() {
			loadLarge(b, src)
		}
	})
	b.Run("generate", func(b *testing.B) {
		for b.Loop() {
			if _, err := gen.Generate(schema, gen.Options{}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("format", func(b *testing.B) {
		for b.Loop() {
			if _, errs := idl.Format("large.ocapn", src); len(errs) > 0 {
				b.Fatal(errs[0])
			}
		}
	})
}
