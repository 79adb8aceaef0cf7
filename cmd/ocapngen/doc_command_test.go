package main

import (
	"os"
	"strings"
	"testing"
)

func TestDoc(t *testing.T) {
	workIn(t, map[string]string{
		"good.ocapn": good, "app/user.ocapn": "package user go \"example.org/user\"\nimport \"../good.ocapn\" as g\ninterface user { in() -> g.room }\n",
		"go.mod": "module example.org/good\n",
	})
	if got := ocapngen(t, "", "doc", "good.ocapn", "app"); got != (result{}) {
		t.Fatalf("%+v", got)
	}
	for path, want := range map[string]string{
		"good.md":     "\nWhere people talk.\n",
		"app/user.md": "[`room`](../good.md#interface-room)",
	} {
		if page := read(t, path); !strings.Contains(page, want) {
			t.Errorf("%s does not contain %q:\n%s", path, want, page)
		}
	}
	if got := ocapngen(t, "", "doc", "-out", "a/b", "app/user.ocapn", "good.ocapn"); got != (result{}) {
		t.Fatalf("%+v", got)
	}
	if page := read(t, "a/b/user.md"); !strings.Contains(page, "[`room`](good.md#interface-room)") {
		t.Errorf("pages in one folder do not link to each other:\n%s", page)
	}
	if got := ocapngen(t, "", "doc", "-out", "c", "app/user.ocapn"); got != (result{}) {
		t.Fatalf("%+v", got)
	}
	if page := read(t, "c/user.md"); strings.Contains(page, "](../") || strings.Contains(page, "](good.md") {
		t.Errorf("a link to a page that was not written:\n%s", page)
	}
}

func TestDocRefuses(t *testing.T) {
	workIn(t, map[string]string{"a/good.ocapn": good, "b/good.ocapn": good, "bad.ocapn": bad})
	if got := ocapngen(t, "", "doc", "-out", "out", "a", "b"); got.code != exitError || !strings.Contains(got.stderr, "out/good.md") {
		t.Errorf("two pages of one name: %+v", got)
	}
	if got := ocapngen(t, "", "doc", "a", "bad.ocapn"); got.code != exitError || !strings.Contains(got.stderr, "[UNKNOWN_TYPE]") {
		t.Errorf("a bad file: %+v", got)
	}
	if _, err := os.Stat("a/good.md"); err == nil {
		t.Error("a page was written although a file has errors")
	}
}
