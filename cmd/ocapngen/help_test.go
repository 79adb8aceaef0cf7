package main

import (
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestHelpFitsAScreen(t *testing.T) {
	check := func(topic string, lines, columns int) {
		got := ocapngen(t, "", strings.Fields("help "+topic)...)
		if got.code != exitOK {
			t.Errorf("help %s exits with %d", topic, got.code)
		}
		if n := strings.Count(got.stdout, "\n"); n > lines {
			t.Errorf("help %s has %d lines", topic, n)
		}
		for line := range strings.Lines(got.stdout) {
			if n := utf8.RuneCountInString(strings.ReplaceAll(line, "\t", "        ")) - 1; n > columns {
				t.Errorf("help %s has a line of %d characters: %s", topic, n, line)
			}
		}
	}
	check("", 24, 100)
	for _, c := range commands() {
		check(c.name, 24, 100)
	}
	check("types", 40, 130)
	check("json", 40, 130)
	check("rules", 40, 130)
	check("changes", 60, 130) // a table
	for _, id := range diagnosticIDs() {
		check(id, 40, 130)
	}
}

// TestHelpGolden keeps the pages of the commands, so that a change of flags is seen.
func TestHelpGolden(t *testing.T) {
	var got strings.Builder
	for _, c := range commands() {
		got.WriteString(ocapngen(t, "", "help", c.name).stdout + "\n")
	}
	const path = "testdata/help.txt"
	if *update {
		if err := os.WriteFile(path, []byte(got.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(read(t, path), got.String()); diff != "" {
		t.Errorf("help differs (-want +got); run with -update:\n%s", diff)
	}
}
