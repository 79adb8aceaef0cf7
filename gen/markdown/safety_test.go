package markdown_test

import (
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/ocapn-go/ocapn/gen/markdown"
	"github.com/ocapn-go/ocapn/idl"
)

// visible returns a page without blocks and spans of code, which show what they hold.
func visible(t *testing.T, content string) string {
	t.Helper()
	var out strings.Builder
	fence := ""
	for line := range strings.Lines(content) {
		text := strings.TrimSpace(line)
		switch {
		case fence != "":
			if text == fence {
				fence = ""
			}
		case strings.HasPrefix(text, "```") && !strings.Contains(strings.TrimLeft(text, "`"), "`"):
			fence = text[:len(text)-len(strings.TrimLeft(text, "`"))]
		default:
			out.WriteString(withoutSpans(line))
		}
	}
	if fence != "" {
		t.Errorf("a block of code has no end:\n%s", content)
	}
	return out.String()
}

// withoutSpans returns a line without spans of code.
func withoutSpans(line string) string {
	var out strings.Builder
	for i := 0; i < len(line); {
		switch {
		case line[i] == '\\' && i+1 < len(line):
			out.WriteString(line[i : i+2])
			i += 2
		case line[i] == '`':
			run := line[i : len(line)-len(strings.TrimLeft(line[i:], "`"))]
			end := closing(line[i+len(run):], run)
			if end < 0 {
				out.WriteString(run)
				i += len(run)
				continue
			}
			i += len(run) + end + len(run)
		default:
			out.WriteByte(line[i])
			i++
		}
	}
	return out.String()
}

// closing returns where a run of backquotes of the same length starts, -1 if there is none.
func closing(text, run string) int {
	for at := 0; at < len(text); {
		i := strings.IndexByte(text[at:], '`')
		if i < 0 {
			return -1
		}
		at += i
		length := len(text[at:]) - len(strings.TrimLeft(text[at:], "`"))
		if length == len(run) {
			return at
		}
		at += length
	}
	return -1
}

var (
	// tags is what could be HTML: what is neither escaped nor an address in angle brackets.
	tags = regexp.MustCompile(`(^|[^\\])<(https?://[^<>\s]*>)?`)
	// links are links of Markdown, with their targets.
	links = regexp.MustCompile(`(^|[^\\])\]\(([^)]*)\)`)
	// images are images of Markdown.
	images = regexp.MustCompile(`(^|[^\\])!\[`)
	// headings are the lines that are headings.
	headings = regexp.MustCompile(`(?m)^(#{1,6}) (.*)$`)
)

// checkPage checks that a page holds no HTML and no images, that its links lead somewhere, and that its headings are those of
// the schema. others are the anchors of other pages, by path; nil means that links to them are not looked at.
func checkPage(t *testing.T, schema *idl.Schema, page markdown.Page, others map[string][]string) {
	t.Helper()
	text := visible(t, string(page.Content))
	for _, match := range tags.FindAllString(text, -1) {
		if !strings.HasSuffix(match, ">") {
			t.Errorf("%s: what could be HTML: %q in\n%s", page.Path, match, text)
		}
	}
	if images.MatchString(text) {
		t.Errorf("%s: an image in\n%s", page.Path, text)
	}
	for _, link := range links.FindAllStringSubmatch(text, -1) {
		file, anchor, ok := strings.Cut(link[2], "#")
		switch {
		case !ok:
			t.Errorf("%s: a link to %q", page.Path, link[2])
		case file == "":
			checkAnchor(t, page.Path, link[2], anchor, anchors(t, page))
		case others != nil:
			checkAnchor(t, page.Path, link[2], anchor, others[path.Join(path.Dir(page.Path), file)])
		}
	}
	want := 1 // the title
	for _, d := range schema.Decls {
		if want++; want == 2 {
			want++ // the contents
		}
		if i, ok := d.(*idl.Interface); ok {
			want += len(i.Methods)
		}
	}
	got := headings.FindAllString(text, -1)
	if n := len(got); n != want && (n != want+1 || got[n-1] != "## Types") {
		t.Errorf("%s: %d headings, want %d:\n%s", page.Path, n, want, strings.Join(got, "\n"))
	}
}

// checkAnchor checks that the anchor of a link is known.
func checkAnchor(t *testing.T, page, link, anchor string, known []string) {
	t.Helper()
	if !slices.Contains(known, anchor) {
		t.Errorf("%s: the link to %q leads nowhere", page, link)
	}
}

// dropped matches the characters of a heading that are not part of its anchor.
var dropped = regexp.MustCompile(`[^\p{L}\p{M}\p{Nd}_ -]`)

// anchors returns the anchors that GitHub makes of the headings of a page.
func anchors(t *testing.T, page markdown.Page) []string {
	t.Helper()
	taken := map[string]bool{}
	var out []string
	for _, h := range headings.FindAllStringSubmatch(visible(t, string(page.Content)), -1) {
		text := strings.NewReplacer("&lt;", "", "&gt;", "", "&amp;", "").Replace(h[2])
		slug := strings.ReplaceAll(dropped.ReplaceAllString(strings.ToLower(text), ""), " ", "-")
		anchor := slug
		for n := 1; taken[anchor]; n++ {
			anchor = fmt.Sprintf("%s-%d", slug, n)
		}
		taken[anchor] = true
		out = append(out, anchor)
	}
	return out
}

// TestEveryDescription documents every description of this module.
func TestEveryDescription(t *testing.T) {
	var schemas []*idl.Schema
	err := filepath.WalkDir("../..", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && entry.Name() == "testdata" && !strings.HasPrefix(name, "testdata") {
			return fs.SkipDir
		}
		if strings.HasSuffix(name, ".ocapn") {
			schemas = append(schemas, load(t, filepath.ToSlash(name)))
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(schemas) < 30 {
		t.Fatalf("only %d descriptions", len(schemas))
	}
	pages := markdown.Pages(schemas, nil)
	others := map[string][]string{}
	for _, p := range pages {
		others[path.Clean(p.Path)] = anchors(t, p)
	}
	for i, p := range pages {
		checkPage(t, schemas[i], p, others)
	}
}

// FuzzDocumentation checks that no documentation leaves the place that it has on the page.
func FuzzDocumentation(f *testing.F) {
	f.Add(load(f, "testdata/hostile.ocapn").Doc)
	for _, seed := range []string{
		"", "<b>", "`", "``` `", "- a\n  b\n* c", "\tcode\n\n\t```", "# a\n## b", "[i] [i.m] [x]", "https://a.b/c)", "a\\", "!\n[i]", "\\`<b>`",
		"``<b>` `", "-", "1.", "    a\n  b", "\u00a0x", "- - [i]",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, doc string) {
		i := &idl.Interface{Name: "i", GoName: "I", Doc: doc, Notes: idl.Notes{Deprecated: doc, Since: doc, Examples: []string{doc}}}
		m := &idl.Method{Name: "m", Wire: "m", GoName: "M", Doc: doc, From: i}
		e := &idl.Enum{Name: "e", GoName: "E", Cases: []*idl.EnumCase{{Name: "c", Wire: "c", GoName: "EC", Doc: doc}}}
		i.Methods, i.All = []*idl.Method{m}, []*idl.Method{m}
		schema := &idl.Schema{File: "a.ocapn", Package: "a", GoPackage: "a", Doc: doc, Decls: []idl.Decl{i, e}}
		checkPage(t, schema, markdown.Pages([]*idl.Schema{schema}, nil)[0], nil)
	})
}
