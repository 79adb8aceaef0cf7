//go:build !unix

package netlayer

import "io"

// newSocketWriter returns nil: these systems do not offer to write to a socket without waiting.
func newSocketWriter(io.Writer) ImmediateWriter { return nil }
