package pages

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

const book = Book(`# FIRST
What it means.

wrong:
    struct a {
      x: int
    }
right:
    struct a { }

# SECOND
Text # with a mark.
`)

func TestBook(t *testing.T) {
	if diff := cmp.Diff([]string{"FIRST", "SECOND"}, book.IDs()); diff != "" {
		t.Errorf("IDs (-want +got):\n%s", diff)
	}
	page, ok := book.Explain("SECOND")
	if !ok || page != "Text # with a mark.\n" {
		t.Errorf("SECOND: %q %t", page, ok)
	}
	for _, id := range []string{"THIRD", "", "FIRST\n"} {
		if page, ok := book.Explain(id); ok {
			t.Errorf("%q has the page %q", id, page)
		}
	}
	page, _ = book.Explain("FIRST")
	if got, ok := Example(page, "wrong"); !ok || got != "struct a {\n  x: int\n}\n" {
		t.Errorf("wrong: %q %t", got, ok)
	}
	if got, ok := Example(page, "right"); !ok || got != "struct a { }\n" {
		t.Errorf("right: %q %t", got, ok)
	}
	if got, ok := Example(page, "before"); ok {
		t.Errorf("before: %q", got)
	}
}
