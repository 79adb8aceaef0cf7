package gen

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ocapn-go/ocapn/idl"
)

// commentWidth is the length at which the lines of comments are broken, the slashes included.
const commentWidth = 97

// commentLines returns text as lines that start with two slashes. Paragraphs are filled; lines that are indented or start a
// list stay as they are.
func commentLines(text string) []string {
	var out, words []string
	flush := func() {
		out = append(out, fill(words)...)
		words = nil
	}
	for line := range strings.SplitSeq(strings.TrimSpace(text), "\n") {
		line = strings.TrimRightFunc(line, unicode.IsSpace)
		switch {
		case line == "":
			flush()
			if len(out) > 0 && out[len(out)-1] != "//" {
				out = append(out, "//")
			}
		case keepsLine(line):
			flush()
			out = append(out, "// "+line)
		default:
			words = append(words, strings.Fields(line)...)
		}
	}
	flush()
	for len(out) > 0 && out[len(out)-1] == "//" {
		out = out[:len(out)-1]
	}
	return out
}

// keepsLine reports whether a line is code, part of a list or a heading.
func keepsLine(line string) bool {
	return strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t") || strings.HasPrefix(line, "- ") ||
		strings.HasPrefix(line, "* ") || strings.HasPrefix(line, "# ")
}

// fill breaks words into comment lines.
func fill(words []string) []string {
	var out []string
	line := "//"
	for _, w := range words {
		if len(line) > len("//") && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(w) > commentWidth {
			out = append(out, line)
			line = "//"
		}
		line += " " + w
	}
	if len(line) > len("//") {
		out = append(out, line)
	}
	return out
}

// describe returns the text of the comment of goName: what the IDL says about name, made to start with goName, or else the
// fallback, which is the rest of a sentence that starts with goName. Paragraphs follow it; the last of them says that the
// thing is deprecated, if it is.
func describe(goName, name, doc, fallback string, notes idl.Notes, more ...string) string {
	text := goName + " " + fallback
	if doc != "" {
		text = startWith(goName, name, doc)
	}
	paragraphs := append([]string{text}, more...)
	for _, example := range notes.Examples {
		paragraphs = append(paragraphs, "Example: "+example)
	}
	if notes.Since != "" {
		paragraphs = append(paragraphs, "Since: "+notes.Since)
	}
	if notes.Deprecated != "" {
		paragraphs = append(paragraphs, "Deprecated: "+sentence(notes.Deprecated))
	}
	return strings.Join(paragraphs, "\n\n")
}

// startWith returns doc as a comment that starts with goName: "A person" becomes "User is a person" and "Answers the name"
// becomes "SelfProposedName answers the name". A text that does neither is set behind a colon.
func startWith(goName, name, doc string) string {
	first, rest, _ := strings.Cut(doc, " ")
	if i := strings.IndexByte(first, '\n'); i >= 0 {
		first, rest = doc[:i], doc[i+1:]
	}
	word, size := utf8.DecodeRuneInString(first)
	lower := string(unicode.ToLower(word)) + first[size:]
	switch {
	case first == goName || first == name:
		return goName + " " + rest
	case first == "A" || first == "An" || first == "The":
		return goName + " is " + lower + " " + rest
	case isVerb(first):
		return goName + " " + lower + " " + rest
	default:
		return goName + ": " + doc
	}
}

// isVerb reports whether a word at the start of a sentence looks like a verb in the third person: "Answers".
func isVerb(word string) bool {
	return len(word) > 3 && strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss") && unicode.IsUpper(rune(word[0])) &&
		strings.IndexFunc(word[1:], func(r rune) bool { return !unicode.IsLower(r) }) < 0
}

// sentence returns text with a full stop.
func sentence(text string) string {
	if strings.HasSuffix(text, ".") || strings.HasSuffix(text, "!") || strings.HasSuffix(text, "?") {
		return text
	}
	return text + "."
}
