package markdown

import (
	"strconv"
	"strings"

	"github.com/ocapn-go/ocapn/idl"
)

// signature returns parameters, result and errors as the language writes them.
func signature(params []*idl.Param, result *idl.Type, raises []*idl.TypeRef) string {
	var parts []string
	for _, p := range params {
		parts = append(parts, paramText(p))
	}
	out := "(" + strings.Join(parts, ", ") + ")"
	if len(out) > 90 {
		out = "(\n  " + strings.Join(parts, ",\n  ") + ",\n)"
	}
	if result != nil {
		out += " -> " + typeText(result)
	}
	for i, r := range raises {
		out += map[bool]string{true: " raises ", false: ", "}[i == 0] + r.Name
	}
	return out
}

// paramText returns a parameter as the language writes it.
func paramText(p *idl.Param) string {
	out := name(p.Name)
	if p.Rest {
		out = "..." + out
	}
	return out + typed(p.Type, p.Optional, p.Default)
}

// typed returns what stands after a name: whether it is optional, its type and its default.
func typed(t *idl.Type, optional bool, value *idl.Literal) string {
	out := ": " + typeText(t)
	switch {
	case value != nil:
		out += " = " + literal(t, *value)
	case optional:
		out = "?" + out
	}
	return out
}

// name returns a name as the language writes it: in quotes unless it is an identifier.
func name(text string) string {
	for i, part := range strings.Split(text, "-") {
		for j, c := range []byte(part) {
			letter := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
			if !letter && (c < '0' || c > '9' || i == 0 && j == 0) {
				return quote(text)
			}
		}
		if part == "" {
			return quote(text)
		}
	}
	return text
}

// quote returns text as a string of the language.
func quote(text string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\r", `\r`, "\t", `\t`).Replace(text) + `"`
}

// literal returns a value of type t as the language writes it. A nil type is not known.
func literal(t *idl.Type, l idl.Literal) string {
	switch l.Kind {
	case idl.LitString:
		return quote(l.Text)
	case idl.LitSymbol:
		return "'" + l.Text
	case idl.LitEnum:
		for _, k := range t.Ref.Enum.Cases {
			if k.Wire == l.Text {
				return name(k.Name)
			}
		}
		return name(l.Text)
	case idl.LitList:
		var elem *idl.Type
		if t != nil {
			elem = t.Elem
		}
		parts := make([]string, len(l.Elems))
		for i, e := range l.Elems {
			parts[i] = literal(elem, e)
		}
		return "[" + strings.Join(parts, ", ") + "]"
	default:
		return l.Text
	}
}

// plural returns a number of things.
func plural(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return strconv.Itoa(n) + " " + thing
}

// message returns what is sent for a call, in the notation of the drafts as far as there is one for it: the names of the
// parameters stand for arguments. selector is "" for an object that is called without one.
func message(selector string, params []*idl.Param) string {
	var parts []string
	if selector != "" {
		parts = append(parts, symbol(selector))
	}
	for _, p := range params {
		part := p.Name
		if strings.ContainsAny(part, " []'\"") {
			part = quote(part)
		}
		if p.Optional {
			part += "?"
		}
		if p.Rest {
			part += "..."
		}
		parts = append(parts, part)
	}
	return "[" + strings.Join(parts, " ") + "]"
}

// symbol returns a symbol in the notation of the drafts.
func symbol(text string) string {
	if strings.ContainsAny(text, " []'\"<>{}\t\n\r") {
		return "'" + quote(text)
	}
	return "'" + text
}
