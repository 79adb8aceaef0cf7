package idl

import "github.com/ocapn-go/ocapn/idl/internal/syntax"

// Limits on what a small file may turn into.
const (
	maxTypeParts = 1000    // types that one type is made of, since each alias may double the size of the one before
	maxCopies    = 1 << 18 // types and methods that come from aliases and from extended interfaces, in one file
	maxGuesses   = 100     // hints at what an unknown name may mean, since each is compared with all the names there are
)

// typeParts returns the number of types that t is made of.
func typeParts(t *Type) int {
	if t == nil {
		return 0
	}
	n := 1 + typeParts(t.Elem)
	for _, e := range t.Elems {
		n += typeParts(e)
	}
	return n
}

// methodParts returns the number of types that the signature of m is made of, and one more.
func methodParts(m *Method) int {
	n := 1 + typeParts(m.Result) + len(m.Raises)
	for _, p := range m.Params {
		n += typeParts(p.Type)
	}
	return n
}

// tooLarge reports a type of too many parts and returns whether it is one.
func (c *checker) tooLarge(t *syntax.Type, parts int) bool {
	if parts > maxTypeParts {
		c.report(t.Name.Span(), "LIMIT", "this type has more than %d parts when its aliases are resolved", maxTypeParts)
	}
	return parts > maxTypeParts
}

// mayCopy counts parts that are copied from elsewhere and returns whether the file may have so many. It reports the first
// that is one too many.
func (c *checker) mayCopy(parts int, span syntax.Span) bool {
	before := c.copies
	c.copies += parts
	if c.copies > maxCopies && before <= maxCopies {
		c.report(span, "LIMIT", "the aliases and the inherited methods of this file have more than %d parts", maxCopies)
	}
	return c.copies <= maxCopies
}

// guess returns a hint at which of the names may be meant by name, or "".
func (c *checker) guess(name string, names func() []string) string {
	if c.guesses++; c.guesses > maxGuesses {
		return ""
	}
	return syntax.DidYouMean(name, names())
}
