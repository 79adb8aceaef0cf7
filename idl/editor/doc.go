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
// the next member or declaration after what it cannot place. Only problems and formatting come from package idl. What may be
// written at a place is what the reader wants at the end of the text up to there. Tests hold the outline against the tree of
// the parser for every source in the repository, and the vocabulary against what the compiler accepts.
//
// # Renaming
//
// A name in a description is the name that is sent, so giving a method another name could mean two things: that the object
// is to be called otherwise, or that the description is to read better. [Workspace.Rename] does what renaming does
// everywhere else: it changes names and not what a program does. The member gets @wire("the old name"), and its peers notice
// nothing; renaming it back takes the @wire away again. Who wants the other thing, because no peer exists yet that knows
// the old name, takes one more step: [Workspace.Actions] offers on such a member to send its name, which takes the @wire
// away, in plain sight of whoever reviews the change. The other way round nobody would see that a peer in another language
// stops working. Names of declarations, parameters and aliases are never sent and just change. Declared errors are sent by
// name, and are treated like members.
//
// A method that several interfaces declare alike because they extend each other is one method, and is renamed in all of
// them. Go code that uses the generated names is not touched; the Go compiler finds it.
//
// # Errors
//
// Questions about a file that cannot be read, or about a place where nothing stands, have empty answers. [Workspace.Rename]
// says in its error why a name cannot be given.
//
// # Ownership and concurrency
//
// A [Workspace] is used by one goroutine at a time. [CheckFile] uses none and may run beside it. Answers belong to the
// caller.
//
// # Limits
//
// Source files of more than 1 MiB are not looked at.
package editor
