package idl

// Heading is what all declarations have.
type Heading struct {
	// Keyword is the word that starts the declaration: "const", "type", "enum", "struct", "union", "error", "interface" or
	// "callable".
	Keyword string
	// Pos is the place of the name, GoName the name of what the declaration becomes in Go.
	Pos    Pos
	GoName string
	Doc    string
	Notes  Notes
}

// HeadingOf returns what a declaration has that all have.
func HeadingOf(d Decl) Heading {
	switch d := d.(type) {
	case *Const:
		return Heading{"const", d.Pos, d.GoName, d.Doc, d.Notes}
	case *Alias:
		return Heading{"type", d.Pos, d.GoName, d.Doc, d.Notes}
	case *Enum:
		return Heading{"enum", d.Pos, d.GoName, d.Doc, d.Notes}
	case *Struct:
		return Heading{"struct", d.Pos, d.GoName, d.Doc, d.Notes}
	case *Union:
		return Heading{"union", d.Pos, d.GoName, d.Doc, d.Notes}
	case *ErrorDecl:
		return Heading{"error", d.Pos, d.GoName, d.Doc, d.Notes}
	case *Interface:
		return Heading{"interface", d.Pos, d.GoName, d.Doc, d.Notes}
	case *Callable:
		return Heading{"callable", d.Pos, d.GoName, d.Doc, d.Notes}
	default:
		return Heading{}
	}
}
