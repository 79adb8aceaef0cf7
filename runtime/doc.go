// Package runtime holds no code: it is the map of the packages below it, and its tests hold the rules that the whole
// module keeps.
//
// # Layers
//
// An application is written against generated code, which stands on package captp. Everything below captp can be used
// and read on its own.
//
//	level  package                    knows                              imports (of this module)
//	  0    syrup                      bytes and values                   nothing
//	  1    locator                    peers, sturdyrefs, ocapn: URIs     syrup
//	  2    handoff                    keys, identifiers, certificates    locator syrup
//	  2    netlayer                   moving messages between peers      locator syrup
//	       netlayer/...               one way of moving them each        netlayer locator syrup
//	  3    captp/internal/wire        operations and descriptors         handoff locator syrup
//	  4    captp/internal/core        the protocol, as a state machine   wire handoff locator syrup
//	  5    captp                      vats, references, promises         all of the above
//	  6    generated code             one application's interfaces       captp syrup locator
//	  7    programs                   an application                     generated code, captp, netlayers
//
// The compiler is a second tower beside the first, and the two never import each other: package idl turns source into a
// checked schema, package gen turns a schema into Go source that names the runtime only as text, and cmd/ocapngen is
// the program around them. Package golden, where generated code meets the runtime, tests the one against the other.
//
// # Pure packages
//
// Levels 0, 1, 3 and 4 and package handoff are pure: they start no goroutine, use no channel and no lock, read no clock
// and no randomness of their own, open nothing and log nothing. What they need of the world comes in as an argument,
// what they want of it goes out as a result. That is why the protocol can be read next to the draft, driven one
// operation at a time in a test, and fuzzed without a scheduler.
//
// Goroutines live in package captp and in the netlayers. The functions of captp that start one are listed in a test, so
// that a new one is a decision and not an accident.
//
// # Specifications
//
// Comments refer to the OCapN drafts by name and heading, as in CapTP#opdeliver. The names are CapTP, Model, Locators,
// Netlayers, Syrup and Notation; the headings are those of the revisions that testdata/anchors.txt names.
//
// # What the tests of this package check
//
//   - imports_test.go: the graph above, the third-party modules each package may use, and the purity of pure packages
//   - sources_test.go: file names, file and function sizes, printing from libraries, left-over marks, and goroutines
//   - spec_refs_test.go: every reference to a draft names a heading that exists
//   - words_test.go: exported names use the field's words
//   - documents_test.go: the files that README.md and CONTRIBUTING.md name exist
package runtime
