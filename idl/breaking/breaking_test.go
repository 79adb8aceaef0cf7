package breaking_test

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/idl"
	"github.com/ocapn-go/ocapn/idl/breaking"
	"github.com/ocapn-go/ocapn/idl/internal/pages"
	"github.com/ocapn-go/ocapn/idl/lint"
)

var update = flag.Bool("update", false, "write the golden files")

// memory returns a loader of files by their names.
func memory(files map[string]string) *idl.Loader {
	return &idl.Loader{ReadFile: func(path string) ([]byte, error) {
		src, ok := files[path]
		if !ok {
			return nil, fs.ErrNotExist
		}
		return []byte(src), nil
	}}
}

// version returns the version of the description in files, all of which are added.
func version(t *testing.T, files map[string]string) *breaking.Version {
	t.Helper()
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	return versionOf(t, files, names...)
}

// versionOf returns the version of the description in some files.
func versionOf(t *testing.T, files map[string]string, added ...string) *breaking.Version {
	t.Helper()
	v := new(breaking.Version)
	for _, name := range added {
		if errs := v.Add(memory(files), name); len(errs) > 0 {
			t.Fatal(errs)
		}
	}
	return v
}

// compareTexts returns the changes between two texts of a file.
func compareTexts(t *testing.T, before, after string) []breaking.Change {
	t.Helper()
	const name = "album.ocapn"
	return breaking.Compare(version(t, map[string]string{name: before}), version(t, map[string]string{name: after}))
}

// line returns a change in one line.
func line(c breaking.Change) string {
	return fmt.Sprintf("%-8s %s %s", c.Verdict, c.Category, label(c))
}

// label returns the place, the message and the ID of a change.
func label(c breaking.Change) string { return fmt.Sprintf("%s [%s]", c.Error.Error(), c.Rule.ID) }

// pairNames returns the folders of pairs.
func pairNames(t testing.TB) []string {
	t.Helper()
	dirs, err := filepath.Glob("testdata/*")
	if err != nil {
		t.Fatal(err)
	}
	return dirs
}

// folder returns the files of a folder by their names, or nil if there is no folder.
func folder(t testing.TB, dir string) map[string]string {
	t.Helper()
	files := map[string]string{}
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		src, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[entry.Name()] = string(src)
	}
	return files
}

// loadPair returns both versions of a pair: old.ocapn and new.ocapn, or the folders old and new.
func loadPair(t testing.TB, dir string) (before, after map[string]string) {
	t.Helper()
	if before = folder(t, filepath.Join(dir, "old")); before != nil {
		return before, folder(t, filepath.Join(dir, "new"))
	}
	files := folder(t, dir)
	return map[string]string{"album.ocapn": files["old.ocapn"]}, map[string]string{"album.ocapn": files["new.ocapn"]}
}

// Each pair is two versions of a description, and want.txt the changes between them with their verdicts.
func TestPairs(t *testing.T) {
	dirs := pairNames(t)
	if len(dirs) < 40 {
		t.Errorf("%d pairs", len(dirs))
	}
	seen := map[string]bool{}
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			before, after := loadPair(t, dir)
			var got strings.Builder
			for _, c := range breaking.Compare(version(t, before), version(t, after)) {
				seen[c.Rule.ID] = true
				fmt.Fprintln(&got, line(c))
			}
			golden(t, filepath.Join(dir, "want.txt"), got.String())
		})
	}
	for _, r := range breaking.Rules() {
		if !seen[r.ID] {
			t.Errorf("no pair shows %s", r.ID)
		}
	}
}

// golden compares got with a file, or writes the file.
func golden(t *testing.T, path, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("changes differ (-want +got); run with -update:\n%s", diff)
	}
}

// Every version is compatible with itself.
func TestNothingChanges(t *testing.T) {
	for _, dir := range pairNames(t) {
		before, after := loadPair(t, dir)
		for _, files := range []map[string]string{before, after} {
			if changes := breaking.Compare(version(t, files), version(t, files)); len(changes) > 0 {
				t.Errorf("%s: %v", dir, changes)
			}
		}
	}
}

