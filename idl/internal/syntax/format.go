package syntax

import (
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// Format returns src in the standard layout. It moves white space and optional separators and nothing else: comments,
// documentation and the order of everything stay, so the result parses to the same tree. A file that does not parse
// is not formatted.
//
// The layout: two spaces for each level; a body or a parameter list that is broken anywhere has a line for each member;
// one that is not stays on its line; at most one empty line in a row, and always one after a declaration of several
// lines, after the package clause and after the imports.
func Format(src string) (string, []Error) {
	file, errs := Parse(src)
	if len(errs) > 0 {
		return "", errs
	}
	all, _ := lex(src) // Parse has seen that there are no bad tokens
	p := printer{plan: newPlan(src, file)}
	following := p.plan.following(all)
	newlines := 0
	for i, t := range all {
		if t.Type == typeSpace {
			newlines += strings.Count(t.Value, "\n")
			continue
		}
		p.token(t, newlines, following[i])
		newlines = 0
	}
	if p.out.Len() > 0 {
		p.out.WriteByte('\n')
	}
	return p.out.String(), nil
}

// printer writes tokens.
type printer struct {
	plan  plan
	out   strings.Builder
	depth int // broken bodies and parameter lists that are open

	last        lexer.Token // the last token written
	lastAlone   bool        // last is a comment that stands first on its line
	mustBreak   bool        // last ends its line
	wantsEmpty  bool        // an empty line is due before the next line
	lastDropped int         // newlines before separators that were left out since last
}

// token writes t, which newlines stand before. next is the offset of the token of the grammar after t, or -1.
func (p *printer) token(t lexer.Token, newlines, next int) {
	if p.plan.drop[t.Pos.Offset] {
		p.lastDropped += newlines
		return
	}
	newlines += p.lastDropped
	p.lastDropped = 0
	comment := elided(t.Type)
	closes := p.plan.closes[t.Pos.Offset]
	if closes {
		p.depth--
	}
	alone := comment && (newlines > 0 || p.out.Len() == 0)
	switch {
	case p.out.Len() == 0:
	case p.breaks(t, newlines, alone):
		p.newline(newlines, closes)
		p.indent(t, next, comment, closes)
	case p.space(t):
		p.out.WriteByte(' ')
	}
	p.write(t)
	p.lastAlone = alone
	p.mustBreak = t.Type == typeDoc || t.Type == typeBanner || strings.HasPrefix(t.Value, "//")
	if p.plan.opens[t.Pos.Offset] {
		p.depth++
	}
	if !comment {
		p.wantsEmpty = p.plan.empty[t.Pos.Offset]
	}
}

// breaks reports whether t starts a line.
func (p *printer) breaks(t lexer.Token, newlines int, alone bool) bool {
	at := t.Pos.Offset
	attached := p.lastAlone && newlines == 0 // a comment before a member on the same line
	return p.mustBreak || alone || p.plan.closes[at] ||
		p.plan.starts[at] && !attached ||
		p.plan.may[at] && newlines > 0 ||
		p.lastAlone && newlines > 0
}

// newline ends the line and adds the empty line that stands there or is due.
func (p *printer) newline(newlines int, closes bool) {
	p.out.WriteByte('\n')
	opened := p.plan.opens[p.last.Pos.Offset]
	if p.wantsEmpty || newlines > 1 && !opened && !closes {
		p.out.WriteByte('\n')
	}
	p.wantsEmpty = false
}

// indent starts a line. What does not start a member or a declaration continues one and stands a level deeper.
// next is the offset of the token of the grammar after t, or -1.
func (p *printer) indent(t lexer.Token, next int, comment, closes bool) {
	at := t.Pos.Offset
	if comment {
		at = next
	}
	depth := p.depth
	if at >= 0 && !closes && !p.plan.starts[at] && !p.plan.may[at] && !p.plan.closes[at] {
		depth++
	}
	p.out.WriteString(strings.Repeat("  ", depth))
}

// write writes the text of t and the separator that belongs after it.
func (p *printer) write(t lexer.Token) {
	text := strings.TrimRight(strings.ReplaceAll(t.Value, "\r\n", "\n"), " \t\r")
	p.out.WriteString(text)
	p.out.WriteString(p.plan.after[t.Pos.Offset])
	p.last = t
}

// space reports whether a space stands between the last token and t on a line.
func (p *printer) space(t lexer.Token) bool {
	if elided(t.Type) {
		return p.last.Value != "("
	}
	if p.plan.after[p.last.Pos.Offset] != "" {
		return true
	}
	switch p.last.Value {
	case "(", "<", "[", "@", "...", ".":
		return false
	case "{":
		return t.Value != "}"
	}
	switch t.Value {
	case ")", ">", "]", ",", ";", ":", "?", ".", "<":
		return false
	case "(":
		return elided(p.last.Type)
	}
	return true
}
