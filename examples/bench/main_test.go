package main

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRun runs the program for a moment in each of its ways.
func TestRun(t *testing.T) {
	chart := filepath.Join(t.TempDir(), "chart.svg")
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"text":     {[]string{"-svg", chart}, "goals reached"},
		"json":     {[]string{"-json"}, `"id": "W1"`},
		"markdown": {[]string{"-markdown"}, "| goal | measured | reached |"},
		"growth":   {[]string{"-growth", "-svg", chart, "-only", "^inflight/1/(ocapn|raw)"}, "in flight"},
	} {
		t.Run(name, func(t *testing.T) {
			args := append([]string{"-rounds", "1", "-time", "1ms", "-only", "^W1/(ocapn|raw)"}, tt.args...)
			var out, progress bytes.Buffer
			if err := run(t.Context(), args, &out, &progress); err != nil {
				t.Fatal(err)
			}
			if !strings.Contains(out.String(), tt.want) {
				t.Errorf("no %q in:\n%s", tt.want, out.String())
			}
			if !strings.Contains(progress.String(), "round 1 of 1") {
				t.Errorf("progress is %q", progress.String())
			}
			if _, err := os.Stat(chart); strings.Contains(strings.Join(args, " "), chart) && err != nil {
				t.Error(err)
			}
		})
	}
}

func TestBadFlags(t *testing.T) {
	for _, args := range [][]string{
		{"-rounds", "0"}, {"-time", "-1s"}, {"-only", "("}, {"-only", "nothing"}, {"-growth", "-json"}, {"more"}, {"-unknown"},
	} {
		if err := run(t.Context(), args, io.Discard, io.Discard); err == nil {
			t.Errorf("%q is taken", args)
		}
	}
}

func TestHelp(t *testing.T) {
	var help bytes.Buffer
	if err := run(t.Context(), []string{"-h"}, io.Discard, &help); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("got %v", err)
	}
	for _, flag := range []string{"-rounds", "-time", "-only", "-json", "-markdown", "-svg", "-growth"} {
		if !strings.Contains(help.String(), flag) {
			t.Errorf("help does not mention %s", flag)
		}
	}
}
