package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/ocapn-go/ocapn/examples/chat/screen"
)

// plainFace reads and prints lines.
type plainFace struct {
	in  <-chan string
	out io.Writer
}

func (f plainFace) entered() <-chan string { return f.in }

// show implements face. The person sees what she typed, and what is missed is in the log.
func (f plainFace) show(e event, who someone) {
	if line := e.line(who.Name); line != "" && !(e.kind == eventMessage && e.self) && e.kind != eventMissed {
		fmt.Fprintln(f.out, line)
	}
}

func (f plainFace) present(people) {}

func (f plainFace) note(lines ...string) {
	for _, line := range lines {
		fmt.Fprintf(f.out, "* %s\n", screen.Visible(line))
	}
}

func (f plainFace) bare(text string) { fmt.Fprintln(f.out, screen.Visible(text)) }

func (f plainFace) sending(int64, string, someone) {}

func (f plainFace) refused(text string, err error) {
	f.show(event{kind: eventUnsent, text: text, err: err}, someone{})
}

func (f plainFace) picture(rows []string, caption string) {
	f.note(caption)
	printQR(f.out, rows)
}

// maxLine is how long a line of the input may be.
const maxLine = 1 << 20

// readLines sends the lines of in to the channel that it returns, and closes it behind the last one. Then failed returns why that was the
// last one, if in did not just end. The goroutine ends with in, or with the first line after ctx.
func readLines(ctx context.Context, in io.Reader) (typed <-chan string, failed func() error) {
	lines, failure := make(chan string), make(chan error, 1)
	go func() {
		defer close(lines)
		scan := bufio.NewScanner(in)
		scan.Buffer(nil, maxLine)
		for scan.Scan() {
			select {
			case lines <- scan.Text():
			case <-ctx.Done():
				return
			}
		}
		failure <- scan.Err()
	}()
	return lines, func() error {
		select {
		case err := <-failure:
			if errors.Is(err, bufio.ErrTooLong) {
				return fmt.Errorf("a line is longer than %d bytes", maxLine)
			}
			return err
		default:
			return nil
		}
	}
}
