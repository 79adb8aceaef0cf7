package main

import (
	"bytes"
	"strings"
	"testing"
	"unicode/utf8"

	"rsc.io/qr"
)

// TestQR compares the blocks with the modules that they stand for.
func TestQR(t *testing.T) {
	for _, text := range []string{"x", "ocapn://" + strings.Repeat("a", 56) + ".onion/s/" + strings.Repeat("A", 30), strings.Repeat("long ", 100)} {
		rows, err := qrRows(text)
		if err != nil {
			t.Fatal(err)
		}
		code, err := qr.Encode(text, qr.L)
		if err != nil {
			t.Fatal(err)
		}
		if want := code.Size/2 + 2; len(rows) != want && len(rows) != want-1 {
			t.Errorf("%d modules in %d rows", code.Size, len(rows))
		}
		for y := -1; y < 2*len(rows)-1; y++ {
			row := []rune(rows[(y+1)/2])
			for x := -1; x < len(row)-1; x++ {
				upper, lower := strings.ContainsRune("█▀", row[x+1]), strings.ContainsRune("█▄", row[x+1])
				if got := []bool{upper, lower}[(y+1)%2]; got != code.Black(x, y) {
					t.Fatalf("%.20q: module %d, %d is dark: %t", text, x, y, got)
				}
			}
		}
	}
	if _, err := qrRows(strings.Repeat("x", 5000)); err == nil {
		t.Error("what is too long has a picture")
	}
}

// TestQRFitsATerminal checks that the codes of rooms have no more rows than most terminals have.
func TestQRFitsATerminal(t *testing.T) {
	for _, net := range networks() {
		if net.name == "onion" {
			continue
		}
		room := startProgram(t, "host", "-folder", "", "-net", net.name, "-qr")
		room.out.wait(t, "▄▄▄▄▄▄▄")
		uri, _, _ := strings.Cut(room.out.String(), "\n")
		rows, err := qrRows(uri)
		if err != nil || len(rows) > 24 || utf8.RuneCountInString(rows[0]) > 80 {
			t.Errorf("%s: %d rows, %v", net.name, len(rows), err)
		}
	}
}

func TestQRIsNoJSON(t *testing.T) {
	room := startProgram(t, "host", "-folder", "", "-json", "-qr")
	room.ends(t, 2)
	room.out.wait(t, "-json")
}

func TestPrintQR(t *testing.T) {
	var out bytes.Buffer
	printQR(&out, []string{"█▄"})
	if want := "\x1b[30;107m      \x1b[0m\n\x1b[30;107m  █▄  \x1b[0m\n\x1b[30;107m      \x1b[0m\n"; out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}
