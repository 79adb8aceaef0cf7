package idl

// Error is one thing that is wrong with a source file. It is data: cmd/ocapngen prints it.
type Error struct {
	// ID is the stable upper-case name of the diagnostic, such as UNKNOWN_TYPE; "ocapngen help ID" explains it.
	ID string `json:"id"`
	// File is the slash path of the source. Line and Col count from 1, Col and EndCol in bytes; EndCol is past the
	// last byte, on the same line. All three are 0 when the error is about the whole file.
	File   string `json:"file"`
	Line   int    `json:"line,omitempty"`
	Col    int    `json:"col,omitempty"`
	EndCol int    `json:"endCol,omitempty"`
	// Message says what is wrong, Hint what may be meant, Note what else helps. Hint and Note may be empty.
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
	Note    string `json:"note,omitempty"`
	// Excerpt is the source line, without its line ending.
	Excerpt string `json:"excerpt,omitempty"`
}