func TestExamplesOfPages(t *testing.T) {
	for _, r := range breaking.Rules() {
		page, ok := breaking.Explain(r.ID)
		if !ok {
			t.Errorf("%s has no page", r.ID)
			continue
		}
		before, hasBefore := pages.Example(page, "before")
		after, hasAfter := pages.Example(page, "after")
		if !hasBefore || !hasAfter {
			t.Errorf("%s has no example", r.ID)
			continue
		}
		changes := compareTexts(t, before, after)
		if !slices.ContainsFunc(changes, func(c breaking.Change) bool { return c.Rule == r }) {
			t.Errorf("%s: its example has the changes %v", r.ID, changes)
		}
		for _, c := range changes {
			if c.Category == r.Category && worse(c.Verdict, r.Verdict) {
				t.Errorf("%s: its example also has a worse change: %s", r.ID, line(c))
			}
		}
	}
	if page, ok := breaking.Explain("NO_SUCH"); ok {
		t.Errorf("a page of no rule: %q", page)
	}
}

// worse reports whether a is a worse verdict than b.
func worse(a, b breaking.Verdict) bool {
	order := []breaking.Verdict{breaking.OK, breaking.Warning, breaking.Breaking}
	return slices.Index(order, a) > slices.Index(order, b)
}

func TestRulesHavePages(t *testing.T) {
	var ids []string
	for _, r := range breaking.Rules() {
		ids = append(ids, r.ID)
		_, isError := idl.Explain(r.ID)
		_, isFinding := lint.Explain(r.ID)
		if isError || isFinding {
			t.Errorf("%s is the ID of an error or a finding too", r.ID)
		}
	}
	slices.Sort(ids)
	if diff := cmp.Diff(ids, breaking.IDs()); diff != "" {
		t.Errorf("rules and pages differ (-rules +pages):\n%s", diff)
	}
}

func TestDocumentationListsRules(t *testing.T) {
	src, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	rest := string(src)
	for _, r := range breaking.Rules() {
		row := fmt.Sprintf("//\t%-4s  %-8s  %-19s  %s\n", r.Category, r.Verdict, r.ID, r.Change)
		_, after, ok := strings.Cut(rest, row)
		if !ok {
			t.Fatalf("doc.go has no row, or not in this order: %s", row)
		}
		rest = after
	}
}

func TestAddReportsErrors(t *testing.T) {
	v := new(breaking.Version)
	errs := v.Add(memory(map[string]string{"a.ocapn": "struct s { x: nothing }"}), "a.ocapn")
	if len(errs) != 1 || errs[0].ID != "UNKNOWN_TYPE" {
		t.Errorf("errors %v", errs)
	}
}

// What is imported is compared as far as it is used; it loses no declarations.
func TestImportsAreCompared(t *testing.T) {
	before := map[string]string{
		"app.ocapn":   "package app\nimport \"parts.ocapn\"\nimport \"ocapn/sealers.ocapn\" as seal\ninterface app { photo() -> parts.photo; s() -> seal.sealer }\n",
		"parts.ocapn": "package parts go \"example.org/parts\"\nstruct photo { name: string }\nstruct other { }\n",
	}
	after := map[string]string{
		"app.ocapn":   before["app.ocapn"],
		"parts.ocapn": "package parts go \"example.org/parts\"\nstruct photo { name: string, size: int }\n",
	}
	var got []string
	for _, c := range breaking.Compare(versionOf(t, before, "app.ocapn"), versionOf(t, after, "app.ocapn")) {
		got = append(got, line(c))
	}
	want := []string{`breaking wire parts.ocapn:2:30: the field "size" of the struct "photo" is new and cannot be left out [FIELD_ADDED]`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("changes (-want +got):\n%s", diff)
	}
}

// A file that was imported first and added later counts as added.
func TestAddedAfterImported(t *testing.T) {
	before := map[string]string{
		"app.ocapn":   "package app\nimport \"parts.ocapn\"\ninterface app { photo() -> parts.photo }\n",
		"parts.ocapn": "package parts go \"example.org/parts\"\nstruct photo { name: string }\nstruct other { }\n",
	}
	after := map[string]string{
		"app.ocapn":   before["app.ocapn"],
		"parts.ocapn": "package parts go \"example.org/parts\"\nstruct photo { name: string }\n",
	}
	changes := breaking.Compare(versionOf(t, before, "app.ocapn", "parts.ocapn", "app.ocapn"), versionOf(t, after, "app.ocapn", "parts.ocapn"))
	if len(changes) != 2 || changes[0].Rule.ID != "DECL_REMOVED" || changes[1].Rule.ID != "GO_REMOVED" {
		t.Errorf("changes %v", changes)
	}
}
