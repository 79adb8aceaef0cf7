// Package lint finds what is legal in a .ocapn file and unwise: what makes trouble with peers in other languages, with later
// versions of the file, or for its readers.
//
//	rules, err := lint.Select([]string{"UNBOUNDED"}, nil) // and those that are on by default
//	if err != nil {
//		return err
//	}
//	schema, findings, errs := lint.Check(new(idl.Loader), "chat.ocapn", rules)
//
// Findings are [idl.Error] values like the errors of the compiler, so that programs show both in the same way.
//
// # Rules
//
// Those with a star are off unless they are enabled. [Explain] has a page on each, with the reason and an example.
//
//	ABSENT_AMBIGUOUS  a promise that may be absent, of something that may be absent in the same way
//	ANY_TYPE *        any, which lets everything pass
//	BOOL_OR_ABSENT    a bool with a third value
//	CLOSED_RESULT     a closed or strict type in answers
//	DEPRECATED_USE    the use of something deprecated
//	DOC_MISSING *     a declaration or a method without documentation
//	ERROR_FIELDS *    an error that only generated code can raise
//	GOBLINS_VALUE *   a value that Goblins loses
//	IGNORE_UNUSED     @x-lint-ignore without an effect
//	JS_INTEGER *      an integer that JavaScript does not send by itself
//	NAME_STYLE        a name of ours that is not in kebab-case
//	OPT_MIDDLE        several optional parameters
//	PROMISE_RESULT    a promise of a reference as a result
//	QUOTED_NAME       quotes around a name that needs none
//	SINCE_REQUIRED    something required that came later
//	UNBOUNDED *       input of any size
//	UNUSED_IMPORT     an import that nothing refers to
//	WIRE_NAME         a name with a meaning of its own in JavaScript, or that Endo cannot send
//	WIRE_STYLE *      a name on the wire that is not in kebab-case
//
// # Exceptions
//
// @x-lint-ignore("OPT_MIDDLE") before a parameter, a member or a declaration silences the rule for it and all its parts, and
// before the package clause for the file. Several rules are separated by commas.
//
// # Errors
//
// A file with errors has no findings: [Check] returns the errors instead. [Select] refuses what is not the ID of a rule.
//
// # Ownership and concurrency
//
// Nothing is kept between calls. Check may be called by several goroutines if the loader may.
//
// # Limits
//
// Rules look at one file: at what it refers to in others, and not at who refers to it. A deprecated alias of another file is not
// noticed, since what it stands for is all that the schema says.
//
// # Design notes
//
// A rule is on by default if hardly anybody would want to keep what it finds. What depends on whom a program talks to, or on taste,
// is off: an interface describes objects that may exist already, in a style of their own.
package lint
