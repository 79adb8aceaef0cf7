package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"rsc.io/qr"
)

// qrWarning is said with each picture of a room.
const qrWarning = "This picture is the key to the room: whoever sees it can join, and so can whoever sees a photograph of it."

// qrRows returns the QR code of text as rows of blocks, each of which is two modules high. They are to be dark on light, with as much light
// around them as there is room for: there is a module of it on each side, so that the rows of the widest code of a room fit 24 rows.
func qrRows(text string) ([]string, error) {
	code, err := qr.Encode(text, qr.L)
	if err != nil {
		return nil, fmt.Errorf("the URI is too long for a picture: %w", err)
	}
	var rows []string
	for y := -1; y <= code.Size; y += 2 {
		var row strings.Builder
		for x := -1; x <= code.Size; x++ {
			row.WriteString(block(code.Black(x, y), code.Black(x, y+1)))
		}
		rows = append(rows, row.String())
	}
	return rows, nil
}

// block returns a character that is dark above and below, or not.
func block(above, below bool) string {
	switch {
	case above && below:
		return "█"
	case above:
		return "▀"
	case below:
		return "▄"
	}
	return " "
}

// printQR prints a picture on a terminal, dark on light whatever its colours are.
func printQR(out io.Writer, rows []string) {
	blank := strings.Repeat(" ", utf8.RuneCountInString(rows[0]))
	for _, row := range slices.Concat([]string{blank}, rows, []string{blank}) {
		fmt.Fprintf(out, "\x1b[30;107m  %s  \x1b[0m\n", row)
	}
}
