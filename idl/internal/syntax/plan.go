package syntax

import (
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// plan says how the tokens of a file are laid out. All maps go by the offset of a token.
type plan struct {
	src    string
	starts map[int]bool   // the token starts a line: a member, a declaration, what follows documentation
	may    map[int]bool   // the token may start a line if it does so in the source: what follows an annotation
	opens  map[int]bool   // the bracket opens a broken body or parameter list
	closes map[int]bool   // the bracket closes one
	drop   map[int]bool   // the token is a separator, which is written where after says
	after  map[int]string // the separator after the token
	empty  map[int]bool   // an empty line follows the token
}

// newPlan plans the layout of a parsed file.
func newPlan(src string, file *File) plan {
	p := plan{
		src: src, starts: map[int]bool{}, may: map[int]bool{}, opens: map[int]bool{}, closes: map[int]bool{},
		drop: map[int]bool{}, after: map[int]string{}, empty: map[int]bool{},
	}
	for i, d := range file.Decls {
		p.starts[d.Tokens[0].Pos.Offset] = true
		p.preamble(d.Tokens, d.Docs, d.Anns)
		p.body(d)
		tokens := d.Tokens
		last := tokens[len(tokens)-1]
		if last.Value == ";" {
			p.drop[last.Pos.Offset] = true
			last = tokens[len(tokens)-2]
		}
		importsEnd := d.Import != nil && (i+1 == len(file.Decls) || file.Decls[i+1].Import == nil)
		p.empty[last.Pos.Offset] = d.Package != nil || importsEnd || p.closes[last.Pos.Offset]
	}
	return p
}

// following returns for each token the offset of the first one after it that the grammar sees and that stays where it is, or -1.
func (p *plan) following(tokens []lexer.Token) []int {
	out := make([]int, len(tokens))
	next := -1
	for i, t := range slices.Backward(tokens) {
		out[i] = next
		if !elided(t.Type) && !p.drop[t.Pos.Offset] {
			next = t.Pos.Offset
		}
	}
	return out
}

// preamble plans the documentation and the annotations at the start of tokens.
func (p *plan) preamble(tokens, docs []lexer.Token, anns []*Ann) {
	n := len(docs)
	for _, d := range docs {
		p.starts[d.Pos.Offset] = true
	}
	for _, a := range anns {
		p.may[tokens[n].Pos.Offset] = true
		n += len(a.Tokens)
	}
	if n > 0 && n < len(tokens) {
		p.may[tokens[n].Pos.Offset] = true
	}
}

// body plans the inside of a declaration.
func (p *plan) body(d *Decl) {
	switch {
	case d.Enum != nil:
		p.members(d.Tokens, members(d.Enum.Cases), ",")
	case d.Struct != nil:
		p.members(d.Tokens, members(d.Struct.Fields), ",")
	case d.Error != nil:
		p.members(d.Tokens, members(d.Error.Fields), ",")
	case d.Union != nil:
		p.members(d.Tokens, members(d.Union.Variants), ",")
		for _, v := range d.Union.Variants {
			p.members(v.Tokens, members(v.Fields), ",")
		}
	case d.Interface != nil:
		p.members(d.Tokens, members(d.Interface.Methods), ";")
		for _, m := range d.Interface.Methods {
			p.params(m.Signature)
		}
	case d.Callable != nil:
		p.params(d.Callable.Signature)
	}
}

// member is a part of a body.
type member interface {
	node() Node
	preamble() (docs []lexer.Token, anns []*Ann)
}

// members returns list as members.
func members[M member](list []M) []member {
	out := make([]member, len(list))
	for i, m := range list {
		out[i] = m
	}
	return out
}

// members plans the body in braces at the end of tokens.
func (p *plan) members(tokens []lexer.Token, list []member, separator string) {
	var open, end lexer.Token
	for _, t := range tokens {
		if t.Value == "{" && open.Value == "" {
			open = t
		}
		if t.Value == "}" {
			end = t
		}
	}
	p.list(open, end, list, separator)
}

// list plans the members between two brackets.
func (p *plan) list(open, end lexer.Token, list []member, separator string) {
	if open.Value == "" {
		return
	}
	broken := strings.Contains(p.src[open.Pos.Offset:end.Pos.Offset], "\n")
	if broken {
		p.opens[open.Pos.Offset], p.closes[end.Pos.Offset] = true, true
	}
	for i, m := range list {
		tokens := m.node().Tokens
		docs, anns := m.preamble()
		p.preamble(tokens, docs, anns)
		p.starts[tokens[0].Pos.Offset] = broken
		last := tokens[len(tokens)-1]
		if (last.Value == "," || last.Value == ";") && len(tokens) > 1 {
			p.drop[last.Pos.Offset] = true
			last = tokens[len(tokens)-2]
		}
		if i+1 == len(list) {
			continue
		}
		// Where a method is called raises, the separator tells it from the errors of the one before.
		if next := list[i+1].node().Tokens[0]; !broken || separator == ";" && next.Value == "raises" {
			p.after[last.Pos.Offset] = separator
		}
	}
}

// params plans a parameter list. Unlike in bodies, the commas between parameters are needed, so a broken list has them
// at the ends of its lines.
func (p *plan) params(s *Signature) {
	if len(s.Params) == 0 {
		return
	}
	open, end := s.Tokens[0], s.Tokens[0]
	depth := 0
	for _, t := range s.Tokens {
		switch t.Value {
		case "(":
			depth++
		case ")":
			if depth--; depth == 0 && end == open {
				end = t
			}
		case ",":
			p.drop[t.Pos.Offset] = depth == 1 || p.drop[t.Pos.Offset]
		}
	}
	for _, param := range s.Params { // commas inside of types and annotations stay
		for _, t := range param.Tokens {
			delete(p.drop, t.Pos.Offset)
		}
	}
	p.list(open, end, members(s.Params), ",")
	if p.opens[open.Pos.Offset] {
		for _, param := range s.Params {
			p.after[param.Tokens[len(param.Tokens)-1].Pos.Offset] = ","
		}
	}
}

func (n Node) node() Node { return n }

func (c *EnumCase) preamble() (docs []lexer.Token, anns []*Ann) { return c.Docs, c.Anns }
func (f *Field) preamble() (docs []lexer.Token, anns []*Ann)    { return f.Docs, f.Anns }
func (v *Variant) preamble() (docs []lexer.Token, anns []*Ann)  { return v.Docs, v.Anns }
func (m *Method) preamble() (docs []lexer.Token, anns []*Ann)   { return m.Docs, m.Anns }
func (p *Param) preamble() (docs []lexer.Token, anns []*Ann)    { return nil, p.Anns }
