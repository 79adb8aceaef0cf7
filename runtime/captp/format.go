package captp

import (
	"fmt"
	"io"
	"strings"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
)

// Whoever prints a value of this package, in an error or a log, wants to know what it is. Left to itself, package fmt would walk through
// what it points to, with the values that others have sent, while the vat changes them.

// Format writes where the vat can be reached, whatever the verb.
func (v *Vat) Format(f fmt.State, _ rune) {
	names := make([]string, len(v.locations))
	for i, p := range v.locations {
		names[i] = logged(peerName(p))
	}
	if len(names) == 0 {
		names = []string{"no location"}
	}
	_, _ = io.WriteString(f, "vat at "+strings.Join(names, ", "))
}

// Format writes what kind of reference it is, whatever the verb.
func (r Ref) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, describe(r.node)) }

// Format writes what kind of reference it is, whatever the verb.
func (p Pipe[C]) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, describe(p.node)) }

// Format writes that it is a promise, whatever the verb.
func (p *Promise[T]) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "promise") }

// Format writes that it is a resolver, whatever the verb.
func (r Resolver[T]) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "resolver") }

// Format writes that it is a stream, whatever the verb.
func (s Stream[C]) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "stream") }

// describe looks at nothing that may change.
func describe(c core.Cap) string {
	switch c := c.(type) {
	case nil:
		return "zero reference"
	case *core.Object:
		if o, ok := c.Host.(*object); ok {
			return "reference to " + logged(o.name())
		}
		return "reference to an object"
	case *core.Import:
		return "reference to an object of a peer"
	default:
		return "reference to a promise"
	}
}
