package random

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/gen/markdown"
	"github.com/ocapn-go/ocapn/golden/internal/randschema"
	"github.com/ocapn-go/ocapn/idl"
	"github.com/ocapn-go/ocapn/idl/breaking"
	"github.com/ocapn-go/ocapn/idl/lint"
)

// description is a random description in memory, as it was written and formatted.
type description struct {
	seed              uint64
	source, formatted *idl.Loader
	files             []randschema.File
}

func describe(t *testing.T, seed uint64) description {
	t.Helper()
	folder := "s" + strconv.FormatUint(seed, 10)
	files := randschema.Files(seed, modulePath+"/"+folder)
	var formatted []randschema.File
	for _, f := range files {
		src, errs := idl.Format(f.Path, f.Source)
		if len(errs) > 0 {
			t.Fatalf("seed %d: %v", seed, errs[0])
		}
		formatted = append(formatted, randschema.File{Path: f.Path, Source: src})
	}
	return description{seed, memory(folder, files), memory(folder, formatted), files}
}

// TestTools runs what reads descriptions on random ones: what does not depend on the layout is the same before and after
// formatting, and no change is no change.
func TestTools(t *testing.T) {
	start := time.Now()
	var last description
	n := 0
	for seed := *firstSeed; ; seed++ {
		d := describe(t, seed)
		checkLint(t, d)
		checkBreaking(t, d, last)
		checkPages(t, d)
		if t.Failed() {
			for _, f := range d.files {
				t.Logf("==> seed %d, %s\n%s", seed, f.Path, f.Source)
			}
			return
		}
		last = d
		if n++; n >= 10**count && time.Since(start) >= *duration {
			break
		}
	}
	t.Logf("%d descriptions", n)
}

// checkLint checks that lint finds the same whatever the layout, at places in the file.
func checkLint(t *testing.T, d description) {
	t.Helper()
	rules, err := lint.Select([]string{"all"}, nil)
	if err != nil {
		rules = nil
		for _, r := range lint.Rules() {
			rules = append(rules, r.ID)
		}
	}
	for _, f := range d.files {
		_, found, errs := lint.Check(d.source, f.Path, rules)
		_, again, more := lint.Check(d.formatted, f.Path, rules)
		if len(errs)+len(more) > 0 {
			t.Errorf("seed %d: %s: %v, %v", d.seed, f.Path, errs, more)
		}
		if diff := cmp.Diff(messages(found), messages(again)); diff != "" {
			t.Errorf("seed %d: %s: findings (-source +formatted):\n%s", d.seed, f.Path, diff)
		}
		for _, e := range found {
			if e.Line < 1 || e.Col < 1 || e.EndCol <= e.Col || e.Excerpt == "" {
				t.Errorf("seed %d: %s: a finding without a place: %+v", d.seed, f.Path, e)
			}
		}
	}
}

// messages returns what is found, without places.
func messages(found []idl.Error) []string {
	out := make([]string, len(found))
	for i, e := range found {
		out[i] = e.ID + " " + e.Message + " " + e.Hint
	}
	slices.Sort(out)
	return out
}

// checkBreaking checks that a description is not a change of itself, and compares it with another one.
func checkBreaking(t *testing.T, d, other description) {
	t.Helper()
	version := func(loader *idl.Loader) *breaking.Version {
		var v breaking.Version
		if errs := v.Add(loader, randschema.Main); len(errs) > 0 {
			t.Fatalf("seed %d: %v", d.seed, errs[0])
		}
		return &v
	}
	for _, loader := range []*idl.Loader{d.source, d.formatted} {
		if changes := breaking.Compare(version(d.source), version(loader)); len(changes) > 0 {
			t.Errorf("seed %d: a change where there is none: %v", d.seed, changes)
		}
	}
	if other.source == nil {
		return
	}
	forth := breaking.Compare(version(other.source), version(d.source))
	if diff := cmp.Diff(forth, breaking.Compare(version(other.source), version(d.formatted)), withoutPlace); diff != "" {
		t.Errorf("seed %d: changes (-source +formatted):\n%s", d.seed, diff)
	}
	if len(forth) == 0 {
		t.Errorf("seed %d: no change since another description", d.seed)
	}
}

// withoutPlace compares changes without their places.
var withoutPlace = cmp.Transformer("withoutPlace", func(c breaking.Change) string {
	return c.Rule.ID + " " + string(c.Category) + " " + string(c.Verdict) + " " + c.Message
})

// checkPages checks that documentation does not depend on the layout.
func checkPages(t *testing.T, d description) {
	t.Helper()
	pages := func(loader *idl.Loader) []markdown.Page {
		var schemas []*idl.Schema
		for _, f := range d.files {
			schema, errs := loader.Load(f.Path)
			if len(errs) > 0 {
				t.Fatalf("seed %d: %v", d.seed, errs[0])
			}
			schemas = append(schemas, schema)
		}
		return markdown.Pages(schemas, nil)
	}
	if diff := cmp.Diff(pages(d.source), pages(d.formatted)); diff != "" {
		t.Errorf("seed %d: pages (-source +formatted):\n%s", d.seed, diff)
	}
}
