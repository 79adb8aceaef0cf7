package core_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ocapn-go/ocapn/runtime/captp/internal/core"
)

var update = flag.Bool("update", false, "rewrite what the traces expect")

// TestTraces plays the traces in testdata/traces, which say how they are to be read in README.md there.
func TestTraces(t *testing.T) {
	for _, f := range traceFiles(t) {
		t.Run(f.name, func(t *testing.T) {
			for i := range f.traces {
				tr := &f.traces[i]
				t.Run(tr.name, func(t *testing.T) { tr.play(t) })
			}
			if *update {
				f.write(t)
			}
		})
	}
}

// traceFile is a file of traces, which begin with a line -- name --.
type traceFile struct {
	name   string
	path   string
	head   string // what stands before the first trace
	traces []trace
}

type trace struct {
	name  string
	lines []string
}

func traceFiles(t *testing.T) []*traceFile {
	t.Helper()
	paths, err := filepath.Glob("testdata/traces/*.txt")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no traces: %v", err)
	}
	var files []*traceFile
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f := &traceFile{path: path, name: strings.TrimSuffix(filepath.Base(path), ".txt")}
		for line := range strings.Lines(string(data)) {
			line = strings.TrimRight(line, " \n")
			name, isTrace := strings.CutPrefix(line, "-- ")
			switch {
			case isTrace:
				f.traces = append(f.traces, trace{name: strings.TrimSuffix(name, " --")})
			case len(f.traces) == 0:
				f.head += line + "\n"
			default:
				tr := &f.traces[len(f.traces)-1]
				tr.lines = append(tr.lines, line)
			}
		}
		files = append(files, f)
	}
	return files
}

func (f *traceFile) write(t *testing.T) {
	t.Helper()
	var b strings.Builder
	b.WriteString(f.head)
	for _, tr := range f.traces {
		fmt.Fprintf(&b, "-- %s --\n", tr.name)
		for _, line := range tr.lines {
			b.WriteString(line + "\n")
		}
	}
	if err := os.WriteFile(f.path, []byte(strings.TrimRight(b.String(), "\n")+"\n"), 0o644); err != nil {
		t.Fatal(err)
	}
}

// indent marks the lines that say what comes of the step above them.
const indent = "    "

// play plays the steps of a trace, one event at a time, and compares what comes of each.
func (tr *trace) play(t *testing.T) {
	t.Helper()
	p := newPlayer(t)
	var played []string
	ended := false
	for _, line := range tr.lines {
		switch {
		case strings.HasPrefix(line, indent):
			continue // what is expected is compared as a whole
		case line == "" || strings.HasPrefix(line, "#"):
			played = append(played, line)
			continue
		}
		played = append(played, line)
		ended = line == "empty"
		out, err := p.step(line)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		for _, o := range out {
			played = append(played, indent+o)
		}
	}
	if !ended {
		t.Error("the trace does not end with the word empty")
	}
	if *update {
		tr.lines = played
		return
	}
	if diff := cmp.Diff(strings.Join(tr.lines, "\n"), strings.Join(played, "\n")); diff != "" {
		t.Errorf("what happened (+) is not what is expected (-):\n%s", diff)
	}
}

// size is the size of a table, or of all tables of that kind in the vat.
type size struct {
	name  string
	count int
}

// check checks the tables, and returns their sizes if they are not what they were: the lines that end a step.
func (p *player) check() ([]string, error) {
	if err := p.vat.Check(); err != nil {
		return nil, err
	}
	st := p.vat.Stats()
	now := []string{
		sizes([]size{{"connections", st.Sessions}, {"sessions", st.Up}, {"peers", st.Peers}}),
		sizes([]size{
			{"exports", st.Exports},
			{"imports", st.Imports},
			{"questions", st.Questions},
			{"answers", st.Answers},
			{"listeners", st.Listeners},
			{"resolvers", st.Resolvers},
			{"queued", st.QueuedMessages},
			{"bytes", st.QueuedBytes},
			{"gc", st.PendingGC},
			{"gifts", st.Gifts},
			{"withdrawals", st.Withdrawals},
			{"introductions", st.Introductions},
		}),
	}
	var out []string
	for i, line := range now {
		if line != p.checked[i] {
			out = append(out, "check "+line)
		}
	}
	p.checked = now
	return out, nil
}

// sizes returns the sizes that are not zero.
func sizes(list []size) string {
	var words []string
	for _, n := range list {
		if n.count != 0 {
			words = append(words, fmt.Sprintf("%s=%d", n.name, n.count))
		}
	}
	if words == nil {
		return "no " + list[0].name
	}
	return strings.Join(words, " ")
}

// empty returns an error if any table holds anything but sessions.
func (p *player) empty() error {
	st := p.vat.Stats()
	if st.SessionStats != (core.SessionStats{}) {
		return fmt.Errorf("not empty: %+v\n%s", st.SessionStats, p.vat.Dump())
	}
	if st.Sessions != st.Up {
		return fmt.Errorf("%d sessions, %d of them up", st.Sessions, st.Up)
	}
	if st.Peers > st.Up {
		return fmt.Errorf("%d peers, %d sessions", st.Peers, st.Up)
	}
	return nil
}
