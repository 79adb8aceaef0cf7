// Package lsp speaks the Language Server Protocol for "ocapngen lsp": JSON-RPC 2.0 over a pair of streams, with the texts
// that an editor has open and the folders of its workspace. What there is to say about them is the business of package
// idl/editor; here are the framing, the state of the connection, and the translation of places: bytes of a file on one
// side, lines and characters on the other.
//
// # Terminology
//
// A document is a file that is open in the editor: its text is the one that counts, saved or not. A check is everything
// that is wrong with a document and the files that it imports. A document is stale when a file that its check has looked
// at has changed since.
//
// # Errors
//
// Nothing that a client sends ends the server but the end of its input, a header that is too long to be one, and exit. What
// cannot be read is answered with a parse error or an invalid request without an ID, unknown methods with MethodNotFound,
// and unknown notifications are passed over. [Serve] returns an error if the client left without shutdown.
//
// # Ownership and concurrency
//
// One goroutine reads messages ahead, one handles them in order and owns all state. Checks, which take long in large
// files, run one at a time in a third goroutine on a snapshot of the texts, after a pause as long as the last one took;
// what they find is published if the texts are still the same. A request that waits in the queue can be cancelled; one that
// is being handled is answered.
//
// # Limits
//
// A body has at most 16 MiB, a line of a header 4 KiB, a source file 1 MiB; 256 messages are read ahead, 100,000 files and
// folders of the workspace are looked at, a file is compared with 100 others of its folder, and 1000 diagnostics are shown for a file.
//
// # Specifications
//
// Language Server Protocol 3.17. Positions count UTF-16 code units unless the client offers UTF-8.
package lsp
