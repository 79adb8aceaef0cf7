// Package editor answers the questions that editors ask about .ocapn files: what is wrong, what a name stands for, where it
// is declared and used, what may stand here, what the file looks like when it is formatted. "ocapngen lsp" brings the
// answers to editors; nothing here knows of a protocol.
//
//	w := editor.New(editor.Sources{Read: os.ReadFile})
//	hover, ok := w.Hover("chat.ocapn", 120)
//
// # Terminology
//
// A place is a byte offset in a source text. An outline is what can be told of a text that may be broken: its named parts,
// the names that it uses, and what may stand at its end. A thing is what a name stands for.
//
// # Broken files
//
// Someone who types has a broken file most of the time, so answers do not come from the checked schema, which a broken
// file does not have. They come from an outline, which a reader of its own makes of any text: it never fails, and goes on at
// the next member or declaration after what it cannot place. Only problems and formatting come from package idl. A test
// holds the outline against the tree of the parser for every source in the repository.
//
// # Ownership and concurrency
//
// A [Workspace] is used by one goroutine at a time. [CheckFile] uses none and may run beside it.
//
// # Limits
//
// Source files of more than 1 MiB are not looked at.
package editor
