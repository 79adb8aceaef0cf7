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
	"go/format"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/gen"
	"github.com/ocapn-go/ocapn/golden/internal/randschema"
	"github.com/ocapn-go/ocapn/idl"
)

var (
	firstSeed = flag.Uint64("random.seed", 118, "the first seed; the default ones use nearly every construct")
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
	Descriptions, Methods, Skipped, Calls, Paths, Refused, Values, Lines int
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
		for i, n := range []*int{&sum.Methods, &sum.Skipped, &sum.Calls, &sum.Paths, &sum.Refused, &sum.Values} {
			k, err := strconv.Atoi(string(report[i+1]))
			if err != nil {
				t.Fatal(err)
			}
			*n += k
		}
	}
}

// reports matches what [exercise.Report] prints.
var reports = regexp.MustCompile(`methods (\d+) skipped (\d+) calls (\d+) paths (\d+) refused (\d+) values (\d+)`)

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
