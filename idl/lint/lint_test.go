package lint_test

import (
	"bytes"
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
	"github.com/ocapn-go/ocapn/idl/internal/pages"
	"github.com/ocapn-go/ocapn/idl/lint"
)

var update = flag.Bool("update", false, "write the golden files")

// folder returns a loader of the files in a folder by their names.
func folder(dir string) *idl.Loader {
	return &idl.Loader{ReadFile: func(path string) ([]byte, error) {
		src, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(path)))
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fs.ErrNotExist
		}
		return src, err
	}}
}

// text returns a loader of one file.
func text(src string) *idl.Loader {
	return &idl.Loader{ReadFile: func(path string) ([]byte, error) {
		if path != "in.ocapn" {
			return nil, fs.ErrNotExist
		}
		return []byte(src), nil
	}}
}

// check returns the findings in a file that has no errors.
func check(t *testing.T, loader *idl.Loader, path string, rules ...string) []idl.Error {
	t.Helper()
	_, findings, errs := lint.Check(loader, path, rules)
	if len(errs) > 0 {
		t.Fatal(errs)
	}
	return findings
}

// Every rule has a folder with a file in which it finds something, in.ocapn, and one in which it finds nothing, ok.ocapn.
func TestRules(t *testing.T) {
	dirs, err := filepath.Glob("testdata/*")
	if err != nil {
		t.Fatal(err)
	}
	names := make([]string, len(dirs))
	for i, dir := range dirs {
		names[i] = filepath.Base(dir)
	}
	if diff := cmp.Diff(lint.IDs(), names); diff != "" {
		t.Errorf("rules and folders differ (-rules +folders):\n%s", diff)
	}
	for _, id := range lint.IDs() {
		t.Run(id, func(t *testing.T) {
			dir := filepath.Join("testdata", id)
			rules := []string{id}
			if id == "IGNORE_UNUSED" { // which is about what the other rules find
				rules = lint.IDs()
			}
			findings := check(t, folder(dir), "in.ocapn", rules...)
			if len(findings) == 0 {
				t.Fatal("no findings")
			}
			for _, f := range findings {
				if f.ID != id {
					t.Errorf("another finding: %v", f)
				}
			}
			var got bytes.Buffer
			if err := idl.PrintErrors(&got, findings, 0); err != nil {
				t.Fatal(err)
			}
			golden(t, filepath.Join(dir, "stderr.txt"), got.Bytes())
			if findings := check(t, folder(dir), "ok.ocapn", rules...); len(findings) > 0 {
				t.Errorf("findings in a good file: %v", findings)
			}
		})
	}
}

// golden compares got with a file, or writes the file.
func golden(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("findings differ (-want +got); run with -update:\n%s", diff)
	}
}

func TestExamplesOfPages(t *testing.T) {
	for _, id := range lint.IDs() {
		page, ok := lint.Explain(id)
		if !ok {
			t.Errorf("%s has no page", id)
		}
		if src, ok := pages.Example(page, "wrong"); ok {
			if findings := check(t, text(src), "in.ocapn", exampleRules(id)...); !slices.ContainsFunc(findings, func(f idl.Error) bool { return f.ID == id }) {
				t.Errorf("%s finds nothing in its wrong example", id)
			}
		}
		if src, ok := pages.Example(page, "right"); ok {
			if findings := check(t, text(src), "in.ocapn", exampleRules(id)...); len(findings) > 0 {
				t.Errorf("%s: findings in the right example: %v", id, findings)
			}
		}
	}
	if page, ok := lint.Explain("NO_SUCH"); ok {
		t.Errorf("a page of no rule: %q", page)
	}
}

// exampleRules returns the rules that are looked at in the examples of a rule: it and the default ones.
func exampleRules(id string) []string {
	rules, _ := lint.Select([]string{id}, nil)
	return rules
}

