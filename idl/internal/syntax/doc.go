// Package syntax turns the text of an .ocapn file into a tree, or into the errors that keep it from being one, and
// prints it in the one layout that "ocapngen fmt" knows. It decides nothing that needs a meaning: names are not
// resolved, and everything that can be said about a well-formed file is left to package idl.
//
// # Grammar
//
// The grammar is the tags of the structs in ast.go, read by participle; its EBNF is kept in testdata/grammar.ebnf and
// a test compares the two. It is LL(1): a token that has been accepted is never given back, so an error is reported at
// the token where reading stopped. Three rules make this possible: every declaration starts with its own keyword,
// "closed" belongs to the declaration and not to the enum, and the package clause and imports are declarations too.
// Whether they stand in the right place is checked later, with a better message than a grammar could give.
//
// Keywords are contextual. They are ordinary identifiers to the lexer, so a method may be called type or error. A
// method called oneway is told from the modifier by the token that follows.
//
// # Errors
//
// A file that does not parse is cut at the tokens in the first column that start a declaration, and each piece is
// parsed alone, so one run reports one error for each broken declaration. The names that broken declarations would have
// declared are kept in [File.Broken], so that using them is not reported as a second error.
//
// # Limits
//
// A source of more than [MaxSource] bytes and brackets nested deeper than [MaxDepth] are refused before parsing.
package syntax
