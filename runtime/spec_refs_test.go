package runtime_test

import (
	"go/ast"
	"go/token"
	"os"
	"regexp"
	"strings"
	"testing"
)

var (
	// reference finds a heading of a draft, wherever it is named.
	reference = regexp.MustCompile(`\b(CapTP|Model|Locators|Netlayers|Syrup|Notation)#[\w-]*`)
	// specLine finds the lines of a comment that exist to name one.
	specLine = regexp.MustCompile(`(?m)^(?://|/\*|\s)*Spec:(.*)$`)
)

// TestSpecReferences resolves every reference to a draft in comments and strings of the module.
func TestSpecReferences(t *testing.T) {
	m, anchors := load(t), readAnchors(t)
	for _, s := range m.sources {
		for _, group := range s.syntax.Comments {
			for _, c := range group.List {
				checkReferences(t, anchors, m.position(c), c.Text)
				for _, line := range specLine.FindAllStringSubmatch(c.Text, -1) {
					if !reference.MatchString(line[1]) {
						t.Errorf("%s: %q names no heading of a draft, like CapTP#opdeliver", m.position(c), strings.TrimSpace(line[0]))
					}
				}
			}
		}
		ast.Inspect(s.syntax, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				checkReferences(t, anchors, m.position(lit), lit.Value)
			}
			return true
		})
	}
}

// checkReferences reports every reference in the text that no draft has a heading for.
func checkReferences(t *testing.T, anchors map[string]bool, at token.Position, text string) {
	t.Helper()
	for _, ref := range reference.FindAllString(text, -1) {
		if anchors[ref] {
			continue
		}
		t.Errorf("%s: no draft has a heading %s%s", at, ref, suggestion(anchors, ref))
	}
}

// suggestion names the heading that differs from the reference in punctuation only, if there is one.
func suggestion(anchors map[string]bool, ref string) string {
	bare := strings.NewReplacer("-", "", "_", "")
	for anchor := range anchors {
		if bare.Replace(anchor) == bare.Replace(ref) {
			return "; is it " + anchor + "?"
		}
	}
	return ""
}

// readAnchors returns the headings of the drafts.
func readAnchors(t *testing.T) map[string]bool {
	t.Helper()
	text, err := os.ReadFile("testdata/anchors.txt")
	if err != nil {
		t.Fatal(err)
	}
	anchors := map[string]bool{}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case reference.FindString(line) != line:
			t.Fatalf("testdata/anchors.txt: %q is no anchor", line)
		case anchors[line]:
			t.Fatalf("testdata/anchors.txt: %s stands twice", line)
		default:
			anchors[line] = true
		}
	}
	return anchors
}
