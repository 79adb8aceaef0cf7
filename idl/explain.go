package idl

import (
	_ "embed"

	"github.com/ocapn-go/ocapn/idl/internal/pages"
)

//go:embed pages.txt
var book string

// Explain returns the page of the diagnostic id: what it means and an example. ok is false when there is no such
// diagnostic.
func Explain(id string) (page string, ok bool) { return pages.Book(book).Explain(id) }

// IDs returns the IDs of all diagnostics in alphabetical order.
func IDs() []string { return pages.Book(book).IDs() }
