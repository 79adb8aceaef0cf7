package random

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/golden/internal/exercise"
	"github.com/ocapn-go/ocapn/golden/internal/randschema"
)

// modulePath is the path of the module that is tested, of which the internal packages of this one are not hidden.
const modulePath = "github.com/ocapn-go/ocapn/golden/random/run"

// module is a Go module in a temporary folder, which uses this one.
type module struct {
	dir   string
	tests bytes.Buffer        // the test functions
	uses  []string            // the packages that they import
	seeds map[uint64][]string // the paths of the descriptions
	lines int                 // of generated code
}

func newModule(t *testing.T) *module {
	t.Helper()
	m := &module{dir: t.TempDir(), seeds: map[uint64][]string{}}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	mod, err := os.ReadFile(filepath.Join(root, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile(filepath.Join(root, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	_, requirements, _ := strings.Cut(string(mod), "\ngo ")
	requirements, _, _ = strings.Cut(requirements, "\ntool ")
	m.write(t, "go.mod", fmt.Appendf(nil, "module %s\n\ngo %s\nrequire github.com/ocapn-go/ocapn v0.0.0\nreplace github.com/ocapn-go/ocapn => %s\n",
		modulePath, requirements, strconv.Quote(filepath.ToSlash(root))))
	m.write(t, "go.sum", sum)
	return m
}

// write writes a file of the module.
func (m *module) write(t *testing.T, name string, content []byte) {
	t.Helper()
	name = filepath.Join(m.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, content, 0o644); err != nil {
		t.Fatal(err)
	}
}

// add adds the description with a seed.
func (m *module) add(t *testing.T, seed uint64) {
	t.Helper()
	folder := "s" + strconv.FormatUint(seed, 10)
	m.addFiles(t, seed, folder, randschema.Files(seed, modulePath+"/"+folder))
}

// addFiles adds the files of a description in a folder.
func (m *module) addFiles(t *testing.T, seed uint64, folder string, files []randschema.File) {
	t.Helper()
	var glue []string
	for _, f := range files {
		m.write(t, folder+"/"+f.Path, f.Source)
		m.seeds[seed] = append(m.seeds[seed], folder+"/"+f.Path)
	}
	for _, f := range files {
		schema := load(t, m.dir, folder+"/"+f.Path)
		if schema == nil {
			t.Errorf("seed %d:\n%s", seed, m.sources([]byte(folder+"/")))
			return
		}
		checkFormat(t, m, schema, folder+"/"+f.Path, f.Source)
		generated := generate(t, schema)
		if again := generate(t, load(t, m.dir, folder+"/"+f.Path)); !bytes.Equal(generated, again) {
			t.Errorf("seed %d: %s: generated twice with different results", seed, f.Path)
		}
		m.lines += bytes.Count(generated, []byte("\n"))
		text, err := exercise.Glue(schema, generated)
		if err != nil {
			t.Fatalf("seed %d: %s: %v", seed, f.Path, err)
		}
		base := strings.TrimSuffix(folder+"/"+f.Path, ".ocapn")
		m.write(t, base+"_ocapn.go", generated)
		m.write(t, base+"_exercise.go", text)
		alias := fmt.Sprintf("p%d", len(m.uses))
		m.uses = append(m.uses, fmt.Sprintf("%s %q", alias, modulePath+"/"+filepath.ToSlash(filepath.Dir(base))))
		glue = append(glue, alias+"."+exercise.GlueFunc(f.Path)+"()")
	}
	fmt.Fprintf(&m.tests, "func TestS%[1]d(t *testing.T) {\n\tt.Log(exercise.Run(t, exercise.Plan{Source: \"s%[1]d/%[2]s\", Seed: %[1]d, Calls: %[3]d}, %[4]s))\n}\n",
		seed, randschema.Main, *calls, strings.Join(glue, ", "))
}

// test compiles and runs the tests of the module and returns what they print.
func (m *module) test() ([]byte, error) {
	var out bytes.Buffer
	fmt.Fprint(&out, "package run\n\nimport (\n\t\"testing\"\n\n\t\"github.com/ocapn-go/ocapn/golden/internal/exercise\"\n")
	for _, use := range m.uses {
		fmt.Fprintf(&out, "\t%s\n", use)
	}
	fmt.Fprintf(&out, ")\n\n%s", m.tests.Bytes())
	if err := os.WriteFile(filepath.Join(m.dir, "run_test.go"), out.Bytes(), 0o644); err != nil {
		return nil, err
	}
	return m.goCommand("test", "-count=1", "-v", "-timeout=5m", ".")
}

// build compiles the packages of the module.
func (m *module) build() ([]byte, error) { return m.goCommand("build", "./...") }

// goCommand runs the go command in the module and returns what it prints.
func (m *module) goCommand(args ...string) ([]byte, error) {
	cmd := exec.Command("go", args...)
	cmd.Dir = m.dir
	cmd.Env = append(os.Environ(), "GOFLAGS=-mod=mod", "GOPROXY=off", "GOWORK=off")
	return cmd.CombinedOutput()
}

// sources returns the descriptions that an output mentions.
func (m *module) sources(output []byte) string {
	var out strings.Builder
	seeds := slices.Sorted(func(yield func(uint64) bool) {
		for seed := range m.seeds {
			if !yield(seed) {
				return
			}
		}
	})
	for _, seed := range seeds {
		folder := fmt.Sprintf("s%d/", seed)
		if !bytes.Contains(output, []byte(folder)) && !bytes.Contains(output, fmt.Appendf(nil, "FAIL: TestS%d ", seed)) {
			continue
		}
		for _, name := range m.seeds[seed] {
			src, err := os.ReadFile(filepath.Join(m.dir, filepath.FromSlash(name)))
			if err != nil {
				src = []byte(err.Error())
			}
			fmt.Fprintf(&out, "==> seed %d, %s\n%s\n", seed, name, src)
		}
	}
	return out.String()
}
