package syntax

import (
	"fmt"
	"slices"
	"strings"

	"github.com/alecthomas/participle/v2/lexer"
)

// stop is where the parser gave up in a piece of the file.
type stop struct {
	found   lexer.Token
	wanted  string      // what the grammar wants there: "" (nothing more), a literal in quotes, or a production
	before  lexer.Token // the token before found, if any
	keyword string      // of the declaration that found is in
	name    string
	bracket string // the innermost bracket open at found, or ""
	raises  bool   // the token before found is a name in a list of errors
	last    bool   // the piece is the last of the file
}

// explain turns an error of the parser into one for people. tokens are the piece of the file that was parsed, last says
// that no other follows.
func explain(tokens []lexer.Token, last bool, err error) Error {
	found, wanted := unexpected(err)
	s := stop{found: found, wanted: wantedHead(wanted), last: last}
	s.look(tokens)
	if e, ok := s.special(); ok {
		return e
	}
	e := Error{ID: "SYNTAX", Span: tokenSpan(found), Hint: s.hint(), Note: s.note()}
	if found.EOF() {
		end := tokensSpan(tokens).End
		e.Span = Span{end, end}
	}
	if want := s.want(); want != "" {
		e.Message = fmt.Sprintf("expected %s, found %s", want, s.foundText())
	} else {
		e.Message = "unexpected " + s.foundText()
	}
	return e
}

// wantedHead returns the first thing in a piece of grammar in participle's notation.
func wantedHead(grammar string) string {
	grammar = strings.TrimLeft(grammar, "( ")
	if strings.HasPrefix(grammar, `"`) {
		return grammar[:strings.IndexByte(grammar[1:], '"')+2]
	}
	if end := strings.IndexAny(grammar, " ?*)"); end >= 0 {
		return grammar[:end]
	}
	return grammar
}

// look finds what is around the token at which parsing stopped.
func (s *stop) look(tokens []lexer.Token) {
	end := len(tokens)
	if !s.found.EOF() {
		end = slices.IndexFunc(tokens, func(t lexer.Token) bool { return t.Pos.Offset == s.found.Pos.Offset })
	}
	var open []string
	for i, t := range tokens[:max(end, 0)] {
		s.before = t
		s.raises = s.raises && (t.Type == typeIdent || t.Value == "," || t.Value == ".") || t.Value == "raises"
		switch t.Value {
		case "(", "{", "[", "<":
			open = append(open, t.Value)
		case ")", "}", "]", ">":
			if len(open) > 0 {
				open = open[:len(open)-1]
			}
		}
		if len(open) == 0 && i+1 < len(tokens) && t.Value != "closed" && startsDecl(tokens[i:]) {
			s.keyword, s.name = t.Value, tokens[i+1].Value
		}
	}
	if len(open) > 0 {
		s.bracket = open[len(open)-1]
	}
}

// special explains the mistakes that have a diagnostic of their own.
func (s *stop) special() (Error, bool) {
	e := Error{Span: tokenSpan(s.found)}
	top := s.bracket == "" && (s.wanted == "" || s.wanted == "Package")
	switch {
	case s.before.Type == typeDoc && (s.found.EOF() || s.found.Value == "}"):
		e.ID, e.Span, e.Message = "DOC_PLACE", tokenSpan(s.before), "nothing follows that this documentation could describe"
		e.Note = "write // for a remark"
	case s.found.Type == typeDoc:
		e.ID, e.Message = "DOC_PLACE", "documentation stands only before declarations and members"
		e.Note = "write // for a remark"
	case top && s.found.Type == typeIdent && s.before.Value != ")":
		e.ID, e.Message = "UNKNOWN_KEYWORD", fmt.Sprintf("%q starts no declaration", shown(s.found.Value))
		e.Hint = DidYouMean(s.found.Value, keywords)
		e.Note = "declarations start with const, type, enum, struct, union, error, interface or callable"
	case s.raises && s.found.Value == "(" && s.before.Value != "raises":
		e.ID, e.Span, e.Message = "SYNTAX", tokenSpan(s.before), fmt.Sprintf("%q is read as one more error that is raised", shown(s.before.Value))
		e.Note = `after raises a comma goes on with the list: write ";" before the next method`
	case s.keyword == "interface" && s.bracket == "{" && s.found.Value == "(" && s.wanted == `"}"`:
		e.ID, e.Message = "DEFAULT_CALL", fmt.Sprintf("interface %q cannot be called without a method", shown(s.name))
		e.Note = "an object is called by name or without one, never both: declare a callable for the second"
	default:
		return Error{}, false
	}
	return e, true
}

