package gen

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ocapn-go/ocapn/idl"
)

// commentWidth is the length at which the lines of comments are broken, the slashes included.
const commentWidth = 97

// commentLines returns text as lines that start with two slashes. Paragraphs are filled; lines that are indented or start a
// list stay as they are. No line is a build constraint: "+build" becomes "+ build". What cannot be seen is escaped.
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
	for i, line := range out {
		line = visible(line)
		out[i] = line
		if words := strings.Fields(line); len(words) > 1 && strings.HasPrefix(words[1], "+build") {
			out[i] = strings.Replace(line, "+build", "+ build", 1)
		}
	}
	return out
}

// remark returns text as one comment, at the end of a line of code or on a line of its own.
func remark(text string) string { return "// " + visible(text) }

// visible returns text with escapes in the place of line breaks and of what cannot be seen, which could end a comment, hide what
// follows or be refused by the compiler. Tabs stay.
func visible(text string) string {
	hidden := func(r rune) bool { return r != '\t' && !unicode.IsPrint(r) }
	if strings.IndexFunc(text, hidden) < 0 && utf8.ValidString(text) {
		return text
	}
	var b strings.Builder
	for len(text) > 0 {
		r, n := utf8.DecodeRuneInString(text)
		if hidden(r) || r == utf8.RuneError && n == 1 {
			quoted := strconv.QuoteToASCII(text[:n])
			b.WriteString(quoted[1 : len(quoted)-1])
		} else {
			b.WriteString(text[:n])
		}
		text = text[n:]
	}
	return b.String()
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

// subject is something that has a comment.
type subject struct {
	goName string
	name   string // in the IDL
	doc    string
	notes  idl.Notes
	// noun says that a doc which starts with an article, or What, says what the thing is; verb that one which starts with a
	// verb says what it does. They are guesses about how people write.
	noun, verb bool
}

// describe returns the text of the comment: what the IDL says, made to start with the Go name, or else the fallback, which is
// the rest of a sentence that starts with the Go name. Paragraphs follow it; the last of them says that the thing is
// deprecated, if it is.
func (s subject) describe(fallback string, more ...string) string {
	text := s.goName + " " + fallback
	if s.doc = strings.TrimSpace(s.doc); s.doc != "" {
		text = s.sentence()
	}
	return strings.Join(append(append([]string{text}, more...), s.remarks()...), "\n\n")
}

// remarks returns the paragraphs that annotations make.
func (s subject) remarks() []string {
	var out []string
	for _, example := range s.notes.Examples {
		out = append(out, "Example: "+example)
	}
	if s.notes.Since != "" {
		out = append(out, "Since: "+s.notes.Since)
	}
	if s.notes.Deprecated != "" {
		out = append(out, "Deprecated: "+stopped(s.notes.Deprecated))
	}
	return out
}

// sentence returns the doc as a text that starts with the Go name: "A person" becomes "User is a person" and "Answers the
// name" becomes "SelfProposedName answers the name". A text that does neither is set behind a colon.
func (s subject) sentence() string {
	first, rest := s.doc, ""
	if i := strings.IndexAny(s.doc, " \n"); i >= 0 {
		first, rest = s.doc[:i], s.doc[i:]
	}
	lower := strings.ToLower(first[:1]) + first[1:]
	switch {
	case first == s.goName, first == s.name:
		return s.goName + rest
	case s.noun && slices.Contains([]string{"A", "An", "The", "What"}, first):
		return s.goName + " is " + lower + rest
	case s.verb && isVerb(first):
		return s.goName + " " + lower + rest
	default:
		return s.goName + ": " + s.doc
	}
}

// isVerb reports whether a word at the start of a sentence looks like a verb in the third person: "Answers".
func isVerb(word string) bool {
	return len(word) > 3 && strings.HasSuffix(word, "s") && !strings.HasSuffix(word, "ss") && unicode.IsUpper(rune(word[0])) &&
		strings.IndexFunc(word[1:], func(r rune) bool { return !unicode.IsLower(r) }) < 0
}

// stopped returns text with a full stop.
func stopped(text string) string {
	if strings.HasSuffix(text, ".") || strings.HasSuffix(text, "!") || strings.HasSuffix(text, "?") {
		return text
	}
	return text + "."
}
