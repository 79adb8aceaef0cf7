package runtime_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	// inlineCode finds `code` in a document, link finds the target of [text](target).
	inlineCode = regexp.MustCompile("`([^`\n]+)`")
	link       = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	// filePath finds what reads like a path, fileName what reads like the name of a source file or a document.
	filePath = regexp.MustCompile(`^[\w.-]+(/[\w.-]+)+/?$`)
	fileName = regexp.MustCompile(`^\w[\w.-]*\.(go|md|txt|ocapn|yml)$`)
)

// TestDocumentsNameExistingFiles checks that the files which the documents point to are there, so that a table of where
// things are cannot rot.
func TestDocumentsNameExistingFiles(t *testing.T) {
	for _, document := range []string{"README.md", "CONTRIBUTING.md"} {
		text, err := os.ReadFile("../" + document)
		if err != nil {
			t.Fatal(err)
		}
		prose := withoutCodeBlocks(string(text))
		for _, code := range inlineCode.FindAllStringSubmatch(prose, -1) {
			if name := code[1]; fileName.MatchString(name) || filePath.MatchString(name) && isOurs(name) {
				checkExists(t, document, name)
			}
		}
		for _, target := range link.FindAllStringSubmatch(prose, -1) {
			if name, _, _ := strings.Cut(target[1], "#"); name != "" && !strings.Contains(name, ":") {
				checkExists(t, document, name)
			}
		}
	}
}

// withoutCodeBlocks returns the text without what stands between lines of three backquotes.
func withoutCodeBlocks(text string) string {
	var prose strings.Builder
	for i, part := range strings.Split("\n"+text, "\n```") {
		if i%2 == 0 {
			prose.WriteString(part)
		}
	}
	return prose.String()
}

// isOurs reports whether the path begins with a folder of the module, unlike testing/synctest.
func isOurs(name string) bool {
	top, _, _ := strings.Cut(name, "/")
	_, err := os.Stat(filepath.Join("..", top))
	return err == nil
}

// checkExists reports a name of a document that is no file or folder of the module.
func checkExists(t *testing.T, document, name string) {
	t.Helper()
	if _, err := os.Stat(filepath.Join("..", filepath.FromSlash(name))); err != nil {
		t.Errorf("%s names %s, which does not exist", document, name)
	}
}