// want returns in words what the grammar wants, or "" if it wants nothing more.
func (s *stop) want() string {
	switch s.wanted {
	case "", "Package":
		return "a declaration"
	case `"}"`:
		return s.member() + ` or "}"`
	case `")"`:
		if s.keyword == "union" {
			return `")"`
		}
		if s.before.Value == "(" {
			return `a parameter or ")"`
		}
		return `"," or ")"`
	case `">"`:
		return `"," or ">"`
	case `"]"`:
		if s.before.Value == "[" {
			return `a value or "]"`
		}
		return `"," or "]"`
	case `":"`:
		return `":" and a type`
	case "<ident>", "Name", "Dotted":
		return "a name"
	case "<string>":
		return "a string in quotes"
	case "Type", "TypeArg":
		return "a type"
	case "Literal":
		return "a value"
	case "Param":
		return "a parameter"
	case "Signature":
		return `"("`
	default:
		if strings.HasPrefix(s.wanted, `"`) {
			return s.wanted
		}
		return ""
	}
}

// member returns in words what the body of the declaration is made of.
func (s *stop) member() string {
	switch s.keyword {
	case "interface":
		return "a method"
	case "enum":
		return "a case"
	case "union":
		return "a variant"
	default:
		return "a field"
	}
}

// foundText returns in words the token at which parsing stopped.
func (s *stop) foundText() string {
	switch {
	case s.found.EOF() && s.last:
		return "the end of the file"
	case s.found.EOF():
		return "the next declaration"
	case s.found.Type == typeString:
		return shown(s.found.Value)
	default:
		return fmt.Sprintf("%q", shown(s.found.Value))
	}
}

// hint returns what may be meant, or "".
func (s *stop) hint() string {
	if s.wanted == "Signature" && slices.Contains([]string{"raise", "throw", "throws"}, s.before.Value) {
		return `did you mean "raises"?`
	}
	return ""
}

// note returns what else may help, or "".
func (s *stop) note() string {
	switch {
	case s.keyword == "union" && s.bracket != "<" && !s.found.EOF():
		return s.unionNote()
	case s.keyword == "error" && s.bracket == "" && s.found.Value == "(":
		return "an error is written error name { field: type }"
	case s.raises && s.found.Value == "->":
		return "a result stands before raises"
	case s.wanted == "TypeArg" && strings.HasPrefix(s.found.Value, "'"):
		return `a tag is written tagged<"tag", T>`
	case s.found.EOF() && s.bracket == "{" && s.keyword != "":
		return fmt.Sprintf(`the "{" of %s %q is not closed`, s.keyword, shown(s.name))
	case s.wanted == `":"` && s.bracket == "(":
		return "a parameter is written name: type"
	case s.wanted == `":"` && s.bracket == "{":
		return "a field is written name: type"
	case s.wanted == "Signature":
		return "a method is written name(parameter: type) -> type"
	case s.before.Value == ")" && (s.found.Value == ":" || s.found.Value == "="):
		return "a result is written -> type"
	default:
		return ""
	}
}

// unionNote is note in a union.
func (s *stop) unionNote() string {
	switch {
	case s.bracket == "(" && s.found.Value == ",":
		return "behind a tag stands one value; several are fields: name { a: A, b: B }"
	case s.bracket == "(" && s.found.Value == ":":
		return "fields are written name { field: type }"
	case s.bracket == "{" && s.wanted == `"}"`, s.bracket == "" && s.wanted == `"{"`, s.bracket == "(" && s.wanted == "Type":
		return "the variants of a union are written name, name(type) or name { field: type }"
	case s.bracket == "{" && s.wanted == `":"`:
		return "a field is written name: type"
	default:
		return ""
	}
}
