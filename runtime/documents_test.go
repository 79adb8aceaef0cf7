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
	for _, document := range []string{"README.md", "CONTRIBUTING.md", "SECURITY.md"} {
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

// quotation finds a block of code that says, in a comment before it, which file it is quoted from.
var quotation = regexp.MustCompile("(?s)<!-- from ([^ ]+) -->\n```[a-z]*\n(.*?\n)```\n")

// TestDocumentsQuoteCode checks that the code in the documents is what the files say that it is quoted from. A line "..." stands for
// any number of lines.
func TestDocumentsQuoteCode(t *testing.T) {
	text, err := os.ReadFile("../README.md")
	if err != nil {
		t.Fatal(err)
	}
	quotes := quotation.FindAllStringSubmatch(string(text), -1)
	if len(quotes) == 0 {
		t.Error("README.md quotes no code")
	}
	for _, quote := range quotes {
		file, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(quote[1])))
		if err != nil {
			t.Fatal(err)
		}
		rest := string(file)
		for part := range strings.SplitSeq(quote[2], "...\n") {
			_, after, found := strings.Cut(rest, part)
			if !found {
				t.Errorf("README.md quotes %s, which does not have these lines, or not in this order:\n%s", quote[1], part)
				break
			}
			rest = after
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
