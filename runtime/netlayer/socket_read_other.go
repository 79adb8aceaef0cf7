//go:build !unix

package netlayer

import (
	"io"
	"sync/atomic"
)

// socketReader is not there: these systems do not offer to wait for a socket without reading.
type socketReader struct{}

func newSocketReader(io.Reader, *atomic.Int64) *socketReader { return nil }

func (*socketReader) readInto(*streamReader) (n int, err error) { return 0, io.ErrUnexpectedEOF }
