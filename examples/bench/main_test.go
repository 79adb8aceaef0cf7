package main

import (
	"bytes"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// TestRun runs the program for a moment in each of its ways.
func TestRun(t *testing.T) {
	chart, rounds := filepath.Join(t.TempDir(), "chart.svg"), filepath.Join(t.TempDir(), "rounds.txt")
	for name, tt := range map[string]struct {
		args []string
		want string
	}{
		"text":     {[]string{"-svg", chart}, "goals reached"},
		"json":     {[]string{"-json", "-benchstat", rounds}, `"id": "W1"`},
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
			for _, file := range []string{chart, rounds} {
				if _, err := os.Stat(file); slices.Contains(args, file) && err != nil {
					t.Error(err)
				}
			}
		})
	}
}

func TestBadFlags(t *testing.T) {
	for _, args := range [][]string{
		{"-rounds", "0"}, {"-time", "-1s"}, {"-only", "("}, {"-only", "nothing"}, {"-growth", "-json"}, {"-growth", "-benchstat", "file"}, {"more"}, {"-unknown"},
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
	for _, flag := range []string{"-rounds", "-time", "-only", "-json", "-markdown", "-svg", "-growth", "-benchstat", "-cpuprofile", "-memprofile"} {
		if !strings.Contains(help.String(), flag) {
			t.Errorf("help does not mention %s", flag)
		}
	}
}

// TestProfiles looks for what pprof starts a file with.
func TestProfiles(t *testing.T) {
	cpu, memory := filepath.Join(t.TempDir(), "cpu"), filepath.Join(t.TempDir(), "memory")
	args := []string{"-rounds", "1", "-time", "1ms", "-only", "^W1/raw", "-cpuprofile", cpu, "-memprofile", memory}
	if err := run(t.Context(), args, io.Discard, io.Discard); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{cpu, memory} {
		data, err := os.ReadFile(path)
		if err != nil || !bytes.HasPrefix(data, []byte("\x1f\x8b")) {
			t.Errorf("%s is no compressed profile: %v", filepath.Base(path), err)
		}
	}
	for _, flag := range []string{"-cpuprofile", "-memprofile"} {
		nowhere := filepath.Join(t.TempDir(), "no", "folder")
		if err := run(t.Context(), []string{"-rounds", "1", "-time", "1ms", "-only", "^W1/raw", flag, nowhere}, io.Discard, io.Discard); err == nil {
			t.Errorf("%s takes a file in a folder that is not there", flag)
		}
	}
}
