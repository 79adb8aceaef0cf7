package lsp

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Limits on what a client sends.
const (
	maxHeader = 4 << 10  // bytes of one line of a header
	maxFields = 32       // lines of a header
	maxBody   = 16 << 20 // bytes of a body that is read; a larger one is skipped
	maxSkip   = 1 << 30  // bytes of a body that is skipped; with a larger one the connection ends
)

// frameError is a message that cannot be read although the next one can.
type frameError struct{ reason string }

// Error says what is wrong.
func (e *frameError) Error() string { return e.reason }

// readFrame reads the body of one message. After a *[frameError] the reader stands before the next one; after any other
// error nothing more can be read. The error at the end of the input is [io.EOF].
func readFrame(r *bufio.Reader) ([]byte, error) {
	length, err := readHeader(r)
	if err != nil {
		return nil, err
	}
	if length > maxBody {
		if length > maxSkip {
			return nil, fmt.Errorf("a message of %d bytes", length)
		}
		if _, err := io.CopyN(io.Discard, r, length); err != nil {
			return nil, fmt.Errorf("a message of %d bytes: %w", length, early(err))
		}
		return nil, &frameError{fmt.Sprintf("the message has %d bytes, more than the %d that are read", length, maxBody)}
	}
	var body strings.Builder // grows with what arrives, not with what the header says
	if _, err := io.CopyN(&body, r, length); err != nil {
		return nil, fmt.Errorf("a message: %w", early(err))
	}
	return []byte(body.String()), nil
}

// early returns the error of a reader for which the input should have gone on.
func early(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}

// readHeader reads the lines before a body up to the empty one and returns the length of the body.
func readHeader(r *bufio.Reader) (int64, error) {
	length, problem := int64(-1), ""
	for n := 0; ; n++ {
		line, err := readLine(r)
		switch {
		case errors.Is(err, io.EOF) && n == 0 && line == "":
			return 0, io.EOF
		case err != nil:
			return 0, fmt.Errorf("a header: %w", early(err))
		case n > maxFields:
			return 0, errors.New("a header has too many lines")
		}
		if line == "" {
			if problem == "" && length < 0 {
				problem = "the header has no Content-Length"
			}
			if problem != "" {
				return 0, &frameError{problem}
			}
			return length, nil
		}
		name, value, found := strings.Cut(line, ":")
		switch {
		case !found:
			problem = "a line of the header has no colon"
		case strings.EqualFold(strings.TrimSpace(name), "Content-Length"):
			length, err = strconv.ParseInt(strings.TrimSpace(value), 10, 64)
			if err != nil || length < 0 {
				problem = "the Content-Length is not a number"
			}
		}
	}
}

// readLine returns a line without its ending.
func readLine(r *bufio.Reader) (string, error) {
	var line strings.Builder
	for line.Len() <= maxHeader {
		c, err := r.ReadByte()
		if err != nil {
			return line.String(), err
		}
		if c == '\n' {
			return strings.TrimSuffix(line.String(), "\r"), nil
		}
		line.WriteByte(c)
	}
	return "", errors.New("a line of the header is too long")
}

// writeFrame writes one message.
func writeFrame(w io.Writer, body []byte) error {
	_, err := fmt.Fprintf(w, "Content-Length: %d\r\n\r\n%s", len(body), body)
	return err
}