func TestRulesHavePages(t *testing.T) {
	var got []string
	for _, r := range lint.Rules() {
		got = append(got, r.ID)
	}
	if !slices.IsSorted(got) {
		t.Errorf("the rules are not in order: %v", got)
	}
	if diff := cmp.Diff(lint.IDs(), got); diff != "" {
		t.Errorf("pages and rules differ (-pages +rules):\n%s", diff)
	}
	for _, id := range lint.IDs() {
		if _, taken := idl.Explain(id); taken {
			t.Errorf("%s is the ID of an error too", id)
		}
	}
}

func TestSelect(t *testing.T) {
	var byDefault []string
	for _, r := range lint.Rules() {
		if r.Default {
			byDefault = append(byDefault, r.ID)
		}
	}
	without := func(ids []string, id string) []string {
		return slices.DeleteFunc(slices.Clone(ids), func(other string) bool { return other == id })
	}
	tests := []struct {
		name            string
		enable, disable []string
		want            []string
		err             string
	}{
		{"nothing said", nil, nil, byDefault, ""},
		{"one more", []string{"ANY_TYPE"}, nil, append([]string{"ABSENT_AMBIGUOUS", "ANY_TYPE"}, byDefault[1:]...), ""},
		{"one less", nil, []string{"OPT_MIDDLE"}, without(byDefault, "OPT_MIDDLE"), ""},
		{"all", []string{"all"}, nil, lint.IDs(), ""},
		{"all but one", []string{"all"}, []string{"UNBOUNDED"}, without(lint.IDs(), "UNBOUNDED"), ""},
		{"only one", []string{"UNBOUNDED"}, []string{"all"}, []string{"UNBOUNDED"}, ""},
		{"both", []string{"UNBOUNDED"}, []string{"UNBOUNDED"}, byDefault, ""},
		{"a misspelled one", []string{"OPT_MIDLE"}, nil, nil, `there is no rule "OPT_MIDLE"; did you mean OPT_MIDDLE?`},
		{"an unknown one", nil, []string{"opt"}, nil, `there is no rule "opt"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := lint.Select(tt.enable, tt.disable)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("rules (-want +got):\n%s", diff)
			}
			if err == nil != (tt.err == "") || err != nil && err.Error() != tt.err {
				t.Errorf("error %v, want %q", err, tt.err)
			}
		})
	}
}

func TestErrorsComeBeforeFindings(t *testing.T) {
	_, findings, errs := lint.Check(text("interface room { say(text: strng, Text: int) }"), "in.ocapn", lint.IDs())
	if len(findings) > 0 || len(errs) == 0 || errs[0].ID != "UNKNOWN_TYPE" {
		t.Errorf("findings %v, errors %v", findings, errs)
	}
}

// What is ignored at one place is found at the others.
func TestIgnore(t *testing.T) {
	const src = `(0)package p
(1)interface room {
  (2)first(a?: int, (3)b?: int)
  second(a?: int, b?: int)
}
interface hall { third(a?: int, b?: int) }
`
	const mark = `@x-lint-ignore("OPT_MIDDLE") `
	tests := []struct {
		name  string
		place int
		want  int
	}{
		{"the file", 0, 0}, {"a declaration", 1, 1}, {"a method", 2, 2}, {"a parameter", 3, 2}, {"nowhere", 4, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			marked := src
			for place := range 4 {
				marked = strings.ReplaceAll(marked, fmt.Sprintf("(%d)", place), strings.Repeat(mark, map[bool]int{true: 1}[place == tt.place]))
			}
			if findings := check(t, text(marked), "in.ocapn", "OPT_MIDDLE", "IGNORE_UNUSED"); len(findings) != tt.want {
				t.Errorf("%d findings, want %d: %v", len(findings), tt.want, findings)
			}
		})
	}
}

func TestDocumentationListsRules(t *testing.T) {
	src, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range lint.Rules() {
		star := " *"
		if r.Default {
			star = ""
		}
		if line := fmt.Sprintf("\n//\t%-17s %s\n", r.ID+star, r.Finds); !strings.Contains(string(src), line) {
			t.Errorf("doc.go has no line %q", line)
		}
	}
}
