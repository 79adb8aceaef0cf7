package randschema

import (
	"strconv"
	"strings"
)

// separator is the token that stands for whatever may stand between members.
const separator = "\x00"

// docs returns documentation once in n times.
func (g *generator) docs(n int) []string {
	var out []string
	if g.chance(n) {
		for range g.between(1, 4) {
			out = append(out, "///"+pick(g, docLines...))
		}
	}
	return out
}

// docLines are lines of documentation, most of which a generator could stumble over.
var docLines = []string{
	" A person.", " The thing.", " Answers the name.", " Deprecated: not really.", "", " ", " */ /* */", " `code` and [Link]", "\tindented := code",
	" - an item", " # Heading", " <script>alert(1)</script>", " go:generate false", "go:build ignore", " +build ignore", " %d %s %v", " größer 日本",
	" \"quoted\" \\n", " a very long line that goes on and on until it is longer than any comment should be, and then goes on a little more",
	" What it is", " Is", " s", " ", " -- ", " | a | b |", " ![x](javascript:alert(1))", " &lt;", " package main", " export",
}

// notes returns annotations that decoders need not know.
func (g *generator) notes() []string {
	var out []string
	add := func(n int, name string, args ...string) {
		if !g.chance(n) {
			return
		}
		out = append(out, "@", name)
		if len(args) > 0 {
			out = append(out, "(")
			for i, a := range args {
				if i > 0 {
					out = append(out, ",")
				}
				out = append(out, a)
			}
			out = append(out, ")")
		}
	}
	nonEmpty := func() string { return quote("x" + g.text()) }
	add(20, "deprecated", nonEmpty())
	add(20, "since", nonEmpty())
	add(20, "example", nonEmpty())
	add(40, "example", nonEmpty())
	add(20, "x-audit", pick(g, "1", "'s", "[", "true", "2.5", quote("t")))
	for i, t := range out { // a list needs its end
		if t == "[" {
			out[i] = "[1, [], \"a\"]"
		}
	}
	add(40, "x-empty")
	return out
}

// print returns the source of a file.
func (g *generator) print(f *file) []byte {
	var tokens []string
	end := func() {
		if g.chance(4) {
			tokens = append(tokens, ";")
		}
		tokens = append(tokens, "\n")
	}
	tokens = append(tokens, f.clause...)
	end()
	for _, i := range f.imports {
		tokens = append(tokens, "import", quote(g.relative(f, i)))
		if i.as {
			tokens = append(tokens, "as", i.alias)
		}
		end()
	}
	for _, d := range f.decls {
		tokens = append(append(tokens, g.docs(2)...), d.anns...)
		if d.closed {
			tokens = append(tokens, "closed")
		}
		tokens = append(append(tokens, d.keyword, d.name), d.body...)
		end()
	}
	text := g.join(tokens)
	if g.crlf {
		text = strings.ReplaceAll(text, "\n", "\r\n")
	}
	return []byte(text)
}

// relative returns the path by which a file imports another.
func (g *generator) relative(from, to *file) string {
	if to.std {
		return to.path
	}
	if strings.Contains(from.path, "/") {
		return "../" + to.path
	}
	return pick(g, "", "./") + to.path
}

// join puts white space between tokens, and comments where it may.
func (g *generator) join(tokens []string) string {
	var b strings.Builder
	last := ""
	for i, t := range tokens {
		if t == separator {
			next := tokens[i+1]
			if t = pick(g, ",", ";", "", "\n"); next != "}" && (t == "" || t == "\n") && !g.separable(next) {
				t = ";"
			}
			if t == "" {
				continue
			}
		}
		b.WriteString(g.space(last, t))
		if strings.HasPrefix(t, "///") && last != "" && last != "\n" {
			b.WriteByte('\n') // documentation stands on lines of its own
		}
		b.WriteString(t)
		last = t
		if strings.HasPrefix(t, "///") {
			b.WriteByte('\n')
			last = "\n"
		}
	}
	return b.String()
}

// separable reports whether a member that starts with a token can follow another without a separator.
func (g *generator) separable(next string) bool {
	return isIdent(next) && next != "raises" || next == "@" || strings.HasPrefix(next, "///")
}

// space returns what stands between two tokens.
func (g *generator) space(last, next string) string {
	if last == "" {
		return ""
	}
	if g.wild && g.chance(8) {
		return g.comment()
	}
	tight := last == "\n" || next == "\n" || punctuation(next[0]) && next != "'" && !strings.HasPrefix(next, "->") && !strings.HasPrefix(next, "...") ||
		punctuation(last[len(last)-1]) && !strings.HasPrefix(last, "'")
	switch {
	case g.wild:
		choices := []string{" ", "\n", "\t", "  \n\n "}
		if tight {
			choices = append(choices, "", "")
		}
		return pick(g, choices...)
	case next == "." || last == "." || tight && (strings.Contains(",;:?>)]", next) || strings.Contains("<([@", last) || next == "(" || next == "<" || last == "\n" || next == "\n"):
		return ""
	default:
		return " "
	}
}

// comment returns a comment with its number between white space.
func (g *generator) comment() string {
	g.comments++
	n := strconv.Itoa(g.comments)
	return pick(g, " /* c"+n+" */ ", " // c"+n+" \"\n", "\n// c"+n+" {\n", "\n/* c"+n+"\n * ***/\n", " //// c"+n+"\n")
}

// punctuation reports whether a character ends every token before it.
func punctuation(c byte) bool { return strings.IndexByte("(){}[]<>,;:=|@\n", c) >= 0 }
