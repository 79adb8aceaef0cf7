package netlayer

// Dialler is a Netlayer whose Location may say who it is although nobody can dial it, because its conns prove it. Where hints make the
// difference, a vat cannot know: what a transport needs beside a designator is the netlayer's.
type Dialler interface {
	Netlayer

	// OnlyDials reports whether nobody can dial the netlayer, so that its location is not to be published.
	OnlyDials() bool
}
