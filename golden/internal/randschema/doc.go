// Package randschema writes random descriptions of objects that are valid, for tests that everything which can be described
// is checked, formatted, generated and called.
//
//	for _, f := range randschema.Files(seed, "example.org/random/s7") {
//		write(f.Path, f.Source)
//	}
//
// A description uses every construct of the language in every position in which it is legal, with names that are hard for
// Go code: keywords, predeclared identifiers, names that generated code needs itself, names that differ in little. What a seed
// gives is the same on every run of one version of this package.
//
// The package knows the rules of the language a second time, in the form of what may be written. A description that is
// refused is a mistake here or in package idl.
package randschema
