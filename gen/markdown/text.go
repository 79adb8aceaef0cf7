package markdown

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// code returns text as a span of code on one line.
func code(text string) string {
	text = strings.Join(strings.FieldsFunc(text, unicode.IsControl), " ")
	fence := strings.Repeat("`", longestRun(text, '`')+1)
	if text == "" || strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") ||
		strings.HasPrefix(text, " ") && strings.HasSuffix(text, " ") {
		text = " " + text + " "
	}
	return fence + text + fence
}

// codeBlock returns lines of code as a block.
func codeBlock(language, text string) string {
	fence := strings.Repeat("`", max(3, longestRun(text, '`')+1))
	return fence + language + "\n" + text + "\n" + fence
}

// longestRun returns the length of the longest sequence of a character.
func longestRun(text string, char rune) int {
	longest, run := 0, 0
	for _, r := range text {
		if r == char {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	return longest
}

// escapes are the characters that mean something to Markdown or HTML anywhere in a line.
var escapes = strings.NewReplacer(
	"&", "&amp;", "<", "&lt;", ">", "&gt;", `\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "~", `\~`, "$", `\$`,
	"#", `\#`,
)

// emoji matches what GitHub shows as a picture.
var emoji = regexp.MustCompile(`:([a-zA-Z0-9_+-]+:)`)

// address matches an address, which becomes a link, at the start of a text.
var address = regexp.MustCompile(`^https?://[^\s<>"'` + "`" + `\\^\[\]{|}\x00-\x20\x7f]*[A-Za-z0-9/#=_~&-]`)

// bare matches what GitHub takes for an address or a name without being told.
var bare = regexp.MustCompile(`(?i)(www\.|[a-z][a-z0-9+.-]*://|mailto:|xmpp:|@)`)

// inline returns plain text as Markdown that shows it, on one line.
func inline(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
	text = emoji.ReplaceAllString(escapes.Replace(text), `\:$1`)
	return bare.ReplaceAllStringFunc(text, func(match string) string {
		at := strings.LastIndexAny(match, ".:@")
		if i := strings.Index(match, ":"); i >= 0 {
			at = i
		}
		return match[:at] + `\` + match[at:]
	})
}

// inline returns text of the documentation as Markdown: code, links and plain text.
func (w *writer) inline(text string) string {
	var out, plain strings.Builder
	flush := func() {
		text := inline(plain.String())
		if bare, ok := strings.CutSuffix(text, "!"); ok { // it would make an image of a link
			text = bare + `\!`
		}
		out.WriteString(text)
		plain.Reset()
	}
	for text != "" {
		shown, length := w.span(text)
		if length == 0 {
			_, size := utf8.DecodeRuneInString(text)
			size = max(size, len(text)-len(strings.TrimLeft(text, "`")))
			plain.WriteString(text[:size])
			text = text[size:]
			continue
		}
		flush()
		out.WriteString(shown)
		text = text[length:]
	}
	text = plain.String()
	out.WriteString(inline(text))
	return startOfLine(out.String())
}

// maxName bounds the names in brackets that are looked up, in bytes.
const maxName = 200

// span returns the code or the link that text starts with, as Markdown, and its length in text; 0 if there is none.
func (w *writer) span(text string) (shown string, length int) {
	switch text[0] {
	case '`':
		inner, after, ok := strings.Cut(text[1:], "`")
		if ok && strings.TrimSpace(inner) != "" && !strings.HasPrefix(after, "`") {
			return code(inner), len(inner) + 2
		}
	case '[':
		inner, _, ok := strings.Cut(text[1:min(len(text), maxName)], "]")
		if declared, found := w.names[inner]; ok && found {
			return "[" + code(inner) + "](#" + w.anchors[declared] + ")", len(inner) + 2
		}
	case 'h':
		if found := address.FindString(text); found != "" {
			return "<" + found + ">", len(found)
		}
	}
	return "", 0
}

// ordered matches the number of an item of a list.
var ordered = regexp.MustCompile(`^([0-9]+)([.)])`)

// startOfLine escapes what means something at the start of a line only.
func startOfLine(text string) string {
	if text != "" && strings.ContainsRune("+-=:", rune(text[0])) {
		return `\` + text
	}
	return ordered.ReplaceAllString(text, `$1\$2`)
}

// docs returns documentation as Markdown, without an empty line at its end.
func (w *writer) docs(text string) string {
	var out strings.Builder
	for i, b := range parseDoc(text) {
		switch {
		case i == 0:
		case b.follows:
			out.WriteString("\n")
		default:
			out.WriteString("\n\n")
		}
		switch b.kind {
		case blockCode:
			out.WriteString(codeBlock("text", strings.Join(b.lines, "\n")))
		case blockHeading:
			out.WriteString("**" + w.inline(strings.Join(b.lines, " ")) + "**")
		case blockItem:
			out.WriteString("- " + w.inline(strings.Join(b.lines, " ")))
		default:
			out.WriteString(w.inline(strings.Join(b.lines, " ")))
		}
	}
	return out.String()
}

// firstSentence returns the first sentence of documentation without its full stop, "" if it does not start with one.
func firstSentence(doc string) string {
	blocks := parseDoc(doc)
	if len(blocks) == 0 || blocks[0].kind != blockText {
		return ""
	}
	text := strings.Join(blocks[0].lines, " ")
	if i := strings.Index(text, ". "); i >= 0 {
		text = text[:i]
	}
	return strings.TrimSuffix(text, ".")
}

// indented returns Markdown as a part of a list item.
func indented(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if i > 0 && line != "" {
			lines[i] = "  " + line
		}
	}
	return strings.Join(lines, "\n")
}
