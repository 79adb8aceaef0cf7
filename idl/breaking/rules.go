package breaking

import (
	_ "embed"

	"github.com/ocapn-go/ocapn/idl/internal/pages"
)

// Category is what a change matters to.
type Category string

// The categories.
const (
	Wire Category = "wire" // peers that know another version of the description
	Go   Category = "go"   // Go code that uses the generated package, when it is compiled again
)

// Verdict is what a change does.
type Verdict string

// The verdicts.
const (
	Breaking Verdict = "breaking" // something that worked does not work any more
	Warning  Verdict = "warning"  // it works with some care, which the page of the rule describes
	OK       Verdict = "ok"       // nothing notices
)

// Rule is a kind of change.
type Rule struct {
	// ID is the stable upper-case name of the rule and of its changes; [Explain] has its page.
	ID       string
	Category Category
	Verdict  Verdict
	// Change says in a few words what has changed.
	Change string
}

// rules are all rules, the worst first, in each category.
var rules = []Rule{
	{"CLOSED", Wire, Breaking, "an open enum or union is closed, or something becomes @strict"},
	{"CLOSED_CASE_ADDED", Wire, Breaking, "a closed enum has a new case, or a closed union a new variant"},
	{"CLOSED_CASE_REMOVED", Wire, Breaking, "a case or a variant is gone, and the enum or union is closed"},
	{"FIELD_ADDED", Wire, Breaking, "a new field cannot be left out, or comes to something @strict"},
	{"FIELD_CHANGED", Wire, Breaking, "a field has values that the other side refuses"},
	{"FIELD_REMOVED", Wire, Breaking, "a field is gone that could not be left out, or from something @strict"},
	{"INTERFACE_REMOVED", Wire, Breaking, "an interface or a callable is gone"},
	{"METHOD_ONEWAY", Wire, Breaking, "a method that was answered is oneway"},
	{"METHOD_REMOVED", Wire, Breaking, "a method is gone"},
	{"PARAM_ADDED", Wire, Breaking, "a new parameter cannot be left out, or comes to a @strict method"},
	{"PARAM_CHANGED", Wire, Breaking, "a parameter is of another type"},
	{"PARAM_MOVED", Wire, Breaking, "a parameter is at another place"},
	{"PARAM_NARROWED", Wire, Breaking, "a parameter takes fewer values"},
	{"PARAM_REMOVED", Wire, Breaking, "a parameter is gone that could not be left out, or from a @strict method"},
	{"RESULT_ADDED", Wire, Breaking, "a method without a result has one"},
	{"RESULT_CHANGED", Wire, Breaking, "a result is of another type"},
	{"RESULT_PROMISED", Wire, Breaking, "the result T is promise<T> now"},
	{"RESULT_REMOVED", Wire, Breaking, "a method with a result has none"},
	{"RESULT_WIDENED", Wire, Breaking, "a result may be more values"},
	{"VARIANT_CHANGED", Wire, Breaking, "a variant has something else behind its tag"},
	{"WIRE_NAME_CHANGED", Wire, Breaking, "a name is sent differently"},

	{"DEFAULT_CHANGED", Wire, Warning, "what is left out stands for another value"},
	{"ENUM_SPELLING", Wire, Warning, "an enum is sent as strings instead of symbols, or the other way round"},
	{"FIELD_NARROWED", Wire, Warning, "a field of an answer has fewer values"},
	{"FIELD_WIDENED", Wire, Warning, "a field of an argument may have more values"},
	{"IDEMPOTENT_REMOVED", Wire, Warning, "a method is not @idempotent any more"},
	{"KEEP_REMOVED", Wire, Warning, "a struct does not @keep unknown fields any more"},
	{"PARAM_DROPPED", Wire, Warning, "an optional parameter is gone"},
	{"PARAM_WIDENED", Wire, Warning, "a parameter takes more values"},
	{"RESULT_NARROWED", Wire, Warning, "a result is fewer values"},

	{"CASE_ADDED", Wire, OK, "an open enum has a new case, or an open union a new variant"},
	{"CASE_REMOVED", Wire, OK, "a case or a variant of an open enum or union is gone"},
	{"DECL_ADDED", Wire, OK, "a declaration is new"},
	{"DECL_REMOVED", Wire, OK, "a declaration of data is gone"},
	{"FIELD_DROPPED", Wire, OK, "an optional field is gone"},
	{"FIELD_OPTIONAL", Wire, OK, "a new field can be left out"},
	{"METHOD_ADDED", Wire, OK, "a method is new"},
	{"METHOD_ANSWERED", Wire, OK, "a oneway method is answered"},
	{"MOVED", Wire, OK, "declarations are in another package"},
	{"OPENED", Wire, OK, "a closed enum or union is open, or something is not @strict any more"},
	{"PARAM_OPTIONAL", Wire, OK, "a new parameter can be left out"},
	{"RAISES_CHANGED", Wire, OK, "a method raises other errors"},
	{"RENAMED", Wire, OK, "a name that is not sent has changed"},

	{"GO_EVENTS", Go, Breaking, "an interface cannot be received as events any more"},
	{"GO_EXTENDS", Go, Breaking, "an interface does not extend another any more"},
	{"GO_PACKAGE", Go, Breaking, "the Go package has another path or name"},
	{"GO_REMOVED", Go, Breaking, "a Go name is gone"},
	{"GO_RENAMED", Go, Breaking, "a Go name has changed"},
	{"GO_SIGNATURE", Go, Breaking, "a Go method has other parameters or results"},
	{"GO_TYPE", Go, Breaking, "a Go field, constant or type is of another type"},

	{"GO_COMPARABLE", Go, Warning, "values of a Go struct cannot be compared with == any more"},
	{"GO_CONST_VALUE", Go, Warning, "a constant has another value"},
	{"GO_METHOD_ADDED", Go, Warning, "who implements an interface needs another method"},
}

// Rules returns all rules: those about the wire first, and of each category the worst first.
func Rules() []Rule { return append([]Rule(nil), rules...) }

//go:embed pages.txt
var book string

// Explain returns the page of the rule id: what has changed, whom it breaks, what to do, and an example. ok is false when there is
// no such rule.
func Explain(id string) (page string, ok bool) { return pages.Book(book).Explain(id) }

// IDs returns the IDs of all rules in alphabetical order.
func IDs() []string { return pages.Book(book).IDs() }
