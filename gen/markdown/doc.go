// Package markdown writes the documentation of checked schemas as Markdown: a page for each .ocapn file, with everything that
// it declares, in source order, under a table of contents.
//
//	schema, errs := idl.Load("chat.ocapn")
//	...
//	for _, page := range markdown.Pages([]*idl.Schema{schema}, nil) {
//		os.WriteFile(page.Path, page.Content, 0o644) // chat.md
//	}
//
// A page says of each declaration what the file says, how it is spelled, what it is in Go, and what peers see of it on the wire.
// The names of types are links: to other declarations of the page, and to other pages that are written at the same time.
//
// # Documentation comments
//
// The text after /// is not Markdown and cannot become it. It is shown as paragraphs of plain text, in which only this means
// more:
//
//	`text`                code
//	[name] [name.method]  a link, if the page declares the name
//	https://example.org   a link
//	- text                an item of a list, on the lines up to the next empty one or the next item
//	# text                a line of its own in bold
//	(white space) text    a block of code
//
// Everything else that means something to Markdown or HTML is escaped, in documentation and in every other text that a file
// chooses: a page holds no HTML, no images, no headings and no links but those that this package writes. The same holds for
// addresses of schemes other than http and https.
//
// # Anchors
//
// Links within a page lead to headings by the anchors that GitHub makes of these: in lower case, without punctuation, with
// dashes for spaces and with a number where the same text comes again. Other renderers make the same ones of ordinary names.
//
// # Ownership and concurrency
//
// Pages reads the schemas and keeps nothing. It may be called by several goroutines. The same schemas give the same bytes.
//
// # Limits
//
// A use of an alias shows the type that the alias stands for: schemas do not hold the names of aliases.
//
// # Design notes
//
// Documentation is not Markdown because it also becomes Go comments and the text of editors, where Markdown would be shown as it
// stands. Lists stand where tables could, since a type such as string | null cannot be written into a table without escapes
// that people see when they read the source.
package markdown
