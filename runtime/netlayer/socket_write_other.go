//go:build !unix

package netlayer

import "io"

// socketWriter stands for what writes to a socket without waiting, which these systems do not offer.
type socketWriter struct{}

// newSocketWriter returns nil, which writes nothing.
func newSocketWriter(io.Writer) *socketWriter { return nil }

// writeNow writes nothing.
func (*socketWriter) writeNow([]byte) (n int, err error) { return 0, nil }
