package lint

import (
	_ "embed"
	"fmt"
	"slices"

	"github.com/ocapn-go/ocapn/idl/internal/pages"
	"github.com/ocapn-go/ocapn/idl/internal/syntax"
)

// Rule is something that is legal and unwise.
type Rule struct {
	// ID is the stable upper-case name of the rule and of its findings; [Explain] has its page.
	ID string
	// Finds says in a few words what the rule finds.
	Finds string
	// Default says that the rule is looked at unless it is switched off.
	Default bool
}

// rule is a Rule with what looks for it. check is nil for the rule about annotations, which comes last.
type rule struct {
	Rule
	check func(*file)
}

// rulebook holds all rules in alphabetical order.
var rulebook = []rule{
	{Rule{"ABSENT_AMBIGUOUS", "a promise that may be absent, of something that may be absent in the same way", true}, absentAmbiguous},
	{Rule{"ANY_TYPE", "any, which lets everything pass", false}, anyType},
	{Rule{"BOOL_OR_ABSENT", "a bool with a third value", true}, boolOrAbsent},
	{Rule{"CLOSED_RESULT", "a closed or strict type in answers", true}, closedResult},
	{Rule{"DEPRECATED_USE", "the use of something deprecated", true}, deprecatedUse},
	{Rule{"DOC_MISSING", "a declaration or a method without documentation", false}, docMissing},
	{Rule{"ERROR_FIELDS", "an error that only generated code can raise", false}, errorFields},
	{Rule{"GOBLINS_VALUE", "a value that Goblins loses", false}, goblinsValue},
	{Rule{ignoreUnused, "@" + ignoreAnnotation + " without an effect", true}, nil},
	{Rule{"JS_INTEGER", "an integer that JavaScript does not send by itself", false}, jsInteger},
	{Rule{"NAME_STYLE", "a name of ours that is not in kebab-case", true}, nameStyle},
	{Rule{"OPT_MIDDLE", "several optional parameters", true}, optMiddle},
	{Rule{"PROMISE_RESULT", "a promise of a reference as a result", true}, promiseResult},
	{Rule{"QUOTED_NAME", "quotes around a name that needs none", true}, quotedName},
	{Rule{"SINCE_REQUIRED", "something required that came later", true}, sinceRequired},
	{Rule{"UNBOUNDED", "input of any size", false}, unbounded},
	{Rule{"UNUSED_IMPORT", "an import that nothing refers to", true}, unusedImports},
	{Rule{"WIRE_NAME", "a name with a meaning of its own in JavaScript, or that Endo cannot send", true}, wireNames},
	{Rule{"WIRE_STYLE", "a name on the wire that is not in kebab-case", false}, wireStyle},
}

// Rules returns all rules in alphabetical order.
func Rules() []Rule {
	out := make([]Rule, len(rulebook))
	for i, r := range rulebook {
		out[i] = r.Rule
	}
	return out
}

// ruleIDs returns the IDs of all rules in alphabetical order.
func ruleIDs() []string {
	out := make([]string, len(rulebook))
	for i, r := range rulebook {
		out[i] = r.ID
	}
	return out
}

// Select returns the IDs of the rules that are on by default or in enable, and are not in disable. The word "all" in either stands
// for every rule that the other does not name. The error says which ID is not that of a rule.
func Select(enable, disable []string) ([]string, error) {
	for _, id := range slices.Concat(enable, disable) {
		if id == "all" || slices.Contains(ruleIDs(), id) {
			continue
		}
		if near := syntax.Nearest(id, ruleIDs()); near != "" {
			return nil, fmt.Errorf("there is no rule %q; did you mean %s?", id, near)
		}
		return nil, fmt.Errorf("there is no rule %q", id)
	}
	var out []string
	for _, r := range rulebook {
		on := r.Default
		switch {
		case slices.Contains(disable, r.ID):
			on = false
		case slices.Contains(enable, r.ID):
			on = true
		case slices.Contains(disable, "all"):
			on = false
		case slices.Contains(enable, "all"):
			on = true
		}
		if on {
			out = append(out, r.ID)
		}
	}
	return out, nil
}

//go:embed pages.txt
var book string

// Explain returns the page of the rule id: what it finds, why that is unwise, and an example. ok is false when there is no such
// rule.
func Explain(id string) (page string, ok bool) { return pages.Book(book).Explain(id) }

// IDs returns the IDs of all rules in alphabetical order.
func IDs() []string { return pages.Book(book).IDs() }
