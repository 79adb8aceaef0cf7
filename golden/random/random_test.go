// Package random tests everything that can be described with random descriptions: each is checked, formatted and generated, the
// code compiles, and its methods carry random values between two vats. A few of them are part of every run of the tests; for more:
//
//	go test ./golden/random -run TestDescriptions -random.time 10m -timeout 0
//	go test ./golden/random -run TestDescriptions -random.seed 123 -random.count 1
package random

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"go/format"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/gen"
	"github.com/ocapn-go/ocapn/golden/internal/exercise"
	"github.com/ocapn-go/ocapn/golden/internal/randschema"
	"github.com/ocapn-go/ocapn/idl"
)

var (
	firstSeed = flag.Uint64("random.seed", 1, "the first seed")
	count     = flag.Int("random.count", 2, "how many descriptions; with -random.time, how many are compiled at a time")
	duration  = flag.Duration("random.time", 0, "go on for so long")
	calls     = flag.Int("random.calls", 10, "how often each method is called")
)

func TestDescriptions(t *testing.T) {
	var sum totals
	start := time.Now()
	for seed := *firstSeed; ; seed += uint64(*count) {
		batch(t, seed, &sum)
		if t.Failed() || time.Since(start) >= *duration {
			break
		}
	}
	t.Logf("%+v in %v", sum, time.Since(start).Round(time.Second))
}

// TestCarelessNames tests that what is accepted compiles, whatever the names: either package idl sees that two things would
// have one Go name, or gen finds other names.
func TestCarelessNames(t *testing.T) {
	start := time.Now()
	accepted, refused, seed := 0, 0, *firstSeed
	for {
		m := newModule(t)
		for range 3 * *count {
			folder := "s" + strconv.FormatUint(seed, 10)
			files := randschema.Careless(seed, modulePath+"/"+folder)
			if refuses(folder, files) {
				refused++
			} else {
				accepted++
				m.addFiles(t, seed, folder, files)
			}
			seed++
		}
		if t.Failed() {
			return
		}
		if out, err := m.build(); err != nil {
			t.Fatalf("%s\n%s", out, m.sources(out))
		}
		if time.Since(start) >= *duration {
			break
		}
	}
	if t.Logf("%d accepted, %d refused", accepted, refused); accepted == 0 || refused == 0 {
		t.Error("either is missing")
	}
}

// refuses reports whether the description in a folder has errors.
func refuses(folder string, files []randschema.File) bool {
	_, errs := memory(folder, files).Load(randschema.Main)
	return len(errs) > 0
}

// memory returns a loader that finds the files of the description in a folder.
func memory(folder string, files []randschema.File) *idl.Loader {
	return &idl.Loader{ReadFile: func(name string) ([]byte, error) {
		for _, f := range files {
			if f.Path == path.Clean(name) {
				return f.Source, nil
			}
		}
		if path.Clean(name) == "go.mod" {
			return []byte("module " + modulePath + "/" + folder), nil
		}
		return nil, fs.ErrNotExist
	}}
}

// totals are what was tested.
type totals struct {
	Descriptions, Methods, Skipped, Calls, Paths, Refused, Lines int
}

// batch tests descriptions with the seeds from seed on, in one module.
func batch(t *testing.T, seed uint64, sum *totals) {
	t.Helper()
	m := newModule(t)
	for i := range uint64(*count) {
		m.add(t, seed+i)
		sum.Descriptions++
	}
	sum.Lines += m.lines
	if t.Failed() {
		return
	}
	out, err := m.test()
	if err == nil && *duration > 0 {
		var vet []byte
		vet, err = m.goCommand("vet", "./...")
		out = append(out, vet...)
	}
	if err != nil {
		t.Errorf("%s\n%s", out, m.sources(out))
		return
	}
	for _, report := range reports.FindAllSubmatch(out, -1) {
		for i, n := range []*int{&sum.Methods, &sum.Skipped, &sum.Calls, &sum.Paths, &sum.Refused} {
			k, err := strconv.Atoi(string(report[i+1]))
			if err != nil {
				t.Fatal(err)
			}
			*n += k
		}
	}
}

// reports matches what [exercise.Report] prints.
var reports = regexp.MustCompile(`methods (\d+) skipped (\d+) calls (\d+) paths (\d+) refused (\d+)`)

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

// load returns the schema of a file of a module, nil after errors.
func load(t *testing.T, dir, name string) *idl.Schema {
	t.Helper()
	loader := idl.Loader{ReadFile: func(name string) ([]byte, error) { return os.ReadFile(filepath.Join(dir, filepath.FromSlash(name))) }}
	schema, errs := loader.Load(name)
	if len(errs) > 0 {
		var text bytes.Buffer
		if err := idl.PrintErrors(&text, errs, 10); err != nil {
			t.Fatal(err)
		}
		t.Errorf("%s", text.String())
		return nil
	}
	return schema
}

// generate returns the generated code of a schema.
func generate(t *testing.T, schema *idl.Schema) []byte {
	t.Helper()
	files, err := gen.Generate(schema, gen.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if formatted, err := format.Source(files[0].Content); err != nil || !bytes.Equal(formatted, files[0].Content) {
		t.Errorf("%s: generated code is not formatted (-formatted +generated), %v:\n%s", schema.File, err,
			cmp.Diff(string(formatted), string(files[0].Content)))
	}
	return files[0].Content
}

// comments matches the numbered comments of a random description.
var comments = regexp.MustCompile(`[/*] c\d+`)

// checkFormat checks that formatting a description changes nothing that it says, and formatting twice nothing more.
func checkFormat(t *testing.T, m *module, schema *idl.Schema, name string, src []byte) {
	t.Helper()
	once, errs := idl.Format(name, src)
	if len(errs) > 0 {
		t.Errorf("%s: cannot be formatted: %v", name, errs[0])
		return
	}
	twice, errs := idl.Format(name, once)
	if len(errs) > 0 || !bytes.Equal(once, twice) {
		t.Errorf("%s: formatting twice differs (-once +twice), %v:\n%s", name, errs, cmp.Diff(string(once), string(twice)))
	}
	if diff := cmp.Diff(comments.FindAllString(string(src), -1), comments.FindAllString(string(once), -1)); diff != "" {
		t.Errorf("%s: comments change when formatted:\n%s", name, diff)
	}
	m.write(t, name, once)
	formatted := load(t, m.dir, name)
	m.write(t, name, src)
	if formatted == nil {
		t.Errorf("%s: does not load when formatted:\n%s", name, once)
		return
	}
	if diff := cmp.Diff(withoutPlaces(t, schema), withoutPlaces(t, formatted)); diff != "" {
		t.Errorf("%s: formatting changes the schema (-source +formatted):\n%s", name, diff)
	}
}

// withoutPlaces returns the JSON form of a schema without positions.
func withoutPlaces(t *testing.T, schema *idl.Schema) any {
	t.Helper()
	text, err := json.Marshal(schema)
	if err != nil {
		t.Fatal(err)
	}
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return dropPlaces(value)
}

func dropPlaces(value any) any {
	switch value := value.(type) {
	case map[string]any:
		delete(value, "pos")
		for k, v := range value {
			value[k] = dropPlaces(v)
		}
	case []any:
		for i, v := range value {
			value[i] = dropPlaces(v)
		}
	}
	return value
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
